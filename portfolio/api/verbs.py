"""The verbs of a project by the API: how its addresses name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portfolio.errors import NotAllowedInThisState
from portfolio.verbs import WAYS, allowed_verbs

if TYPE_CHECKING:
    from organisation.models import User
    from portfolio.models import Project


class ProjectVerb(models.TextChoices):
    """A verb; the value is the last part of its address below the project, but for "edit", which is PATCH of the project."""

    EDIT = "edit", _("edit")
    SUBMISSION = "submission", _("submit")
    WITHDRAWAL = "withdrawal", _("withdraw")
    START = "start", pgettext_lazy("the work of a project", "start")
    COMPLETION_REQUEST = "completion-request", _("ask for completion")
    STATUS_REPORT = "status-reports", _("report on")
    REMARK = "remarks", _("remark on")


# Verb → what `portfolio.verbs` calls it.
VERBS: dict[ProjectVerb, str] = {
    ProjectVerb.EDIT: "edit",
    ProjectVerb.SUBMISSION: "submit",
    ProjectVerb.WITHDRAWAL: "withdraw",
    ProjectVerb.START: "start",
    ProjectVerb.COMPLETION_REQUEST: "complete",
    ProjectVerb.STATUS_REPORT: "report",
    ProjectVerb.REMARK: "remark",
}


def verbs_allowed(project: Project, user: User) -> list[str]:
    """Give what this person can do to the project in its state."""
    allowed = allowed_verbs(project, user)
    return [verb.value for verb, name in VERBS.items() if name in allowed]


def require_verb(verb: ProjectVerb, project: Project, user: User) -> None:
    """Refuse who may not, before anything of the request is read; the service asks again once it has the project.

    Raises `PermissionDenied`; `NotAllowedInThisState` for who may edit the project, but not in this state.
    """
    if user.has_perm(WAYS[VERBS[verb]].permission, project):
        return
    # Who may submit it is its client, or support: it is the state that keeps them from editing.
    if verb == ProjectVerb.EDIT and user.has_perm("portfolio.submit_project", project):
        raise NotAllowedInThisState(verb.label, project)
    raise PermissionDenied
