"""The same edition gives the same bytes, in whatever process."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RENDER = """
import hashlib
from dataclasses import replace
import django
django.setup()
from reporting.choices import ReportKind
from reporting.rendering import render_pdf
from tests.reporting.example import example_edition
edition = example_edition(ReportKind.ANNUAL_REPORT)
edition = replace(edition, content=replace(edition.content, contributions=None))
print(hashlib.sha256(render_pdf(edition, "nl")).hexdigest())
"""


def test_the_same_edition_gives_the_same_bytes_in_another_process_place_and_order():
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RENDER],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": language, "LC_ALL": language},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed, zone, language in (("1", "Pacific/Auckland", "C"), ("2", "America/Lima", "C.UTF-8"))
    ]
    answers = [process.communicate() for process in processes]
    assert all(process.returncode == 0 for process in processes), answers
    first, second = (answer for answer, _errors in answers)
    assert first == second
    assert len(first.strip()) == 64
