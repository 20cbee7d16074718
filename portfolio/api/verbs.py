"""What can be done to a project, and whether this person can do it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import can_proceed

from portfolio.choices import ProjectState
from portfolio.errors import NotAllowedInThisState

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


@dataclass(frozen=True, slots=True)
class _Way:
    """The permission that a verb asks, and the states in which the project can undergo it."""

    permission: str
    is_possible: Callable[[Project], bool] = lambda project: True


WAYS: dict[ProjectVerb, _Way] = {
    ProjectVerb.EDIT: _Way("portfolio.change_project"),
    ProjectVerb.SUBMISSION: _Way("portfolio.submit_project", lambda project: can_proceed(project.submit)),
    ProjectVerb.WITHDRAWAL: _Way("portfolio.withdraw_project", lambda project: can_proceed(project.withdraw)),
    ProjectVerb.START: _Way("portfolio.start_project", lambda project: can_proceed(project.start)),
    ProjectVerb.COMPLETION_REQUEST: _Way(
        "portfolio.ask_completion", lambda project: project.state == ProjectState.RUNNING
    ),
    ProjectVerb.STATUS_REPORT: _Way(
        "portfolio.report_status", lambda project: project.state == ProjectState.RUNNING
    ),
    ProjectVerb.REMARK: _Way("portfolio.add_remark"),
}


def allowed_verbs(project: Project, user: User) -> list[str]:
    """Give what this person can do to the project in its state."""
    return [
        verb.value
        for verb, way in WAYS.items()
        if user.has_perm(way.permission, project) and way.is_possible(project)
    ]


def require_verb(verb: ProjectVerb, project: Project, user: User) -> None:
    """Refuse who may not, before anything of the request is read; the service asks again once it has the project.

    Raises `PermissionDenied`; `NotAllowedInThisState` for who may edit the project, but not in this state.
    """
    if user.has_perm(WAYS[verb].permission, project):
        return
    # Who may submit it is its client, or support: it is the state that keeps them from editing.
    if verb == ProjectVerb.EDIT and user.has_perm("portfolio.submit_project", project):
        raise NotAllowedInThisState(verb.label, project)
    raise PermissionDenied
