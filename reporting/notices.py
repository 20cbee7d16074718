"""Who is told by e-mail how the making of a report ended, and what the year asks for, each in their own language."""

import datetime

from organisation.models import User
from organisation.outbox import post
from portfolio.models import PortfolioHolder
from portfolio.notices import support_team
from reporting.models import ReportJob


def ready(pk: int) -> None:
    """Tell who waits for a report that it is there."""
    _tell(pk, "ready")


def failed(pk: int) -> None:
    """Tell who waits for a report that it couldn't be made, and why."""
    _tell(pk, "failed")


def plan_to_align(year: int, today: datetime.date) -> list[User]:
    """Ask holders and programme support to align the annual plan of a year; give those who were written to."""
    holding = PortfolioHolder.objects.on(today).select_related("user").order_by("user__name", "pk")
    people = dict.fromkeys([*(holder.user for holder in holding), *support_team()])
    return [person for person in people if post(person, "reporting/mail/plan_to_align.txt", {"year": year})]


def _tell(pk: int, notice: str) -> None:
    job = ReportJob.objects.select_related("edition").get(pk=pk)
    people = dict.fromkeys(job.waiting.order_by("name", "pk"))
    if job.asked_by_id is None:
        people |= dict.fromkeys(support_team())
    for person in people:
        post(person, f"reporting/mail/{notice}.txt", {"job": job})
