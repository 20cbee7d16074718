"""Reads the planning grid as a person may see it, in a fixed number of queries."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum

from organisation.models import User
from pillars.choices import Lead
from pillars.models import LacGoal, Objective, PlanVersion, Programme, Theme
from pillars.planning import ObjectiveYear, objective_years
from pillars.querysets import PlanningConflict
from portfolio.cell_states import CellSummary, row_summaries
from portfolio.overview import PortfolioLine, ProjectLine, read_portfolio_lines, read_visible_lines
from reporting.filters import NOBODY, GridFilter
from reporting.planning_grid.content import (
    GoalReference,
    GridCell,
    ObjectiveRow,
    PillarGroup,
    PlanningGrid,
    ThemeGroup,
    YearColumn,
    cell_words,
)
from reporting.planning_grid.money import YearMoney
from reporting.planning_grid.viewpoint import Viewpoint, viewpoint_of


@dataclass(frozen=True, slots=True)
class Sources:
    """What the reader may see of projects, by objective where it belongs to one."""

    shows_projects: bool
    only_accepted: bool
    shows_days: bool
    days_are_of_all_regions: bool
    portfolios: Mapping[int, PortfolioLine]
    projects: Mapping[int, list[ProjectLine]] = field(default_factory=dict)
    conflicts: Mapping[int, list[PlanningConflict]] = field(default_factory=dict)
    days: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    money: Mapping[int, YearMoney] = field(default_factory=dict)


def read_planning_grid(
    today: datetime.date,
    user: User,
    filters: Mapping[str, Any] | None = None,
    *,
    only_objective: int | None = None,
) -> PlanningGrid | None:
    """Read the grid of the plan in force as the person may see it, filtered as a query string says.

    None when no plan was adopted. A filter with a wrong value is left out; `filterset.errors` says which.
    `only_objective` reads a single row. Sixteen queries, whatever the number of rows and projects.
    """
    version = PlanVersion.objects.current(today)
    if version is None:
        return None
    viewpoint = viewpoint_of(user, today, version.programme.years)
    return read_grid_of(version, viewpoint, today, filters, only_objective=only_objective)


def read_grid_of(
    version: PlanVersion,
    viewpoint: Viewpoint,
    today: datetime.date,
    filters: Mapping[str, Any] | None = None,
    *,
    only_objective: int | None = None,
) -> PlanningGrid:
    """Read the grid of a version from a viewpoint, as `read_planning_grid` does. Ten queries."""
    themes = list(Theme.objects.for_programme(version.programme_id))
    objectives = Objective.objects.for_programme(version.programme_id)
    if only_objective is not None:
        objectives = objectives.filter(pk=only_objective)
    sources = _read_sources(viewpoint, today, version.programme, only_objective)
    filterset = GridFilter(
        filters,
        objectives.with_adopted_years().with_lac_goals(),
        themes=themes,
        programmes=[version.programme],
        portfolios=sources.portfolios,
        shows_projects=sources.shows_projects,
    )
    return build_planning_grid(version, themes, filterset.qs, sources, today, filterset)


def _read_sources(
    viewpoint: Viewpoint, today: datetime.date, programme: Programme, objective: int | None
) -> Sources:
    objectives = Objective.objects.for_programme(programme.pk)
    if objective is not None:
        objectives = objectives.filter(pk=objective)
    conflicts: dict[int, list[PlanningConflict]] = {}
    for conflict in objectives.order_by().conflicts():
        conflicts.setdefault(conflict.objective_id, []).append(conflict)
    days: dict[int, dict[int, int]] = {}
    if viewpoint.requests is not None:
        requests = viewpoint.requests.counted()
        if objective is not None:
            requests = requests.filter(project__objective=objective)
        else:
            requests = requests.filter(project__objective__theme__pillar__programme=programme)
        sums = requests.order_by().values_list("project__objective", "year").annotate(sum=Sum("days"))
        for key, year, asked in sums:
            days.setdefault(key, {})[year] = asked
    return Sources(
        shows_projects=viewpoint.projects is not None,
        only_accepted=viewpoint.only_accepted,
        shows_days=viewpoint.requests is not None,
        days_are_of_all_regions=viewpoint.days_are_of_all_regions,
        portfolios=read_portfolio_lines(today),
        projects={}
        if viewpoint.projects is None
        else read_visible_lines(viewpoint.projects, today, programme.pk, objective),
        conflicts=conflicts,
        days=days,
        money=viewpoint.money,
    )


def build_planning_grid(
    version: PlanVersion,
    themes: Iterable[Theme],
    objectives: Iterable[Objective],
    sources: Sources,
    today: datetime.date,
    filterset: GridFilter,
) -> PlanningGrid:
    """Put together what was read.

    Without a filter every theme is shown, also one without objective; a filter on pillar or theme shows what it names.
    Another filter leaves out the themes in which nothing was found.
    """
    chosen = chosen_filters(filterset)
    themes = [
        theme
        for theme in themes
        if chosen.get("pillar") in (None, str(theme.pillar.number))
        and chosen.get("theme") in (None, theme.slug)
    ]
    themes_by_id = {theme.pk: theme for theme in themes}
    years = version.programme.years
    rows: dict[int, list[ObjectiveRow]] = {}
    for objective in objectives:
        row = _row(objective, themes_by_id[objective.theme_id], years, sources, today)
        if _fits(row, chosen):
            rows.setdefault(objective.theme_id, []).append(row)
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
    active: Counter[int] = Counter()
    days: Counter[int] = Counter()
    for row in (row for found in rows.values() for row in found):
        active.update(row.planned_years)
        days.update(sources.days.get(row.objective_id, {}))
    return PlanningGrid(
        version=version,
        today=today,
        years=tuple(
            YearColumn(year, year == today.year, active[year], days[year], sources.money.get(year))
            for year in years
        ),
        pillars=tuple(PillarGroup(number, names[number], tuple(found)) for number, found in groups.items()),
        is_filtered=bool(chosen),
        filterset=filterset,
        shows_projects=sources.shows_projects,
        only_accepted=sources.only_accepted,
        shows_days=sources.shows_days,
        days_are_of_all_regions=sources.days_are_of_all_regions,
    )


def chosen_filters(filterset: GridFilter) -> dict[str, str]:
    """Give the filters that are set to something known; wrong values are left out."""
    if not filterset.is_bound:
        return {}
    filterset.is_valid()
    return {name: value for name, value in filterset.form.cleaned_data.items() if value}


def chosen_labels(filterset: GridFilter) -> list[tuple[str, str]]:
    """Give the filters that are set as they read on the form: label and chosen value."""
    labels = []
    for name, value in chosen_filters(filterset).items():
        form_field = filterset.form.fields[name]
        choices = dict(getattr(form_field, "choices", ()))
        labels.append((str(form_field.label), str(choices.get(value, value))))
    return labels


def _fits(row: ObjectiveRow, chosen: Mapping[str, str]) -> bool:
    """Whether a row has the portfolio, holder and state that were chosen."""
    portfolio, holder, state = chosen.get("portfolio"), chosen.get("holder"), chosen.get("state")
    if portfolio and all(found.slug != portfolio for found in row.portfolios):
        return False
    if holder == NOBODY and row.has_holder:
        return False
    if holder and holder != NOBODY and all(int(holder) not in found.holders for found in row.portfolios):
        return False
    year = chosen.get("year")
    return not state or any(
        cell.state == state for cell in row.cells if year is None or cell.year == int(year)
    )


def _row(
    objective: Objective, theme: Theme, years: Sequence[int], sources: Sources, today: datetime.date
) -> ObjectiveRow:
    planned = objective.planned_in
    projects = tuple(sources.projects.get(objective.pk, ()))
    planning = objective_years(planned, years, today.year)
    if sources.shows_projects:
        summaries = row_summaries((project.facts for project in projects), years, planned, today)
        cells = tuple(
            _project_cell(place, summaries[place.year], sources.only_accepted) for place in planning
        )
    else:
        cells = tuple(
            GridCell(
                place.year,
                place.state,
                str(place.state.label),
                place.is_planned,
                place.starts,
                place.ends,
            )
            for place in planning
        )
    return ObjectiveRow(
        objective_id=objective.pk,
        title=objective.title,
        summary=objective.summary,
        theme_slug=theme.slug,
        theme_name=theme.name,
        pillar_number=theme.pillar.number,
        goals=tuple(_goal_reference(goal) for goal in objective.lac_goals.all()),
        cells=cells,
        projects=projects,
        portfolios=_portfolios(projects, theme, sources.portfolios),
        conflicts=tuple(sources.conflicts.get(objective.pk, ())),
    )


def _project_cell(place: ObjectiveYear, summary: CellSummary, only_accepted: bool) -> GridCell:
    words = cell_words(summary.state, only_accepted, summary.state.in_short)
    return GridCell(
        place.year, summary.state, words, place.is_planned, place.starts, place.ends, summary.counts
    )


def _portfolios(
    projects: Iterable[ProjectLine], theme: Theme, portfolios: Mapping[int, PortfolioLine]
) -> tuple[PortfolioLine, ...]:
    """Give the portfolios of the projects, the one with most of them first, then the others that hold the theme."""
    of_projects = Counter(project.portfolio_id for project in projects)
    keys = [key for key, _count in of_projects.most_common()]
    keys += [
        key for key, found in portfolios.items() if theme.pk in found.theme_ids and key not in of_projects
    ]
    return tuple(portfolios[key] for key in keys)


def _goal_reference(goal: LacGoal) -> GoalReference:
    return GoalReference(goal.number, goal.text, Lead(goal.lead), goal.lead_remark)
