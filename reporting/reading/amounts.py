"""Amounts as they stand in a report."""

from decimal import Decimal

CENT = Decimal("0.01")


def in_cents(amount: Decimal) -> Decimal:
    """Give an amount with two decimals, so that the same content always has the same seal: a sum of nothing has none."""
    return amount.quantize(CENT)
