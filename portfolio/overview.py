"""Many projects and portfolios at once, as plain data for the grid and for lists beside an objective or theme."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q

from portfolio.cell_states import ORDER, ProjectFacts, project_states
from portfolio.choices import CellState, Health, ProjectState
from portfolio.lateness import late_reasons
from portfolio.models import Portfolio, Result
from portfolio.querysets import ProjectQuerySet


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project as a list beside an objective shows it. `waits_for` has the predecessors that end too late for it."""

    pk: int
    objective_id: int
    portfolio_id: int
    code: str
    title: str
    facts: ProjectFacts
    awaits_decision: bool
    waits_for: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Number and title."""
        return f"{self.code} {self.title}" if self.code else self.title

    def late_reasons(self, today: datetime.date) -> list[str]:
        """What of it is late, in words."""
        return late_reasons(self.facts.lateness(today), self.facts.starts_on, self.facts.ends_on)


@dataclass(frozen=True, slots=True)
class PortfolioLine:
    """A portfolio with who holds it today (key and name) and the themes that it has."""

    pk: int
    slug: str
    name: str
    holders: Mapping[int, str]
    theme_ids: frozenset[int]

    @property
    def holder_names(self) -> str:
        """Who holds it today; empty when nobody does."""
        return ", ".join(self.holders.values())


def read_project_lines(
    projects: ProjectQuerySet, visible: ProjectQuerySet, today: datetime.date
) -> dict[int, list[ProjectLine]]:
    """Give projects by their objective, in the order of their numbers. Three queries.

    Their predecessors are named as far as they are among the `visible`, which are all that the reader may see.
    """
    rows = projects.order_by("code", "title", "pk").values_list(
        "pk",
        "objective_id",
        "portfolio_id",
        "code",
        "title",
        "state",
        "health",
        "starts_on",
        "ends_on",
        "completion_asked_at",
    )
    overdue: dict[int, list[datetime.date]] = {}
    owing = Result.objects.overdue(today).filter(
        project__in=projects.order_by(), project__state=ProjectState.RUNNING
    )
    for project, due_on in owing.order_by("due_on").values_list("project_id", "due_on"):
        if due_on is not None:
            overdue.setdefault(project, []).append(due_on)
    waits_for = projects.order_by().conflicts(visible)
    found: dict[int, list[ProjectLine]] = {}
    for pk, objective, portfolio, code, title, state, health, starts_on, ends_on, asked_at in rows:
        found.setdefault(objective, []).append(
            ProjectLine(
                pk,
                objective,
                portfolio,
                code,
                title,
                ProjectFacts(
                    ProjectState(state),
                    Health(health) if health else None,
                    starts_on,
                    ends_on,
                    tuple(overdue.get(pk, ())),
                ),
                state == ProjectState.SUBMITTED or (state == ProjectState.RUNNING and asked_at is not None),
                waits_for.get(pk, ()),
            )
        )
    return found


def most_urgent_first(
    lines: Iterable[ProjectLine], year: int, planned_years: Sequence[int], today: datetime.date
) -> list[tuple[ProjectLine, CellState]]:
    """Give the projects that belong to a year with what each says of it, the one that needs attention most first."""
    found = []
    for line in lines:
        state = project_states(line.facts, planned_years, today).get(year)
        if state is not None:
            found.append((line, state))
    return sorted(found, key=lambda pair: ORDER.index(pair[1]))


def read_portfolio_lines(today: datetime.date) -> dict[int, PortfolioLine]:
    """Give all portfolios, by key, in the order of their names. One query."""
    current = FilteredRelation(
        "holders",
        condition=Q(holders__starts_on__lte=today)
        & (Q(holders__ends_on__isnull=True) | Q(holders__ends_on__gte=today)),
    )
    rows = (
        Portfolio.objects.annotate(current=current)
        .order_by("name", "pk", "current__user__name")
        .values_list("pk", "slug", "name", "current__user", "current__user__name", "themes")
    )
    names: dict[int, tuple[str, str]] = {}
    holders: dict[int, dict[int, str]] = {}
    themes: dict[int, set[int]] = {}
    for pk, slug, name, holder, holder_name, theme in rows:
        names[pk] = (slug, name)
        held, has = holders.setdefault(pk, {}), themes.setdefault(pk, set())
        if holder is not None:
            held[holder] = holder_name
        if theme is not None:
            has.add(theme)
    return {
        pk: PortfolioLine(pk, slug, name, holders[pk], frozenset(themes[pk]))
        for pk, (slug, name) in names.items()
    }


def read_visible_lines(
    visible: ProjectQuerySet, today: datetime.date, programme: int, objective: int | None = None
) -> dict[int, list[ProjectLine]]:
    """Give what fills the planning of a programme, or of one objective, of the projects that the reader may see."""
    projects = visible.counted()
    if objective is not None:
        projects = projects.filter(objective=objective)
    else:
        projects = projects.for_programme(programme)
    return read_project_lines(projects, visible, today)
