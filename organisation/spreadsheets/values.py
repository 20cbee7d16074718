"""What a cell says, as a date, a number or a text; what can't be told for certain is refused with what to do."""

import datetime
import re
import unicodedata

from django.utils.translation import gettext as _

from organisation.spreadsheets.reading import Oddity, Value

# Names of the months, as Dutch and English people write them out or shorten them.
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february feb",
            "maart march mrt mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "augustus august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]00:00(?::00)?)?")
# A Dutch date: the day stands first. With slashes it may as well be an American one.
DAY_FIRST = re.compile(r"([0-9]{1,2})[-.]([0-9]{1,2})[-.]([0-9]{4})")
SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
WRITTEN = re.compile(r"([0-9]{1,2})\.? ([a-z]+)\.? ([0-9]{4})")
MONTH_FIRST = re.compile(r"([a-z]+)\.? ([0-9]{1,2}), ?([0-9]{4})")
SHORT_YEAR = re.compile(r"[0-9]{1,2}[-./ ][0-9a-z]{1,9}\.?[-./ ][0-9]{2}")
# What no database or page can show: control characters, halves of a character, non-characters.
NOT_SHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
SHOWN_OF_A_CELL = 60


class WrongValue(Exception):
    """A cell doesn't hold what its column asks for; the message says what to do."""


def shorten(text: str) -> str:
    """Give a text as it is named in a message."""
    clean = " ".join(NOT_SHOWN.sub("�", text[: 2 * SHOWN_OF_A_CELL]).split())
    return clean if len(clean) <= SHOWN_OF_A_CELL else f"{clean[: SHOWN_OF_A_CELL - 1]}…"


def normalise(text: str) -> str:
    """Give a text without case, spaces and punctuation, so that what people type alike is alike."""
    return "".join(
        character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum()
    )


def refuse_oddity(value: Value) -> None:
    """Raise `WrongValue` for what stands in a cell instead of a value."""
    if value is Oddity.FORMULA:
        raise WrongValue(_("The cell holds a formula. Copy it and paste its value (Paste Special, Values)."))
    if value is Oddity.ERROR:
        raise WrongValue(_("The cell holds an error of Excel, such as #N/A. Type the value."))
    if value is Oddity.UNREADABLE:
        raise WrongValue(_("The cell can't be read. Type its value again."))


def to_text(value: Value, longest: int, *, one_line: bool = True, number_is_text: bool = False) -> str:
    """Give the text of a cell, of at most `longest` characters.

    Where `number_is_text`, a whole number counts as the text that it looks like. Excel may have turned what was typed
    into a date, so a date never does.
    """
    refuse_oddity(value)
    if isinstance(value, float) and number_is_text and value.is_integer() and abs(value) < 10**15:
        value = str(int(value))
    if isinstance(value, datetime.datetime):
        raise WrongValue(_("Excel made a date of this. Give the cell the format Text and type it again."))
    if not isinstance(value, str):
        raise WrongValue(
            _(
                "This is a number (or TRUE or FALSE), and the column asks for text. Give the cell the format Text and type it again."
            )
        )
    if len(value) > longest:
        raise WrongValue(
            _("The text has %(found)s characters; at most %(most)s fit. Shorten it.")
            % {"found": len(value), "most": longest}
        )
    found = NOT_SHOWN.search(value)
    if found:
        raise WrongValue(
            _(
                "Character %(place)s of the text can't be shown (code %(code)s). Remove it, or type the text again."
            )
            % {"place": found.start() + 1, "code": f"U+{ord(found[0]):04X}"}
        )
    return " ".join(value.split()) if one_line else value


def to_date(value: Value) -> datetime.date:
    """Give the day of a cell: a date, or a text that can be read in one way only."""
    refuse_oddity(value)
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        return _written_date(" ".join(value[:100].split()).casefold())
    raise WrongValue(
        _("This is a number, not a date. Give the cell the format Date, or write the day as 2026-03-01.")
    )


def _written_date(text: str) -> datetime.date:
    try:
        if found := ISO.fullmatch(text):
            return datetime.date(int(found[1]), int(found[2]), int(found[3]))
        if found := DAY_FIRST.fullmatch(text):
            return datetime.date(int(found[3]), int(found[2]), int(found[1]))
        if found := SLASHES.fullmatch(text):
            return _slashed_date(int(found[1]), int(found[2]), int(found[3]))
        if (found := WRITTEN.fullmatch(text)) and found[2] in MONTHS:
            return datetime.date(int(found[3]), MONTHS[found[2]], int(found[1]))
        if (found := MONTH_FIRST.fullmatch(text)) and found[1] in MONTHS:
            return datetime.date(int(found[3]), MONTHS[found[1]], int(found[2]))
    except ValueError:
        raise WrongValue(
            _("There is no day “%(text)s”. Write it as 2026-03-01.") % {"text": shorten(text)}
        ) from None
    if SHORT_YEAR.fullmatch(text):
        raise WrongValue(
            _("“%(text)s” has a year of two digits. Write all four: 2026-03-01.") % {"text": shorten(text)}
        )
    raise WrongValue(
        _("“%(text)s” is not a date. Write the day as 2026-03-01 or 1 March 2026.") % {"text": shorten(text)}
    )


def _slashed_date(first: int, second: int, year: int) -> datetime.date:
    """Give the day when only one of day-first and month-first can be meant."""
    if first <= 12 and second <= 12 and first != second:
        raise WrongValue(
            _("“%(text)s” can be read in two ways. Write the day as 2026-03-01 or 1 March 2026.")
            % {"text": f"{first}/{second}/{year}"}
        )
    day, month = (second, first) if second > 12 else (first, second)
    return datetime.date(year, month, day)


def to_whole_number(value: Value, least: int, most: int) -> int:
    """Give the whole number of a cell."""
    refuse_oddity(value)
    if isinstance(value, str):
        value = float(value) if re.fullmatch(r"[0-9]{1,9}", value) else value
    if isinstance(value, float) and value.is_integer() and least <= value <= most:
        return int(value)
    raise WrongValue(
        _("Give a whole number from %(least)s up to and including %(most)s.") % {"least": least, "most": most}
    )


def to_year(value: Value, years: range) -> int:
    """Give the calendar year of a cell, which must be one of these."""
    refuse_oddity(value)
    if isinstance(value, datetime.datetime):
        raise WrongValue(_("Excel made a date of this. Give the cell the format Number and type the year."))
    if isinstance(value, str):
        value = float(value) if re.fullmatch(r"[0-9]{1,9}", value) else value
    if not isinstance(value, float) or not value.is_integer():
        raise WrongValue(_("This is not a year. Write it with four digits, such as 2026."))
    if value < 100:
        raise WrongValue(_("Write the year with four digits, such as 2026."))
    if int(value) not in years:
        raise WrongValue(
            _("The programme has no year %(year)s: it runs from %(first)s up to and including %(last)s.")
            % {"year": int(value), "first": years[0], "last": years[-1]}
        )
    return int(value)
