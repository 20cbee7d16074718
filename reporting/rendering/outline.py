"""The chapters of a report: what stands in it, in which order and under which number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reporting.choices import ReportKind
from reporting.content import ReportContent
from reporting.rendering.themes import PillarPart, ThemePart, pillar_parts


@dataclass(frozen=True, slots=True)
class Entry:
    """A chapter or section: its name in addresses, number and title.

    `is_dutch` is whether the title is the programme's own; `before` is what stands before it, such as "Pillar 1".
    """

    key: str
    number: str
    title: str
    is_dutch: bool = False
    before: str = ""

    @property
    def whole_title(self) -> str:
        """The title with what stands before it."""
        return f"{self.before}: {self.title}" if self.before else self.title


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter with its sections. `part` is the name of its template; `pillar` what a chapter of a pillar is about."""

    entry: Entry
    part: str
    sections: tuple[Entry, ...] = ()
    pillar: PillarPart | None = None
    is_appendix: bool = False

    @property
    def template(self) -> str:
        """The template that shows it."""
        return f"reporting/document/chapters/{self.part}.html"

    @property
    def running(self) -> str:
        """What stands at the head of its pages on paper."""
        return f"{self.entry.number}  {self.entry.before or self.entry.title}"

    @property
    def by_name(self) -> dict[str, Entry]:
        """The sections by their name within the chapter."""
        return {one.key.removeprefix(f"{self.entry.key}-"): one for one in self.sections}

    @property
    def themes(self) -> tuple[tuple[ThemePart, Entry], ...]:
        """The themes of its pillar, each with its section."""
        return tuple(zip(self.pillar.themes, self.sections, strict=True)) if self.pillar else ()


@dataclass(frozen=True, slots=True)
class _Draft:
    """A chapter before it has its number. Sections are names with their titles, in order."""

    key: str
    title: str
    part: str
    sections: tuple[tuple[str, str], ...] = ()
    pillar: PillarPart | None = None
    before: str = ""


def title_of(content: ReportContent) -> str:
    """Give the title that a report has on its cover, in the current language."""
    source = content.source
    match source.kind:
        case ReportKind.ANNUAL_PLAN:
            return _("Annual plan %(year)s") % {"year": source.year}
        case ReportKind.ANNUAL_REPORT:
            return _("Annual report %(year)s") % {"year": source.year}
        case ReportKind.BUDGET:
            return _("Working budget %(year)s") % {"year": source.year}
        case ReportKind.PLANNING_GRID:
            return _("Planning %(first)s–%(last)s") % {"first": source.first_year, "last": source.last_year}


def chapters_of(content: ReportContent) -> tuple[Chapter, ...]:
    """Give the chapters of a report, numbered, then its appendices, lettered, in the current language."""
    chapters = [_numbered(draft, str(number)) for number, draft in enumerate(_chapters(content), start=1)]
    appendices = [
        _numbered(draft, chr(ord("A") + place), is_appendix=True)
        for place, draft in enumerate(_appendices(content))
    ]
    return (*chapters, *appendices)


def _numbered(draft: _Draft, number: str, *, is_appendix: bool = False) -> Chapter:
    key = f"chapter-{draft.key}"
    return Chapter(
        Entry(key, number, draft.title, draft.pillar is not None, draft.before),
        draft.part,
        tuple(
            Entry(f"{key}-{name}", f"{number}.{place}", title, draft.pillar is not None)
            for place, (name, title) in enumerate(draft.sections, start=1)
        ),
        draft.pillar,
        is_appendix,
    )


def _chapters(content: ReportContent) -> Iterable[_Draft]:
    kind, year = content.source.kind, content.source.year
    is_report = kind == ReportKind.ANNUAL_REPORT
    is_annual = is_report or kind == ReportKind.ANNUAL_PLAN
    if content.introduction:
        yield _Draft("introduction", _("Foreword") if is_report else _("Introduction"), "introduction")
    if content.changes:
        yield _Draft("changes", _("What changed"), "changes")
    if is_annual:
        yield _Draft("year", _("%(year)s on one page") % {"year": year}, "year")
    if content.planning:
        yield _Draft("planning", _("The planning"), "planning")
    if is_annual:
        for part in pillar_parts(content):
            yield _Draft(
                f"pillar-{part.number}",
                part.name,
                "pillar",
                tuple((theme.slug, theme.name) for theme in part.themes),
                part,
                _("Pillar %(number)s") % {"number": part.number},
            )
    elif content.projects:
        yield _Draft("projects", _("Projects"), "projects")
    if content.decisions:
        yield _Draft("decisions", _("Decisions of the Vakraad"), "decisions")
    if content.budget or content.contributions:
        yield _Draft("finance", _("Finance"), "finance", tuple(_sections_of_finance(content)))
    if content.coverage:
        yield _Draft("coverage", _("Coverage of the LAC goals"), "coverage")
    if is_report and (content.outlook or content.next_year or content.planning):
        yield _Draft("outlook", _("What comes in %(year)s") % {"year": year + 1}, "outlook")


def _sections_of_finance(content: ReportContent) -> Iterable[tuple[str, str]]:
    if content.budget:
        yield "allocation", _("What the budget goes to")
        if content.source.kind != ReportKind.ANNUAL_PLAN:
            yield "spending", _("Spending against plan")
    if content.contributions:
        yield "contributions", _("What the regions contribute")


def _appendices(content: ReportContent) -> Iterable[_Draft]:
    if content.budget and content.budget.centres:
        yield _Draft("costs", _("Costs by category"), "costs")
    if any(project.capacity for project in content.projects):
        yield _Draft("capacity", _("Capacity asked"), "capacity")
    yield _Draft("source", _("About this document"), "source")
