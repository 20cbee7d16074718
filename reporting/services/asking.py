"""Asking for a report, and thinking better of it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation.models import User
from portfolio.models import AnnualPlan
from reporting.choices import JobState, JobStep, ReportFormat, ReportKind
from reporting.errors import NotPossibleNow
from reporting.models import ReportEdition, ReportJob
from reporting.services.doors import locked, require
from reporting.services.editions import take_edition
from reporting.services.handing import hand_over


def ask_report(
    kind: ReportKind,
    year: int,
    *,
    file_format: ReportFormat,
    language: str,
    by: User | None,
    plan: AnnualPlan | None = None,
    is_draft: bool = False,
) -> ReportJob:
    """Ask for a report of what is known now; a worker makes it. Asking twice for the same gives the same job.

    What failed or was cancelled is queued anew, in the same row. `by` is None for what the application itself asks for;
    programme support hears how that ends. Call it outside a transaction: the content is read in a snapshot of its own.
    Raises `PermissionDenied`, `YearNotInProgramme` and `ValidationError`.
    """
    if by is not None:
        require(by, "reporting.make_report")
    edition = take_edition(kind, year, by=by, plan=plan, is_draft=is_draft)
    return ask_file(edition, file_format=file_format, language=language, by=by)


@transaction.atomic
def ask_file(
    edition: ReportEdition, *, file_format: ReportFormat, language: str, by: User | None
) -> ReportJob:
    """Ask for an edition in a format and a language, as `ask_report` does. Raises `PermissionDenied`."""
    if by is not None:
        require(by, "reporting.make_report")
    job = ReportJob.objects.filter(edition=edition, format=file_format, language=language).first()
    if job is None:
        job, is_new = ReportJob.objects.get_or_create(
            edition=edition, format=file_format, language=language, defaults={"asked_by": by}
        )
    else:
        is_new = False
    job = locked(job)
    if job.state in {JobState.FAILED, JobState.CANCELLED}:
        _queue_anew(job, by)
        is_new = True
    elif job.state == JobState.RUNNING and job.cancel_asked:
        # Who asks again doesn't want it to stop.
        job.cancel_asked, job.cancelled_by = False, None
        _save(job, by)
    if by is not None and job.is_being_made:
        job.waiting.add(by)
    if is_new:
        transaction.on_commit(lambda: hand_over(job.pk), robust=True)
    return job


def _queue_anew(job: ReportJob, by: User | None) -> None:
    job.state, job.step, job.percent = JobState.QUEUED, JobStep.WAITING, 0
    job.asked_by, job.asked_at = by, timezone.now()
    job.enqueued_at = job.started_at = job.ended_at = job.heartbeat = job.run_key = None
    job.attempts, job.cancel_asked, job.cancelled_by = 0, False, None
    job.failure, job.failure_details = "", {}
    job.waiting.clear()
    _save(job, by)


@transaction.atomic
def cancel_job(job: ReportJob, *, by: User) -> ReportJob:
    """Stop the making of a report: at once while it waits, at its next step while it runs.

    Cancelling what was cancelled changes nothing. Raises `PermissionDenied` and, for what is ready or failed, `NotPossibleNow`.
    """
    require(by, "reporting.cancel_report")
    job = locked(job)
    if job.state == JobState.CANCELLED or job.cancel_asked:
        return job
    if not job.is_being_made:
        raise NotPossibleNow(_("Only what is waiting or being made can be cancelled."))
    job.cancelled_by = by
    if job.state == JobState.QUEUED:
        job.state, job.ended_at = JobState.CANCELLED, timezone.now()
    else:
        job.cancel_asked = True
    _save(job, by)
    return job


def _save(job: ReportJob, by: User | None) -> None:
    if by is None:
        job.save()
    else:
        job.save_by(by)
