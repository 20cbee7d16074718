"""How much a report as PDF costs above WeasyPrint alone on the same HTML, in time and in memory, and how memory grows.

Run as ``.venv/bin/python -m benchmarks.report_pdf``, after ``make setup``. It works in a temporary folder and leaves nothing
behind. Each line is a name, a value and what it should stay under, with tabs between. The README beside this file says
how to read a ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reporting.content import Edition

ROOT = Path(__file__).resolve().parent.parent
# With the projects of the example so many times over, a report has more than 60 pages; and about twice as many.
LONG, LONGER = 11, 24


def main(arguments: list[str]) -> None:
    """Measure ours and WeasyPrint alone in turn, each in a process of its own, and print a line per figure."""
    parser = argparse.ArgumentParser(description="Measure reports as PDF against WeasyPrint alone.")
    parser.add_argument(
        "--runs", type=int, default=3, help="how often each is timed; the median counts (default: 3)"
    )
    parser.add_argument("--work", nargs=2, metavar=("WHAT", "TIMES"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.work:
        work(options.work[0], int(options.work[1]))
        return
    with tempfile.TemporaryDirectory(prefix="mjp-benchmark-") as folder:
        both = [
            (measure("ours", LONG, folder), measure("bare", LONG, folder)) for _run in range(options.runs)
        ]
        longer = measure("ours", LONGER, folder)
    ours, bare = both[0]
    assert ours["pages"] == bare["pages"] >= 60
    ratio = statistics.median(mine["seconds"] / alone["seconds"] for mine, alone in both)
    tell("pdf-pages", f"{ours['pages']:.0f}")
    tell("pdf-seconds", f"{statistics.median(mine['seconds'] for mine, _alone in both):.1f}")
    tell("pdf-time-ratio", f"{ratio:.2f}", "1.5")
    tell("pdf-peak-mb", f"{ours['megabytes']:.0f}", "700")
    tell("pdf-memory-ratio", f"{ours['megabytes'] / bare['megabytes']:.2f}", "1.3")
    grown = (longer["megabytes"] - ours["megabytes"]) / (longer["pages"] - ours["pages"])
    tell("pdf-mb-per-further-page", f"{grown:.1f}", "5")


def tell(name: str, value: str, target: str = "") -> None:
    """Print a figure."""
    print(f"{name}\t{value}\t{target}", flush=True)


def measure(what: str, times: int, data_dir: str) -> dict[str, float]:
    """Work in a new process, and give its seconds, its peak of memory in megabytes and its pages."""
    settings = {
        "MJP_ENV": "test",
        "MJP_DATA_DIR": data_dir,
        "MJP_SECRET_KEY": "only-for-benchmarks-" + "x" * 50,
    }
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MJP_", "DATABASE_URL"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.report_pdf", "--work", what, str(times)],
        cwd=ROOT,
        env=kept | settings | {"DJANGO_SETTINGS_MODULE": "mjp.settings"},
        stdout=subprocess.PIPE,
        check=True,
    )
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def work(what: str, times: int) -> None:
    """Make one report, whole or by WeasyPrint alone, and print what it took."""
    import django

    django.setup()
    from reporting.rendering import render_document, render_pdf

    edition = example(times)
    html = render_document(edition, "nl")
    start = time.perf_counter()
    made = render_pdf(edition, "nl") if what == "ours" else bare(html)
    seconds = time.perf_counter() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes, "pages": pages(made)}))


def example(times: int) -> Edition:
    """Give the example of an annual report, without the map of the country, which is in the database."""
    from dataclasses import replace

    from reporting.choices import ReportKind
    from tests.reporting.example import example_edition

    edition = example_edition(ReportKind.ANNUAL_REPORT, times=times)
    return replace(edition, content=replace(edition.content, contributions=None))


def bare(html: str) -> bytes:
    """Lay HTML out and write it, with tags, as WeasyPrint does by itself."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from reporting.rendering.own_files import OWN_FILES, OwnFilesFetcher
    from reporting.rendering.pdf import STYLE_SHEET

    fonts, fetcher = FontConfiguration(), OwnFilesFetcher()
    style = CSS(STYLE_SHEET, font_config=fonts, url_fetcher=fetcher)
    document = HTML(string=html, base_url=OWN_FILES, url_fetcher=fetcher)
    made: bytes = document.write_pdf(font_config=fonts, stylesheets=[style], pdf_variant="pdf/ua-1")
    return made


def pages(made: bytes) -> int:
    """Count the pages of a PDF."""
    from io import BytesIO

    import pikepdf

    with pikepdf.open(BytesIO(made)) as pdf:
        return len(pdf.pages)


if __name__ == "__main__":
    main(sys.argv[1:])
