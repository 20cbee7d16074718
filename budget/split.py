"""The split of an amount over regions by weight, to the cent, with the explanation of each share.

The method of the largest remainder. Each region gets amount × weight ÷ total weight, rounded down to whole cents; the
cents left over go one by one to the regions with the largest remainder, of equal remainders to the lowest region code.
Plain functions on plain data, without Django; whole numbers alone, so the same input gives the same output for ever.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from budget.exact import rounded, to_euro, truncated


class CannotSplit(ValueError):
    """The amount can't be split by these weights; its subclasses say why."""


class NoWeights(CannotSplit):
    """There is no region to split over."""

    def __init__(self) -> None:
        super().__init__("there are no weights to split by")


class WeightNotPositive(CannotSplit):
    """The weight of region `code` is zero or less."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the weight of {code} is not more than zero")
        self.code = code


class RegionTwice(CannotSplit):
    """Region `code` has more than one weight."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code} has more than one weight")
        self.code = code


class NegativeAmount(CannotSplit):
    """The amount is less than zero."""

    def __init__(self) -> None:
        super().__init__("the amount to split is less than zero")


@dataclass(frozen=True, slots=True)
class Share:
    """What a region pays, and each step to it: enough to redo it on paper.

    Amounts are in whole cents. `remainder_numerator` ÷ `total_weight` is the part of a cent that rounding down took
    off; `rank` is the region's place when remainders are sorted from large to small, 1 is the first. The
    `left_over_cents` of the whole split go to the first so many: `extra_cents` is 1 for them and 0 for the others.
    """

    code: str
    weight: int
    total_weight: int
    amount_cents: int
    floor_cents: int
    remainder_numerator: int
    rank: int
    left_over_cents: int
    extra_cents: int
    cents: int

    @property
    def fraction(self) -> Fraction:
        """The part of the amount, exact."""
        return Fraction(self.weight, self.total_weight)

    @property
    def exact_cents(self) -> Fraction:
        """The amount before rounding, in cents, exact."""
        return Fraction(self.amount_cents * self.weight, self.total_weight)

    @property
    def remainder(self) -> Fraction:
        """The part of a cent that rounding down took off, exact; less than 1."""
        return Fraction(self.remainder_numerator, self.total_weight)

    @property
    def euro(self) -> Decimal:
        """What the region pays."""
        return to_euro(self.cents)

    @property
    def amount_euro(self) -> Decimal:
        """What is split."""
        return to_euro(self.amount_cents)

    @property
    def floor_euro(self) -> Decimal:
        """The exact amount, rounded down to whole cents."""
        return to_euro(self.floor_cents)

    @property
    def extra_euro(self) -> Decimal:
        """What the region gets of the cents left over: 0.01 or nothing."""
        return to_euro(self.extra_cents)

    def exact_euro(self, places: int = 6) -> Decimal:
        """Give the amount before rounding, cut off after so many decimals."""
        return truncated(self.exact_cents / 100, places)

    def remainder_cents(self, places: int = 4) -> Decimal:
        """Give the remainder in cents, cut off after so many decimals: the digits that `exact_euro` goes on with."""
        return truncated(self.remainder, places)

    def percentage(self, places: int = 4) -> Decimal:
        """Give the part of the amount in percent, rounded half up."""
        return rounded(self.fraction * 100, places)


@dataclass(frozen=True, slots=True)
class Split:
    """An amount split over regions; `shares` are in order of region code and add up to it."""

    amount_cents: int
    total_weight: int
    left_over_cents: int
    shares: tuple[Share, ...]

    def share_of(self, code: str) -> Share:
        """Give the share of a region. Raises `KeyError` for a region that takes no part."""
        for share in self.shares:
            if share.code == code:
                return share
        raise KeyError(code)


def split(amount_cents: int, weights: Mapping[str, int] | Iterable[tuple[str, int]]) -> Split:
    """Split an amount in whole cents over regions by their weights: region codes with whole numbers of any size.

    The shares add up to the amount; a larger weight never gets less; neither the order of the weights nor a factor that
    all have in common makes a difference. Raises `NoWeights`, `WeightNotPositive`, `RegionTwice` or `NegativeAmount`, and
    `TypeError` for anything but whole numbers.
    """
    in_order = _in_order_of_code(weights)
    if not _is_whole(amount_cents):
        raise TypeError(f"{amount_cents!r} is not a whole number of cents")
    if amount_cents < 0:
        raise NegativeAmount
    total_weight = sum(in_order.values())
    parts = {code: divmod(amount_cents * weight, total_weight) for code, weight in in_order.items()}
    left_over_cents = amount_cents - sum(floor for floor, _remainder in parts.values())
    # Sorting is stable, so of equal remainders the lowest code stays first.
    by_remainder = sorted(parts, key=lambda code: parts[code][1], reverse=True)
    ranks = {code: rank for rank, code in enumerate(by_remainder, start=1)}
    shares = []
    for code, weight in in_order.items():
        floor_cents, remainder = parts[code]
        extra_cents = 1 if ranks[code] <= left_over_cents else 0
        shares.append(
            Share(
                code=code,
                weight=weight,
                total_weight=total_weight,
                amount_cents=amount_cents,
                floor_cents=floor_cents,
                remainder_numerator=remainder,
                rank=ranks[code],
                left_over_cents=left_over_cents,
                extra_cents=extra_cents,
                cents=floor_cents + extra_cents,
            )
        )
    return Split(amount_cents, total_weight, left_over_cents, tuple(shares))


def _in_order_of_code(weights: Mapping[str, int] | Iterable[tuple[str, int]]) -> dict[str, int]:
    pairs = list(weights.items() if isinstance(weights, Mapping) else weights)
    if not pairs:
        raise NoWeights
    in_order: dict[str, int] = {}
    for code, weight in sorted(pairs, key=lambda pair: pair[0]):
        if code in in_order:
            raise RegionTwice(code)
        if not _is_whole(weight):
            raise TypeError(f"the weight of {code} is not a whole number: {weight!r}")
        if weight <= 0:
            raise WeightNotPositive(code)
        in_order[code] = weight
    return in_order


def _is_whole(number: object) -> bool:
    # True and False are whole numbers to Python, and never an amount or a weight.
    return isinstance(number, int) and not isinstance(number, bool)
