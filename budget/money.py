"""Amounts in euro as people type and read them: Dutch (€ 25.000,00) and English (€25,000.00) notation.

Both are understood in either language. A single point or comma before exactly three digits stands for thousands.
"""

import re
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from babel import Locale
from babel.numbers import format_currency, format_decimal
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, to_locale
from django.utils.translation import gettext as _

from budget.exact import NotInWholeCents, rounded, to_cents, to_euro

Number = Decimal | Fraction | int

# Together with the two of the cents; the database has columns of this width.
MOST_DIGITS = 12
LARGEST = to_euro(10**MOST_DIGITS - 1)
# Nothing that is an amount is longer, spaces within it included.
_LONGEST_TEXT = 60

# Minus and sign in any order, then the number; `,-` at its end is how Dutch people write whole euros.
_WRITTEN = re.compile(
    r"(?P<minus>-?) ?(?P<sign>€|EUR)? ?(?P<inner_minus>-?) ?"
    r"(?P<number>[0-9](?:[0-9., ]*[0-9])?)(?P<whole_euros>[.,](?:--?|–|—))? ?(?P<sign_behind>€|EUR)?",
    re.IGNORECASE,
)
_THOUSANDS = r"[1-9][0-9]{0,2}(?P<group>[., ])[0-9]{3}(?:(?P=group)[0-9]{3})*"
# The sign of the decimals is another one than that between thousands.
_NUMBERS = (
    re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<decimals>[0-9]{1,2}))?"),
    re.compile(rf"(?P<whole>{_THOUSANDS})(?:(?!(?P=group))[.,](?P<decimals>[0-9]{{1,2}}))?"),
)
_TOO_MANY_DECIMALS = (
    re.compile(r"[0-9]+[.,][0-9]{3,}"),
    re.compile(rf"{_THOUSANDS}(?!(?P=group))[.,][0-9]{{3,}}"),
)

# Babel follows the CLDR, which has no space here for Dutch; Dutch style guides and this application do.
_PERCENT_SIGN = {"nl": "\N{NO-BREAK SPACE}%"}


def parse_money(text: str) -> Decimal:
    """Give the amount that a text stands for, with two decimals.

    Raises `ValidationError` for what is no amount, has more than two decimals or `MOST_DIGITS` digits, or can't be told for
    certain; its message says what to do.
    """
    # Also no-break and narrow spaces, as spreadsheets and web pages have them; "−" is the sign that text editors make of "-".
    clean = " ".join(text.split()).replace("−", "-")
    if not clean:
        raise ValidationError(_("Enter an amount, such as 25,000.00."), code="required")
    written = _WRITTEN.fullmatch(clean) if len(clean) <= _LONGEST_TEXT else None
    if (
        written is None
        or (written["minus"] and written["inner_minus"])
        or (written["sign"] and written["sign_behind"])
    ):
        raise ValidationError(
            _(
                "This is not an amount. Write it in digits, such as 25,000.00 or 12.50; only a euro sign may stand beside it."
            ),
            code="invalid",
        )
    whole, decimals = _whole_and_decimals(written["number"], may_have_decimals=not written["whole_euros"])
    if len(whole) + 2 > MOST_DIGITS:
        raise ValidationError(
            _("The amount is too large: at most %(largest)s fits. Check the number of digits."),
            code="too_large",
            params={"largest": format_number(LARGEST, 2)},
        )
    cents = int(whole + decimals.ljust(2, "0"))
    return to_euro(-cents if written["minus"] or written["inner_minus"] else cents)


def _whole_and_decimals(number: str, *, may_have_decimals: bool) -> tuple[str, str]:
    """Give the digits of whole euros, without zeros in front, and those behind the decimal sign."""
    for pattern in _NUMBERS:
        found = pattern.fullmatch(number)
        if found and (may_have_decimals or not found["decimals"]):
            return re.sub(r"[., ]", "", found["whole"]).lstrip("0"), found["decimals"] or ""
    if any(pattern.fullmatch(number) for pattern in _TOO_MANY_DECIMALS):
        raise _too_many_decimals()
    raise ValidationError(
        _(
            "The points, commas or spaces in the amount can't be told apart. Write 25000, 25,000 or 25,000.00."
        ),
        code="grouping",
    )


def _too_many_decimals() -> ValidationError:
    return ValidationError(
        _("An amount has at most two decimals, such as 12.50. Round it to whole cents."), code="decimals"
    )


def format_money(amount: Number, language: str | None = None, places: int = 2) -> str:
    """Write an amount in euro with its sign: € 25.000,00 in Dutch, €25,000.00 in English; else in the current language.

    More decimals than `places` are rounded half up.
    """
    locale = _locale(language)
    value = _with_places(amount, places)
    with localcontext(prec=_precision(value)):
        return format_currency(
            value,
            "EUR",
            format=locale.currency_formats["standard"].pattern.replace("0.00", _zeros(places)),
            locale=locale,
            currency_digits=False,
        )


def format_number(number: Number, places: int = 0, language: str | None = None) -> str:
    """Write a number with thousands apart and so many decimals, rounded half up."""
    value = _with_places(number, places)
    with localcontext(prec=_precision(value)):
        return format_decimal(value, format=f"#,##{_zeros(places)}", locale=_locale(language))


def format_percent(percentage: Number, places: int = 2, language: str | None = None) -> str:
    """Write a percentage (3.25 is 3.25%) with its sign and so many decimals, rounded half up."""
    return format_number(percentage, places, language) + _PERCENT_SIGN.get(_locale(language).language, "%")


def _with_places(number: Number, places: int) -> Decimal:
    if not isinstance(number, Decimal | Fraction | int):
        raise TypeError(f"{number!r} is not an exact number")
    return rounded(Fraction(number), places)


def _precision(value: Decimal) -> int:
    # Babel rounds in the precision of the moment, 28 digits, and fails on a number that has more.
    return max(28, len(value.as_tuple().digits) + 2)


def _zeros(places: int) -> str:
    return f"0.{'0' * places}" if places else "0"


def _locale(language: str | None) -> Locale:
    return Locale.parse(to_locale(language or get_language() or settings.LANGUAGE_CODE))


class MoneyField(forms.Field):
    """An amount in euro, typed in either notation and shown in that of the reader, without the euro sign."""

    widget = forms.TextInput
    default_error_messages = {"required": gettext_lazy("Enter an amount, such as 25,000.00.")}

    def __init__(
        self,
        *,
        min_value: Decimal | int | None = None,
        max_value: Decimal | int | None = None,
        **options: Any,
    ) -> None:
        self.min_value = min_value
        self.max_value = max_value
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal | int):
            try:
                return to_euro(to_cents(Decimal(value)))
            except NotInWholeCents as error:
                raise _too_many_decimals() from error
        if not isinstance(value, str):
            raise TypeError(f"{value!r} is not an exact number")
        return parse_money(value) if value.strip() else None

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_value is not None and value < self.min_value:
            raise ValidationError(
                _("Enter an amount of at least %(least)s."),
                code="min_value",
                params={"least": format_money(self.min_value)},
            )
        if self.max_value is not None and value > self.max_value:
            raise ValidationError(
                _("Enter an amount of at most %(most)s."),
                code="max_value",
                params={"most": format_money(self.max_value)},
            )

    def prepare_value(self, value: Any) -> Any:
        """Show a stored amount in the reader's notation; what someone typed stays as they typed it."""
        return format_number(value, 2) if isinstance(value, Decimal | int) else value
