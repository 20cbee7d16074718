"""The workbook in which bookings can be filled in, with what can be written under project and category today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook

from budget.bookkeeping.columns import HEADINGS
from budget.line_standing import LineStanding
from organisation.choices import Language
from organisation.spreadsheets.writing import MONEY_FORMAT, SheetColumn, new_sheet, saved, write_row

WIDTHS = {
    "date": 14,
    "amount": 14,
    "reference": 18,
    "project": 18,
    "year": 16,
    "category": 26,
    "description": 50,
}
TEXTS = ("reference", "project", "category", "description")
TEXT_FORMAT = "@"
# Central support has no number; the reader knows it by this.
CENTRAL_SUPPORT = "CO"


def build_template(standings: Sequence[LineStanding]) -> IO[bytes]:
    """Give the workbook in the language of the reader; the lines on which can be booked stand on its second sheet."""
    book = Workbook(write_only=True)
    in_english = get_language() == Language.ENGLISH
    columns = [SheetColumn(HEADINGS[field][in_english], width) for field, width in WIDTHS.items()]
    sheet = new_sheet(book, _("Bookings"), columns)
    for letter, field in zip("ABCDEFG", WIDTHS, strict=True):
        if field in TEXTS:
            # So that a spreadsheet program makes no date of 2026-07 and no number of a reference.
            sheet.column_dimensions[letter].number_format = TEXT_FORMAT
    _write_lines(book, standings)
    return saved(book)


def _write_lines(book: Workbook, standings: Sequence[LineStanding]) -> None:
    # None of these is the name of a column to fill in: the sheet must not be taken for one with bookings.
    columns = (
        SheetColumn(_("Write under project"), 18),
        SheetColumn(_("What that is"), 50),
        SheetColumn(_("Write under category"), 26),
        SheetColumn(_("Write under year"), 12),
        SheetColumn(_("Planned in euro"), 16, MONEY_FORMAT),
        SheetColumn(_("Spent in euro"), 16, MONEY_FORMAT),
        SheetColumn(_("Left in euro"), 16, MONEY_FORMAT),
    )
    sheet = new_sheet(book, _("What can be chosen"), columns)
    for standing in standings:
        line = standing.line
        write_row(
            sheet,
            columns,
            (
                line.project.code if line.project else CENTRAL_SUPPORT,
                line.project.title if line.project else standing.owner,
                line.get_category_display(),
                line.year,
                standing.planned,
                standing.spent,
                standing.left,
            ),
        )
