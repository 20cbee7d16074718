"""`manage.py render_report`: make a report here and now, into a file of your own."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from organisation.choices import Language
from reporting.choices import JobStep, ReportFormat, ReportKind
from reporting.errors import YearNotInProgramme
from reporting.services import take_edition
from reporting.services.rendering import render


class Command(BaseCommand):
    """Makes the same bytes as a worker makes of the same edition."""

    help = "Make a report and write it to a file, or into a folder under its own name; prints which file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=ReportKind.values)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument(
            "--format", choices=ReportFormat.values, default=ReportFormat.PDF, dest="file_format"
        )
        parser.add_argument("--language", choices=Language.values, default=settings.LANGUAGE_CODE)
        parser.add_argument("--output", type=Path, required=True, help="a file, or a folder that exists")
        parser.add_argument(
            "--definitive",
            action="store_true",
            help="not as a draft: gives the next version number out (an annual plan is a draft until it is adopted)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kind, file_format = ReportKind(options["kind"]), ReportFormat(options["file_format"])
        try:
            kept = take_edition(kind, options["year"], by=None, is_draft=not options["definitive"])
        except YearNotInProgramme as problem:
            raise CommandError(str(problem)) from problem
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        edition = kept.as_edition()
        output: Path = options["output"]
        if output.is_dir():
            output /= edition.file_name(file_format, options["language"])
        content = render(edition, file_format, options["language"], self._say)
        try:
            write_whole(output, content)
        except OSError as problem:
            raise CommandError(f"{output} can't be written: {problem.strerror}") from problem
        self.stdout.write(f"{output} ({len(content)} bytes, version {edition.version})")

    def _say(self, step: JobStep, percent: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"{percent:3} % {step}", ending="\r")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears when it is whole; one that was there stays until then."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()
