"""What the page of a year's annual plan shows to a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from organisation.models import User
from pillars.seal import seal
from portfolio.models import AnnualPlan
from reporting.choices import ReportKind
from reporting.content import Edition, as_data
from reporting.plan_check import Lack, lacking
from reporting.reading import read_report


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A version of the plan of a year with what it says, and the other versions. Without a plan nothing but the year.

    `content_hash` is the seal over what is shown, by which adopting knows that it is the same.
    """

    plan: AnnualPlan | None
    versions: tuple[AnnualPlan, ...]
    edition: Edition | None = None
    content_hash: str = ""
    lacks: tuple[Lack, ...] = ()

    @property
    def is_newest(self) -> bool:
        """Whether the newest version is shown, which alone can go on."""
        return self.plan is not None and self.plan == self.versions[0]

    @property
    def in_force(self) -> AnnualPlan | None:
        """The newest version that was adopted."""
        return next((plan for plan in self.versions if plan.is_adopted), None)


def read_plan_page(year: int, user: User, label: str = "") -> PlanPage | None:
    """Read the plan of a year: the version that the label names, or the newest; None when that isn't there for the person.

    One that was adopted says what it said then; another one what is known now. What it lacks is told to who sees drafts.
    """
    versions = tuple(AnnualPlan.objects.visible_to(user).of_year(year).with_people().defer("content"))
    plan = next((one for one in versions if label in ("", one.label)), None)
    if plan is None:
        return None if label else PlanPage(None, versions)
    content = read_report(ReportKind.ANNUAL_PLAN, year, today=timezone.localdate(), plan=plan)
    content_hash = seal(as_data(content))
    edition = Edition(
        content=content,
        version=plan.label,
        is_draft=not plan.is_adopted,
        content_hash=content_hash,
        taken_at=plan.adopted_at or timezone.now(),
    )
    lacks = () if plan.is_adopted else tuple(lacking(content))
    return PlanPage(plan, versions, edition, content_hash, lacks)
