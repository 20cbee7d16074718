"""The money of a report as sheets: the budget, what it goes to, its lines, and what every region contributes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.choices import ContributionState, CostCategory
from portfolio.choices import ProjectState
from reporting.content import BudgetYear, Contributions, CostCentreYear
from reporting.workbook.tables import (
    FIRST_ROW,
    Column,
    Formula,
    Kind,
    Table,
    Total,
    Value,
    labels,
    letters,
    range_name,
)

_CENTRES = (
    Column("what", gettext_lazy("Cost centre"), 24, is_named=True),
    Column("code", gettext_lazy("Number"), 11),
    Column("title", gettext_lazy("Project"), 46),
    Column("state", gettext_lazy("State"), 13),
    Column("pillar", gettext_lazy("Pillar"), 8, Kind.ORDINAL),
    Column("theme", gettext_lazy("Theme"), 28),
    Column("committed", gettext_lazy("Committed"), 17, Kind.MONEY, Total.SUM, is_named=True),
    Column("spent", gettext_lazy("Spent"), 17, Kind.MONEY, Total.SUM, is_named=True),
    Column("left", gettext_lazy("Committed and not spent"), 17, Kind.MONEY, Total.SUM, is_named=True),
    Column("forecast", gettext_lazy("Forecast"), 17, Kind.MONEY, Total.SUM, is_named=True),
    Column("reason", gettext_lazy("Why the forecast differs"), 46),
)
_LINES = (
    Column("what", gettext_lazy("Cost centre"), 24),
    Column("code", gettext_lazy("Number"), 11),
    Column("title", gettext_lazy("Project"), 46),
    Column("category", gettext_lazy("Category"), 26),
    Column("planned", gettext_lazy("Planned"), 17, Kind.MONEY, Total.SUM, is_named=True),
    Column("spent", gettext_lazy("Spent"), 17, Kind.MONEY, Total.SUM, is_named=True),
    Column("left", gettext_lazy("Planned and not spent"), 17, Kind.MONEY, Total.SUM, is_named=True),
    Column("note", gettext_lazy("Note"), 46),
)
_CONTRIBUTIONS = (
    Column("code", gettext_lazy("Code"), 9),
    Column("name", gettext_lazy("Region"), 32),
    Column("weight", gettext_lazy("Weight"), 18, Kind.WEIGHT, Total.SUM, is_named=True),
    Column("share", gettext_lazy("Share"), 12, Kind.PERCENT),
    Column("exact", gettext_lazy("Before rounding"), 18, Kind.EXACT_MONEY),
    Column("amount", gettext_lazy("Contribution"), 17, Kind.MONEY, Total.SUM, is_named=True),
    Column("settled", gettext_lazy("Invoiced by earlier versions"), 17, Kind.MONEY, Total.SUM),
    Column(
        "to_settle", gettext_lazy("To settle with this version"), 17, Kind.MONEY, Total.SUM, is_named=True
    ),
    Column("state", gettext_lazy("State"), 16),
)


def budget_tables(budget: BudgetYear, next_year: BudgetYear | None) -> Iterator[Table]:
    """Give the sum of the year and of the next one, what the money goes to, and the lines of that."""
    years = [budget] if next_year is None else [budget, next_year]
    titles = {
        budget.year: (_("Spending"), _("Cost lines")),
        budget.year + 1: (
            _("Spending %(year)s") % {"year": budget.year + 1},
            _("Cost lines %(year)s") % {"year": budget.year + 1},
        ),
    }
    yield _sum_table(years, {year: title for year, (title, _lines) in titles.items()})
    for year in years:
        if not year.centres:
            continue
        spending, lines = titles[year.year]
        yield Table(
            title=spending,
            about=_("Central support and the projects in %(year)s: committed, spent and expected.")
            % {"year": year.year},
            columns=_CENTRES,
            count=len(year.centres),
            rows=_centre_rows(year),
            frozen="D2",
        )
        if count := sum(len(centre.lines) for centre in year.centres):
            yield Table(
                title=lines,
                about=_("What is planned and spent in %(year)s, per category.") % {"year": year.year},
                columns=_LINES,
                count=count,
                rows=_line_rows(year),
                frozen="D2",
            )


def _sum_table(years: list[BudgetYear], spending: dict[int, str]) -> Table:
    title = _("Budget")
    columns = [
        Column("item", _("In the year"), 40),
        *(Column(str(year.year), str(year.year), 20, Kind.MONEY) for year in years),
        Column("how", _("How it comes about"), 70),
    ]
    per_year = [
        _figures(year, letter, spending[year.year]) for letter, year in zip(("B", "C"), years, strict=False)
    ]
    rows: list[list[Value]] = []
    for item, how in _items():
        rows.append([item, *(figures[len(rows)] for figures in per_year), how])
    if any(year.amount is None for year in years):
        rows[0][-1] = _("Not set yet for every year.")
    return Table(
        title=title,
        about=_("What there is in the year, what it goes to and what is left."),
        columns=columns,
        count=len(rows),
        rows=rows,
        frozen="B2",
        has_filter=False,
        named_cells={str(row[0]): f"B{number}" for number, row in enumerate(rows, start=FIRST_ROW)},
    )


def _items() -> list[tuple[str, str]]:
    """What the sum says, line by line, and how; in the order of `_figures`."""
    return [
        (_("Working budget"), _("As it was set for the year.")),
        (_("Carried over from earlier years"), _("As it was decided.")),
        (_("Carried over to later years"), _("As it was decided.")),
        (_("Available"), _("The working budget with what was carried over, both ways.")),
        (_("Committed to central support"), _("What it plans.")),
        (_("Committed to projects"), _("What accepted projects plan.")),
        (_("Committed in all"), _("Central support and projects.")),
        (_("Unallocated"), _("Available, less what is committed; negative when that is more.")),
        (_("Spent"), _("All bookings of the year.")),
        (_("Committed and not spent"), _("Committed, less what is spent.")),
        (_("Forecast"), _("What will have been spent at the end of the year.")),
        (_("Available and not spent"), _("Available, less what is spent.")),
    ]


def _figures(year: BudgetYear, letter: str, spending: str) -> list[Value]:
    """Give the figures of a year, which stand in the column of this letter; `spending` is the sheet with its cost centres."""

    def cell(place: int) -> str:
        return f"{letter}{FIRST_ROW + place}"

    def added(heading: str, value: Decimal, of: str = "") -> Value:
        if not year.centres:
            return value
        cells = range_name(spending, heading)
        if not of:
            return Formula(f"=SUM({cells})", value)
        return Formula(f'=SUMIFS({cells},{range_name(spending, _("Cost centre"))},"{of}")', value)

    return [
        year.amount,
        year.carried_in,
        year.carried_out,
        Formula(f"={cell(0)}+{cell(1)}-{cell(2)}", year.available),
        added(_("Committed"), year.central_support, of=_("Central support")),
        added(_("Committed"), year.projects, of=_("Project")),
        Formula(f"={cell(4)}+{cell(5)}", year.committed),
        Formula(f"={cell(3)}-{cell(6)}", year.unallocated),
        added(_("Spent"), year.spent),
        Formula(f"={cell(6)}-{cell(8)}", year.committed - year.spent),
        added(_("Forecast"), year.forecast),
        Formula(f"={cell(3)}-{cell(8)}", year.unspent),
    ]


def _name_of(centre: CostCentreYear) -> list[Value]:
    return [_("Central support") if centre.is_central_support else _("Project"), centre.code, centre.title]


def _centre_rows(year: BudgetYear) -> Iterator[list[Value]]:
    at, states = letters(_CENTRES), labels(ProjectState)
    committed, spent = at["committed"], at["spent"]
    for number, centre in enumerate(year.centres, start=FIRST_ROW):
        yield [
            *_name_of(centre),
            states[centre.state] if centre.state else None,
            centre.pillar_number,
            centre.theme_name,
            centre.committed,
            centre.spent,
            Formula(f"={committed}{number}-{spent}{number}", centre.left),
            centre.forecast,
            centre.forecast_reason,
        ]


def _line_rows(year: BudgetYear) -> Iterator[list[Value]]:
    at, categories = letters(_LINES), labels(CostCategory)
    planned, spent = at["planned"], at["spent"]
    number = FIRST_ROW
    for centre in year.centres:
        name = _name_of(centre)
        for line in centre.lines:
            yield [
                *name,
                categories[line.category],
                line.planned,
                line.spent,
                Formula(f"={planned}{number}-{spent}{number}", line.planned - line.spent),
                line.note,
            ]
            number += 1


def contribution_table(contributions: Contributions) -> Table:
    """Give what every region contributes."""
    return Table(
        title=_("Contributions"),
        about=_("The working budget, split over the regions by the distribution key."),
        columns=_CONTRIBUTIONS,
        count=len(contributions.rows),
        rows=_contribution_rows(contributions),
        frozen="C2",
    )


def _contribution_rows(contributions: Contributions) -> Iterator[list[Value]]:
    at, states = letters(_CONTRIBUTIONS), labels(ContributionState)
    amount, settled = at["amount"], at["settled"]
    for number, row in enumerate(contributions.rows, start=FIRST_ROW):
        yield [
            row.code,
            row.name,
            row.weight,
            row.percentage / 100,
            row.exact,
            row.amount,
            row.settled_before,
            Formula(f"={amount}{number}-{settled}{number}", row.to_settle),
            states[row.state],
        ]
