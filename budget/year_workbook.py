"""The page of a year's budget as a workbook: contributions, allocation, and all years, as the reader may see them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook

from budget.allocation import CostCentre, Figures, YearAllocation
from budget.exact import rounded
from budget.region_page import is_fictional
from budget.region_workbook import PERCENT_FORMAT, write_origin
from budget.year_page import YearPage, YearSplit
from organisation.models import User
from organisation.spreadsheets.writing import MONEY_FORMAT, SheetColumn, new_sheet, saved, write_row

SPLIT_COLUMNS = (
    SheetColumn(gettext_lazy("Code"), 9),
    SheetColumn(gettext_lazy("Region"), 32),
    SheetColumn(gettext_lazy("Weight"), 18, "#,##0.00"),
    SheetColumn(gettext_lazy("Share"), 11, PERCENT_FORMAT),
    SheetColumn(gettext_lazy("Contribution"), 18, MONEY_FORMAT),
    SheetColumn(gettext_lazy("State"), 16),
    SheetColumn(gettext_lazy("Version"), 9),
    SheetColumn(gettext_lazy("Distribution key"), 36),
    SheetColumn(gettext_lazy("Status of the key"), 14),
)
ALLOCATION_COLUMNS = (
    SheetColumn(gettext_lazy("Pillar"), 30),
    SheetColumn(gettext_lazy("Theme"), 34),
    SheetColumn(gettext_lazy("Project"), 46),
    SheetColumn(gettext_lazy("State"), 14),
    SheetColumn(gettext_lazy("Asked"), 17, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Committed"), 17, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Spent"), 17, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Forecast"), 17, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Committed and not spent"), 17, MONEY_FORMAT),
)
YEAR_COLUMNS = (
    SheetColumn(gettext_lazy("Year"), 9),
    SheetColumn(gettext_lazy("Amount"), 18, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Carried over"), 18, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Available"), 18, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Committed"), 18, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Spent"), 18, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Forecast"), 18, MONEY_FORMAT),
    SheetColumn(gettext_lazy("Unallocated"), 18, MONEY_FORMAT),
)


def write_year_workbook(page: YearPage, *, by: User, sees_allocation: bool, sees_lines: bool) -> IO[bytes]:
    """Write a year as a person sees it into a temporary file, open at its start; projects are for who sees the lines."""
    book = Workbook(write_only=True)
    _write_splits(book, [split for split in (page.split, page.draft) if split])
    if sees_allocation:
        _write_allocation(book, page.allocation, sees_lines=sees_lines)
        _write_years(book, page)
    notes = list(page.allocation.warnings) if sees_lines else []
    if any(split.contributions.key.is_indicative for split in (page.split, page.draft) if split):
        notes.append(
            _("The key is indicative: these amounts are for planning, and can't be adopted or invoiced.")
        )
    if any(is_fictional(split.contributions) for split in (page.split, page.draft) if split):
        notes.append(_("Demonstration: the working budget or the key of this year is fictional."))
    write_origin(
        book,
        by,
        {_("Year"): str(page.allocation.year), **({_("Note"): " ".join(notes)} if notes else {})},
    )
    return saved(book)


def _write_splits(book: Workbook, splits: list[YearSplit]) -> None:
    sheet = new_sheet(book, _("Contributions"), SPLIT_COLUMNS, frozen="C2")
    for split in splits:
        drawn = split.contributions
        about = [drawn.version, str(drawn.key), drawn.key.get_status_display()]
        for row in split.rows:
            share = rounded(row.percentage / 100, 12)
            values = [row.code, row.name, row.weight, share, row.amount, str(row.state.label), *about]
            write_row(sheet, SPLIT_COLUMNS, values)
        whole = _("All %(count)s regions") % {"count": split.region_count}
        write_row(
            sheet,
            SPLIT_COLUMNS,
            ["", whole, split.total_weight, Decimal(1), drawn.amount, drawn.get_state_display(), *about],
            is_bold=True,
        )


def _write_allocation(book: Workbook, allocation: YearAllocation, *, sees_lines: bool) -> None:
    sheet = new_sheet(book, _("Allocation"), ALLOCATION_COLUMNS, frozen="D2")
    for values, is_bold in _allocation_rows(allocation, sees_lines=sees_lines):
        write_row(sheet, ALLOCATION_COLUMNS, values, is_bold=is_bold)


def _allocation_rows(allocation: YearAllocation, *, sees_lines: bool) -> Iterator[tuple[list[Any], bool]]:
    def amounts(figures: Figures) -> list[Decimal | None]:
        asked = figures.asked if sees_lines else None
        return [asked, figures.committed, figures.spent, figures.forecast, figures.left]

    yield [_("Central support"), "", "", "", *amounts(allocation.central_support)], False
    for pillar in allocation.pillars:
        name = f"{pillar.number} {pillar.name}"
        for theme in pillar.themes:
            if sees_lines:
                for centre in _centres_of(allocation, theme.slug):
                    state = str(centre.state.label) if centre.state else ""
                    yield [name, theme.name, centre.name, state, *amounts(centre.figures)], False
            else:
                yield [name, theme.name, "", "", *amounts(theme.figures)], False
        yield [name, "", _("Together"), "", *amounts(pillar.figures)], True
    yield [_("Committed in all"), "", "", "", *amounts(allocation.total)], True
    yield [_("Unallocated"), "", "", "", None, allocation.unallocated, None, None, None], False
    yield [_("Available"), "", "", "", None, allocation.available, None, None, None], True


def _centres_of(allocation: YearAllocation, theme_slug: str) -> list[CostCentre]:
    return [centre for centre in allocation.centres if centre.theme_slug == theme_slug]


def _write_years(book: Workbook, page: YearPage) -> None:
    sheet = new_sheet(book, _("All years"), YEAR_COLUMNS, frozen="B2")
    for year in page.years:
        figures = year.total
        write_row(
            sheet,
            YEAR_COLUMNS,
            [
                year.year,
                year.amount,
                year.carried,
                year.available,
                figures.committed,
                figures.spent,
                figures.forecast,
                year.unallocated,
            ],
        )
