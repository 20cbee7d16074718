"""Making a report available to everyone who reads reports, and taking it back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation.models import User
from reporting.choices import JobState, ReportKind
from reporting.errors import NotPossibleNow
from reporting.models import ReportJob
from reporting.services.doors import locked, require


@transaction.atomic
def publish_job(job: ReportJob, *, by: User) -> ReportJob:
    """Let everyone who reads reports download a file; one that was withdrawn, again.

    Publishing what is published changes nothing. Raises `PermissionDenied` and, for what isn't ready or is a draft,
    `NotPossibleNow`.
    """
    require(by, "reporting.publish_report")
    job = locked(job)
    if job.state != JobState.DONE:
        raise NotPossibleNow(_("Only a report that is ready can be published."))
    if job.edition.is_draft and job.edition.kind == ReportKind.ANNUAL_PLAN:
        raise NotPossibleNow(_("An annual plan can be published once it is adopted."))
    if job.edition.is_draft:
        raise NotPossibleNow(_("A draft isn't published. Ask for the definitive report."))
    if job.is_published:
        return job
    job.published_at, job.published_by = timezone.now(), by
    job.withdrawn_at, job.withdrawn_by, job.withdrawn_reason = None, None, ""
    job.save_by(by)
    return job


@transaction.atomic
def withdraw_job(job: ReportJob, reason: str, *, by: User) -> ReportJob:
    """Take a published file back; who reads reports no longer sees it, and support sees why.

    Raises `PermissionDenied`, `NotPossibleNow` for what isn't published, and `ValidationError` at `reason`.
    """
    require(by, "reporting.withdraw_report")
    job = locked(job)
    if not job.is_published:
        raise NotPossibleNow(_("Only a report that is published can be withdrawn."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the report is withdrawn.")})
    job.withdrawn_at, job.withdrawn_by, job.withdrawn_reason = timezone.now(), by, reason
    try:
        job.clean_fields()
    except ValidationError as problem:
        texts = problem.message_dict.get("withdrawn_reason")
        if texts:
            raise ValidationError({"reason": texts}) from problem
        raise
    job.save_by(by)
    return job
