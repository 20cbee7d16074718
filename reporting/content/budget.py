"""The money of a year in a report, in euro: what there is, what it goes to, and who pays."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from budget.choices import ContributionState, CostCategory, KeyStatus, SetState, WeightUnit
from portfolio.choices import ProjectState

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class CategoryCost:
    """What is planned and spent of one category."""

    category: CostCategory
    planned: Decimal
    spent: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class CostCentreYear:
    """A project, or central support (without a number), in a year. `committed` is what binds the budget."""

    code: str
    title: str
    state: ProjectState | None
    pillar_number: int | None
    theme_name: str
    committed: Decimal
    spent: Decimal
    forecast: Decimal
    forecast_reason: str
    lines: tuple[CategoryCost, ...]

    @property
    def is_central_support(self) -> bool:
        """Whether it is what the supporters cost."""
        return self.state is None

    @property
    def left(self) -> Decimal:
        """What is committed and not spent; negative when more was spent."""
        return self.committed - self.spent


@dataclass(frozen=True, slots=True)
class BudgetYear:
    """The working budget of a year and what became of it. `amount` is None while none was set."""

    year: int
    amount: Decimal | None
    carried_in: Decimal
    carried_out: Decimal
    centres: tuple[CostCentreYear, ...]

    @property
    def available(self) -> Decimal:
        """The amount with what came from earlier years, without what went to later ones."""
        return (self.amount or NOTHING) + self.carried_in - self.carried_out

    @property
    def committed(self) -> Decimal:
        """What central support and accepted projects plan."""
        return sum((centre.committed for centre in self.centres), NOTHING)

    @property
    def spent(self) -> Decimal:
        """What was spent."""
        return sum((centre.spent for centre in self.centres), NOTHING)

    @property
    def forecast(self) -> Decimal:
        """What will have been spent at the end of the year."""
        return sum((centre.forecast for centre in self.centres), NOTHING)

    @property
    def unallocated(self) -> Decimal:
        """What is available and not committed; negative when more is committed than there is."""
        return self.available - self.committed

    @property
    def unspent(self) -> Decimal:
        """What is available and not spent."""
        return self.available - self.spent

    @property
    def is_over_allocated(self) -> bool:
        """Whether more is committed than there is, in a year whose amount is known."""
        return self.amount is not None and self.unallocated < 0

    @property
    def central_support(self) -> Decimal:
        """What central support costs."""
        return sum((centre.committed for centre in self.centres if centre.is_central_support), NOTHING)

    @property
    def projects(self) -> Decimal:
        """What projects are allocated."""
        return sum((centre.committed for centre in self.centres if not centre.is_central_support), NOTHING)


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """What a region owes. `percentage` is its part of all weights, to four decimals; `exact` the amount before rounding."""

    code: str
    name: str
    weight: Decimal
    percentage: Decimal
    exact: Decimal
    amount: Decimal
    settled_before: Decimal
    state: ContributionState

    @property
    def to_settle(self) -> Decimal:
        """The amount, less what earlier versions invoiced. Can be negative."""
        return self.amount - self.settled_before


@dataclass(frozen=True, slots=True)
class Contributions:
    """The split of a year over the regions, by code. `decision` is the number of the decision that adopted it, or empty."""

    year: int
    version: int
    state: SetState
    amount: Decimal
    key: str
    key_version: int
    key_status: KeyStatus
    key_source: str
    unit: WeightUnit
    decision: str
    adopted_on: datetime.date | None
    rows: tuple[ContributionRow, ...]

    @property
    def total_weight(self) -> Decimal:
        """All weights together."""
        return sum((row.weight for row in self.rows), NOTHING)

    @property
    def total(self) -> Decimal:
        """All amounts together: the budget that was split."""
        return sum((row.amount for row in self.rows), NOTHING)

    @property
    def average(self) -> Decimal:
        """The amount per region if all paid the same, in whole cents."""
        return round(self.total / len(self.rows), 2) if self.rows else NOTHING
