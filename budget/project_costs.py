"""What a project costs, per year and category: planned, spent, left and foreseen. One content object for its section."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from budget.allocation import NOTHING, CostItem, YearAllocation, foreseen_cost, read_years
from budget.choices import CostCategory
from budget.cost_step import in_order, year_left
from budget.models import BudgetLine, Expenditure, Forecast
from budget.money import format_money
from budget.querysets import ASKED
from organisation.models import User
from portfolio.choices import ProjectState
from portfolio.models import Project


@dataclass(frozen=True, slots=True)
class YearCosts:
    """What a project costs in a year, in euro; `forecast_reason` says why the forecast was set by hand."""

    year: int
    items: tuple[CostItem, ...]
    forecast: Decimal
    forecast_reason: str = ""

    @property
    def planned(self) -> Decimal:
        """Over all categories."""
        return sum((item.amount for item in self.items), NOTHING)

    @property
    def spent(self) -> Decimal:
        """Over all categories."""
        return sum((item.spent for item in self.items), NOTHING)

    @property
    def left(self) -> Decimal:
        """What is planned and not spent; negative when more was spent."""
        return self.planned - self.spent


@dataclass(frozen=True, slots=True)
class ProjectCosts:
    """What a project costs over the years, with what needs attention in words."""

    state: ProjectState
    years: tuple[YearCosts, ...]
    warnings: tuple[str, ...]

    @property
    def is_asked(self) -> bool:
        """Whether the Vakraad has still to decide, so that nothing can be spent yet."""
        return self.state in ASKED

    @property
    def planned(self) -> Decimal:
        """Over all years."""
        return sum((year.planned for year in self.years), NOTHING)

    @property
    def spent(self) -> Decimal:
        """Over all years."""
        return sum((year.spent for year in self.years), NOTHING)

    @property
    def left(self) -> Decimal:
        """Over all years."""
        return self.planned - self.spent

    @property
    def forecast(self) -> Decimal:
        """Over all years."""
        return sum((year.forecast for year in self.years), NOTHING)


def read_project_costs(project: Project, reader: User) -> ProjectCosts:
    """Read what a project costs, for who may see budget lines. Eight queries."""
    state = ProjectState(project.state)
    lines = in_order(BudgetLine.objects.filter(project=project))
    spent: dict[int, Decimal] = defaultdict(Decimal)
    booked = Expenditure.objects.counted().filter(line__project=project).order_by()
    for line, amount in booked.values_list("line", "amount"):
        spent[line] += amount
    overrides = {forecast.year: forecast for forecast in Forecast.objects.filter(project=project)}
    years = []
    for year in sorted({line.year for line in lines} | overrides.keys()):
        items = tuple(_item(line, spent[line.pk]) for line in lines if line.year == year)
        forecast, reason = foreseen_cost(state, items, overrides.get(year))
        years.append(YearCosts(year, items, forecast=forecast, forecast_reason=reason))
    allocations = read_years((year.year for year in years), reader)
    warnings = [text for year in years for text in _warnings(project, year, allocations[year.year])]
    return ProjectCosts(state, tuple(years), tuple(warnings))


def _item(line: BudgetLine, spent: Decimal) -> CostItem:
    return CostItem(line.pk, line.year, CostCategory(line.category), line.amount, line.note, spent)


def _warnings(project: Project, costs: YearCosts, allocation: YearAllocation) -> list[str]:
    found = []
    if project.state in ASKED:
        beside = year_left(allocation, project, [costs.planned])
        if (beside.amount is None or beside.left < 0) and beside.warning is not None:
            found.append(beside.warning)
    elif allocation.is_over_allocated:
        found.append(
            _("%(amount)s more is committed for %(year)s than there is.")
            % {"amount": format_money(-allocation.unallocated), "year": costs.year}
        )
    found += [
        _("In %(year)s %(amount)s more was spent on %(category)s than is planned.")
        % {"year": costs.year, "amount": format_money(-item.left), "category": item.category.label}
        for item in costs.items
        if item.left < 0
    ]
    if costs.forecast_reason and costs.forecast > costs.planned:
        found.append(
            _("The forecast of %(year)s is %(amount)s above what is planned.")
            % {"year": costs.year, "amount": format_money(costs.forecast - costs.planned)}
        )
    return found
