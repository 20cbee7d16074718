"""What was invoiced of the regions, as a file that the bookkeeping can take over: a workbook, or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from budget.contribution_page import SettlementRow
from organisation.spreadsheets.writing import (
    MONEY_FORMAT,
    STARTS_A_FORMULA,
    SheetColumn,
    new_sheet,
    saved,
    write_row,
)

CSV_TYPE = "text/csv; charset=utf-8"
COLUMNS = (
    SheetColumn(_("Reference"), 20),
    SheetColumn(_("Region code"), 12),
    SheetColumn(_("Region"), 30),
    SheetColumn(_("Year"), 8),
    SheetColumn(_("Version"), 9),
    SheetColumn(_("Contribution"), 16, MONEY_FORMAT),
    SheetColumn(_("Invoiced before"), 16, MONEY_FORMAT),
    SheetColumn(_("To invoice"), 16, MONEY_FORMAT),
    SheetColumn(_("Invoice date"), 13),
    SheetColumn(_("State"), 14),
)


def as_workbook(year: int, rows: Sequence[SettlementRow]) -> IO[bytes]:
    """Write a row per region; amounts are numbers and days are dates. A negative amount is a credit."""
    book = Workbook(write_only=True)
    sheet = new_sheet(book, gettext("Invoices %(year)s") % {"year": year}, COLUMNS)
    for row in rows:
        write_row(sheet, COLUMNS, _values(year, row))
    return saved(book)


def as_csv(year: int, rows: Sequence[SettlementRow]) -> bytes:
    """Write the same as CSV in UTF-8 with a byte order mark; days are written 2026-01-31.

    In Dutch with semicolons and a decimal comma (25000,00), in English with commas and a decimal point, as spreadsheet
    programs in those languages expect; thousands stand together.
    """
    is_dutch = get_language() == "nl"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if is_dutch else ",")
    writer.writerow(str(column.heading) for column in COLUMNS)
    for row in rows:
        writer.writerow(_as_text(value, "," if is_dutch else ".") for value in _values(year, row))
    return text.getvalue().encode("utf-8-sig")


def _values(year: int, row: SettlementRow) -> list[Any]:
    return [
        row.invoice_reference,
        row.code,
        row.name,
        year,
        row.version,
        row.amount,
        row.settled,
        row.to_settle,
        row.invoiced_on,
        str(row.state.label),
    ]


def _as_text(value: Any, decimal_sign: str) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", decimal_sign)
    text = "" if value is None else str(value)
    # The apostrophe keeps a spreadsheet program from reading a text as a formula.
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
