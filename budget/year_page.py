"""What the page of a year's budget shows to a person: one content object, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from budget.allocation import YearAllocation, read_years
from budget.charts import Place, TileMap
from budget.choices import ContributionState, SetState
from budget.country_map import country_map, read_places
from budget.exact import rounded
from budget.models import Contribution, ContributionSet
from budget.money import format_money
from organisation.models import User
from pillars.models import ProgrammeYear

# How the split can be sorted: name in the address → what to sort by, and whether the largest comes first.
SORTS: dict[str, tuple[Callable[[SplitRow], Any], bool]] = {
    "code": (lambda row: row.code, False),
    "name": (lambda row: row.name, False),
    "amount": (lambda row: row.amount, True),
    "state": (lambda row: list(ContributionState).index(row.state), False),
}


@dataclass(frozen=True, slots=True)
class SplitRow:
    """What a region owes, in euro, and its part of the whole."""

    code: str
    name: str
    weight: Decimal
    percentage: Fraction
    amount: Decimal
    state: ContributionState


@dataclass(frozen=True, slots=True)
class YearSplit:
    """The split of a year, with the rows that a person may see."""

    contributions: ContributionSet
    rows: tuple[SplitRow, ...]
    region_count: int
    total_weight: Decimal
    # Of who sees the whole split.
    map: TileMap | None = None

    @property
    def average(self) -> Decimal:
        """The amount per region if all paid the same, in euro and whole cents."""
        return rounded(Fraction(self.contributions.amount) / self.region_count, 2)


@dataclass(frozen=True, slots=True)
class YearPage:
    """A year's budget: its split, what it is allocated to, and the other years beside it."""

    allocation: YearAllocation
    years: tuple[YearAllocation, ...]
    split: YearSplit | None
    draft: YearSplit | None

    @property
    def warnings(self) -> list[str]:
        """What needs attention, in words: in the allocation, and where the split no longer is of the year's amount."""
        found = self.allocation.warnings
        if self.split is not None and self.draft is None and self.allocation.amount is not None:
            contributions = self.split.contributions
            if contributions.amount != self.allocation.amount:
                found.append(
                    _(
                        "The adopted contributions are of %(split)s, the amount of %(year)s is %(amount)s. A new draft, adopted "
                        "by the Vakraad, settles the difference."
                    )
                    % {
                        "split": format_money(contributions.amount),
                        "year": self.allocation.year,
                        "amount": format_money(self.allocation.amount),
                    }
                )
        return found


def programme_years() -> list[int]:
    """Give the years of all programmes, in order."""
    return sorted(set(ProgrammeYear.objects.values_list("year", flat=True)))


def nearest_programme_year(year: int) -> int | None:
    """Give the year, or the nearest of a programme; None where there is no programme."""
    return min(programme_years(), key=lambda one: abs(year - one), default=None)


def read_years_as_seen(years: Iterable[int], user: User) -> dict[int, YearAllocation]:
    """Read the allocation of years; for who doesn't see the lines, of what is committed alone. Five queries."""
    if user.has_perm("budget.view_lines"):
        return read_years(years, user)
    return read_years(years, only_committed=True)


def read_year_page(year: int, user: User, sort: str = "code") -> YearPage:
    """Read the page of a year of a programme, as the person may see it. Ten queries.

    What is asked is that of the assignments that the person sees; the RCDV sees what is committed alone. `sort` is one of
    `SORTS`.
    """
    years = read_years_as_seen(programme_years(), user)
    sets = (
        ContributionSet.objects.visible_to(user)
        .filter(budget__year=year)
        .exclude(state=SetState.SUPERSEDED)
        .select_related("key", "decision", "replaces", "budget")
    )
    found = {drawn.state: drawn for drawn in sets}
    rows = _rows_by_set(found.values(), user)
    places = read_places() if found and user.has_perm("budget.view_split") else []
    splits = {state: _split(drawn, rows, sort, places) for state, drawn in found.items()}
    return YearPage(
        allocation=years[year],
        years=tuple(years.values()),
        split=splits.get(SetState.ADOPTED),
        draft=splits.get(SetState.DRAFT),
    )


def _rows_by_set(sets: Iterable[ContributionSet], user: User) -> dict[int, list[Contribution]]:
    """Give the contributions of the sets that the person may see, and the weights of all."""
    rows: dict[int, list[Contribution]] = {}
    for row in Contribution.objects.visible_to(user).filter(set__in=list(sets)).select_related("region"):
        rows.setdefault(row.set_id, []).append(row)
    return rows


def _split(
    drawn: ContributionSet, rows: dict[int, list[Contribution]], sort: str, places: list[Place]
) -> YearSplit:
    weights = list(drawn.contributions.order_by().values_list("weight", flat=True))
    total = sum(weights, Decimal(0))
    key, largest_first = SORTS[sort]
    shown = [
        SplitRow(
            code=row.region.code,
            name=row.region.name,
            weight=row.weight,
            percentage=Fraction(row.weight) * 100 / Fraction(total),
            amount=row.amount,
            state=ContributionState(row.state),
        )
        for row in rows.get(drawn.pk, [])
    ]
    shown.sort(key=lambda row: row.code)
    shown.sort(key=key, reverse=largest_first)
    map_of = country_map(places, {row.code: row.percentage for row in shown})
    return YearSplit(drawn, tuple(shown), len(weights), total, map_of)
