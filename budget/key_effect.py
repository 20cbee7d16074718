"""What a key does to each region in euro, against the key before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from budget.choices import KeyStatus, SetState
from budget.exact import to_cents
from budget.models import AnnualBudget, ContributionSet, DistributionKey
from budget.shares import SCALE
from budget.split import Share, split
from organisation.models import Region

# What the Vakraad agreed on for every year (the programme, chapter 5); it counts where a year has no amount yet.
AGREED_AMOUNT = Decimal("625000.00")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a region weighs and pays by the previous key and by the new one; None where it has no part in it. In euro."""

    code: str
    name: str
    old_weight: Decimal | None
    new_weight: Decimal | None
    old: Share | None
    new: Share | None

    @property
    def old_percentage(self) -> Decimal | None:
        """Its part by the previous key, in percent."""
        return self.old.percentage() if self.old else None

    @property
    def new_percentage(self) -> Decimal | None:
        """Its part by the new key, in percent."""
        return self.new.percentage() if self.new else None

    @property
    def difference(self) -> Decimal | None:
        """What it pays more by the new key; less than zero when it pays less."""
        if self.old is None or self.new is None:
            return None
        return self.new.euro - self.old.euro

    @property
    def change(self) -> Fraction | None:
        """The difference in percent of what it pays by the previous key."""
        if self.old is None or self.difference is None or not self.old.cents:
            return None
        return Fraction(self.difference) * 100 / Fraction(self.old.euro)


# How the rows can be sorted: name in the address → what to sort by, and whether the largest comes first.
EFFECT_SORTS: dict[str, tuple[Callable[[Effect], Any], bool]] = {
    "code": (lambda row: row.code, False),
    "name": (lambda row: row.name, False),
    "amount": (lambda row: row.new.cents if row.new else -1, True),
    "difference": (lambda row: row.difference or Decimal(0), True),
    "change": (lambda row: row.change or Fraction(0), True),
}


@dataclass(frozen=True, slots=True)
class KeyEffect:
    """The effect of a key on all regions for the amount of a year, in euro."""

    year: int
    amount: Decimal
    # Whether no amount is set for the year, so that the agreed one is taken.
    is_agreed_amount: bool
    previous: DistributionKey | None
    # Whether the contributions of the year were adopted, so that there are differences to settle.
    has_adopted: bool
    rows: tuple[Effect, ...]
    old_total_weight: Decimal | None
    new_total_weight: Decimal

    @property
    def rise_count(self) -> int:
        """How many regions pay more."""
        return sum(1 for row in self.rows if row.difference is not None and row.difference > 0)

    @property
    def fall_count(self) -> int:
        """How many regions pay less."""
        return sum(1 for row in self.rows if row.difference is not None and row.difference < 0)


def amount_of_year(year: int) -> tuple[Decimal, bool]:
    """Give the amount of a year in euro, and whether it is the agreed one because none is set."""
    amount = AnnualBudget.objects.filter(year=year).values_list("amount", flat=True).first()
    return (AGREED_AMOUNT, True) if amount is None else (amount, False)


def previous_key(year: int, *, replaces: int | None = None) -> DistributionKey | None:
    """Give the key to compare with: the one that is replaced, else the adopted one for the year, else that of the
    contributions of the year, else the indicative one.
    """
    if replaces is not None:
        return DistributionKey.objects.filter(pk=replaces).first()
    keys = DistributionKey.objects.for_year(year)
    if adopted := keys.filter(adopted_at__isnull=False).first():
        return adopted
    drawn = (
        ContributionSet.objects.filter(budget__year=year)
        .exclude(state=SetState.SUPERSEDED)
        .select_related("key")
        .order_by("state")
        .first()
    )
    if drawn is not None:
        return drawn.key
    indicative = DistributionKey.objects.filter(status=KeyStatus.INDICATIVE)
    return keys.filter(status=KeyStatus.INDICATIVE).first() or indicative.order_by("-pk").first()


def read_effect(
    weights: Mapping[str, Decimal], year: int, *, replaces: int | None = None, sort: str = "code"
) -> KeyEffect:
    """Compare weights by code of the region with the previous key, for the amount of a year. Seven queries at most.

    `sort` is one of `EFFECT_SORTS`. Raises what `split` raises.
    """
    amount, is_agreed = amount_of_year(year)
    previous = previous_key(year, replaces=replaces)
    old_weights: dict[str, Decimal] = (
        dict(previous.weights.values_list("region__code", "weight")) if previous else {}
    )
    names = dict(Region.objects.values_list("code", "name"))
    old, new = shares_by_code(amount, old_weights), shares_by_code(amount, weights)
    rows = [
        Effect(
            code=code,
            name=names.get(code, code),
            old_weight=old_weights.get(code),
            new_weight=weights.get(code),
            old=old.get(code),
            new=new.get(code),
        )
        for code in sorted(old.keys() | new.keys())
    ]
    key, largest_first = EFFECT_SORTS[sort]
    rows.sort(key=key, reverse=largest_first)
    return KeyEffect(
        year=year,
        amount=amount,
        is_agreed_amount=is_agreed,
        previous=previous,
        has_adopted=ContributionSet.objects.filter(budget__year=year, state=SetState.ADOPTED).exists(),
        rows=tuple(rows),
        old_total_weight=sum(old_weights.values(), Decimal(0)) if old_weights else None,
        new_total_weight=sum(weights.values(), Decimal(0)),
    )


def shares_by_code(amount: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Share]:
    """Split an amount in euro by weights with two decimals; nothing where there are no weights."""
    if not weights:
        return {}
    found = split(to_cents(amount), {code: int(weight * SCALE) for code, weight in weights.items()})
    return {share.code: share for share in found.shares}
