"""What the planning grid consists of, from which page, panel and print view are made alike."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pillars.choices import Lead, YearState
from pillars.models import PlanVersion
from pillars.querysets import PlanningConflict
from portfolio.choices import CellState
from portfolio.overview import PortfolioLine, ProjectLine, most_urgent_first
from reporting.filters import GridFilter
from reporting.planning_grid.money import ProjectCosts, YearMoney


@dataclass(frozen=True, slots=True)
class GoalReference:
    """A LAC goal that an objective works on."""

    number: str
    text: str
    lead: Lead
    lead_remark: str


@dataclass(frozen=True, slots=True)
class GridCell:
    """An objective in a year: what its projects say of it or, for who sees no projects, what the planning says.

    `starts` and `ends` tell whether a run of planned years begins or stops here. `counts` has its projects by state.
    """

    year: int
    state: CellState | YearState
    words: str
    is_planned: bool
    starts: bool
    ends: bool
    counts: tuple[tuple[CellState, int], ...] = ()

    @property
    def project_count(self) -> int:
        """How many projects belong to it."""
        return sum(count for _state, count in self.counts)

    @property
    def is_shown(self) -> bool:
        """Whether there is something to see: it is planned, or there are projects although it isn't."""
        return self.is_planned or bool(self.counts)

    @property
    def count_text(self) -> str:
        """How many projects have the state of the cell: "3 projects", or "1 of 3 projects"."""
        everything = self.project_count
        if not everything:
            return ""
        found = self.counts[0][1]
        if found == everything:
            return ngettext("%(count)s project", "%(count)s projects", found) % {"count": found}
        return _("%(count)s of %(all)s projects") % {"count": found, "all": everything}


@dataclass(frozen=True, slots=True)
class CellProject:
    """A project of a cell: what it says of the year, what of it is late, in words, and what it costs in the year."""

    project: ProjectLine
    state: CellState
    portfolio: PortfolioLine
    late: tuple[str, ...]
    costs: ProjectCosts | None = None


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """A row of the grid: an objective across the programme's years."""

    objective_id: int
    title: str
    summary: str
    theme_slug: str
    theme_name: str
    pillar_number: int
    goals: tuple[GoalReference, ...]
    cells: tuple[GridCell, ...]
    projects: tuple[ProjectLine, ...] = ()
    portfolios: tuple[PortfolioLine, ...] = ()
    conflicts: tuple[PlanningConflict, ...] = ()

    @property
    def leads(self) -> tuple[Lead, ...]:
        """Who leads on the row's LAC goals, the Vakraad first; empty when none is led."""
        held = {goal.lead for goal in self.goals}
        return tuple(lead for lead in (Lead.VAKRAAD, Lead.NIPV_VAKRAAD) if lead in held)

    @property
    def goal_numbers(self) -> str:
        """The numbers of the goals, runs drawn together: "1.5, 1.12–1.15"."""
        return numbers_in_short(goal.number for goal in self.goals)

    @property
    def planned_years(self) -> tuple[int, ...]:
        """The years in which the objective is active."""
        return tuple(cell.year for cell in self.cells if cell.is_planned)

    @property
    def has_holder(self) -> bool:
        """Whether someone holds one of its portfolios today."""
        return any(portfolio.holders for portfolio in self.portfolios)

    @property
    def waiting_projects(self) -> tuple[ProjectLine, ...]:
        """Its projects that are planned to start before a predecessor ends."""
        return tuple(project for project in self.projects if project.waits_for)

    @property
    def conflict_count(self) -> int:
        """In how many places its planning, or that of its projects, goes against an order."""
        return len(self.conflicts) + sum(len(project.waits_for) for project in self.projects)

    def late_count(self, today: datetime.date) -> int:
        """How many of its projects are late."""
        return sum(bool(project.facts.lateness(today)) for project in self.projects)

    def cell(self, year: int) -> GridCell | None:
        """The cell of a year of the programme."""
        return next((cell for cell in self.cells if cell.year == year), None)

    def projects_in(
        self, year: int, today: datetime.date, money: YearMoney | None = None
    ) -> list["CellProject"]:
        """Its projects of a year, the one that needs attention most first."""
        portfolios = {portfolio.pk: portfolio for portfolio in self.portfolios}
        return [
            CellProject(
                line,
                state,
                portfolios[line.portfolio_id],
                tuple(line.late_reasons(today)),
                money.costs_of(line.pk) if money else None,
            )
            for line, state in most_urgent_first(self.projects, year, self.planned_years, today)
        ]


@dataclass(frozen=True, slots=True)
class ThemeGroup:
    """The rows of a theme; a theme can have none."""

    slug: str
    name: str
    is_overarching: bool
    lac_goal_count: int
    rows: tuple[ObjectiveRow, ...]

    @property
    def key(self) -> str:
        """How the group is named where it is folded."""
        return f"theme-{self.slug}"


@dataclass(frozen=True, slots=True)
class PillarGroup:
    """The themes of a pillar."""

    number: int
    name: str
    themes: tuple[ThemeGroup, ...]

    @property
    def key(self) -> str:
        """How the group is named where it is folded."""
        return f"pillar-{self.number}"

    @property
    def row_count(self) -> int:
        """How many objectives are shown in this pillar."""
        return sum(len(theme.rows) for theme in self.themes)


@dataclass(frozen=True, slots=True)
class YearColumn:
    """A year of the programme: what is active and the days asked in it, of the rows shown, and the money of all."""

    year: int
    is_current: bool
    active: int
    days: int = 0
    money: YearMoney | None = None


@dataclass(frozen=True, slots=True)
class PlanningGrid:
    """Everything that a view of the planning grid shows to a person."""

    version: PlanVersion
    today: datetime.date
    years: tuple[YearColumn, ...]
    pillars: tuple[PillarGroup, ...]
    filterset: GridFilter
    is_filtered: bool
    shows_projects: bool
    only_accepted: bool
    shows_days: bool
    days_are_of_all_regions: bool

    @property
    def rows(self) -> Iterator[ObjectiveRow]:
        """All rows, in the order of the grid."""
        return (row for pillar in self.pillars for theme in pillar.themes for row in theme.rows)

    @property
    def column_count(self) -> int:
        """How many columns the table has: the objective and the years."""
        return 1 + len(self.years)

    @property
    def last_year(self) -> int:
        """The programme's last year."""
        return self.years[-1].year

    @property
    def row_count(self) -> int:
        """How many objectives are shown."""
        return sum(pillar.row_count for pillar in self.pillars)

    @property
    def theme_count(self) -> int:
        """How many themes are shown."""
        return sum(len(pillar.themes) for pillar in self.pillars)

    @property
    def current_year(self) -> YearColumn | None:
        """The column of the running year; None before and after the programme."""
        return next((column for column in self.years if column.is_current), None)

    @property
    def starting_next_year(self) -> int:
        """How many of the rows begin in the year after today's."""
        return sum(
            any(cell.starts and cell.year == self.today.year + 1 for cell in row.cells) for row in self.rows
        )

    @property
    def ending_this_year(self) -> int:
        """How many of the rows end in today's year."""
        return sum(row.planned_years[-1:] == (self.today.year,) for row in self.rows)

    @property
    def without_assignment(self) -> int:
        """How many of the rows have no project in today's year, in which they are planned."""
        cells = (row.cell(self.today.year) for row in self.rows)
        return sum(cell is not None and cell.state == CellState.MISSING for cell in cells)

    @property
    def late_projects(self) -> int:
        """How many of the projects of the rows are late."""
        return sum(row.late_count(self.today) for row in self.rows)

    @property
    def awaiting_decision(self) -> int:
        """On how many of the projects of the rows the Vakraad has to decide."""
        return sum(project.awaits_decision for row in self.rows for project in row.projects)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """What a cell can say: shape and words."""
        if not self.shows_projects:
            return [(state, str(state.label)) for state in YearState if state != YearState.NOT_PLANNED]
        return [
            (state, cell_words(state, self.only_accepted, str(state.label)))
            for state in CellState
            if state != CellState.NOT_PLANNED
        ]

    @property
    def shows_money(self) -> bool:
        """Whether the person may see what is budgeted."""
        return any(column.money is not None for column in self.years)

    @property
    def only_committed(self) -> bool:
        """Whether what is asked of the budget is left out: the person sees adopted totals alone."""
        return all(column.money is None or column.money.asked is None for column in self.years)

    @property
    def themes_without_objective(self) -> int:
        """How many of the themes shown have no row."""
        return sum(not theme.rows for pillar in self.pillars for theme in pillar.themes)

    def row(self, objective_id: int) -> ObjectiveRow | None:
        """The row of an objective, if it is shown."""
        return next((row for row in self.rows if row.objective_id == objective_id), None)

    def money_of(self, year: int) -> YearMoney | None:
        """The money of a year, for who may see it."""
        return next((column.money for column in self.years if column.year == year), None)


def cell_words(state: CellState, only_accepted: bool, words: str) -> str:
    """Give the words for a state: who sees projects from their acceptance on can't tell that nothing was filed."""
    if only_accepted and state == CellState.MISSING:
        return _("no accepted project")
    if only_accepted and state == CellState.NONE_YET:
        return _("no accepted project yet")
    return words


def numbers_in_short(numbers: Iterable[str]) -> str:
    """Draw runs of goal numbers together: 1.12, 1.13, 1.14 and 2.1 become "1.12–1.14, 2.1"."""
    runs: list[list[tuple[int, int]]] = []
    for pillar, sequence in sorted(tuple(int(part) for part in number.split(".")) for number in numbers):
        if runs and runs[-1][-1] == (pillar, sequence - 1):
            runs[-1].append((pillar, sequence))
        else:
            runs.append([(pillar, sequence)])
    return ", ".join(
        f"{run[0][0]}.{run[0][1]}" + (f"–{run[-1][0]}.{run[-1][1]}" if len(run) > 1 else "") for run in runs
    )
