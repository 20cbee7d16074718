"""`manage.py verify_reports`: whether every edition says what it said, and every file is there as it was made."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reporting.choices import JobState
from reporting.models import ReportEdition, ReportJob
from reporting.services import verify_edition, verify_file


class Command(BaseCommand):
    """Fails with a line for each that differs; changes nothing. Reads every file, so it takes a while."""

    help = "Check every edition of a report against its hash, and every made file against its SHA-256."

    def handle(self, *args: Any, **options: Any) -> None:
        problems, editions, files = [], 0, 0
        for edition in ReportEdition.objects.order_by("pk").iterator():
            editions += 1
            if not verify_edition(edition):
                problems.append(
                    f"edition {edition.kind} {edition.year}, version {edition.version}: it was changed"
                )
        done = ReportJob.objects.filter(state=JobState.DONE).select_related("edition").order_by("pk")
        for job in done.iterator():
            files += 1
            if not verify_file(job):
                problems.append(f"file {job.file_name}: it is gone, or isn't the file that was made")
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(f"Editions: {editions}, files: {files}; each as it was made.")
