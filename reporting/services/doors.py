"""What the verbs of reports share: who may, and one at a time per job."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from organisation.models import User
from reporting.models import ReportJob


def require(user: User, permission: str) -> None:
    """Raise `PermissionDenied` unless the rules allow it."""
    if not user.has_perm(permission):
        raise PermissionDenied(_("Your account may not do this."))


def locked(job: ReportJob) -> ReportJob:
    """Give the job as it is stored now, locked until the transaction ends."""
    return ReportJob.objects.select_for_update(of=("self",)).select_related("edition").get(pk=job.pk)
