"""What a report says in sum: of projects, results, capacity and goals, by pillar and in all. Plain functions on its content."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portfolio.choices import ACCEPTED_AND_LATER, Health, ProjectState
from reporting.content import CapacityLine, GoalLine, ProjectLine, ReportContent, ResultLine

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a pillar, or all of them together, plan and do in the year. Amounts are in euro, and of projects alone."""

    number: int | None
    name: str
    active: int
    without_project: int
    projects: int
    results: int
    delivered: int
    days: int
    planned: Decimal
    spent: Decimal


@dataclass(frozen=True, slots=True)
class OwedResult:
    """A result that isn't delivered, of a project. `is_late` is whether it was due before the day of the content."""

    project: ProjectLine
    result: ResultLine
    is_late: bool


@dataclass(frozen=True, slots=True)
class YearFacts:
    """The year in figures. `states` has how many projects are in which state, in the order of their life."""

    states: tuple[tuple[ProjectState, int], ...]
    pillars: tuple[Totals, ...]
    total: Totals
    late: tuple[OwedResult, ...]
    troubled: tuple[ProjectLine, ...]


def year_facts(content: ReportContent) -> YearFacts:
    """Add the projects of a report up."""
    projects = content.projects
    states = Counter(project.state for project in projects)
    planning = content.planning
    names = {text.number: text.name for text in content.pillar_texts}
    names |= {pillar.number: pillar.name for pillar in planning.pillars} if planning else {}
    numbers = sorted(names.keys() | {project.pillar_number for project in projects})
    return YearFacts(
        tuple((state, states[state]) for state in ACCEPTED_AND_LATER if states[state]),
        tuple(_totals(content, number, names.get(number, "")) for number in numbers),
        _totals(content, None, ""),
        tuple(sorted(_late(projects, content.source.seen_on), key=_by_due_day)),
        tuple(
            project
            for health in (Health.RED, Health.AMBER)
            for project in projects
            if project.health == health and project.state == ProjectState.RUNNING
        ),
    )


def _totals(content: ReportContent, number: int | None, name: str) -> Totals:
    year = content.source.year
    projects = [one for one in content.projects if number in (None, one.pillar_number)]
    rows = [
        row
        for pillar in (content.planning.pillars if content.planning else ())
        if number in (None, pillar.number)
        for theme in pillar.themes
        for row in theme.rows
        if year in row.planned_years
    ]
    served = {project.objective_id for project in projects if project.state != ProjectState.CANCELLED}
    return Totals(
        number=number,
        name=name,
        active=len(rows),
        without_project=sum(row.objective_id not in served for row in rows),
        projects=len(projects),
        results=sum(len(project.results) for project in projects),
        delivered=sum(len(project.delivered) for project in projects),
        days=sum(project.days for project in projects),
        planned=sum((project.planned for project in projects), NOTHING),
        spent=sum((project.spent for project in projects), NOTHING),
    )


def _late(projects: Iterable[ProjectLine], seen_on: datetime.date) -> Iterable[OwedResult]:
    for project in projects:
        if project.state == ProjectState.CANCELLED:
            continue
        for result in project.owed:
            if result.due_on and result.due_on < seen_on:
                yield OwedResult(project, result, is_late=True)


def _by_due_day(owed: OwedResult) -> tuple[datetime.date, str]:
    return owed.result.due_on or datetime.date.max, owed.project.code


@dataclass(frozen=True, slots=True)
class AskedLine:
    """Days asked of one region or network, for a kind of expertise, by a project."""

    project: ProjectLine
    line: CapacityLine


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a region or network in all."""

    name: str
    region_code: str
    lines: tuple[AskedLine, ...]

    @property
    def days(self) -> int:
        """All days together."""
        return sum(asked.line.days for asked in self.lines)


def capacity_asked(projects: Iterable[ProjectLine]) -> tuple[Asked, ...]:
    """Give the capacity by who it is asked of: regions by code, then networks by name."""
    found: dict[tuple[str, str], list[AskedLine]] = defaultdict(list)
    for project in projects:
        for line in project.capacity:
            found[line.region_code, line.asked_of].append(AskedLine(project, line))
    return tuple(
        Asked(name, code, tuple(lines))
        for (code, name), lines in sorted(found.items(), key=lambda one: (not one[0][0], one[0]))
    )


@dataclass(frozen=True, slots=True)
class GoalGroup:
    """The LAC goals of a pillar."""

    pillar_number: int
    name: str
    goals: tuple[GoalLine, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The LAC goals by pillar, and how many have something that works on them."""

    groups: tuple[GoalGroup, ...]
    goals: int
    with_objective: int
    with_project: int
    with_result: int


def coverage_of(content: ReportContent) -> Coverage:
    """Group the LAC goals of a report by pillar, in the order in which it has them."""
    names = {text.number: text.name for text in content.pillar_texts}
    names |= {pillar.number: pillar.name for pillar in content.planning.pillars} if content.planning else {}
    groups: dict[int, list[GoalLine]] = defaultdict(list)
    for goal in content.coverage:
        groups[goal.pillar_number].append(goal)
    goals = content.coverage
    return Coverage(
        tuple(GoalGroup(number, names.get(number, ""), tuple(mine)) for number, mine in groups.items()),
        len(goals),
        sum(bool(goal.objectives) for goal in goals),
        sum(bool(goal.projects) for goal in goals),
        sum(goal.results_delivered > 0 for goal in goals),
    )
