"""The planning grid in a report: objectives across the years of the programme, and what their projects say."""

from dataclasses import dataclass
from decimal import Decimal

from pillars.choices import Lead
from portfolio.choices import CellState


@dataclass(frozen=True, slots=True)
class PlanningCell:
    """An objective in a year. `counts` has its accepted projects by state, the one that needs attention most first."""

    year: int
    state: CellState
    is_planned: bool
    counts: tuple[tuple[CellState, int], ...] = ()

    @property
    def project_count(self) -> int:
        """How many projects belong to it."""
        return sum(count for _state, count in self.counts)

    @property
    def is_shown(self) -> bool:
        """Whether there is something to see: it is planned, or there are projects although it isn't."""
        return self.is_planned or bool(self.counts)


@dataclass(frozen=True, slots=True)
class PlanningRow:
    """An objective. `goals` has the numbers of its LAC goals, `leads` who leads on them, `portfolios` their names."""

    objective_id: int
    title: str
    goals: tuple[str, ...]
    leads: tuple[Lead, ...]
    portfolios: tuple[str, ...]
    holders: tuple[str, ...]
    cells: tuple[PlanningCell, ...]

    @property
    def planned_years(self) -> tuple[int, ...]:
        """The years in which the objective is active."""
        return tuple(cell.year for cell in self.cells if cell.is_planned)

    def cell(self, year: int) -> PlanningCell | None:
        """The cell of a year of the programme."""
        return next((cell for cell in self.cells if cell.year == year), None)


@dataclass(frozen=True, slots=True)
class PlanningTheme:
    """A theme with its objectives; a theme can have none."""

    slug: str
    name: str
    is_overarching: bool
    rows: tuple[PlanningRow, ...]


@dataclass(frozen=True, slots=True)
class PlanningPillar:
    """A pillar with its themes."""

    number: int
    name: str
    themes: tuple[PlanningTheme, ...]


@dataclass(frozen=True, slots=True)
class PlanningYear:
    """A year of the programme: how many objectives are active, the days asked, and the money in euro.

    `available` is None while no amount was set for the year.
    """

    year: int
    active: int
    days: int
    available: Decimal | None
    committed: Decimal


@dataclass(frozen=True, slots=True)
class Planning:
    """The whole grid, seen from `current_year`."""

    current_year: int
    years: tuple[PlanningYear, ...]
    pillars: tuple[PlanningPillar, ...]

    @property
    def rows(self) -> tuple[PlanningRow, ...]:
        """All objectives, in the order of the grid."""
        return tuple(row for pillar in self.pillars for theme in pillar.themes for row in theme.rows)
