"""A report as HTML: its body, which screen and paper share, and the whole document for paper."""

from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budget.choices import ContributionState
from budget.country_map import read_places
from portfolio.choices import CellState, Health, ProjectState
from reporting.choices import ReportKind
from reporting.content import Edition, Planning, PlanningCell, PlanningRow, ReportContent
from reporting.rendering.charts import Part, stacked_bar
from reporting.rendering.facts import capacity_asked, coverage_of, year_facts
from reporting.rendering.money import money_of, split_map
from reporting.rendering.outline import chapters_of, title_of
from reporting.rendering.own_files import OWN_FILES, find_own_file
from reporting.rendering.themes import pillar_parts

# So many troubled projects and late results fit on the page of the year.
SHOWN_ATTENTION = 5


def render_body(edition: Edition, language: str) -> SafeString:
    """Give the HTML of a report for a page, whose own heading stands above it: headings begin at the second level."""
    with translation.override(language):
        return render_to_string("reporting/document/body.html", _context(edition, language))


def render_document(edition: Edition, language: str) -> SafeString:
    """Give a report as a whole HTML document for paper, with cover and contents."""
    with translation.override(language):
        context = _context(edition, language) | {"on_paper": True, "chart_style": _chart_style()}
        return render_to_string("reporting/document/document.html", context)


def titles_of(edition: Edition, language: str) -> dict[str, str]:
    """Give the titles of chapters and sections by their names in addresses."""
    with translation.override(language):
        return {
            entry.key: f"{entry.number} {entry.whole_title}"
            for chapter in chapters_of(edition.content)
            for entry in (chapter.entry, *chapter.sections)
        }


def _context(edition: Edition, language: str) -> dict[str, Any]:
    content = edition.content
    facts = year_facts(content)
    planning = content.planning
    return {
        "edition": edition,
        "content": content,
        "language": language,
        "title": title_of(content),
        "description": _("%(title)s, version %(version)s; seal of its content: %(seal)s")
        % {"title": title_of(content), "version": edition.version, "seal": edition.content_hash},
        "outline": chapters_of(content),
        "is_plan": content.source.kind == ReportKind.ANNUAL_PLAN,
        "facts": facts,
        "more_attention": sum(max(len(found) - SHOWN_ATTENTION, 0) for found in (facts.late, facts.troubled)),
        "states": stacked_bar(
            [Part(str(state.label), count, state, sign=state) for state, count in facts.states]
        ),
        "parts": pillar_parts(content),
        "planning_columns": 3 + len(planning.years) if planning else 0,
        "planning_legend": _states_of(planning),
        "money": money_of(content.budget) if content.budget else None,
        "split_map": split_map(content.contributions, read_places()) if content.contributions else None,
        "settles": any(
            row.settled_before for row in (content.contributions.rows if content.contributions else ())
        ),
        "asked": capacity_asked(content.projects),
        "coverage": coverage_of(content),
        "signs_used": _signs_of(content),
        "next_year": content.source.year + 1,
        "next_objectives": _active_in(planning, content.source.year + 1),
        "next_money": money_of(content.next_year) if content.next_year else None,
    }


def _states_of(planning: Planning | None) -> list[CellState]:
    """Give the states that the grid shows, in the order of `CellState`."""
    rows = planning.rows if planning else ()
    found = {cell.state for row in rows for cell in row.cells if cell.is_shown}
    return [state for state in CellState if state in found]


def _signs_of(content: ReportContent) -> list[tuple[str, str]]:
    """Give the shapes that stand outside the grid, with what they mean."""
    projects = content.projects
    states = {project.state for project in projects}
    healths = {project.health for project in projects}
    rows = content.contributions.rows if content.contributions else ()
    paid = {row.state for row in rows}
    return [
        *((state, str(state.label)) for state in ProjectState if state in states),
        *((health, str(health.label)) for health in Health if health in healths),
        *((state, str(state.label)) for state in ContributionState if state in paid),
    ]


def _active_in(planning: Planning | None, year: int) -> list[tuple[PlanningRow, PlanningCell]]:
    """Give the objectives that are planned in a year, with what their projects say of it."""
    found = [(row, row.cell(year)) for row in (planning.rows if planning else ())]
    return [(row, cell) for row, cell in found if cell is not None and cell.is_planned]


@cache
def _chart_style() -> str:
    """Give the rules for drawings on paper, where a page's style sheet doesn't reach into them."""
    return find_own_file(OWN_FILES + "document-charts.css").read_text("utf-8").strip()
