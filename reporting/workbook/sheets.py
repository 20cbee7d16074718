"""Writes the tables of a report as sheets of a write-only workbook.

A report can have ten thousand projects, so that what happens per cell counts: one styled cell per column is filled again
for every row, which openpyxl has written before the next one comes (`benchmarks/report_workbook.py`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.dimensions import RowDimension

from organisation.spreadsheets.writing import (
    BOLD,
    DATE_FORMATS,
    LINE_HEIGHT,
    LONGEST_CELL,
    NOT_IN_XML,
    STARTS_A_FORMULA,
    SheetColumn,
    line_count,
    new_sheet,
)
from reporting.workbook.tables import FIRST_ROW, Column, Formula, Kind, Table, Total, Value, range_name

ROWS_PER_STEP = 500


class _StyledCell(Cell):
    """A cell whose style doesn't change any more, so that it is looked up once."""

    __slots__ = ("_style_number",)

    has_style = True

    def __init__(self, sheet: Any, data_type: str, **style: Any) -> None:
        super().__init__(sheet)
        for name, value in {"data_type": data_type, **style}.items():
            setattr(self, name, value)
        self._style_number = super().style_id

    @property
    def style_id(self) -> int:
        """Where its style stands in the workbook."""
        return self._style_number


def _placed(cells: Sequence[Cell | None], row: int) -> Iterator[Cell]:
    """Say of cells where they stand."""
    for place, cell in enumerate(cells, start=1):
        if cell is not None:
            cell.row, cell.column = row, place
            yield cell


def _text_filler(sheet: Any, style: dict[str, Any]) -> Callable[[Any], Cell]:
    alignment = Alignment(vertical="top", wrap_text=True)
    plain = _StyledCell(sheet, "s", alignment=alignment, **style)
    # A person who edits the cell keeps a text too.
    quoted = _StyledCell(sheet, "s", alignment=alignment, quotePrefix=True, **style)

    def fill(text: str) -> Cell:
        if NOT_IN_XML.search(text):
            text = NOT_IN_XML.sub("", text)
        cell = quoted if text.startswith(STARTS_A_FORMULA) else plain
        cell._value = text[:LONGEST_CELL]
        return cell

    return fill


def _number_filler(
    sheet: Any, number_format: str, style: dict[str, Any], values: list[int | Decimal]
) -> Callable[[Any], Cell]:
    horizontal = "left" if number_format == Kind.ORDINAL.value else "right"
    alignment = Alignment(vertical="top", horizontal=horizontal, indent=1 if horizontal == "right" else 0)
    style = {"alignment": alignment, "number_format": number_format, **style}
    number = _StyledCell(sheet, "n", **style)
    formula = _StyledCell(sheet, "f", **style)

    def fill(value: int | Decimal | Formula) -> Cell:
        if isinstance(value, Formula):
            values.append(value.value)
            formula._value = value.text
            return formula
        number._value = value
        return number

    return fill


def _date_filler(sheet: Any, style: dict[str, Any]) -> Callable[[Any], Cell]:
    number_format = DATE_FORMATS.get(get_language() or "", "yyyy-mm-dd")
    alignment = Alignment(vertical="top", horizontal="left")
    cell = _StyledCell(sheet, "d", alignment=alignment, number_format=number_format, **style)

    def fill(day: datetime.date) -> Cell:
        cell._value = day
        return cell

    return fill


def _filler(
    sheet: Any, kind: Kind, values: list[int | Decimal], style: dict[str, Any] | None = None
) -> Callable[[Any], Cell]:
    style = style or {}
    if kind is Kind.TEXT:
        return _text_filler(sheet, style)
    if kind is Kind.DATE:
        return _date_filler(sheet, style)
    return _number_filler(sheet, kind.value, style, values)


def write_table(
    book: Workbook, table: Table, *, footer: str, written: Callable[[int], None]
) -> list[int | Decimal]:
    """Add a table as a sheet; `written` is told now and then how many rows were. Gives the values of the formulas, in order."""
    sheet = new_sheet(
        book,
        table.title,
        [SheetColumn(column.heading, column.width, _format_of_numbers(column)) for column in table.columns],
        frozen=table.frozen,
    )
    sheet.page_setup.paperSize = table.paper
    if table.pages_wide > 1:
        sheet.page_setup.fitToWidth = table.pages_wide
        sheet.print_title_cols = f"A:{get_column_letter(column_index_from_string(table.frozen[0]) - 1)}"
    # openpyxl would first take every cell for a value, and make a new cell for it.
    sheet._values_to_row = _placed
    number_pages(sheet, footer)
    values: list[int | Decimal] = []
    totals = _Totals(table.columns)
    heights = _Heights(sheet, table)
    fillers = [_filler(sheet, column.kind, values) for column in table.columns]
    for count, row in enumerate(table.rows, start=1):
        totals.add(row)
        heights.fit(FIRST_ROW + count - 1, row)
        sheet.append(
            [
                None if value is None or value == "" else fill(value)
                for fill, value in zip(fillers, row, strict=True)
            ]
        )
        heights.forget(FIRST_ROW + count - 1)
        if count % ROWS_PER_STEP == 0:
            written(count)
    if totals.places:
        sheet.append(totals.cells(sheet, table.last_row, values))
    if table.has_filter:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{table.last_row}"
    sheet.close()
    _give_names(book, table)
    return values


def _format_of_numbers(column: Column) -> str:
    return "" if column.kind in (Kind.TEXT, Kind.DATE, Kind.ORDINAL) else column.kind.value


class _Heights:
    """Makes a row as high as its longest text, up to what leaves the list a list."""

    def __init__(self, sheet: Any, table: Table) -> None:
        self._rows = sheet.row_dimensions
        self._texts = [
            (place, column.width) for place, column in enumerate(table.columns) if column.kind is Kind.TEXT
        ]
        # As openpyxl asks them of a row; most rows have the height of many others.
        self._by_lines = {
            lines: dict(RowDimension(sheet, ht=LINE_HEIGHT * lines))
            for lines in range(1, table.most_lines + 1)
        }
        self._most = table.most_lines

    def fit(self, number: int, row: Sequence[Any]) -> None:
        most = 1
        for place, width in self._texts:
            text = row[place]
            if text and (len(text) > width or "\n" in text):
                most = max(most, line_count(text, width))
        if most > 1:
            self._rows[number] = self._by_lines[min(most, self._most)]

    def forget(self, number: int) -> None:
        """Let go of a row that is written."""
        self._rows.pop(number, None)


class _Totals:
    """What stands below the columns, counted along with the rows."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self.places = [place for place, column in enumerate(columns) if column.total]
        self._sums: dict[int, int | Decimal] = dict.fromkeys(self.places, 0)
        self._counted = [(place, columns[place].total is Total.COUNT) for place in self.places]

    def add(self, row: Sequence[Value]) -> None:
        for place, is_count in self._counted:
            value = row[place]
            if value is None or value == "":
                continue
            if is_count:
                self._sums[place] += 1
            else:
                self._sums[place] += value.value if isinstance(value, Formula) else value  # type: ignore[operator]

    def cells(self, sheet: Any, last_row: int, values: list[int | Decimal]) -> list[Cell | None]:
        style = {"font": BOLD, "border": Border(top=Side(style="thin"))}
        cells: list[Cell | None] = []
        for place, column in enumerate(self._columns):
            if column.total is None:
                text = _("Total") if place == 0 else ""
                cells.append(_filler(sheet, Kind.TEXT, values, style)(text))
                continue
            letter = get_column_letter(place + 1)
            cells_above = f"{letter}{FIRST_ROW}:{letter}{last_row}"
            formula = Formula(f"=SUBTOTAL({column.total.value},{cells_above})", self._sums[place])
            kind = Kind.COUNT if column.total is Total.COUNT else column.kind
            cells.append(_filler(sheet, kind, values, style)(formula))
        return cells


def number_pages(sheet: Any, footer: str) -> None:
    """Put what the file is and the number of the page at the foot of every printed page."""
    foot = sheet.HeaderFooter.oddFooter
    # An ampersand begins a code here.
    foot.left.text = footer.replace("&", "&&")
    foot.center.text = "&A"
    foot.right.text = "&P / &N"


def _give_names(book: Workbook, table: Table) -> None:
    for place, column in enumerate(table.columns, start=1):
        if column.is_named:
            letter = get_column_letter(place)
            cells = f"${letter}${FIRST_ROW}:${letter}${table.last_row}"
            _give_name(book, table.title, str(column.heading), cells)
    for what, cell in table.named_cells.items():
        _give_name(book, table.title, what, f"${cell[0]}${cell[1:]}")


def _give_name(book: Workbook, title: str, what: str, cells: str) -> None:
    name = range_name(title, what)
    quoted = title.replace("'", "''")
    book.defined_names[name] = DefinedName(name, attr_text=f"'{quoted}'!{cells}")
