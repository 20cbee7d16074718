"""Annual plans in the states that tests start from."""

from typing import Any

from django.utils import timezone

from organisation.models import User
from portfolio.choices import Outcome
from portfolio.models import AnnualPlan
from portfolio.services import adopt_plan, align_plan, begin_plan, write_plan
from reporting.choices import ReportKind
from reporting.content import as_data
from reporting.reading import read_report
from tests.factories import decide


def content_of(plan: AnnualPlan) -> dict[str, Any]:
    """Give what a plan says, as the page hands it in."""
    return as_data(read_report(ReportKind.ANNUAL_PLAN, plan.year, today=timezone.localdate(), plan=plan))


def aligned_plan(by: User, year: int = 2027) -> AnnualPlan:
    """Give the next version of the plan of a year, with a text and aligned today."""
    plan = begin_plan(year, by=by)
    changes = "Iets." if plan.minor else ""
    plan = write_plan(
        plan,
        by=by,
        read_version=plan.version,
        introduction=f"Versie {plan.label}",
        changes=changes,
        paragraphs={},
    )
    return align_plan(plan, by=by, aligned_on=timezone.localdate(), read_version=plan.version)


def adopted_plan(by: User, year: int = 2027) -> AnnualPlan:
    """Give the next version of the plan of a year, adopted by a decision of its own."""
    plan = aligned_plan(by, year)
    decision = decide(outcome=Outcome.ANNUAL_PLAN, by=by, meeting_on=timezone.localdate())
    return adopt_plan(plan, by=by, decision=decision, content=content_of(plan), read_version=plan.version)
