"""Amounts, weights and shares as the API writes and reads them: exact, as text."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from budget.exact import rounded

SHARE_PLACES = 10
SHARE = _("The part of the whole, between 0 and 1, rounded to ten decimals.")
WEIGHT = _("In the unit of the key, with two decimals.")
LINE_ID = _("The id of the budget line.")


class EuroField(serializers.DecimalField):
    """An amount in euro to read, with two decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=20, decimal_places=2, read_only=True, **options)


class WeightField(serializers.DecimalField):
    """A weight to read, with two decimals."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", WEIGHT)
        super().__init__(max_digits=20, decimal_places=2, read_only=True, **options)


def share_text(part: Fraction) -> str:
    """Write a part of the whole: never with an exponent."""
    return format(rounded(part, SHARE_PLACES), "f")


class AmountField(serializers.DecimalField):
    """An amount in euro that was sent: a text or a whole number, because a number with decimals is read inexactly."""

    default_error_messages = {"inexact": _("Give the amount as a text with a point, such as “25000.00”.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **options)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, str | int):
            self.fail("inexact")
        return super().to_internal_value(data)
