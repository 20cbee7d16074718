"""The planning grid as one typed content object, from which page, panel and print view are made alike.

Whoever shows the grid asks `read_planning_grid` and nothing else, so that no two views of it can disagree.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pillars.choices import Lead
from pillars.filters import ObjectiveFilter
from pillars.models import LacGoal, Objective, PlanVersion, Theme
from pillars.planning import ObjectiveYear, objective_years


@dataclass(frozen=True, slots=True)
class GoalReference:
    """A LAC goal that an objective works on."""

    number: str
    text: str
    lead: Lead
    lead_remark: str


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
    cells: tuple[ObjectiveYear, ...]

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

    def cell(self, year: int) -> ObjectiveYear | None:
        """The cell of a year of the programme."""
        return next((cell for cell in self.cells if cell.year == year), None)


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
    """A year of the programme and what is active in it, of the rows shown."""

    year: int
    is_current: bool
    active: int


@dataclass(frozen=True, slots=True)
class PlanningGrid:
    """Everything that a view of the planning grid shows."""

    version: PlanVersion
    today: datetime.date
    years: tuple[YearColumn, ...]
    pillars: tuple[PillarGroup, ...]
    filterset: ObjectiveFilter
    is_filtered: bool

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
    def themes_without_objective(self) -> int:
        """How many of the themes shown have no row."""
        return sum(not theme.rows for pillar in self.pillars for theme in pillar.themes)

    def row(self, objective_id: int) -> ObjectiveRow | None:
        """The row of an objective, if it is shown."""
        return next((row for row in self.rows if row.objective_id == objective_id), None)


def read_planning_grid(
    today: datetime.date, filters: Mapping[str, Any] | None = None, *, only_objective: int | None = None
) -> PlanningGrid | None:
    """Read the grid of the plan in force, filtered as a query string says; None when no plan was adopted.

    A filter with a wrong value is left out; `filterset.errors` says which. `only_objective` reads a single row. Five
    queries, whatever the number of rows.
    """
    version = PlanVersion.objects.current(today)
    if version is None:
        return None
    themes = list(Theme.objects.for_programme(version.programme_id))
    objectives = Objective.objects.for_programme(version.programme_id).with_adopted_years().with_lac_goals()
    if only_objective is not None:
        objectives = objectives.filter(pk=only_objective)
    filterset = ObjectiveFilter(filters, objectives, themes=themes, programmes=[version.programme])
    return build_planning_grid(version, themes, filterset.qs, today, filterset)


def build_planning_grid(
    version: PlanVersion,
    themes: Iterable[Theme],
    objectives: Iterable[Objective],
    today: datetime.date,
    filterset: ObjectiveFilter,
) -> PlanningGrid:
    """Put together what was read.

    Without a filter every theme is shown, also one without objective; a filter on pillar or theme shows what it names. A
    filter on year, lead or words leaves out the themes in which nothing was found.
    """
    chosen = chosen_filters(filterset)
    themes = [
        theme
        for theme in themes
        if chosen.get("pillar") in (None, str(theme.pillar.number))
        and chosen.get("theme") in (None, theme.slug)
    ]
    themes_by_id = {theme.pk: theme for theme in themes}
    rows: dict[int, list[ObjectiveRow]] = {}
    for objective in objectives:
        rows.setdefault(objective.theme_id, []).append(
            _row(objective, themes_by_id[objective.theme_id], version.programme.years, today)
        )
    groups: dict[int, list[ThemeGroup]] = {}
    for theme in themes:
        if theme.pk in rows or chosen.keys() <= {"pillar", "theme"}:
            groups.setdefault(theme.pillar.number, []).append(
                ThemeGroup(
                    slug=theme.slug,
                    name=theme.name,
                    is_overarching=theme.is_overarching,
                    lac_goal_count=theme.lac_goal_count,
                    rows=tuple(rows.get(theme.pk, ())),
                )
            )
    names = {theme.pillar.number: theme.pillar.name for theme in themes}
    active = Counter(year for found in rows.values() for row in found for year in row.planned_years)
    return PlanningGrid(
        version=version,
        today=today,
        years=tuple(YearColumn(year, year == today.year, active[year]) for year in version.programme.years),
        pillars=tuple(PillarGroup(number, names[number], tuple(found)) for number, found in groups.items()),
        is_filtered=bool(chosen),
        filterset=filterset,
    )


def chosen_filters(filterset: ObjectiveFilter) -> dict[str, str]:
    """Give the filters that are set to something known; wrong values are left out."""
    if not filterset.is_bound:
        return {}
    filterset.is_valid()
    return {name: value for name, value in filterset.form.cleaned_data.items() if value}


def chosen_labels(filterset: ObjectiveFilter) -> list[tuple[str, str]]:
    """Give the filters that are set as they read on the form: label and chosen value."""
    labels = []
    for name, value in chosen_filters(filterset).items():
        field = filterset.form.fields[name]
        choices = dict(getattr(field, "choices", ()))
        labels.append((str(field.label), str(choices.get(value, value))))
    return labels


def _row(objective: Objective, theme: Theme, years: Iterable[int], today: datetime.date) -> ObjectiveRow:
    return ObjectiveRow(
        objective_id=objective.pk,
        title=objective.title,
        summary=objective.summary,
        theme_slug=theme.slug,
        theme_name=theme.name,
        pillar_number=theme.pillar.number,
        goals=tuple(_goal_reference(goal) for goal in objective.lac_goals.all()),
        cells=objective_years(objective.planned_in, years, today.year),
    )


def _goal_reference(goal: LacGoal) -> GoalReference:
    return GoalReference(goal.number, goal.text, Lead(goal.lead), goal.lead_remark)


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
