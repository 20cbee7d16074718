"""What the pages of the distribution keys show to a person: content objects, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch

from budget.choices import KeyOrigin
from budget.coefficients import from_content
from budget.formula import FormulaOutcome, MeasureOutcome, RegionOutcome, apply_formula
from budget.key_effect import amount_of_year, shares_by_code
from budget.models import ContributionSet, DistributionKey, KeyWeight
from budget.querysets import DistributionKeyQuerySet
from budget.services.keys import verify_key
from budget.split import Share
from organisation.models import User


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key, what it replaces and what replaced it, and the contributions made with it: all as far as the person sees them."""

    key: DistributionKey
    replaces: DistributionKey | None
    replaced_by: tuple[DistributionKey, ...]
    used_in: tuple[ContributionSet, ...]


@dataclass(frozen=True, slots=True)
class WeightRow:
    """What a region weighs, and what it would pay of an amount."""

    code: str
    name: str
    weight: Decimal
    share: Share


# How the weights can be sorted: name in the address → what to sort by, and whether the largest comes first.
WEIGHT_SORTS: dict[str, tuple[Callable[[WeightRow], Any], bool]] = {
    "code": (lambda row: row.code, False),
    "name": (lambda row: row.name, False),
    "weight": (lambda row: row.weight, True),
}


@dataclass(frozen=True, slots=True)
class KeyPage:
    """A key with its weights, by which an amount in euro is split; `verifies` tells of an adopted key whether its seal holds."""

    line: KeyLine
    year: int
    amount: Decimal
    # Whether the year has no amount, so that the agreed one is taken.
    is_agreed_amount: bool
    rows: tuple[WeightRow, ...]
    total_weight: Decimal
    verifies: bool | None
    outcome: FormulaOutcome | None
    may_be_removed: bool


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure of a region, and with how many decimals its value and its coefficient are written: all that they have."""

    outcome: MeasureOutcome

    @property
    def value_places(self) -> int:
        """The decimals of the value."""
        return _places(self.outcome.value)

    @property
    def coefficient_places(self) -> int:
        """The decimals of the coefficient."""
        return _places(self.outcome.coefficient)


@dataclass(frozen=True, slots=True)
class RegionOutcomePage:
    """How the formula comes to the amount of a region, step by step."""

    key: DistributionKey
    name: str
    outcome: FormulaOutcome
    region: RegionOutcome

    @property
    def lines(self) -> list[MeasureLine]:
        """The measures, in the order of the coefficients."""
        return [MeasureLine(outcome) for outcome in self.region.measures]

    @property
    def variable_exact(self) -> Fraction:
        """The points × the payment factor, in euro, before rounding."""
        return self.region.points * self.outcome.payment_factor


def read_keys(user: User) -> list[KeyLine]:
    """Read all keys that the person may see, in three queries; official ones first, the newest first."""
    keys = list(_with_context(DistributionKey.objects.all(), user).order_by("-status", "-first_year", "-pk"))
    seen = {key.pk for key in keys}
    return [_line(key, seen) for key in keys]


def read_key_page(
    key: DistributionKey, user: User, *, year: int, amount: Decimal | None, sort: str
) -> KeyPage:
    """Read a key with what its regions would pay of an amount in euro; without one, of that of the year."""
    found = _with_context(DistributionKey.objects.filter(pk=key.pk), user).get()
    others = [pk for pk in (found.replaces_id,) if pk is not None]
    line = _line(
        found,
        set(DistributionKey.objects.visible_to(user).filter(pk__in=others).values_list("pk", flat=True)),
    )
    of_year, is_agreed = amount_of_year(year) if amount is None else (amount, False)
    stored = list(found.weights.select_related("region"))
    weights = {row.region.code: row.weight for row in stored}
    shares = shares_by_code(of_year, weights)
    rows = [
        WeightRow(row.region.code, row.region.name, row.weight, shares[row.region.code]) for row in stored
    ]
    rows.sort(key=lambda row: row.code)
    by, largest_first = WEIGHT_SORTS[sort]
    rows.sort(key=by, reverse=largest_first)
    return KeyPage(
        line=line,
        year=year,
        amount=of_year,
        is_agreed_amount=is_agreed,
        rows=tuple(rows),
        total_weight=sum(weights.values(), Decimal(0)),
        verifies=verify_key(found) if found.is_adopted else None,
        outcome=outcome_of(found, stored),
        may_be_removed=not (
            found.is_adopted or found.origin == KeyOrigin.PROGRAMME or line.used_in or line.replaced_by
        ),
    )


def read_region_outcome(key: DistributionKey, code: str) -> RegionOutcomePage | None:
    """Read how the formula comes to the amount of a region; None when the key has no such region or isn't of the formula."""
    stored = list(key.weights.select_related("region"))
    names = {row.region.code: row.region.name for row in stored}
    outcome = outcome_of(key, stored)
    if outcome is None or code not in names:
        return None
    return RegionOutcomePage(key, names[code], outcome, outcome.outcome_of(code))


def outcome_of(key: DistributionKey, weights: list[KeyWeight]) -> FormulaOutcome | None:
    """Apply the formula once more to the measures that a key keeps; None for a key that keeps none.

    The weights of a key of the formula are amounts that add up to the total. Those of an adopted key come about by the
    coefficients that were sealed with it.
    """
    if key.origin != KeyOrigin.FORMULA or key.coefficients is None or not weights:
        return None
    content = key.content["coefficients"] if key.is_adopted and key.content else key.coefficients.content
    measures: dict[str, Mapping[str, Decimal]] = {
        row.region.code: {measure: Decimal(value) for measure, value in row.measures.items()}
        for row in weights
    }
    if not all(measures.values()):
        return None
    return apply_formula(sum((row.weight for row in weights), Decimal(0)), measures, from_content(content))


def _with_context(keys: DistributionKeyQuerySet, user: User) -> DistributionKeyQuerySet:
    visible = DistributionKey.objects.visible_to(user)
    sets = (
        ContributionSet.objects.visible_to(user).select_related("budget").order_by("budget__year", "version")
    )
    return (
        keys.visible_to(user)
        .select_related("replaces", "coefficients", "made_by", "adopted_by")
        .prefetch_related(
            Prefetch("replaced_by", visible.order_by("pk"), to_attr="seen_after"),
            Prefetch("contribution_sets", sets, to_attr="seen_sets"),
        )
    )


def _line(key: Any, seen: set[int]) -> KeyLine:
    return KeyLine(
        key=key,
        replaces=key.replaces if key.replaces_id in seen else None,
        replaced_by=tuple(key.seen_after),
        used_in=tuple(key.seen_sets),
    )


def _places(number: Decimal) -> int:
    return max(0, -int(number.as_tuple().exponent))
