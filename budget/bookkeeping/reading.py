"""Reads bookings from an Excel workbook or a CSV file that the bookkeeping gives, and finds every problem in them."""

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext as _

from budget.amount_cells import to_amount
from budget.bookkeeping.columns import booking_columns
from budget.money import format_money
from organisation.spreadsheets.columns import FoundTable, find_table, is_total
from organisation.spreadsheets.findings import Findings, Problem
from organisation.spreadsheets.opening import read_table
from organisation.spreadsheets.reading import Row
from organisation.spreadsheets.values import WrongValue, normalise, shorten, to_date, to_text, to_year
from portfolio.models.days import FAR_DAY, YEARS, is_far

# A year of bookings of a programme comes to some hundreds.
MOST_BOOKINGS = 5_000
# As many characters as an expenditure keeps.
LONGEST_REFERENCE = 40
LONGEST_DESCRIPTION = 300
LONGEST_WORD = 100
CENTRAL_SUPPORT = frozenset(
    normalise(word)
    for word in ("CO", "centrale ondersteuning", "central support", "ondersteuning", "support")
)


# A reference with the line that it is booked on: number of the project, year and category.
Reference = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class Booking:
    """Money spent, or a credit when it is negative, on a project, or on central support when that has no code."""

    row: int
    date: datetime.date
    # In euro, with two places; never zero.
    amount: Decimal
    reference: str
    project_code: str
    year: int
    category: str
    description: str


@dataclass(frozen=True, slots=True)
class Bookings:
    """The bookings that could be read, as they stand in the file; all of them only without problems."""

    bookings: tuple[Booking, ...]
    findings: Findings


@dataclass(frozen=True, slots=True)
class KnownBookings:
    """What rows of a file are compared with."""

    today: datetime.date
    # Of the programme.
    years: range
    project_codes: Collection[str]
    # By every word for them, in both languages; those of the reader come first.
    categories: Mapping[str, str]
    # What is said of bookings that were made before. One reference can be of several lines, and is of each once.
    booked: Mapping[Reference, str]
    # What else stands in the way of a booking: at which of its cells, and what is said of it.
    stands_in_the_way: Callable[[Booking], tuple[str, str] | None] = lambda booking: None


def read_bookings(source: BinaryIO, name: str, *, known: KnownBookings) -> Bookings:
    """Read bookings. What is wrong stands in the findings, with row and cell.

    The year of a booking is that of its date where the file doesn't say another. References are compared without
    regard to case. Raises `UnreadableFile` for a file that can't be read at all.
    """
    findings = Findings()
    table = find_table(read_table(source, name, most_rows=MOST_BOOKINGS), booking_columns(), findings)
    if table is None:
        return Bookings((), findings)
    return _Reader(table, known, findings).read()


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, table: FoundTable, known: KnownBookings, findings: Findings) -> None:
        self._table, self._known, self._findings = table, known, findings
        self._projects = {comparable(code): code for code in known.project_codes}
        self._categories = {normalise(word): category for word, category in known.categories.items()}
        # Of the words for a category, the first is in the reader's language.
        words: dict[str, str] = {}
        for word, category in known.categories.items():
            words.setdefault(category, word)
        self._offered = list(words.values())
        self._booked = {
            (comparable(reference), *line): text for (reference, *line), text in known.booked.items()
        }
        self._rows_by_reference: dict[tuple[object, ...], int] = {}
        # By the number of the row; None where the amount can't be read.
        self._amounts: dict[int, Decimal | None] = {}

    def read(self) -> Bookings:
        """Read all rows, and compare the amounts with the file's own total where it has one."""
        bookings: list[Booking] = []
        for row in self._table.rows:
            if not any(place.number in row.cells for there in self._table.places.values() for place in there):
                continue
            if is_total(row) and self._table.value(row, "date") is None:
                self._check_total(row)
            elif (booking := self._booking(row)) is not None:
                bookings.append(booking)
        if not self._amounts:
            self._findings.refuse(
                Problem(_("The sheet holds no booking. Fill in a row for each."), self._table.sheet)
            )
        return Bookings(tuple(bookings), self._findings)

    def _booking(self, row: Row) -> Booking | None:
        date = self._date(row)
        amount = self._amounts[row.number] = self._amount(row)
        reference = self._needed_text(row, "reference", LONGEST_REFERENCE)
        project_code = self._project_code(row)
        year = self._year(row, date)
        category = self._category(row)
        description = self._text(row, "description", LONGEST_DESCRIPTION)
        if (
            date is None
            or amount is None
            or reference is None
            or project_code is None
            or year is None
            or category is None
            or description is None
        ):
            return None
        booking = Booking(row.number, date, amount, reference, project_code, year, category, description)
        if self._is_double(row, booking):
            return None
        obstacle = self._known.stands_in_the_way(booking)
        if obstacle is not None:
            self._refuse(row, *obstacle)
            return None
        return booking

    def _date(self, row: Row) -> datetime.date | None:
        value = self._table.value(row, "date")
        try:
            if value is None:
                raise WrongValue(_("The date is missing. Fill it in."))
            date = to_date(value)
            if date > self._known.today:
                raise WrongValue(_("This day is still to come. Give a day up to and including today."))
            if is_far(date):
                raise WrongValue(FAR_DAY % YEARS)
        except WrongValue as wrong:
            self._refuse(row, "date", str(wrong))
            return None
        return date

    def _amount(self, row: Row) -> Decimal | None:
        value = self._table.value(row, "amount")
        try:
            if value is None:
                raise WrongValue(_("The amount is missing. Fill it in."))
            amount = to_amount(value)
            if not amount:
                raise WrongValue(_("The amount is zero. Fill in what was spent, or remove the row."))
        except WrongValue as wrong:
            self._refuse(row, "amount", str(wrong))
            return None
        return amount

    def _is_double(self, row: Row, booking: Booking) -> bool:
        """Tell whether its reference was booked on its line before, in this file or earlier, and refuse the row if so."""
        key = (comparable(booking.reference), booking.project_code, booking.year, booking.category)
        if key in self._rows_by_reference:
            self._refuse(
                row,
                "reference",
                _(
                    "Reference “%(reference)s” is there twice on the same line, also in row %(row)s. Add them up in one row."
                )
                % {"reference": shorten(booking.reference), "row": self._rows_by_reference[key]},
            )
            return True
        self._rows_by_reference[key] = row.number
        if key in self._booked:
            self._refuse(
                row,
                "reference",
                _("“%(reference)s” is booked already: %(booked)s. Remove the row.")
                % {"reference": shorten(booking.reference), "booked": self._booked[key]},
            )
            return True
        return False

    def _project_code(self, row: Row) -> str | None:
        """Give the number of the project; nothing for central support, None when it is wrong."""
        written = self._needed_text(row, "project", LONGEST_WORD)
        if written is None:
            return None
        if normalise(written) in CENTRAL_SUPPORT:
            return ""
        code = self._projects.get(comparable(written))
        if code is None:
            self._refuse(
                row,
                "project",
                _(
                    "There is no project “%(written)s” to book on. Write its number, such as 2026-014, or CO for central "
                    "support."
                )
                % {"written": shorten(written)},
            )
        return code

    def _year(self, row: Row, date: datetime.date | None) -> int | None:
        value = self._table.value(row, "year")
        years = self._known.years
        try:
            if value is not None:
                return to_year(value, years)
            if date is not None and date.year not in years:
                raise WrongValue(
                    _(
                        "%(year)s is not a year of the programme, which runs from %(first)s up to and including %(last)s."
                    )
                    % {"year": date.year, "first": years[0], "last": years[-1]}
                )
        except WrongValue as wrong:
            self._refuse(row, "date" if value is None else "year", str(wrong))
            return None
        return date.year if date is not None else None

    def _category(self, row: Row) -> str | None:
        written = self._needed_text(row, "category", LONGEST_WORD)
        if written is None:
            return None
        category = self._categories.get(normalise(written))
        if category is None:
            self._refuse(
                row,
                "category",
                _("“%(found)s” is not one of the choices. Write one of: %(offered)s.")
                % {"found": shorten(written), "offered": ", ".join(self._offered)},
            )
        return category

    def _needed_text(self, row: Row, field: str, longest: int) -> str | None:
        """Give a text; None with a problem for a blank or wrong one."""
        if self._table.value(row, field) is None:
            self._refuse(row, field, _("Fill this in."))
            return None
        return self._text(row, field, longest)

    def _text(self, row: Row, field: str, longest: int) -> str | None:
        value = self._table.value(row, field)
        if value is None:
            return ""
        try:
            return to_text(value, longest, number_is_text=True)
        except WrongValue as wrong:
            self._refuse(row, field, str(wrong))
            return None

    def _check_total(self, row: Row) -> None:
        """Compare a total with what the rows above it add up to."""
        value = self._table.value(row, "amount")
        if value is None:
            return
        try:
            written = to_amount(value)
        except WrongValue as wrong:
            self._refuse(row, "amount", str(wrong))
            return
        amounts = [amount for amount in self._amounts.values() if amount is not None]
        if len(amounts) == len(self._amounts) and (added := sum(amounts, Decimal("0.00"))) != written:
            self._refuse(
                row,
                "amount",
                _("The total says %(total)s, and the rows add up to %(sum)s. Correct the rows or the total.")
                % {"total": format_money(written), "sum": format_money(added)},
            )

    def _refuse(self, row: Row, field: str, text: str) -> None:
        self._findings.refuse(self._table.problem(text, row.number, field))


def comparable(text: str) -> str:
    """Give a reference, or a number of a project, as it is compared: without regard to case and spaces."""
    return " ".join(text.split()).casefold()
