"""Who is told by e-mail what happened to a project, each in their own language."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils import timezone

from organisation.choices import Role
from organisation.models import User
from organisation.outbox import post
from portfolio.models import Decision, PortfolioHolder, Project, Remark

_silent: ContextVar[bool] = ContextVar("notices_are_silent", default=False)


@contextmanager
def silence() -> Iterator[None]:
    """Tell nobody of what happens inside: it happened long ago, and is only recorded now."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def holders_of(project: Project) -> list[User]:
    """Give the people who hold the project's portfolio today."""
    holding = PortfolioHolder.objects.on(timezone.localdate()).filter(portfolio=project.portfolio_id)
    return [holder.user for holder in holding.select_related("user").order_by("user__name")]


def support_team() -> list[User]:
    """Give the programme support."""
    return list(
        User.objects.filter(role_assignments__role=Role.SUPPORT, is_active=True).distinct().order_by("name")
    )


def submitted(project: Project, by: User) -> None:
    """Tell programme support that an assignment awaits a decision, and the holders that it was submitted for them."""
    _tell([*support_team(), *holders_of(project)], by, "submitted", project=project)


def completion_asked(project: Project, by: User) -> None:
    """Tell programme support that a project is done and awaits a decision."""
    _tell(support_team(), by, "completion_asked", project=project)


def decided(project: Project, decision: Decision, by: User) -> None:
    """Tell the holders, and who filed the project, what was decided on it."""
    _tell([*holders_of(project), project.filed_by], by, "decided", project=project, decision=decision)


def remarked(remark: Remark) -> None:
    """Tell the holders that someone left a remark."""
    _tell(holders_of(remark.project), remark.author, "remarked", project=remark.project, remark=remark)


def report_due(project: Project) -> None:
    """Remind the holders that a status report is due."""
    _tell(holders_of(project), None, "report_due", project=project)


def _tell(people: Iterable[User], by: User | None, notice: str, **context: Any) -> None:
    """Write to each person once, but not to who did it."""
    if _silent.get():
        return
    for person in dict.fromkeys(people):
        if person != by:
            post(person, f"portfolio/mail/{notice}.txt", {**context, "by": by})
