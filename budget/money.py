"""Amounts of money as people write them."""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DUTCH = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,15})(?:,([0-9]{1,2}|-|–))?")
ENGLISH = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.([0-9]{1,2}))?")
SIGN = re.compile(r"(?:€|EUR)\s*", re.IGNORECASE)


def parse_money(text: str) -> Decimal:
    """Give an amount in euro with two places, from Dutch or English notation. Raises `ValidationError`."""
    written = SIGN.sub("", text.strip(), count=1).strip()
    found = DUTCH.fullmatch(written) or ENGLISH.fullmatch(written)
    if found is None:
        raise ValidationError(_("This is not an amount in euro. Write it as 25000,00."), code="amount")
    whole = re.sub("[.,]", "", found[1])
    return Decimal(f"{whole}.{(found[2] or '').strip('-–') or '0'}").quantize(Decimal("0.01"))
