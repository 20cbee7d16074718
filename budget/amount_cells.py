"""What a cell of a sheet says, as an amount in euro or as a measure. Always `Decimal`: a number of Excel by its digits."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from budget.money import parse_money
from organisation.spreadsheets.reading import Oddity, Value
from organisation.spreadsheets.values import WrongValue, refuse_oddity, shorten

CENT = Decimal("0.01")
# Excel keeps 0.1 + 0.2 as 0.30000000000000004; what is further from a whole cent was meant to have more places.
NOISE = Decimal("0.000001")
# An amount or measure that is larger, in either direction, is a mistake: ten digits before the comma, as many as an amount has room for.
LIMIT = Decimal(10) ** 10
LONGEST_AMOUNT = 40
EURO = r"(?:€|EUR)?"
MINUS = "[-−–]"
# A minus before or after the sign of the euro, one at the end, and brackets, as bookkeepers write a credit.
# After a separator that one stands for no cents and isn't a minus: "25,-".
NEGATIVE = re.compile(
    rf"{MINUS}\s*({EURO}\s*[0-9].*)|{EURO}\s*{MINUS}\s*([0-9].*)|\(({EURO}\s*[0-9].*)\)"
    rf"|({EURO}\s*[0-9][0-9.,]*(?<![.,]))\s*{MINUS}",
    re.IGNORECASE,
)
PLAIN = re.compile(r"([0-9]{1,12})(?:([.,])([0-9]{1,6}))?")
POINTS = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]{1,6}))?")
COMMAS = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,6}))?")


def to_amount(value: Value) -> Decimal:
    """Give the amount of a cell in euro, with two places; negative for a credit. Raises `WrongValue`."""
    _refuse_no_number(value)
    if isinstance(value, float):
        amount = Decimal(repr(value))
        if abs(amount) < LIMIT:
            cents = amount.quantize(CENT, ROUND_HALF_UP)
            if abs(amount - cents) > NOISE:
                raise WrongValue(
                    _(
                        "The amount has more than two decimals. Round it to cents, as a value and not as a format."
                    )
                )
            amount = cents
    else:
        amount = _written_amount(str(value))
    if abs(amount) >= LIMIT:
        raise WrongValue(_("The amount is larger than any that is paid. Check it."))
    # No minus before nothing.
    return amount if amount else abs(amount)


def to_measure(value: Value) -> Decimal:
    """Give the measure of a cell, zero or more, with at most six decimals. Raises `WrongValue`."""
    _refuse_no_number(value)
    if isinstance(value, float):
        measure = Decimal(repr(value))
        if abs(measure) < LIMIT:
            measure = measure.quantize(NOISE, ROUND_HALF_UP)
    else:
        measure = _written_measure(str(value))
    if measure < 0:
        raise WrongValue(_("A measure is zero or more."))
    if measure >= LIMIT:
        raise WrongValue(_("The measure is larger than any that is known. Check it."))
    # Written plainly, whatever the notation that it came in: 1E+3 is 1000.
    return _plain(measure)


def shown_measure(measure: Decimal) -> str:
    """Give a measure as messages name it."""
    return number_format(measure, force_grouping=True)


def _refuse_no_number(value: Value) -> None:
    refuse_oddity(value)
    if isinstance(value, str) and value.startswith("="):
        # So a CSV file holds a formula.
        refuse_oddity(Oddity.FORMULA)
    if isinstance(value, datetime.datetime):
        raise WrongValue(_("Excel made a date of this. Give the cell the format Number and type it again."))
    if isinstance(value, bool):
        raise WrongValue(_("This is TRUE or FALSE, and the column asks for a number."))


def _written_amount(text: str) -> Decimal:
    written = " ".join(text.split())
    if len(written) <= LONGEST_AMOUNT:
        negative = NEGATIVE.fullmatch(written)
        try:
            if negative is None:
                return parse_money(written)
            return -parse_money(next(part for part in negative.groups() if part))
        except ValidationError:
            # The message below says it of the cell.
            pass
    raise WrongValue(
        _("“%(text)s” is not an amount in euro. Write it as 25000,00 or 25.000,00.") % {"text": shorten(text)}
    )


def _written_measure(text: str) -> Decimal:
    written = re.sub(r"^[−–]", "-", " ".join(text.split()))
    is_negative = written.startswith("-")
    written = written.removeprefix("-").strip()
    found = PLAIN.fullmatch(written)
    if found and found[2] and len(found[3]) == 3 and len(found[1]) <= 3 and found[1] != "0":
        raise WrongValue(
            _(
                "“%(text)s” can be read in two ways: as thousands and as decimals. Write it without separator of thousands."
            )
            % {"text": shorten(text)}
        )
    if found:
        whole, decimals = found[1], found[3]
    elif grouped := POINTS.fullmatch(written) or COMMAS.fullmatch(written):
        whole, decimals = re.sub("[.,]", "", grouped[1]), grouped[2]
    else:
        raise WrongValue(
            _("“%(text)s” is not a number. Write it as 1234 or 1234,5.") % {"text": shorten(text)}
        )
    measure = Decimal(f"{whole}.{decimals or '0'}")
    return -measure if is_negative else measure


def _plain(measure: Decimal) -> Decimal:
    return measure.quantize(Decimal(1)) if measure == measure.to_integral_value() else measure.normalize()
