"""Reads a workbook into plain cells that know their place. Nothing in it is calculated or followed.

openpyxl isn't used for this: it builds each row and every style as objects before one can look at them, so that a
small hostile file takes gigabytes, and when it reads in pieces it doesn't tell hidden rows and merged cells. What it
knows of numbers, dates and escapes is used.
"""

import datetime
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import BinaryIO

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

from organisation.spreadsheets.parts import (
    MOST_TEXT,
    Book,
    Formats,
    Quiet,
    Relations,
    Strings,
    Text,
    place_or,
    too_much_text,
)
from organisation.spreadsheets.unfolding import LARGEST_FILE, MOST_ROWS, UnreadableFile, unfold

MOST_COLUMNS = 200
# The last column with a name of three letters.
LAST_LETTERED = 18_278
PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class Oddity(Enum):
    """What stands in a cell instead of a value."""

    FORMULA = "formula"
    ERROR = "error"
    UNREADABLE = "unreadable"


Value = str | float | bool | datetime.datetime | Oddity


@dataclass(slots=True)
class Row:
    """A row that holds something: its number, and its values by the number of their column (A is 1)."""

    number: int
    cells: dict[int, Value]
    is_hidden: bool = False


@dataclass(slots=True)
class Sheet:
    """A sheet with its rows, and what of it can't be seen or isn't a plain table."""

    name: str
    is_hidden: bool = False
    rows: list[Row] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    # A CSV file: nothing can be hidden or merged in it, and a row with too many cells is a mistake.
    is_plain_text: bool = False


@dataclass(slots=True)
class Workbook:
    """The sheets that were asked for, the names of the others, and what was found beside sheets."""

    sheets: list[Sheet]
    other_sheets: list[str]
    has_images: bool
    has_links_outside: bool


def read_workbook(
    source: BinaryIO,
    wanted: Callable[[str], bool] = lambda name: True,
    *,
    most_rows: int = MOST_ROWS,
    largest_file: int = LARGEST_FILE,
) -> Workbook:
    """Read the sheets whose name is wanted. Raises `UnreadableFile` for what is no workbook, or too much of one.

    At most so many filled rows over all sheets that are read, of a file of at most so many bytes.
    """
    with unfold(source, largest_file=largest_file) as package:
        book = Book()
        package.walk("xl/workbook.xml", book)
        relations = Relations()
        package.walk("xl/_rels/workbook.xml.rels", relations)
        strings, formats = Strings(), Formats()
        for part in relations.of_kind("/sharedStrings"):
            package.walk(part, strings)
        for part in relations.of_kind("/styles"):
            package.walk(part, formats)
        found = Workbook(
            sheets=[],
            other_sheets=[],
            has_images=any(part.startswith("xl/media/") for part in package.parts),
            has_links_outside=any(part.startswith("xl/externalLinks/") for part in package.parts),
        )
        worksheets = relations.of_kind("/worksheet")
        cells = _Cells(strings.found, formats.dates, book.epoch)
        budget = Budget(most_rows, strings.characters)
        for name, key, is_hidden in book.sheets:
            part = relations.targets.get(key, "")
            if not wanted(name) or part not in worksheets:
                found.other_sheets.append(name)
                continue
            sheet = Sheet(name, is_hidden)
            package.walk(part, _SheetReader(sheet, cells, budget))
            found.sheets.append(sheet)
        return found


@dataclass(slots=True)
class Budget:
    """What all sheets together have used of what is read."""

    most_rows: int = MOST_ROWS
    characters: int = 0
    rows: int = 0

    def use_row(self) -> None:
        """Count a row that holds something. Raises `UnreadableFile` for one too many."""
        self.rows += 1
        if self.rows > self.most_rows:
            raise UnreadableFile(
                _("The file has more than %(most)s filled rows. Split it and import the parts one by one."),
                code="rows",
                params={"most": number_format(self.most_rows, force_grouping=True)},
            )

    def use_text(self, length: int) -> None:
        """Count a text. Raises `UnreadableFile` when all texts together are too long."""
        self.characters += length
        if self.characters > MOST_TEXT:
            raise too_much_text()


@dataclass(slots=True)
class _Cells:
    """Turns what is written in a cell into its value."""

    strings: list[str]
    dates: set[int]
    epoch: datetime.datetime

    def value(self, kind: str, style: str, written: str) -> Value | None:
        """Give the value of a cell by its type, style and text; None when it is blank."""
        if not written.strip():
            return None
        match kind:
            case "s":
                is_known = written.isascii() and written.isdigit() and len(written) < 9
                if not is_known or int(written) >= len(self.strings):
                    return Oddity.UNREADABLE
                return self.strings[int(written)] or None
            case "str" | "inlineStr":
                return written.strip()
            case "b":
                return written.strip() == "1"
            case "e":
                return Oddity.ERROR
            case "d":
                return self._iso(written)
            case "n":
                return self._number(style, written)
            case _:
                return Oddity.UNREADABLE

    def _number(self, style: str, written: str) -> Value:
        try:
            number = float(written)
            if style.isascii() and style.isdigit() and int(style[:9]) in self.dates:
                day = from_excel(number, self.epoch)
                return day if isinstance(day, datetime.datetime) else Oddity.UNREADABLE
        except (ValueError, OverflowError):
            return Oddity.UNREADABLE
        return number if math.isfinite(number) else Oddity.UNREADABLE

    @staticmethod
    def _iso(written: str) -> Value:
        try:
            # A wall clock's time: Excel knows no zones.
            return datetime.datetime.fromisoformat(written.strip()).replace(tzinfo=None)
        except ValueError:
            return Oddity.UNREADABLE


class _SheetReader(Quiet):
    """Fills a `Sheet` from its part."""

    def __init__(self, sheet: Sheet, cells: _Cells, budget: Budget) -> None:
        self.sheet, self._cells, self._budget = sheet, cells, budget
        self._row = Row(0, {})
        self._column = 0
        self._kind = self._style = ""
        self._has_formula = self._heeds = self._beside = False
        self._collected = Text()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "c":
                self._begin_cell(attributes)
            case "v":
                self._heeds = True
            case "t":
                self._heeds = not self._beside
            case "rPh":
                self._beside = True
            case "f":
                self._has_formula = True
            case "row":
                self._row = Row(
                    place_or(attributes.get("r"), self._row.number + 1),
                    {},
                    attributes.get("hidden") in ("1", "true"),
                )
                self._column = 0
            case "col":
                self._note_columns(attributes)
            case "mergeCell":
                if len(self.sheet.merged) < MOST_COLUMNS:
                    self.sheet.merged.append(attributes.get("ref", "")[:30])

    def end(self, name: str) -> None:
        match name:
            case "c":
                self._end_cell()
            case "v" | "t":
                self._heeds = False
            case "rPh":
                self._beside = False
            case "row" if self._row.cells:
                self._budget.use_row()
                self.sheet.rows.append(self._row)

    def text(self, text: str) -> None:
        if self._heeds:
            self._collected.add(text)

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._column += 1
        place = PLACE.fullmatch(attributes.get("r", ""))
        if place:
            self._column = _column_number(place[1])
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._has_formula = False

    def _end_cell(self) -> None:
        written = self._collected.take()
        value: Value | None = (
            Oddity.FORMULA if self._has_formula else self._cells.value(self._kind, self._style, written)
        )
        if value is None:
            return
        if self._column > MOST_COLUMNS:
            raise too_many_columns(self.sheet.name, self._column, self._row.number)
        if isinstance(value, str) and self._kind != "s":
            self._budget.use_text(len(value))
        self._row.cells[self._column] = value

    def _note_columns(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = place_or(attributes.get("min"), 1), place_or(attributes.get("max"), 1)
            self.sheet.hidden_columns |= set(range(first, min(last, MOST_COLUMNS) + 1))


def too_many_columns(sheet: str, column: int, row: int) -> UnreadableFile:
    """Give the refusal of a cell that stands too far to the right."""
    return UnreadableFile(
        _(
            "Sheet “%(sheet)s” holds something in column %(column)s (row %(row)s). Remove the columns that are not "
            "needed."
        ),
        code="columns",
        params={"sheet": sheet, "column": get_column_letter(min(column, LAST_LETTERED)), "row": row},
    )


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
