"""The planning grid as it stands in a report."""

from decimal import Decimal

from portfolio.choices import CellState
from reporting.content import (
    Planning,
    PlanningCell,
    PlanningPillar,
    PlanningRow,
    PlanningTheme,
    PlanningYear,
)
from reporting.planning_grid import GridCell, ObjectiveRow, PlanningGrid, YearColumn
from reporting.reading.amounts import in_cents

NOTHING = Decimal(0)


def as_planning(grid: PlanningGrid) -> Planning:
    """Give the grid without what only a page needs."""
    return Planning(
        current_year=grid.today.year,
        years=tuple(_year(column) for column in grid.years),
        pillars=tuple(
            PlanningPillar(
                pillar.number,
                pillar.name,
                tuple(
                    PlanningTheme(
                        theme.slug, theme.name, theme.is_overarching, tuple(_row(row) for row in theme.rows)
                    )
                    for theme in pillar.themes
                ),
            )
            for pillar in grid.pillars
        ),
    )


def _year(column: YearColumn) -> PlanningYear:
    money = column.money
    available = money.available if money else None
    return PlanningYear(
        year=column.year,
        active=column.active,
        days=column.days,
        available=None if available is None else in_cents(available),
        committed=in_cents(money.committed if money else NOTHING),
    )


def _row(row: ObjectiveRow) -> PlanningRow:
    holders = {key: name for portfolio in row.portfolios for key, name in portfolio.holders.items()}
    return PlanningRow(
        objective_id=row.objective_id,
        title=row.title,
        goals=tuple(goal.number for goal in row.goals),
        leads=row.leads,
        portfolios=tuple(portfolio.name for portfolio in row.portfolios),
        holders=tuple(holders.values()),
        cells=tuple(_cell(cell) for cell in row.cells),
    )


def _cell(cell: GridCell) -> PlanningCell:
    return PlanningCell(cell.year, CellState(cell.state), cell.is_planned, cell.counts)
