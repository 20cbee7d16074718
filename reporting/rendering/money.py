"""The money of a report as it is shown: by pillar, with its charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from budget.charts import Place, TileMap
from budget.country_map import country_map
from reporting.content import BudgetYear, Contributions, CostCentreYear
from reporting.rendering.charts import (
    Part,
    Spending,
    SpendingChart,
    StackedBar,
    spending_chart,
    stacked_bar,
)

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class CentreGroup:
    """Central support, or the projects of a pillar, with their sums."""

    number: int | None
    name: str
    centres: tuple[CostCentreYear, ...]

    @property
    def committed(self) -> Decimal:
        """What they plan."""
        return sum((centre.committed for centre in self.centres), NOTHING)

    @property
    def spent(self) -> Decimal:
        """What they spent."""
        return sum((centre.spent for centre in self.centres), NOTHING)

    @property
    def forecast(self) -> Decimal:
        """What they will have spent at the end of the year."""
        return sum((centre.forecast for centre in self.centres), NOTHING)

    @property
    def left(self) -> Decimal:
        """What is committed and not spent."""
        return self.committed - self.spent

    @property
    def tone(self) -> str:
        """The name of its colour."""
        return f"pillar-{self.number}" if self.number in (1, 2, 3) else "central"


@dataclass(frozen=True, slots=True)
class Money:
    """A budget year by pillar, with its charts."""

    year: BudgetYear
    groups: tuple[CentreGroup, ...]
    allocation: StackedBar | None
    spending: SpendingChart | None

    @property
    def has_projects(self) -> bool:
        """Whether something is of projects."""
        return any(not centre.is_central_support for centre in self.year.centres)

    @property
    def left(self) -> Decimal:
        """What is committed and not spent."""
        return self.year.committed - self.year.spent


def money_of(year: BudgetYear) -> Money:
    """Group a budget year by pillar and draw it, in the current language."""
    groups = _groups(year.centres)
    parts = [Part(group.name, group.committed, group.tone) for group in groups]
    if year.amount is not None and not year.is_over_allocated:
        parts.append(Part(_("Unallocated"), year.unallocated, "free"))
    rows = [
        Spending(group.name, group.committed, group.spent, group.forecast, group.tone) for group in groups
    ]
    return Money(
        year,
        groups,
        stacked_bar(parts, year.available if year.amount is not None else None),
        spending_chart(rows),
    )


def _groups(centres: Sequence[CostCentreYear]) -> tuple[CentreGroup, ...]:
    """Put central support first, then the pillars by number, then what is of none."""
    central = tuple(centre for centre in centres if centre.is_central_support)
    groups = [CentreGroup(None, _("Central support"), central)] if central else []
    numbers = {centre.pillar_number for centre in centres if not centre.is_central_support}
    for number in sorted(numbers, key=lambda one: (one is None, one)):
        mine = tuple(
            centre for centre in centres if not centre.is_central_support and centre.pillar_number == number
        )
        name = _("Other projects") if number is None else _("Pillar %(number)s") % {"number": number}
        groups.append(CentreGroup(number, name, mine))
    return tuple(groups)


def split_map(contributions: Contributions, places: list[Place]) -> TileMap | None:
    """Draw each region's part of the whole on the map of the country. None without places."""
    return country_map(places, {row.code: Fraction(row.percentage) for row in contributions.rows})
