"""Euros, cents and exact fractions into each other, without a float and without a rounding that nobody asked for.

Plain functions, without Django. They never use Decimal's own arithmetic, which rounds to 28 digits.
"""

from decimal import Decimal
from fractions import Fraction


class NotInWholeCents(ValueError):
    """An amount in euro has more than two decimals, or is no number."""

    def __init__(self, euro: Decimal) -> None:
        super().__init__(f"{euro} is not an amount in whole cents")
        self.euro = euro


def to_cents(euro: Decimal) -> int:
    """Give an amount in euro as whole cents. Raises `NotInWholeCents`."""
    if not euro.is_finite():
        raise NotInWholeCents(euro)
    cents = Fraction(euro) * 100
    if cents.denominator != 1:
        raise NotInWholeCents(euro)
    return cents.numerator


def to_euro(cents: int) -> Decimal:
    """Give whole cents as an amount in euro with two decimals."""
    return _decimal(cents, 2)


def truncated(value: Fraction, places: int) -> Decimal:
    """Give the first `places` decimals of a value, cut off towards zero: what one reads on a calculator."""
    scaled = abs(value) * 10**places
    whole = scaled.numerator // scaled.denominator
    return _decimal(whole if value >= 0 else -whole, places)


def rounded(value: Fraction, places: int) -> Decimal:
    """Give a value with `places` decimals, half a unit rounded away from zero."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return _decimal(whole if value >= 0 else -whole, places)


def _decimal(units: int, places: int) -> Decimal:
    # Made from its text: that is exact for any number of digits, where dividing or scaling a Decimal isn't.
    return Decimal(f"{units}E-{places}")
