"""Reports that were made, for tests of the pages that show them."""

import hashlib

from django.utils import timezone

from organisation.choices import Role
from organisation.models import User
from reporting.choices import JobState, JobStep, ReportFormat, ReportKind
from reporting.models import ReportJob
from reporting.services import ask_file
from reporting.services.editions import keep_edition
from reporting.services.storing import store_file
from tests.factories import UserFactory
from tests.reporting.example import example_content

CONTENT = b"%PDF-1.7 a report"


def made_report(
    by: User | None = None,
    kind: ReportKind = ReportKind.ANNUAL_REPORT,
    *,
    is_draft: bool = False,
    file_format: ReportFormat = ReportFormat.PDF,
) -> ReportJob:
    """Give a report that is ready, with a file of a few bytes."""
    by = by or UserFactory.create(roles=[Role.SUPPORT])
    edition = keep_edition(example_content(kind), by=by, is_draft=is_draft)
    job = ask_file(edition, file_format=file_format, language="nl", by=by)
    digest = hashlib.sha256(CONTENT).hexdigest()
    job.file = store_file(job, CONTENT, digest)
    job.state, job.step, job.percent = JobState.DONE, JobStep.STORING, 100
    job.size, job.sha256, job.ended_at = len(CONTENT), digest, timezone.now()
    job.save()
    return job
