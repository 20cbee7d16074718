"""Finds the sheets and columns of the template in a workbook, and what of them can't be read as a plain table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from organisation.spreadsheets.findings import Findings, Problem, note_what_is_hidden, refuse_merged
from organisation.spreadsheets.reading import Row, Sheet, Value, Workbook
from organisation.spreadsheets.values import normalise, shorten
from portfolio.importing.columns import (
    BY_SHEET_NAME,
    EXAMPLE_KEYS,
    PROJECTS,
    SILENT,
    TABLES,
    Column,
    Table,
)

# The names of the columns stand within so many filled rows; a title may stand above them.
ROWS_ABOVE = 10
EXAMPLES = {normalise(key) for key in EXAMPLE_KEYS.values()}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column stands, and what it is called in this file."""

    number: int
    header: str


class TableRows:
    """The rows of a sheet below its header, read by the fields of their columns."""

    def __init__(self, table: Table, name: str, rows: Sequence[Row], places: Mapping[str, "Place"]) -> None:
        self.table, self.name, self._rows, self._places = table, name, rows, places

    def __iter__(self) -> Iterator["TableRow"]:
        for row in self._rows:
            found = TableRow(self, row)
            if not found.is_blank and not found.is_example:
                yield found

    @property
    def examples(self) -> int:
        """How many example rows it holds."""
        return sum(TableRow(self, row).is_example for row in self._rows)

    def number_of(self, field: str) -> int:
        """Give the number of the column that fills a field; 0 when it is missing."""
        place = self._places.get(field)
        return place.number if place else 0

    def problem(self, text: str, row: int, field: str) -> Problem:
        """Give a problem with a cell."""
        place = self._places.get(field)
        if place is None:
            return Problem(text, self.name, row, "", self.table.column(field).name(get_language() or ""))
        return Problem(text, self.name, row, get_column_letter(place.number), place.header)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table."""

    rows: TableRows
    row: Row

    @property
    def number(self) -> int:
        """Its number in the sheet."""
        return self.row.number

    def value(self, field: str) -> Value | None:
        """Give what the cell of a field holds; None for a blank one and a missing column."""
        return self.row.cells.get(self.rows.number_of(field))

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing in the columns that we know."""
        return all(self.value(column.field) is None for column in self.rows.table.columns)

    @property
    def is_example(self) -> bool:
        """Whether it is the example of the template."""
        key = self.value("key")
        return isinstance(key, str) and normalise(key[:50]) in EXAMPLES


def is_wanted(name: str) -> bool:
    """Tell whether a sheet of this name is one of the template's, to be read."""
    return _table_named(name) is not None


def place_of_sheet(name: str) -> int:
    """Give the place of a sheet among those of the template, from 1; 0 for another one."""
    table = _table_named(name)
    return TABLES.index(table) + 1 if table else 0


def _table_named(name: str) -> Table | None:
    return BY_SHEET_NAME.get(normalise(name[:50]))


def find_tables(workbook: Workbook, findings: Findings) -> dict[str, TableRows]:
    """Give the tables of a workbook by their field; what is wrong with them goes to the findings."""
    found: dict[str, TableRows] = {}
    for sheet in workbook.sheets:
        table = _table_named(sheet.name)
        if table is None:
            continue
        if table.field in found:
            findings.refuse(
                Problem(
                    _("This sheet is there twice, also as “%(other)s”. Keep one of them.")
                    % {"other": found[table.field].name},
                    sheet.name,
                )
            )
            continue
        if (rows := _find_rows(table, sheet, findings)) is not None:
            found[table.field] = rows
    _note_what_is_not_read(workbook, findings)
    language = get_language() or ""
    if not any(_table_named(sheet.name) is PROJECTS for sheet in workbook.sheets):
        findings.refuse(
            Problem(
                _("There is no sheet “%(sheet)s”. Use the template, and leave the names of its sheets.")
                % {"sheet": PROJECTS.name(language)}
            )
        )
    return found


def _find_rows(table: Table, sheet: Sheet, findings: Findings) -> TableRows | None:
    """Give the rows below the names of the columns; None when these aren't there."""
    refuse_merged(sheet, findings)
    if not sheet.rows and table is not PROJECTS:
        return TableRows(table, sheet.name, [], {})
    names = table.by_name
    header = _find_header(names, sheet.rows[:ROWS_ABOVE])
    if header is None:
        findings.refuse(
            Problem(
                _(
                    "The names of the columns were not found in the first rows. Copy the first row of the template: "
                    "%(names)s."
                )
                % {"names": ", ".join(column.name(get_language() or "") for column in table.columns)},
                sheet.name,
            )
        )
        return None
    places = _find_places(names, sheet, header, findings)
    missing = [column for column in table.columns if column.is_needed and column.field not in places]
    for column in missing:
        findings.refuse(
            Problem(
                _("The column “%(column)s” is missing. Add it to the row with names.")
                % {"column": column.name(get_language() or "")},
                sheet.name,
                header.number,
            )
        )
    rows = sheet.rows[sheet.rows.index(header) + 1 :]
    note_what_is_hidden(sheet, rows, [place.number for place in places.values()], findings)
    return None if missing else TableRows(table, sheet.name, rows, places)


def _find_header(names: Mapping[str, Column], rows: Iterable[Row]) -> Row | None:
    """Give the first row with at least two names of columns."""
    for row in rows:
        if sum(_column_named(names, value) is not None for value in row.cells.values()) >= 2:
            return row
    return None


def _column_named(names: Mapping[str, Column], value: Value) -> Column | None:
    return names.get(normalise(value)) if isinstance(value, str) and len(value) <= 100 else None


def _find_places(
    names: Mapping[str, Column], sheet: Sheet, header: Row, findings: Findings
) -> dict[str, Place]:
    """Give the place of the column of each field."""
    places: dict[str, Place] = {}
    for place, value in header.cells.items():
        letter = get_column_letter(place)
        column = _column_named(names, value)
        name = shorten(value) if isinstance(value, str) else ""
        if column is None:
            findings.note(
                Problem(
                    _("This column is not in the template and is not read."), sheet.name, None, letter, name
                )
            )
        elif column.field in places:
            findings.refuse(
                Problem(
                    _("The column is there twice, also as column %(other)s. Keep one of them.")
                    % {"other": get_column_letter(places[column.field].number)},
                    sheet.name,
                    header.number,
                    letter,
                    name,
                )
            )
        else:
            places[column.field] = Place(place, name)
    return places


def _note_what_is_not_read(workbook: Workbook, findings: Findings) -> None:
    for name in workbook.other_sheets:
        if normalise(name[:50]) not in SILENT:
            findings.note(Problem(_("This sheet is not in the template and is not read."), shorten(name)))
    if workbook.has_images:
        findings.note(Problem(_("The file holds images. They are not read; add them to the project later.")))
    if workbook.has_links_outside:
        findings.note(Problem(_("The file has links to other files. They are not followed.")))
