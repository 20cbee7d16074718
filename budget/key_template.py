"""The sheets to fill in for a new key: a row per region, with empty amounts or measures."""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext as _
from openpyxl import Workbook

from budget.choices import UploadKind
from budget.coefficients import from_content
from budget.key_examining import coefficients_of_year
from organisation.models import Region
from organisation.spreadsheets.writing import MONEY_FORMAT, SheetColumn, new_sheet, saved, write_row

MEASURE_FORMAT = "#,##0.######"


def build_key_template(kind: UploadKind, year: int) -> IO[bytes]:
    """Give the workbook, open at its start. Raises `ValidationError` when the formula has no coefficients for the year."""
    columns = [SheetColumn("code", 8), SheetColumn(_("region"), 32)]
    if kind == UploadKind.MEASURES:
        coefficients = from_content(coefficients_of_year(year).content)
        columns += [SheetColumn(one.label, 18, MEASURE_FORMAT) for one in coefficients.measures]
    else:
        columns.append(SheetColumn(_("amount"), 20, MONEY_FORMAT))
    book = Workbook(write_only=True)
    sheet = new_sheet(book, _("Key"), columns, frozen="C2")
    for region in Region.objects.order_by("code"):
        write_row(sheet, columns, [region.code, region.name, *[None] * (len(columns) - 2)])
    return saved(book)
