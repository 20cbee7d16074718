"""How the lines that money can be spent on stand: planned, spent and left, and what more bookings would make of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from budget.allocation import NOTHING, spent_by_line
from budget.models import BudgetLine
from budget.money import format_money
from portfolio.choices import ProjectState


@dataclass(frozen=True, slots=True)
class LineStanding:
    """A line with what was spent on it, and what is about to be, in euro."""

    line: BudgetLine
    spent: Decimal
    added: Decimal = NOTHING
    booking_count: int = 0

    @property
    def planned(self) -> Decimal:
        """What is planned."""
        return self.line.amount

    @property
    def after(self) -> Decimal:
        """What will have been spent."""
        return self.spent + self.added

    @property
    def left(self) -> Decimal:
        """What is planned and will not have been spent; negative when more will."""
        return self.planned - self.after

    @property
    def overspend(self) -> Decimal:
        """How much more will have been spent than is planned."""
        return max(NOTHING, -self.left)

    @property
    def owner(self) -> str:
        """The project with its number, or central support; of a project that was cancelled it says so."""
        project = self.line.project
        if project is None:
            return _("Central support")
        if project.state == ProjectState.CANCELLED:
            return _("%(project)s (cancelled)") % {"project": project}
        return str(project)

    @property
    def label(self) -> str:
        """How a list to choose from names it."""
        return _("%(category)s: %(planned)s planned, %(spent)s spent, %(left)s left") % {
            "category": self.line.get_category_display(),
            "planned": format_money(self.planned),
            "spent": format_money(self.spent),
            "left": format_money(self.left),
        }


def read_standings(years: Collection[int]) -> list[LineStanding]:
    """Read the lines of years on which can be booked: central support's first, then by number of the project. Two queries."""
    lines = BudgetLine.objects.committed().filter(year__in=years).select_related("project")
    spent = spent_by_line(years)
    found = [LineStanding(line, spent.get(line.pk, NOTHING)) for line in lines]
    found.sort(
        key=lambda standing: (
            standing.line.project is not None,
            standing.line.project.code if standing.line.project else "",
            standing.line.year,
            standing.line.category,
        )
    )
    return found
