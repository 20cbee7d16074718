"""Reads a workbook into plain cells that know their place. Nothing in it is calculated or followed.

openpyxl isn't used for this: it builds each row and every style as objects before one can look at them, so that a
small hostile file takes gigabytes, and when it reads in pieces it doesn't tell hidden rows and merged cells. What it
knows of numbers, dates and escapes is used.
"""

import datetime
import math
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import BinaryIO

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel
from openpyxl.utils.escape import unescape

from portfolio.importing.unfolding import MOST_ROWS, Package, UnreadableFile, too_much, unfold

MOST_COLUMNS = 200
# In characters: of one cell (Excel itself stops at 32,767), and over all sheets.
LONGEST_CELL = 33_000
MOST_TEXT = 8_000_000
MOST_SHEETS = 100
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


@dataclass(slots=True)
class Workbook:
    """The sheets that were asked for, the names of the others, and what was found beside sheets."""

    sheets: list[Sheet]
    other_sheets: list[str]
    has_images: bool
    has_links_outside: bool


def read_workbook(source: BinaryIO, wanted: Callable[[str], bool]) -> Workbook:
    """Read the sheets whose name is wanted. Raises `UnreadableFile` for what is no workbook, or too much of one."""
    with unfold(source) as package:
        book = _Book()
        package.walk("xl/workbook.xml", book)
        relations = _Relations()
        package.walk("xl/_rels/workbook.xml.rels", relations)
        strings, formats = _Strings(), _Formats()
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
        budget = _Budget(strings.characters)
        for name, key, is_hidden in book.sheets:
            part = relations.targets.get(key, "")
            if not wanted(name) or part not in worksheets:
                found.other_sheets.append(name)
                continue
            sheet = Sheet(name, is_hidden)
            _read_sheet(package, part, sheet, cells, budget)
            found.sheets.append(sheet)
        return found


def _read_sheet(package: Package, part: str, sheet: Sheet, cells: "_Cells", budget: "_Budget") -> None:
    package.walk(part, _SheetReader(sheet, cells, budget))


class _Quiet:
    """A handler that heeds nothing, for others to build on."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        pass

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class _Book(_Quiet):
    """The names of the sheets, and the day from which dates are counted."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.epoch = WINDOWS_EPOCH

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = MAC_EPOCH
        elif name == "sheet":
            key = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), key, is_hidden))
            if len(self.sheets) > MOST_SHEETS:
                raise too_much()


class _Relations(_Quiet):
    """Which part is meant by which key."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self._kinds: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            part = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")
            self.targets[attributes.get("Id", "")] = part
            self._kinds[part] = attributes.get("Type", "")

    def of_kind(self, ending: str) -> list[str]:
        return [part for part, kind in self._kinds.items() if kind.endswith(ending)]


class _Strings(_Quiet):
    """The texts that cells name by their number."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.characters = 0
        self._collected = _Text()
        self._heeds = False
        self._beside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "rPh":
            self._beside = True
        self._heeds = name == "t" and not self._beside

    def end(self, name: str) -> None:
        self._heeds = False
        if name == "rPh":
            self._beside = False
        elif name == "si":
            # Cells share it as it is: what they would strip, each would keep a copy of.
            text = self._collected.take().strip()
            self.characters += len(text)
            if self.characters > MOST_TEXT:
                raise _too_much_text()
            self.found.append(text)

    def text(self, text: str) -> None:
        if self._heeds:
            self._collected.add(text)


class _Formats(_Quiet):
    """Which styles show a number as a date."""

    def __init__(self) -> None:
        self.dates: set[int] = set()
        self._own: dict[str, str] = {}
        self._is_inside = False
        self._count = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:255]
        elif name == "cellXfs":
            self._is_inside = True
        elif name == "xf" and self._is_inside:
            key = attributes.get("numFmtId", "0")
            code = self._own.get(key)
            if code is None:
                code = BUILTIN_FORMATS.get(_place(key, 0))
            if code and is_date_format(code):
                self.dates.add(self._count)
            self._count += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_inside = False


class _Text:
    """Collects the pieces of a text, and no more of them than a cell can hold."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, piece: str) -> None:
        if self._length <= LONGEST_CELL:
            self._pieces.append(piece)
            self._length += len(piece)

    def take(self) -> str:
        text = "".join(self._pieces)[: LONGEST_CELL + 1]
        self._pieces, self._length = [], 0
        return unescape(text).replace("\r\n", "\n").replace("\r", "\n") if text else ""


@dataclass(slots=True)
class _Budget:
    """What all sheets together have used of what is read."""

    characters: int
    rows: int = 0

    def use_row(self) -> None:
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise UnreadableFile(
                _("The file has more than %(most)s filled rows. Split it and import the parts one by one."),
                code="rows",
                params={"most": number_format(MOST_ROWS, force_grouping=True)},
            )

    def use_text(self, length: int) -> None:
        self.characters += length
        if self.characters > MOST_TEXT:
            raise _too_much_text()


@dataclass(slots=True)
class _Cells:
    """Turns what is written in a cell into its value."""

    strings: list[str]
    dates: set[int]
    epoch: datetime.datetime

    def value(self, kind: str, style: str, written: str) -> Value | None:
        """Give the value of a cell by its type, style and text; None when it is blank."""
        match kind:
            case "s":
                is_known = written.isascii() and written.isdigit() and len(written) < 9
                if not is_known or int(written) >= len(self.strings):
                    return Oddity.UNREADABLE
                return self.strings[int(written)] or None
            case "str" | "inlineStr":
                return written.strip() or None
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

    def _number(self, style: str, written: str) -> Value | None:
        if not written.strip():
            return None
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


class _SheetReader(_Quiet):
    """Fills a `Sheet` from its part."""

    def __init__(self, sheet: Sheet, cells: _Cells, budget: _Budget) -> None:
        self.sheet, self._cells, self._budget = sheet, cells, budget
        self._row = Row(0, {})
        self._column = 0
        self._kind = self._style = ""
        self._has_formula = self._heeds = self._beside = False
        self._collected = _Text()

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
                    _place(attributes.get("r"), self._row.number + 1),
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
            raise UnreadableFile(
                _(
                    "Sheet “%(sheet)s” holds something in column %(column)s (row %(row)s). Remove the columns that "
                    "are not in the template."
                ),
                code="columns",
                params={
                    "sheet": self.sheet.name,
                    "column": get_column_letter(min(self._column, 18_278)),
                    "row": self._row.number,
                },
            )
        if isinstance(value, str) and self._kind != "s":
            self._budget.use_text(len(value))
        self._row.cells[self._column] = value

    def _note_columns(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = _place(attributes.get("min"), 1), _place(attributes.get("max"), 1)
            self.sheet.hidden_columns |= set(range(first, min(last, MOST_COLUMNS) + 1))


def _place(written: str | None, otherwise: int) -> int:
    """Give the number of a row or column that is written, or what it would be without."""
    if written is None:
        return otherwise
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else otherwise


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _too_much_text() -> UnreadableFile:
    return UnreadableFile(
        _("The file holds more text than can be read at once. Split it and import the parts one by one."),
        code="text",
    )
