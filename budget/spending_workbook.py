"""A year's bookings as an Excel workbook, written row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from budget.models import Expenditure
from budget.spending_page import SpendingPage
from organisation.models import User
from organisation.spreadsheets.writing import (
    MONEY_FORMAT,
    SheetColumn,
    heading_cell,
    new_sheet,
    plain_cell,
    saved,
    write_row,
)

ROWS_AT_A_TIME = 500
COLUMNS = (
    SheetColumn(_("Date"), 12),
    SheetColumn(_("Amount"), 15, MONEY_FORMAT),
    SheetColumn(_("Booking reference"), 18),
    SheetColumn(_("Number"), 11),
    SheetColumn(_("Spent on"), 40),
    SheetColumn(_("Category"), 24),
    SheetColumn(_("Description"), 50),
    SheetColumn(_("Document"), 28),
    SheetColumn(_("Entered on"), 12),
    SheetColumn(_("Entered by"), 24),
    SheetColumn(_("Withdrawn on"), 12),
    SheetColumn(_("Withdrawn by"), 24),
    SheetColumn(_("Withdrawn because"), 40),
)


def write_spending(page: SpendingPage, *, by: User) -> IO[bytes]:
    """Write the bookings that fit the filters into a temporary file, open at its start; withdrawn ones don't add up."""
    book = Workbook(write_only=True)
    sheet = new_sheet(book, gettext("Expenditure"), COLUMNS, frozen="D2")
    count = 1
    for booking in page.bookings.iterator(chunk_size=ROWS_AT_A_TIME):
        write_row(sheet, COLUMNS, tuple(_values(booking)))
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{count}"
    total = [gettext("Total"), page.found.amount, gettext("without what was withdrawn")]
    write_row(sheet, COLUMNS, [*total, *[None] * (len(COLUMNS) - len(total))], is_bold=True)
    _write_origin(book, page, by)
    return saved(book)


def _values(booking: Expenditure) -> Iterator[Any]:
    project = booking.line.project
    yield booking.booked_on
    yield booking.amount
    yield booking.reference
    yield project.code if project else ""
    yield project.title if project else gettext("Central support")
    yield booking.line.get_category_display()
    yield booking.description
    yield booking.document_name
    yield timezone.localdate(booking.entered_at)
    yield str(booking.booked_by)
    yield timezone.localdate(booking.withdrawn_at) if booking.withdrawn_at else None
    yield str(booking.withdrawn_by) if booking.withdrawn_by else ""
    yield booking.withdrawn_reason


def _write_origin(book: Workbook, page: SpendingPage, by: User) -> None:
    """Say on a sheet of its own of which year the list is, what it was filtered on, when and by whom."""
    sheet = book.create_sheet(gettext("About this list"))
    sheet.column_dimensions["A"].width = 36
    sheet.column_dimensions["B"].width = 60
    made = date_format(timezone.localtime(), "j F Y, H:i")
    facts = (
        (gettext("Year"), str(page.year)),
        (gettext("Made on"), made),
        (gettext("Made by"), str(by)),
    )
    for name, value in facts:
        sheet.append([heading_cell(sheet, name), plain_cell(sheet, value)])
    sheet.append([])
    sheet.append([heading_cell(sheet, gettext("Filter")), heading_cell(sheet, gettext("Chosen"))])
    for label, value in page.chosen:
        sheet.append([plain_cell(sheet, label), plain_cell(sheet, value)])
    if not page.chosen:
        sheet.append([plain_cell(sheet, gettext("No filter was set: all bookings that you may see."))])
