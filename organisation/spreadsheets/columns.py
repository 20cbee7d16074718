"""Finds a table in a file by the names of its columns, wherever they stand in the first rows of a sheet."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from organisation.spreadsheets.findings import Findings, Problem, merged_cells, ranges
from organisation.spreadsheets.reading import Row, Sheet, Value, Workbook
from organisation.spreadsheets.values import normalise, shorten

# The names of the columns stand within so many filled rows; a title may stand above them.
ROWS_ABOVE = 10
LONGEST_HEADER = 100
YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
# A day in a title says nothing of the year that the table is about.
DAY = re.compile(
    r"[0-9]{1,2}[-./ ](?:[0-9]{1,2}|[a-z]{3,9}\.?)[-./ ](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}",
    re.IGNORECASE,
)
# What a name of a column says beside what it is: the unit.
UNIT = re.compile(r"\b(?:in|euro'?s?|eur)\b|€|\bper jaar\b|\bper year\b", re.IGNORECASE)
TOTALS = frozenset(
    normalise(word)
    for word in (
        "totaal",
        "totalen",
        "eindtotaal",
        "totaal generaal",
        "totaal Nederland",
        "som",
        "total",
        "totals",
        "grand total",
        "sum",
    )
)
LAST_ROW_IN_MERGED = re.compile(r"(?:.*:)?\$?[A-Z]*\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is looked for: what it fills, how messages name it, and by which words it is found."""

    field: str
    name: str
    words: Collection[str]
    is_needed: bool = True
    # Whether more than one may be there; else a second one is a problem.
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column stands, and what it is called in this file."""

    number: int
    header: str

    @property
    def letter(self) -> str:
        """Its letter."""
        return get_column_letter(self.number)

    @property
    def label(self) -> str:
        """How a message names it."""
        return f"{self.letter} “{self.header}”"


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table in a file: the texts above it, where its columns stand, and the rows below their names."""

    sheet: str
    title: tuple[str, ...]
    header_row: int
    places: Mapping[str, tuple[Place, ...]]
    rows: tuple[Row, ...]

    def places_of(self, field: str) -> tuple[Place, ...]:
        """Give the columns that fill a field."""
        return self.places.get(field, ())

    def value(self, row: Row, field: str) -> Value | None:
        """Give what the cell of a field holds; None for a blank one and a missing column."""
        return next((row.cells.get(place.number) for place in self.places_of(field)), None)

    def problem(self, text: str, row: int | None, field: str) -> Problem:
        """Give a problem with the cell of a field."""
        place = next(iter(self.places_of(field)), None)
        return self.problem_at(text, row, place)

    def problem_at(self, text: str, row: int | None, place: Place | None) -> Problem:
        """Give a problem with a cell, or with a row."""
        if place is None:
            return Problem(text, self.sheet, row)
        return Problem(text, self.sheet, row, place.letter, place.header)


def find_table(workbook: Workbook, columns: Sequence[Column], findings: Findings) -> FoundTable | None:
    """Give the table that has these columns; None with a problem when there is none, or more than one.

    What a reader of the file doesn't see is a problem: hidden rows, columns and sheets, and merged cells.
    """
    names = {normalise(word): column for column in columns for word in column.words}
    found = [
        (sheet, header)
        for sheet in workbook.sheets
        if (header := _find_header(names, sheet.rows[:ROWS_ABOVE])) is not None
    ]
    # A sheet that is put away, such as last year's, isn't meant where another one is there.
    found = [pair for pair in found if not pair[0].is_hidden] or found
    if len(found) != 1:
        findings.refuse(_none_found(columns) if not found else _many_found([sheet for sheet, _row in found]))
        return None
    sheet, header = found[0]
    places = _find_places(names, sheet, header, findings)
    missing = [column for column in columns if column.is_needed and column.field not in places]
    for column in missing:
        findings.refuse(
            Problem(
                _("The column “%(column)s” is missing. Add it to the row with names.")
                % {"column": column.name},
                sheet.name,
                header.number,
            )
        )
    position = sheet.rows.index(header)
    table = FoundTable(
        sheet.name,
        tuple(
            value for row in sheet.rows[:position] for value in row.cells.values() if isinstance(value, str)
        ),
        header.number,
        {field: tuple(there) for field, there in places.items()},
        tuple(sheet.rows[position + 1 :]),
    )
    _refuse_what_is_not_seen(sheet, table, findings)
    if sheet.is_plain_text:
        _refuse_cells_without_column(table, max(header.cells), findings)
    for other in workbook.sheets:
        if other is not sheet and other.rows:
            findings.note(Problem(_("This sheet is not read."), shorten(other.name)))
    return None if missing else table


def years_in(text: str) -> frozenset[int]:
    """Give the years that a text names, leaving out those of days."""
    return frozenset(int(year) for year in YEAR.findall(DAY.sub(" ", text[:LONGEST_HEADER])))


def is_total(row: Row) -> bool:
    """Tell whether a row is a total, by the label that is its first text with a letter in it."""
    texts = (value[:LONGEST_HEADER] for value in row.cells.values() if isinstance(value, str))
    label = next((text for text in texts if any(character.isalpha() for character in text)), "")
    return normalise(YEAR.sub("", label)) in TOTALS


def _column_named(names: Mapping[str, Column], value: Value | None) -> Column | None:
    """Give the column of a name, which may tell a year and a unit as well: "Bijdrage 2026 (in €)"."""
    if not isinstance(value, str) or len(value) > LONGEST_HEADER:
        return None
    return names.get(normalise(value)) or names.get(normalise(UNIT.sub("", YEAR.sub("", value))))


def _find_header(names: Mapping[str, Column], rows: Sequence[Row]) -> Row | None:
    """Give the row with the names of most columns, and of at least two."""

    def found_in(row: Row) -> int:
        columns = (_column_named(names, value) for value in row.cells.values())
        return len({column.field for column in columns if column is not None})

    best = max(rows, key=found_in, default=None)
    return best if best is not None and found_in(best) >= 2 else None


def _find_places(
    names: Mapping[str, Column], sheet: Sheet, header: Row, findings: Findings
) -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = {}
    for number, value in sorted(header.cells.items()):
        column = _column_named(names, value)
        place = Place(number, shorten(value) if isinstance(value, str) else "")
        if column is None:
            findings.note(
                Problem(_("This column is not read."), sheet.name, None, place.letter, place.header)
            )
        elif column.field in places and not column.is_many:
            findings.refuse(
                Problem(
                    _("The column is there twice, also as column %(other)s. Keep one of them.")
                    % {"other": places[column.field][0].letter},
                    sheet.name,
                    header.number,
                    place.letter,
                    place.header,
                )
            )
        else:
            places.setdefault(column.field, []).append(place)
    return places


def _none_found(columns: Sequence[Column]) -> Problem:
    return Problem(
        _("The names of the columns were not found in the first rows. These are needed: %(names)s.")
        % {"names": ", ".join(column.name for column in columns if column.is_needed)}
    )


def _many_found(sheets: Sequence[Sheet]) -> Problem:
    return Problem(
        _("More than one sheet could be meant: %(sheets)s. Keep one of them.")
        % {"sheets": ", ".join(f"“{shorten(sheet.name)}”" for sheet in sheets)}
    )


def _refuse_what_is_not_seen(sheet: Sheet, table: FoundTable, findings: Findings) -> None:
    if sheet.is_hidden:
        findings.refuse(Problem(_("The sheet is hidden. Show it, so that you see what is read."), sheet.name))
    hidden = [row.number for row in table.rows if row.is_hidden]
    if hidden:
        findings.refuse(
            Problem(
                _("There are hidden rows: %(rows)s. Show them, or remove them.") % {"rows": ranges(hidden)},
                sheet.name,
                hidden[0],
            )
        )
    for there in table.places.values():
        for place in there:
            if place.number in sheet.hidden_columns:
                findings.refuse(
                    table.problem_at(
                        _("The column is hidden. Show it, or remove it."), table.header_row, place
                    )
                )
    for merged in sheet.merged:
        last = LAST_ROW_IN_MERGED.fullmatch(merged)
        # A title above the table may be merged.
        if last is None or int(last[1]) >= table.header_row:
            findings.refuse(merged_cells(sheet, merged))


def _refuse_cells_without_column(table: FoundTable, last: int, findings: Findings) -> None:
    for row in table.rows:
        if max(row.cells) > last:
            findings.refuse(
                Problem(
                    _(
                        "The row has more cells than there are columns. Put texts and amounts that hold the separator "
                        "between quotation marks."
                    ),
                    table.sheet,
                    row.number,
                )
            )
