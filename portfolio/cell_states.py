"""What a cell of the planning grid says of its projects. Plain functions on plain data, without Django's models."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portfolio.choices import CellState, Health, ProjectState
from portfolio.lateness import lateness

# From what asks for attention first to what asks for none.
ORDER = (
    CellState.LATE,
    CellState.RED,
    CellState.AMBER,
    CellState.GREEN,
    CellState.PROPOSED,
    CellState.ACCEPTED,
    CellState.DONE,
)
RUNNING = {Health.RED: CellState.RED, Health.AMBER: CellState.AMBER, Health.GREEN: CellState.GREEN}
PROPOSED = frozenset({ProjectState.DRAFT, ProjectState.SUBMITTED, ProjectState.RETURNED})


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What a cell needs to know of a project that was not withdrawn or cancelled."""

    state: ProjectState
    health: Health | None = None
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    undelivered_due_on: tuple[datetime.date, ...] = ()

    def is_in(self, year: int, planned_years: Sequence[int]) -> bool:
        """Whether it belongs to a year: by its own dates, and without those in every year of its objective."""
        if self.starts_on is None or self.ends_on is None:
            return year in planned_years
        return self.starts_on.year <= year <= self.ends_on.year


@dataclass(frozen=True, slots=True)
class CellSummary:
    """The state of a cell and how many projects it has in each state, the one that needs attention most first."""

    state: CellState
    counts: tuple[tuple[CellState, int], ...] = ()

    @property
    def project_count(self) -> int:
        """How many projects the cell has."""
        return sum(count for _state, count in self.counts)


def cell_summary(
    projects: Iterable[ProjectFacts], year: int, planned_years: Sequence[int], today: datetime.date
) -> CellSummary:
    """Give the state of an objective's cell in a year, from the objective's projects.

    Without a project in a planned year: "no assignment" once the year has begun, else "no assignment yet". With
    projects: the state of the one that needs attention most. Projects in a year that isn't planned show as well.
    """
    found = Counter(
        project_state_in(project, year, today) for project in projects if project.is_in(year, planned_years)
    )
    if found:
        counts = tuple((state, found[state]) for state in ORDER if state in found)
        return CellSummary(counts[0][0], counts)
    if year not in planned_years:
        return CellSummary(CellState.NOT_PLANNED)
    return CellSummary(CellState.MISSING if year <= today.year else CellState.NONE_YET)


def project_state_in(project: ProjectFacts, year: int, today: datetime.date) -> CellState:
    """Give what one project says of a year that it belongs to.

    It is late in the year in which it became late: that of the start, the end or the result that passed. A running
    project says how it goes up to the current year, and is "accepted" in the years to come.
    """
    late = lateness(project.state, project.starts_on, project.ends_on, project.undelivered_due_on, today)
    late_years = {day.year for day in late.overdue_results}
    if late.start_passed and project.starts_on is not None:
        late_years.add(project.starts_on.year)
    if late.end_passed and project.ends_on is not None:
        late_years.add(project.ends_on.year)
    if year in late_years:
        return CellState.LATE
    if project.state == ProjectState.COMPLETED:
        return CellState.DONE
    if project.state == ProjectState.RUNNING:
        if year > today.year:
            return CellState.ACCEPTED
        return RUNNING[project.health or Health.GREEN]
    return CellState.PROPOSED if project.state in PROPOSED else CellState.ACCEPTED
