"""Writes workbooks that people download: row by row, text as the text that it is, amounts and dates as real values."""

from __future__ import annotations

import datetime
import re
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.fonts import DEFAULT_FONT
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DATE_FORMATS = {"nl": "dd-mm-yyyy", "en": "dd/mm/yyyy"}
# Euro with two places; a spreadsheet program shows the separators of its own language.
MONEY_FORMAT = '"€" #,##0.00;[Red]-"€" #,##0.00'
LONGEST_CELL = 32_767
# Beside what openpyxl refuses, what XML has no place for.
NOT_IN_XML = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\\ud800-\\udfff\\ufffe\\uffff]")
# What a spreadsheet program may take for the beginning of a formula.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# In the font of the other cells; one that isn't named becomes another in some programs.
BOLD = Font(name=DEFAULT_FONT.name, sz=DEFAULT_FONT.sz, family=DEFAULT_FONT.family, bold=True)
HEADING_FILL = PatternFill("solid", fgColor="E6EEF4")
# In points. Not every program fits a row to a text of several lines by itself.
LINE_HEIGHT = 15


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column to write: its heading, its width in characters, and how its numbers are shown."""

    heading: str | _StrPromise
    width: int
    number_format: str = ""


def new_sheet(book: Workbook, name: str, columns: Sequence[SheetColumn], *, frozen: str = "A2") -> Any:
    """Add a sheet with its headings to a write-only workbook: headings stay in view and on every printed page."""
    sheet = book.create_sheet(name)
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.freeze_panes = frozen
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    headings = [str(column.heading) for column in columns]
    lines = [line_count(heading, column.width) for heading, column in zip(headings, columns, strict=True)]
    sheet.row_dimensions[1].height = LINE_HEIGHT * max(lines) + 3
    sheet.append(
        [_column_heading(sheet, heading, column) for heading, column in zip(headings, columns, strict=True)]
    )
    return sheet


def line_count(text: str, width: int) -> int:
    """Estimate how many lines a text takes in a column of so many characters."""
    return sum(1 + max(0, len(line) - 1) // width for line in text.split("\n"))


def write_row(
    sheet: Any, columns: Sequence[SheetColumn], values: Sequence[Any], *, is_bold: bool = False
) -> None:
    """Write a row below the last one, a value per column."""
    cells = []
    for column, value in zip(columns, values, strict=True):
        cell = plain_cell(sheet, value)
        if column.number_format and isinstance(value, (int, Decimal)):
            cell.number_format = column.number_format
        if is_bold:
            cell.font = BOLD
        cells.append(cell)
    sheet.append(cells)


def heading_cell(sheet: Any, text: str) -> WriteOnlyCell:
    """Give a bold cell that breaks its text."""
    cell = plain_cell(sheet, text)
    cell.font = BOLD
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _column_heading(sheet: Any, text: str, column: SheetColumn) -> WriteOnlyCell:
    cell = heading_cell(sheet, text)
    cell.fill = HEADING_FILL
    if column.number_format:
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="right", indent=1)
    return cell


def formula_cell(sheet: Any, formula: str, number_format: str = "") -> WriteOnlyCell:
    """Give a cell with a formula of our own; never of what a person typed."""
    cell = WriteOnlyCell(sheet, formula)
    if number_format:
        cell.number_format = number_format
    return cell


def plain_cell(sheet: Any, value: Any) -> WriteOnlyCell:
    """Give a cell with the value: text as text, whatever it begins with, and dates and numbers as such."""
    if isinstance(value, str):
        text = NOT_IN_XML.sub("", value)[:LONGEST_CELL]
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        if text.startswith(STARTS_A_FORMULA):
            cell.quotePrefix = True
        return cell
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, datetime.date):
        cell.number_format = DATE_FORMATS.get(get_language() or "", "yyyy-mm-dd")
    return cell


def saved(book: Workbook) -> IO[bytes]:
    """Write the workbook into a temporary file, open at its start; the answer that sends it closes it."""
    with ExitStack() as closing:
        file = closing.enter_context(tempfile.TemporaryFile())
        book.save(file)
        file.seek(0)
        # Written: from now on it is for who asked to close it.
        closing.pop_all()
    return file
