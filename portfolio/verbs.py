"""What a person can do to a project: every verb with its permission, and whether the project's state allows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_fsm import can_proceed

from portfolio.choices import ProjectState

if TYPE_CHECKING:
    from organisation.models import User
    from portfolio.models import Project


@dataclass(frozen=True, slots=True)
class Way:
    """The permission that a verb asks, and when a project can undergo it."""

    permission: str
    is_possible: Callable[[Project], bool] = lambda project: True


WAYS: dict[str, Way] = {
    "edit": Way("portfolio.change_project"),
    "submit": Way("portfolio.submit_project", lambda project: can_proceed(project.submit)),
    "withdraw": Way("portfolio.withdraw_project", lambda project: can_proceed(project.withdraw)),
    "start": Way("portfolio.start_project", lambda project: can_proceed(project.start)),
    "complete": Way("portfolio.ask_completion", lambda project: project.state == ProjectState.RUNNING),
    "report": Way("portfolio.report_status", lambda project: project.state == ProjectState.RUNNING),
    "remark": Way("portfolio.add_remark"),
    "attach": Way("portfolio.add_attachment"),
    "decide": Way(
        "portfolio.record_decision",
        lambda project: any(
            map(can_proceed, (project.send_back, project.accept, project.complete, project.cancel))
        ),
    ),
}


def allowed_verbs(project: Project, user: User) -> frozenset[str]:
    """Give what the person may do with the project as it stands now."""
    return frozenset(
        verb
        for verb, way in WAYS.items()
        if way.is_possible(project) and user.has_perm(way.permission, project)
    )
