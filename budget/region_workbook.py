"""The page of a region as a workbook: the sum with formulas beside it, all years, and the days asked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import IO

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook

from budget.exact import rounded
from budget.region_page import RegionPage
from budget.region_sum import SumStep
from organisation.models import User
from organisation.spreadsheets.writing import (
    MONEY_FORMAT,
    SheetColumn,
    formula_cell,
    heading_cell,
    new_sheet,
    plain_cell,
    saved,
    write_row,
)

PERCENT_FORMAT = "0.0000%"
EXACT_FORMAT = '"€" #,##0.000000'
SUM_COLUMNS = (
    SheetColumn(gettext_lazy("Step"), 44),
    SheetColumn(gettext_lazy("Value"), 22),
    SheetColumn(gettext_lazy("Calculated again in this sheet"), 22),
    SheetColumn(gettext_lazy("Explanation"), 80),
)
YEAR_COLUMNS = (
    SheetColumn(gettext_lazy("Year"), 8),
    SheetColumn(gettext_lazy("Contribution"), 16, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Share"), 10, PERCENT_FORMAT),
    SheetColumn(gettext_lazy("Average per region"), 16, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Difference from the average"), 16, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Working budget"), 16, MONEY_FORMAT),
    SheetColumn(gettext_lazy("State"), 16),
    SheetColumn(gettext_lazy("Version"), 9),
    SheetColumn(gettext_lazy("Distribution key"), 34),
    SheetColumn(gettext_lazy("Status of the key"), 14),
    SheetColumn(gettext_lazy("Invoiced by earlier versions"), 16, MONEY_FORMAT),
    SheetColumn(gettext_lazy("To settle with this version"), 16, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Invoiced on"), 13),
    SheetColumn(gettext_lazy("Invoice reference"), 20),
    SheetColumn(gettext_lazy("Paid on"), 13),
    SheetColumn(gettext_lazy("Payment reference"), 20),
)


def write_region_workbook(page: RegionPage, *, by: User) -> IO[bytes]:
    """Write what a person sees of a region into a temporary file, open at its start."""
    book = Workbook(write_only=True)
    _write_sum(book, page)
    _write_years(book, page)
    if page.asked is not None:
        _write_days(book, page)
    write_origin(
        book,
        by,
        {
            _("Region"): f"{page.region.name} ({page.region.code})",
            _("Year"): str(page.year),
            **_remarks(page),
        },
    )
    return saved(book)


def write_origin(book: Workbook, by: User, lines: Mapping[str, str]) -> None:
    """Say on a sheet of its own what the file holds, when it was made and by whom."""
    sheet = book.create_sheet(_("About this file"))
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 90
    made = {_("Made on"): date_format(timezone.localtime(), "j F Y, H:i"), _("Made by"): str(by)}
    for name, value in {**made, **lines}.items():
        sheet.append([heading_cell(sheet, name), plain_cell(sheet, value)])


def _remarks(page: RegionPage) -> dict[str, str]:
    remarks = []
    if page.counts and not page.agrees:
        remarks.append(_("The sum, calculated again, doesn’t give the contribution that is kept."))
    if page.counts and page.counts.is_indicative:
        remarks.append(_("The key is indicative: the amount is for planning."))
    if page.counts and page.counts.is_draft:
        remarks.append(_("The amount is a draft."))
    if page.is_fictional:
        remarks.append(_("Demonstration: the working budget or the key of this year is fictional."))
    return {_("Note"): " ".join(remarks)} if remarks else {}


def _write_sum(book: Workbook, page: RegionPage) -> None:
    sheet = new_sheet(book, _("The sum"), SUM_COLUMNS)
    if page.sum is None:
        sheet.append([plain_cell(sheet, _("There is no contribution for this year to show yet."))])
        return
    share = page.sum.share
    steps = page.steps
    cells = {step.key: f"B{row}" for row, step in enumerate(steps, start=2)}
    after = len(steps) + 2
    rank, left_over = f"B{after}", f"B{after + 1}"
    again = {
        "share": f"={cells['weight']}/{cells['total']}",
        "exact": f"={cells['amount']}*{cells['weight']}/{cells['total']}",
        # Spreadsheets count in binary; eight decimals take off what that leaves behind the last digit.
        "floor": f"=ROUNDDOWN(ROUND({cells['amount']}*{cells['weight']}/{cells['total']},8),2)",
        "extra": f"=IF({rank}<={left_over},0.01,0)",
        "contribution": f"={cells['floor'].replace('B', 'C')}+{cells['extra'].replace('B', 'C')}",
    }
    for step in steps:
        value = rounded(share.fraction, 12) if step.key == "share" else step.value
        number_format = _format(step)
        cell = plain_cell(sheet, value)
        cell.number_format = number_format
        formula = again.get(step.key)
        sheet.append(
            [
                (heading_cell if step.key == "contribution" else plain_cell)(sheet, step.label),
                cell,
                formula_cell(sheet, formula, number_format) if formula else None,
                plain_cell(sheet, step.note),
            ]
        )
    remainder = plain_cell(sheet, share.remainder_cents(4))
    remainder.number_format = "0.0000"
    for label, cell in (
        (_("Place of the region by remainder"), plain_cell(sheet, share.rank)),
        (_("Cents left over after rounding down"), plain_cell(sheet, share.left_over_cents)),
        (_("Remainder, in cents"), remainder),
    ):
        sheet.append([plain_cell(sheet, label), cell])
    kept = plain_cell(sheet, page.shown.amount)
    kept.number_format = MONEY_FORMAT
    sheet.append([plain_cell(sheet, _("Contribution as it is kept")), kept])


def _format(step: SumStep) -> str:
    if step.kind == "percent":
        return PERCENT_FORMAT
    if step.kind == "number":
        return "#,##0.00" if step.places else "#,##0"
    return MONEY_FORMAT if step.places == 2 else EXACT_FORMAT


def _write_years(book: Workbook, page: RegionPage) -> None:
    sheet = new_sheet(book, _("All years"), YEAR_COLUMNS, frozen="B2")
    total = Decimal(0)
    for year in page.years:
        counts = year.counts
        if counts is None or year.percentage is None or year.amount is None:
            blank = [None] * (len(YEAR_COLUMNS) - 7)
            values = [year.year, None, None, None, None, None, _("not calculated yet"), *blank]
            write_row(sheet, YEAR_COLUMNS, values)
            continue
        row, total = counts.contribution, total + year.amount
        write_row(
            sheet,
            YEAR_COLUMNS,
            [
                year.year,
                year.amount,
                rounded(year.percentage / 100, 12),
                year.average,
                year.above_average,
                row.set.amount,
                counts.state,
                counts.version,
                str(row.set.key),
                row.set.key.get_status_display(),
                counts.settled_before,
                counts.to_settle,
                row.invoiced_on,
                row.invoice_reference,
                row.paid_on,
                row.payment_reference,
            ],
        )
    write_row(
        sheet,
        YEAR_COLUMNS,
        [_("Together"), total, *[None] * (len(YEAR_COLUMNS) - 2)],
        is_bold=True,
    )


def _write_days(book: Workbook, page: RegionPage) -> None:
    asked = page.asked
    if asked is None:
        return
    columns = (
        SheetColumn(_("Project"), 50),
        SheetColumn(_("State"), 16),
        SheetColumn(_("Expertise"), 34),
        *(SheetColumn(str(days.year), 9, "#,##0") for days in asked.years),
        SheetColumn(_("Total"), 9, "#,##0"),
    )
    sheet = new_sheet(book, _("Days asked"), columns)
    for line in asked.lines:
        write_row(
            sheet,
            columns,
            [line.name, str(line.state.label), line.expertise, *line.days.values(), line.total],
        )
    write_row(
        sheet,
        columns,
        [_("Together"), "", "", *(days.all for days in asked.years), asked.total.all],
        is_bold=True,
    )
