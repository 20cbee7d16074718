"""The projects of a report by pillar, theme and objective, in the order of the planning."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pillars.choices import Lead
from reporting.content import PillarText, PlanningRow, ProjectLine, ReportContent


@dataclass(frozen=True, slots=True)
class ObjectivePart:
    """An objective with its projects. `is_active` is whether it is planned in the year of the report."""

    title: str
    goals: tuple[str, ...]
    leads: tuple[Lead, ...]
    planned_years: tuple[int, ...]
    is_active: bool
    projects: tuple[ProjectLine, ...]


@dataclass(frozen=True, slots=True)
class ThemePart:
    """A theme with its objectives that are active in the year, or have projects; and the titles of the others."""

    slug: str
    name: str
    is_overarching: bool
    objectives: tuple[ObjectivePart, ...]
    resting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PillarPart:
    """A pillar with what is written of it, and its themes."""

    number: int
    name: str
    text: str
    themes: tuple[ThemePart, ...]

    @property
    def projects(self) -> tuple[ProjectLine, ...]:
        """All its projects."""
        return tuple(
            project
            for theme in self.themes
            for objective in theme.objectives
            for project in objective.projects
        )


def pillar_parts(content: ReportContent) -> tuple[PillarPart, ...]:
    """Give the pillars with their projects. Each project of the report stands in it once."""
    year = content.source.year
    texts = {text.number: text for text in content.pillar_texts}
    waiting: dict[int, list[ProjectLine]] = defaultdict(list)
    for project in content.projects:
        waiting[project.objective_id].append(project)
    parts = []
    for pillar in content.planning.pillars if content.planning else ():
        themes = []
        for theme in pillar.themes:
            shown, resting = [], []
            for row in theme.rows:
                projects = waiting.pop(row.objective_id, [])
                if projects or year in row.planned_years:
                    shown.append(_objective(row, year, projects))
                else:
                    resting.append(row.title)
            themes.append(
                ThemePart(theme.slug, theme.name, theme.is_overarching, tuple(shown), tuple(resting))
            )
        text = texts.get(pillar.number)
        parts.append(PillarPart(pillar.number, pillar.name, text.text if text else "", tuple(themes)))
    return _with_the_rest(parts, [line for lines in waiting.values() for line in lines], texts)


def _objective(row: PlanningRow, year: int, projects: list[ProjectLine]) -> ObjectivePart:
    return ObjectivePart(
        row.title, row.goals, row.leads, row.planned_years, year in row.planned_years, tuple(projects)
    )


def _with_the_rest(
    parts: list[PillarPart], rest: list[ProjectLine], texts: dict[int, PillarText]
) -> tuple[PillarPart, ...]:
    """Add projects whose objective isn't in the planning, in themes by the name that they give."""
    by_place: dict[tuple[int, str], list[ProjectLine]] = defaultdict(list)
    for project in rest:
        by_place[project.pillar_number, project.theme_slug].append(project)
    found = {part.number: part for part in parts}
    for (number, slug), projects in sorted(by_place.items()):
        objectives: dict[str, list[ProjectLine]] = defaultdict(list)
        for project in projects:
            objectives[project.objective].append(project)
        added = tuple(
            ObjectivePart(title, (), (), (), is_active=False, projects=tuple(mine))
            for title, mine in objectives.items()
        )
        text = texts.get(number)
        part = found.get(number) or PillarPart(
            number, text.name if text else "", text.text if text else "", ()
        )
        themes = list(part.themes)
        place = next((place for place, theme in enumerate(themes) if theme.slug == slug), None)
        if place is None:
            themes.append(ThemePart(slug, projects[0].theme_name, False, added, ()))
        else:
            theme = themes[place]
            themes[place] = ThemePart(
                slug, theme.name, theme.is_overarching, theme.objectives + added, theme.resting
            )
        found[number] = PillarPart(part.number, part.name, part.text, tuple(themes))
    return tuple(found[number] for number in sorted(found))
