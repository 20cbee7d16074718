"""What a cell of the planning grid says of its projects. Plain functions on plain data, without Django's models."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portfolio.choices import COUNTED, OPEN, CellState, Health, ProjectState
from portfolio.lateness import Lateness, lateness

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
    """What a cell needs to know of a project."""

    state: ProjectState
    health: Health | None = None
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    undelivered_due_on: tuple[datetime.date, ...] = ()

    def lateness(self, today: datetime.date) -> Lateness:
        """What of it is late today."""
        return lateness(self.state, self.starts_on, self.ends_on, self.undelivered_due_on, today)

    def years(self, planned_years: Sequence[int], today: datetime.date) -> Iterable[int]:
        """The years that it belongs to: those of its own period.

        What runs, and what is late, belongs to today's year as well, whatever its dates. While start or end are unknown
        it belongs to those years of its objective, this one and later, that the known one leaves; when none are left,
        to the nearest one. What was withdrawn or cancelled belongs to none.
        """
        if self.state not in COUNTED:
            return ()
        first = self.starts_on.year if self.starts_on else None
        last = self.ends_on.year if self.ends_on else None
        if first and self.state == ProjectState.RUNNING:
            first = min(first, today.year)
        if last and self.state in OPEN:
            last = max(last, today.year) if self.ends_on and self.ends_on < today else last
        if first and last:
            return range(first, last + 1)
        earliest = first or today.year
        left = [year for year in planned_years if earliest <= year and (last is None or year <= last)]
        if self.state == ProjectState.RUNNING or self.lateness(today):
            return sorted({*left, today.year})
        return left or (first or last or max(planned_years, default=today.year),)


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
    return row_summaries(projects, (year,), planned_years, today)[year]


def row_summaries(
    projects: Iterable[ProjectFacts],
    years: Sequence[int],
    planned_years: Sequence[int],
    today: datetime.date,
) -> dict[int, CellSummary]:
    """Give the cells of an objective in several years at once, each as `cell_summary` does."""
    found: dict[int, Counter[CellState]] = {year: Counter() for year in years}
    for project in projects:
        for year, state in project_states(project, planned_years, today).items():
            if year in found:
                found[year][state] += 1
    return {year: _summary(counts, year, planned_years, today) for year, counts in found.items()}


def _summary(
    found: Counter[CellState], year: int, planned_years: Sequence[int], today: datetime.date
) -> CellSummary:
    if found:
        counts = tuple((state, found[state]) for state in ORDER if state in found)
        return CellSummary(counts[0][0], counts)
    if year not in planned_years:
        return CellSummary(CellState.NOT_PLANNED)
    return CellSummary(CellState.MISSING if year <= today.year else CellState.NONE_YET)


def project_states(
    project: ProjectFacts, planned_years: Sequence[int], today: datetime.date
) -> Mapping[int, CellState]:
    """Give what one project says of each year that it belongs to.

    It is late from the year in which it became late, by its start, its end or a result, up to this year. A running
    project says how it goes in this year; of the years behind it it says "done", of those to come "accepted".
    """
    years = project.years(planned_years, today)
    late_from = _late_from(project, today)
    return {year: _state_in(project, year, today.year, late_from) for year in years}


def _late_from(project: ProjectFacts, today: datetime.date) -> int | None:
    """Give the year in which it became late; None when it isn't."""
    late = project.lateness(today)
    if not late:
        return None
    days = list(late.overdue_results)
    if late.start_passed and project.starts_on is not None:
        days.append(project.starts_on)
    if late.end_passed and project.ends_on is not None:
        days.append(project.ends_on)
    return min(days).year


def _state_in(project: ProjectFacts, year: int, this_year: int, late_from: int | None) -> CellState:
    if late_from is not None and late_from <= year <= this_year:
        return CellState.LATE
    if project.state == ProjectState.COMPLETED:
        return CellState.DONE
    if project.state == ProjectState.RUNNING:
        if year > this_year:
            return CellState.ACCEPTED
        return CellState.DONE if year < this_year else RUNNING[project.health or Health.GREEN]
    return CellState.PROPOSED if project.state in PROPOSED else CellState.ACCEPTED
