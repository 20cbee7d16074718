"""What the planning grid says of money: per year what is budgeted against what is available, per project what it costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from budget.allocation import YearAllocation, read_years
from organisation.models import User

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class ProjectCosts:
    """What a project costs in a year: planned and spent, in euro."""

    planned: Decimal = NOTHING
    spent: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class YearMoney:
    """The budget of a year, in euro, of all projects and central support, whatever the grid is filtered on.

    `available` is None while no amount was set for the year. `asked` is None for who doesn't see the assignments that the
    Vakraad has still to decide on, and `costs`, by project, is None for who doesn't see what a single project costs.
    """

    available: Decimal | None
    committed: Decimal
    asked: Decimal | None
    costs: Mapping[int, ProjectCosts] | None = field(default=None, repr=False)

    @property
    def unallocated(self) -> Decimal:
        """What is available and not committed; negative when more is committed than there is."""
        return (self.available or NOTHING) - self.committed

    @property
    def is_over(self) -> bool:
        """Whether more is committed than there is, in a year whose amount is known."""
        return self.available is not None and self.unallocated < 0

    @property
    def too_much(self) -> Decimal:
        """What is committed beyond what there is."""
        return max(-self.unallocated, NOTHING)

    def costs_of(self, project_id: int) -> ProjectCosts | None:
        """What a project costs; None for who may not see it."""
        return None if self.costs is None else self.costs.get(project_id, ProjectCosts())


def read_money(user: User, years: Iterable[int]) -> dict[int, YearMoney]:
    """Read the money of years as the person may see it. Five queries; none, and nothing, for who may not see it.

    The RCDV sees what is committed, without what is asked and without single projects (DESIGN.md, section 6).
    """
    if not user.has_perm("budget.view_allocation"):
        return {}
    if user.has_perm("budget.view_lines"):
        return {year: _whole(found) for year, found in read_years(years, user).items()}
    return committed_money(read_years(years, only_committed=True))


def committed_money(allocations: Mapping[int, YearAllocation]) -> dict[int, YearMoney]:
    """Give the money of years without what is asked and without single projects."""
    return {
        year: YearMoney(_available(found), found.total.committed, asked=None)
        for year, found in allocations.items()
    }


def _whole(found: YearAllocation) -> YearMoney:
    total = found.total
    costs = {
        centre.project_id: ProjectCosts(
            sum((item.amount for item in centre.items), NOTHING), centre.figures.spent
        )
        for centre in found.centres
        if centre.project_id is not None
    }
    return YearMoney(_available(found), total.committed, total.asked, costs)


def _available(found: YearAllocation) -> Decimal | None:
    return None if found.amount is None else found.available
