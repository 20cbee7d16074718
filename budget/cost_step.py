"""The step of the assignment form in which a holder plans costs, and what it says of the years: fills `portfolio.ports.costs`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from budget.allocation import NOTHING, YearAllocation, read_years
from budget.choices import CostCategory
from budget.models import BudgetLine
from budget.money import format_money
from budget.services import set_project_costs
from organisation.models import User
from portfolio.models import Project
from portfolio.ports import Part, StepNotes


@dataclass(frozen=True, slots=True)
class YearLeft:
    """A year's money beside what an assignment plans in it, in euro, as far as the reader may see it.

    `committed` and `asked` leave this assignment out, so that what it plans can be compared with what is left.
    """

    year: int
    amount: Decimal | None
    available: Decimal
    committed: Decimal
    asked: Decimal
    planned: Decimal

    @property
    def left(self) -> Decimal:
        """What is left after what is committed to others and what is planned here; negative when that is too much."""
        return self.available - self.committed - self.planned

    @property
    def warning(self) -> str | None:
        """Say what doesn't fit, if anything."""
        if not self.planned:
            return None
        if self.amount is None:
            return _("No budget is set for %(year)s yet, so it can't be said whether the money is there.") % {
                "year": self.year
            }
        free = max(self.available - self.committed, NOTHING)
        if self.planned > free:
            return _("%(year)s: %(planned)s is planned and %(free)s is free, so %(short)s is short.") % {
                "year": self.year,
                "planned": format_money(self.planned),
                "free": format_money(free),
                "short": format_money(self.planned - free),
            }
        if self.left < self.asked:
            return _(
                "%(year)s: after this %(left)s is left, while other assignments that the Vakraad has still to decide on ask "
                "%(asked)s."
            ) % {"year": self.year, "left": format_money(self.left), "asked": format_money(self.asked)}
        return None


@dataclass(frozen=True, slots=True)
class DocumentedCosts:
    """What an assignment plans to spend, line by line, in euro."""

    lines: tuple[BudgetLine, ...]

    @property
    def total(self) -> Decimal:
        """Over all years."""
        return sum((line.amount for line in self.lines), NOTHING)

    @property
    def per_year(self) -> list[tuple[int, Decimal]]:
        """Added up by year."""
        years = sorted({line.year for line in self.lines})
        return [
            (year, sum((line.amount for line in self.lines if line.year == year), NOTHING)) for year in years
        ]


def in_order(lines: Iterable[BudgetLine]) -> tuple[BudgetLine, ...]:
    """Give lines by year, and within it in the order of the categories."""
    return tuple(sorted(lines, key=lambda line: (line.year, CostCategory.values.index(line.category))))


def cost_values(project: Project) -> list[tuple[int, str, Decimal, str]]:
    """Give the stored lines as plain data. Their order, and which record holds them, says nothing."""
    return sorted((line.year, line.category, line.amount, line.note) for line in project.budget_lines.all())


def year_left(allocation: YearAllocation, project: Project, amounts: Iterable[Decimal]) -> YearLeft:
    """Give a year beside what the assignment plans in it (`amounts`)."""
    own = [centre.figures for centre in allocation.centres if centre.project_id == project.pk]
    return YearLeft(
        year=allocation.year,
        amount=allocation.amount,
        available=allocation.available,
        committed=allocation.total.committed - sum((figures.committed for figures in own), NOTHING),
        asked=allocation.total.asked - sum((figures.asked for figures in own), NOTHING),
        planned=sum(amounts, NOTHING),
    )


def years_left(project: Project, reader: User) -> list[YearLeft]:
    """Give the years in which the assignment can plan costs, or did, each with what is left of it. Six queries."""
    lines = list(project.budget_lines.all())
    years = {
        *(project.years or project.objective.theme.pillar.programme.years),
        *(line.year for line in lines),
    }
    return [
        year_left(allocation, project, (line.amount for line in lines if line.year == year))
        for year, allocation in read_years(years, reader).items()
    ]


def step_notes(project: Project, reader: User) -> StepNotes:
    """Say what is left per year, with a warning for each year in which it doesn't fit."""
    years = years_left(project, reader)
    warnings = [year.warning for year in years if year.warning is not None]
    outside = [
        year.year for year in years if year.planned and project.years and year.year not in project.years
    ]
    if outside:
        warnings.append(
            _("Costs are planned in %(outside)s, outside the years of the assignment.")
            % {"outside": ", ".join(map(str, outside))}
        )
    return StepNotes(warnings, Part("budget/components/years_left.html", years))


def document_part(project: Project, reader: User) -> Part | None:
    """Give what the document says of costs, to who may see lines."""
    if not reader.has_perm("budget.view_lines"):
        return None
    return Part(
        "budget/components/document_costs.html", DocumentedCosts(in_order(project.budget_lines.all()))
    )


def save_costs(project: Project, lines: Sequence[Any], by: User) -> bool:
    """Have the planned costs be these lines, within `portfolio.services.edit_project`."""
    return set_project_costs(project, lines, by=by)
