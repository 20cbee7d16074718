"""What awaits a decision of the Vakraad, as one content object: for the page, on screen and on paper."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from portfolio.choices import ProjectState
from portfolio.lateness import Lateness, lateness
from portfolio.models import Project, Remark, StatusReport

if TYPE_CHECKING:
    from organisation.models import User
    from pillars.models import Pillar, Theme
    from portfolio.models import ProjectDependency, Result, Risk

# What a summary shows at most of the risks; the assignment itself has them all.
MOST_RISKS = 3


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A project that must be finished first; `name` is empty for one that the reader may not see."""

    name: str
    ends_on: datetime.date | None
    is_conflict: bool


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A project on which the Vakraad is asked to decide."""

    project: Project
    results: list[Result]
    capacity: list[tuple[int, int]]
    risks: list[Risk]
    further_risks: int
    predecessors: list[Predecessor]
    remarks: list[Remark]
    last_report: StatusReport | None
    late: Lateness
    may_remark: bool

    @property
    def asks_completion(self) -> bool:
        """Whether it ran and is to be completed; else it is an assignment to accept."""
        return self.project.state == ProjectState.RUNNING

    @property
    def undelivered(self) -> int:
        """How many results were not delivered."""
        return sum(result.delivered_on is None for result in self.results)

    @property
    def days(self) -> int:
        """The days asked in all years together."""
        return sum(days for _year, days in self.capacity)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What awaits a decision, by pillar and theme."""

    pillars: list[tuple[Pillar, list[tuple[Theme, list[AgendaItem]]]]]

    @property
    def items(self) -> list[AgendaItem]:
        """All of it, in order."""
        return [item for _pillar, themes in self.pillars for _theme, items in themes for item in items]

    @property
    def assignments(self) -> int:
        """How many assignments are to be accepted or returned."""
        return sum(not item.asks_completion for item in self.items)

    @property
    def completions(self) -> int:
        """How many projects are to be completed."""
        return sum(item.asks_completion for item in self.items)


def read_agenda(user: User, today: datetime.date) -> Agenda:
    """Read what awaits a decision and the person sees, in a fixed number of queries."""
    remarks = Remark.objects.select_related("author")
    reports = StatusReport.objects.latest_first()
    projects = list(
        Project.objects.visible_to(user)
        .awaiting_decision()
        .for_document()
        .prefetch_related(Prefetch("remarks", remarks), Prefetch("status_reports", reports))
        .order_by(
            "objective__theme__pillar__number",
            "objective__theme__position",
            "objective__position",
            "code",
            "pk",
        )
    )
    before = {dependency.predecessor_id for project in projects for dependency in project.dependencies.all()}
    visible = set(Project.objects.visible_to(user).filter(pk__in=before).values_list("pk", flat=True))
    pillars: dict[Pillar, dict[Theme, list[AgendaItem]]] = {}
    for project in projects:
        theme = project.objective.theme
        item = _item(project, visible, today, user)
        pillars.setdefault(theme.pillar, {}).setdefault(theme, []).append(item)
    return Agenda([(pillar, list(themes.items())) for pillar, themes in pillars.items()])


def _item(project: Project, visible: set[int], today: datetime.date, user: User) -> AgendaItem:
    risks = sorted(project.risks.all(), key=lambda risk: -risk.weight)
    days: dict[int, int] = {}
    for line in project.capacity_requests.all():
        days[line.year] = days.get(line.year, 0) + line.days
    results = list(project.results.all())
    undelivered = [result.due_on for result in results if result.due_on and result.delivered_on is None]
    return AgendaItem(
        project=project,
        results=results,
        capacity=sorted(days.items()),
        risks=risks[:MOST_RISKS],
        further_risks=max(0, len(risks) - MOST_RISKS),
        predecessors=_predecessors(project.dependencies.all(), visible),
        remarks=list(project.remarks.all()) if user.has_perm("portfolio.view_remark", project) else [],
        last_report=next(iter(project.status_reports.all()), None),
        late=lateness(project.state, project.starts_on, project.ends_on, undelivered, today),
        may_remark=user.has_perm("portfolio.add_remark", project),
    )


def _predecessors(dependencies: Iterable[ProjectDependency], visible: set[int]) -> list[Predecessor]:
    return [
        Predecessor(
            name=str(dependency.predecessor) if dependency.predecessor_id in visible else "",
            ends_on=dependency.predecessor.ends_on if dependency.predecessor_id in visible else None,
            is_conflict=dependency.is_conflict,
        )
        for dependency in dependencies
    ]
