"""What the page of a region shows to a person: one content object, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from budget.charts import Amount, BarChart, TileMap, bar_chart
from budget.choices import ContributionState, SetState
from budget.country_map import country_map, read_places
from budget.exact import rounded, to_cents
from budget.models import Contribution, ContributionSet
from budget.region_sum import RegionSum, SumStep, sum_steps
from budget.shares import SCALE
from budget.split import CannotSplit, split
from organisation.models import Region, User
from pillars.models import ProgrammeYear
from portfolio.capacity import AskedOf, read_capacity

INVOICED = (ContributionState.INVOICED, ContributionState.PAID)
Weights = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class RegionVersion:
    """A version of what the region owes for a year, in euro.

    `settled_before` is what versions before it invoiced; of a draft, what was invoiced until now.
    """

    contribution: Contribution
    settled_before: Decimal

    @property
    def version(self) -> int:
        """Its number."""
        return self.contribution.set.version

    @property
    def is_draft(self) -> bool:
        """Whether it can still change."""
        return self.contribution.set.is_draft

    @property
    def is_replaced(self) -> bool:
        """Whether a later version took its place."""
        return self.contribution.set.state == SetState.SUPERSEDED

    @property
    def is_indicative(self) -> bool:
        """Whether it was made with an indicative key."""
        return self.contribution.set.key.is_indicative

    @property
    def state(self) -> str:
        """Its state in a word; an invoice that was sent stays one, also after a later version."""
        if self.is_replaced and self.contribution.state not in INVOICED:
            return self.contribution.set.get_state_display()
        return self.contribution.get_state_display()

    @property
    def to_settle(self) -> Decimal:
        """What is to be invoiced with this version; negative when the region gets back."""
        return self.contribution.amount - self.settled_before


@dataclass(frozen=True, slots=True)
class RegionYear:
    """What the region owes for a year: the version that counts first, others beside it. Amounts in euro."""

    year: int
    versions: tuple[RegionVersion, ...]
    weights: Weights

    @property
    def counts(self) -> RegionVersion | None:
        """The adopted version in force; where there is none, the draft; where neither is there, none."""
        in_force = [one for one in self.versions if not one.is_draft and not one.is_replaced]
        return next(iter(in_force or [one for one in self.versions if one.is_draft]), None)

    @property
    def next_version(self) -> RegionVersion | None:
        """The draft of a new version, beside one in force."""
        counts = self.counts
        return next((one for one in self.versions if one.is_draft and one is not counts), None)

    @property
    def amount(self) -> Decimal | None:
        """What the region owes."""
        return self.counts.contribution.amount if self.counts else None

    @property
    def percentage(self) -> Fraction | None:
        """Its part of the whole, exact."""
        total = sum(self.weights.values(), Decimal(0))
        return Fraction(self.counts.contribution.weight) * 100 / Fraction(total) if self.counts else None

    @property
    def average(self) -> Decimal | None:
        """The amount per region if all paid the same, in whole cents."""
        if not self.counts:
            return None
        return rounded(Fraction(self.counts.contribution.set.amount) / len(self.weights), 2)

    @property
    def above_average(self) -> Decimal | None:
        """How much more than the average it is; negative when it is less."""
        return self.amount - self.average if self.amount is not None and self.average is not None else None

    @property
    def below_average(self) -> Decimal | None:
        """How much less than the average it is."""
        return -self.above_average if self.above_average is not None else None


@dataclass(frozen=True, slots=True)
class RegionPage:
    """A region's contribution in a year, the sum behind it, the other years, and what is asked of it.

    `sum` is None without a contribution, and when the sum can't be redone; `asked` is None for who may not see it.
    """

    region: Region
    shown: RegionYear
    years: tuple[RegionYear, ...]
    sum: RegionSum | None
    map: TileMap | None
    asked: AskedOf | None

    @property
    def year(self) -> int:
        """The year shown."""
        return self.shown.year

    @property
    def counts(self) -> RegionVersion | None:
        """The version that counts in the year shown."""
        return self.shown.counts

    @property
    def agrees(self) -> bool:
        """Whether the sum, redone, gives the contribution as it is kept."""
        return self.sum is not None and self.sum.share.euro == self.shown.amount

    @property
    def steps(self) -> tuple[SumStep, ...]:
        """The sum line by line."""
        return sum_steps(self.sum) if self.sum else ()

    @property
    def is_fictional(self) -> bool:
        """Whether the amount or the key of the year shown is made up."""
        return self.counts is not None and is_fictional(self.counts.contribution.set)

    @property
    def draft_years(self) -> list[RegionYear]:
        """The years whose amount can still change."""
        return [one for one in self.years if one.counts and one.counts.is_draft]

    @property
    def chart(self) -> BarChart:
        """The years as bars."""
        return bar_chart(
            [
                Amount(
                    label=str(one.year),
                    amount=one.amount,
                    words=one.counts.state if one.counts else "",
                    is_draft=bool(one.counts and one.counts.is_draft),
                    is_shown=one.year == self.year,
                )
                for one in self.years
            ]
        )


def is_fictional(drawn: ContributionSet) -> bool:
    """Whether contributions rest on an amount or a key that is made up."""
    return drawn.budget.is_fictional or drawn.key.is_fictional


def years_beside(year: int) -> list[int]:
    """Give the years of the programme that the year is of, in order; none for a year of no programme. One query."""
    programmes: dict[int, set[int]] = defaultdict(set)
    for programme, one in ProgrammeYear.objects.values_list("programme", "year"):
        programmes[programme].add(one)
    return sorted({one for years in programmes.values() if year in years for one in years})


def read_region_page(region: Region, year: int, years: Sequence[int], user: User) -> RegionPage:
    """Read the page of a region for a year, as the person may see it. At most six queries, capacity included.

    Whether the person may see this region at all is `budget.view_region` to say.
    """
    rows = (
        Contribution.objects.visible_to(user)
        .filter(region=region, set__budget__year__in=years)
        .select_related("set__budget", "set__key", "set__decision")
        .defer("set__content", "set__key__content")
        .order_by("set__budget__year", "-set__version")
    )
    by_year: dict[int, list[Contribution]] = defaultdict(list)
    for row in rows:
        by_year[row.set.budget.year].append(row)
    weights = _weights_by_set(row.set_id for found in by_year.values() for row in found)
    read = {one: _year(one, by_year[one], weights) for one in years}
    shown = read[year]
    return RegionPage(
        region=region,
        shown=shown,
        years=tuple(read.values()),
        sum=_sum(region, shown),
        map=_map(region, shown, user),
        asked=_asked(region, years, user),
    )


def _weights_by_set(sets: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """Give the weights of all regions: what the sum is made with, though only one region's is shown."""
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    rows = Contribution.objects.filter(set__in=set(sets)).order_by("region__code")
    for drawn, code, weight in rows.values_list("set", "region__code", "weight"):
        found[drawn][code] = weight
    return found


def _year(year: int, rows: list[Contribution], weights: Mapping[int, Weights]) -> RegionYear:
    invoiced = sum((row.to_settle for row in rows if row.state in INVOICED), Decimal(0))
    versions = tuple(RegionVersion(row, invoiced if row.set.is_draft else row.settled_before) for row in rows)
    found = RegionYear(year, versions, {})
    if found.counts is None:
        return found
    return RegionYear(year, versions, weights[found.counts.contribution.set_id])


def _sum(region: Region, shown: RegionYear) -> RegionSum | None:
    """Redo the sum with the weights that the contributions were made with, also after the key changed."""
    if shown.counts is None:
        return None
    drawn = shown.counts.contribution.set
    try:
        parts = split(
            to_cents(drawn.amount), {code: int(weight * SCALE) for code, weight in shown.weights.items()}
        )
    except CannotSplit:
        return None
    return RegionSum(
        region_name=region.name,
        year=shown.year,
        key=drawn.key,
        weight=shown.counts.contribution.weight,
        total_weight=sum(shown.weights.values(), Decimal(0)),
        region_count=len(shown.weights),
        share=parts.share_of(region.code),
    )


def _map(region: Region, shown: RegionYear, user: User) -> TileMap | None:
    """Shade the regions whose contribution the person may see, and no others."""
    percentages: dict[str, Fraction] = {}
    if shown.counts is not None:
        total = Fraction(sum(shown.weights.values(), Decimal(0)))
        readable = Contribution.objects.visible_to(user).filter(set=shown.counts.contribution.set_id)
        for code in readable.order_by().values_list("region__code", flat=True):
            percentages[code] = Fraction(shown.weights[code]) * 100 / total
    return country_map(read_places(), percentages, region.code)


def _asked(region: Region, years: Sequence[int], user: User) -> AskedOf | None:
    if not user.has_perm("portfolio.view_capacity"):
        return None
    overview = read_capacity(user, [region], years, [region.code])
    return overview.asked_of[0] if overview.asked_of else None
