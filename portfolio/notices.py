"""Who is told by e-mail what happened to a project, each in their own language."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from organisation.choices import Role
from organisation.models import User
from organisation.outbox import post
from portfolio.models import Decision, PortfolioHolder, Project, Remark


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
    team = support_team()
    _tell(team, by, "submitted", project=project, is_support=True)
    others = [person for person in holders_of(project) if person not in team]
    _tell(others, by, "submitted", project=project, is_support=False)


def completion_asked(project: Project, by: User) -> None:
    """Tell programme support that a project is done and awaits a decision."""
    _tell(support_team(), by, "completion_asked", project=project)


def decided(project: Project, decision: Decision, by: User) -> None:
    """Tell the holders, and who filed the project, what was decided on it."""
    _tell([*holders_of(project), project.filed_by], by, "decided", project=project, decision=decision)


def taken_back(project: Project, decision: Decision, by: User) -> None:
    """Tell the same people that a correction no longer names the project, so that it is as it was before."""
    _tell([*holders_of(project), project.filed_by], by, "taken_back", project=project, decision=decision)


def remarked(remark: Remark) -> None:
    """Tell the holders that someone left a remark."""
    _tell(holders_of(remark.project), remark.author, "remarked", project=remark.project, remark=remark)


def report_due(project: Project) -> list[User]:
    """Remind the holders that a status report is due; give those who were written to."""
    last_report = project.status_reports.latest_first().first()
    return _tell(holders_of(project), None, "report_due", project=project, last_report=last_report)


def _tell(people: Iterable[User], by: User | None, notice: str, **context: Any) -> list[User]:
    """Write to each person once, but not to who did it, nor to who may not see the project; give those written to."""
    told = []
    for person in dict.fromkeys(people):
        sees_it = Project.objects.visible_to(person).filter(pk=context["project"].pk).exists()
        if person != by and sees_it and post(person, f"portfolio/mail/{notice}.txt", {**context, "by": by}):
            told.append(person)
    return told
