"""The planning of a report as sheets: the grid, the years, and what of the LAC goals is covered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.worksheet.worksheet import Worksheet

from pillars.choices import Lead
from portfolio.choices import CellState
from reporting.content import GoalLine, Planning, PlanningCell
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
    listed,
)

_GRID = (
    Column("pillar", gettext_lazy("Pillar"), 26),
    Column("theme", gettext_lazy("Theme"), 28),
    Column("objective", gettext_lazy("Objective"), 46),
    Column("goals", gettext_lazy("LAC goals"), 14),
    Column("leads", gettext_lazy("Lead"), 18),
    Column("portfolios", gettext_lazy("Portfolios"), 20),
    Column("holders", gettext_lazy("Portfolio holders"), 24),
)
_YEARS = (
    Column("year", gettext_lazy("Year"), 9, Kind.ORDINAL, is_named=True),
    Column("active", gettext_lazy("Active objectives"), 14, Kind.COUNT, is_named=True),
    Column("days", gettext_lazy("Days asked"), 14, Kind.COUNT, is_named=True),
    Column("available", gettext_lazy("Available"), 18, Kind.MONEY, is_named=True),
    Column("committed", gettext_lazy("Committed"), 18, Kind.MONEY, is_named=True),
    Column("unallocated", gettext_lazy("Unallocated"), 18, Kind.MONEY, is_named=True),
)
_GOALS = (
    Column("number", gettext_lazy("Number"), 9),
    Column("text", gettext_lazy("LAC goal"), 60),
    Column("pillar", gettext_lazy("Pillar"), 8, Kind.ORDINAL),
    Column("theme", gettext_lazy("Theme"), 28),
    Column("lead", gettext_lazy("Lead"), 20),
    Column("remark", gettext_lazy("Remark on the lead"), 22),
    Column("objectives", gettext_lazy("Objectives"), 46),
    Column("objective_count", gettext_lazy("Number of objectives"), 12, Kind.COUNT, Total.SUM, is_named=True),
    Column("projects", gettext_lazy("Projects"), 22),
    Column("project_count", gettext_lazy("Number of projects"), 12, Kind.COUNT, Total.SUM, is_named=True),
    Column("planned", gettext_lazy("Results planned"), 12, Kind.COUNT, Total.SUM, is_named=True),
    Column("delivered", gettext_lazy("Results delivered"), 12, Kind.COUNT, Total.SUM, is_named=True),
    Column("owed", gettext_lazy("Results to deliver"), 12, Kind.COUNT, Total.SUM, is_named=True),
)


def planning_tables(planning: Planning) -> Iterator[Table]:
    """Give the grid and its years."""
    columns = [*_GRID]
    for year in planning.years:
        columns.append(Column(f"state-{year.year}", str(year.year), 20))
        columns.append(
            Column(
                f"projects-{year.year}",
                _("Projects in %(year)s") % {"year": year.year},
                11,
                Kind.COUNT,
                Total.SUM,
                is_named=True,
            )
        )
    themes = [theme for pillar in planning.pillars for theme in pillar.themes]
    yield Table(
        title=_("Planning"),
        about=_("The objectives and what their projects say of each year of the programme."),
        columns=columns,
        count=sum(max(1, len(theme.rows)) for theme in themes),
        rows=_grid_rows(planning),
        frozen="D2",
        paper=Worksheet.PAPERSIZE_A3,
    )
    yield Table(
        title=_("Planning per year"),
        about=_("Per year of the programme the active objectives, the days asked and the money."),
        columns=_YEARS,
        count=len(planning.years),
        rows=_year_rows(planning),
        frozen="B2",
    )


def _grid_rows(planning: Planning) -> Iterator[list[Value]]:
    states, leads = labels(CellState), labels(Lead)
    years = [year.year for year in planning.years]
    for pillar in planning.pillars:
        for theme in pillar.themes:
            place: list[Value] = [f"{pillar.number} {pillar.name}", theme.name]
            if not theme.rows:
                yield [*place, *[None] * (len(_GRID) - len(place) + 2 * len(years))]
            for row in theme.rows:
                cells: list[Value] = []
                for year in years:
                    cell = row.cell(year)
                    cells += [_said_of(cell, states), cell.project_count] if cell else [None, None]
                yield [
                    *place,
                    row.title,
                    listed(row.goals),
                    listed(leads[lead] for lead in row.leads),
                    listed(row.portfolios),
                    listed(row.holders),
                    *cells,
                ]


def _said_of(cell: PlanningCell, states: dict[CellState, str]) -> str:
    if not cell.counts:
        return states[cell.state]
    counted = listed(f"{states[state]} ({count})" for state, count in cell.counts)
    return counted if cell.is_planned else f"{states[CellState.NOT_PLANNED]}: {counted}"


def _year_rows(planning: Planning) -> Iterator[list[Value]]:
    at = letters(_YEARS)
    for number, year in enumerate(planning.years, start=FIRST_ROW):
        unallocated = None
        if year.available is not None:
            unallocated = Formula(
                f"={at['available']}{number}-{at['committed']}{number}", year.available - year.committed
            )
        yield [year.year, year.active, year.days, year.available, year.committed, unallocated]


def coverage_table(goals: Sequence[GoalLine]) -> Table:
    """Give the LAC goals with what works on them."""
    return Table(
        title=_("LAC coverage"),
        about=_("The LAC goals with the objectives, projects and results of all years that work on them."),
        columns=_GOALS,
        count=len(goals),
        rows=_goal_rows(goals),
        frozen="C2",
    )


def _goal_rows(goals: Sequence[GoalLine]) -> Iterator[list[Value]]:
    at, leads = letters(_GOALS), labels(Lead)
    for number, goal in enumerate(goals, start=FIRST_ROW):
        owed = goal.results_planned - goal.results_delivered
        yield [
            goal.number,
            goal.text,
            goal.pillar_number,
            goal.theme_name,
            leads[goal.lead],
            goal.lead_remark,
            listed(goal.objectives),
            len(goal.objectives),
            listed(goal.projects),
            len(goal.projects),
            goal.results_planned,
            goal.results_delivered,
            Formula(f"={at['planned']}{number}-{at['delivered']}{number}", owed),
        ]
