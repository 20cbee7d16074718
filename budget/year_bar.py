"""The bar of a year's budget: what is spent, committed and unallocated, as parts of one drawing. Plain data, without Django."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the bar, in units of which the whole bar has `WIDTH`."""

    kind: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class YearBar:
    """The bar: its stretches from left to right, and where the forecast lies."""

    stretches: tuple[Stretch, ...]
    forecast_at: int


def year_bar(*, available: Decimal, committed: Decimal, spent: Decimal, forecast: Decimal) -> YearBar | None:
    """Draw a year, in euro: spent, then the rest of what is committed, then what is unallocated or committed too much.

    None when there is nothing to draw.
    """
    reach = max(available, committed, spent, forecast)
    if reach <= 0:
        return None

    def place(amount: Decimal) -> int:
        return round(Fraction(max(amount, Decimal(0))) * WIDTH / Fraction(reach))

    covered = min(committed, available)
    ends = [
        ("spent", spent),
        ("committed", max(covered, spent)),
        ("over", max(committed, spent)),
        ("unallocated", available),
    ]
    stretches, start = [], 0
    for kind, amount in ends:
        end = place(amount)
        if end > start:
            stretches.append(Stretch(kind, start, end - start))
            start = end
    return YearBar(tuple(stretches), place(forecast))
