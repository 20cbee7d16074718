"""What the page of a project shows, read in a fixed number of queries."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Prefetch, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from organisation.models import User
from pillars.choices import PlanStatus
from pillars.models import ObjectiveDependency
from portfolio import ports
from portfolio.capacity_table import AskedDays, CapacityTable, capacity_table
from portfolio.choices import Outcome, ProjectState
from portfolio.completeness import missing
from portfolio.lateness import late_reasons, lateness
from portfolio.models import (
    Attachment,
    Decision,
    DecisionSubject,
    Project,
    ProjectDependency,
    Remark,
    Result,
    Risk,
    StateChange,
    StatusReport,
)
from portfolio.verbs import allowed_verbs

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The steps of the guided form, as `portfolio.completeness` names them.
STEPS: dict[str, _StrPromise] = {
    "objective": _("Objective"),
    "purpose": _("Why and aim"),
    "results": _("Results"),
    "form": _("Form of work"),
    "planning": _("Planning"),
    "capacity": _("Capacity"),
    "risks": _("Risks"),
    "people": _("People"),
}
ASPECTS = (("scope", _("Scope")), ("time", _("Time")), ("money", _("Money")))


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A result, and whether it should have been there by now."""

    result: Result
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A project that comes before or after this one; None for one that the reader may not see."""

    project: Project | None
    is_conflict: bool


@dataclass(frozen=True, slots=True)
class ObjectiveBefore:
    """An objective that has to be finished first, and the last year in which the plan in force has it."""

    dependency: ObjectiveDependency
    last_year: int | None
    is_conflict: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a project: a change of state, or a decision that left its state as it was."""

    at: datetime.datetime
    by: User
    change: StateChange | None = None
    decision: Decision | None = None

    @property
    def reason(self) -> str:
        """Why, in the words of who did it, or of the decision."""
        if self.decision is not None:
            return self.decision.wording
        return self.change.reason if self.change else ""


@dataclass(frozen=True, slots=True)
class Aspect:
    """Scope, time or money in a status report."""

    label: _StrPromise
    health: str
    health_label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """A status report with its aspects."""

    report: StatusReport
    aspects: tuple[Aspect, ...]


@dataclass
class ProjectPage:
    """The whole of a project before a reader on a day. Needs a project of `ProjectQuerySet.for_document`."""

    project: Project
    reader: User
    today: datetime.date
    may: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.may = allowed_verbs(self.project, self.reader)

    @property
    def holders(self) -> list[User]:
        """Who holds the portfolio today."""
        return [holder.user for holder in self.project.portfolio.current_holders]  # type: ignore[attr-defined]  # read by for_document

    @cached_property
    def results(self) -> list[ResultLine]:
        """The results in their order; overdue ones count while the project runs."""
        runs = self.project.state == ProjectState.RUNNING
        return [
            ResultLine(result, runs and result.is_overdue(self.today))
            for result in self.project.results.all()
        ]

    @cached_property
    def late(self) -> list[str]:
        """What is late, in words."""
        project = self.project
        open_days = [line.result.due_on for line in self.results if line.result.delivered_on is None]
        late = lateness(
            project.state,
            project.starts_on,
            project.ends_on,
            [day for day in open_days if day is not None],
            self.today,
        )
        return late_reasons(late, project.starts_on, project.ends_on)

    @cached_property
    def lacks(self) -> list[tuple[str, _StrPromise, list[Any]]]:
        """What the assignment lacks before it can be submitted, by step, for who may do that."""
        if "submit" not in self.may:
            return []
        return [(step, STEPS[step], texts) for step, texts in missing(self.project).items()]

    @property
    def capacity(self) -> CapacityTable:
        """The days asked, by who is asked and by year."""
        return capacity_table(
            AskedDays(str(line.asked_of), line.region_id is not None, line.expertise, line.year, line.days)
            for line in self.project.capacity_requests.all()
        )

    @property
    def risks(self) -> list[Risk]:
        """The risks, the heaviest first."""
        return sorted(self.project.risks.all(), key=lambda risk: -risk.weight)

    @cached_property
    def _visible(self) -> set[int]:
        near = {dependency.predecessor_id for dependency in self.project.dependencies.all()}
        near |= {dependency.project_id for dependency in self.project.successors.all()}
        visible = Project.objects.visible_to(self.reader).filter(pk__in=near)
        return set(visible.order_by().values_list("pk", flat=True))

    def _neighbours(self, dependencies: Iterable[tuple[ProjectDependency, Project]]) -> list[Neighbour]:
        return [
            Neighbour(other if other.pk in self._visible else None, dependency.is_conflict)
            for dependency, other in dependencies
        ]

    @cached_property
    def before(self) -> list[Neighbour]:
        """The projects that have to be finished first."""
        return self._neighbours((line, line.predecessor) for line in self.project.dependencies.all())

    @cached_property
    def after(self) -> list[Neighbour]:
        """The projects that wait for this one."""
        return self._neighbours((line, line.project) for line in self.project.successors.all())

    @cached_property
    def objectives_before(self) -> list[ObjectiveBefore]:
        """The objectives that have to be finished before this project's objective can start."""
        in_force = Q(predecessor__planned_years__version__status=PlanStatus.ADOPTED)
        found = (
            ObjectiveDependency.objects.filter(objective=self.project.objective_id)
            .select_related("predecessor")
            .annotate(last_year=Max("predecessor__planned_years__programme_year__year", filter=in_force))
        )
        start = self.project.starts_on
        return [
            ObjectiveBefore(
                line,
                line.last_year,
                start is not None and line.last_year is not None and start.year <= line.last_year,
            )
            for line in found
        ]

    @cached_property
    def has_conflict(self) -> bool:
        """Whether something is planned to start before what it waits for ends."""
        lines: tuple[Neighbour | ObjectiveBefore, ...] = (*self.before, *self.after, *self.objectives_before)
        return any(line.is_conflict for line in lines)

    @cached_property
    def reports(self) -> list[Report]:
        """The status reports, the newest first."""
        found = (
            self.project.status_reports.latest_first()
            .select_related("author")
            .prefetch_related("delivered_results")
        )
        return [
            Report(
                report,
                tuple(
                    Aspect(
                        label,
                        getattr(report, name),
                        getattr(report, f"get_{name}_display")(),
                        getattr(report, f"{name}_reason"),
                    )
                    for name, label in ASPECTS
                ),
            )
            for report in found
        ]

    @cached_property
    def events(self) -> list[Event]:
        """Changes of state, and decisions that left the state as it was; the newest first."""
        decisions = Decision.objects.select_related("corrects", "recorded_by").prefetch_related("corrections")
        changes = list(
            self.project.state_changes.select_related("by").prefetch_related(Prefetch("decision", decisions))
        )
        changing = {change.decision_id for change in changes}
        subjects = DecisionSubject.objects.filter(project=self.project).prefetch_related(
            Prefetch("decision", decisions)
        )
        found = [Event(change.at, change.by, change, change.decision) for change in changes]
        found += [
            Event(subject.decision.recorded_at, subject.decision.recorded_by, None, subject.decision)
            for subject in subjects
            if subject.decision_id not in changing
        ]
        return sorted(found, key=lambda event: event.at, reverse=True)

    @cached_property
    def answer_due(self) -> Event | None:
        """The return that the holder has to answer; None unless the assignment is returned."""
        if self.project.state != ProjectState.RETURNED:
            return None
        return next(
            (event for event in self.events if event.decision and event.decision.outcome == Outcome.RETURN),
            None,
        )

    @cached_property
    def fragments(self) -> list[ports.ProjectFragment]:
        """The sections of other apps that the reader may see."""
        return [
            fragment
            for fragment in ports.project_fragments
            if self.reader.has_perm(fragment.permission, self.project)
        ]

    @cached_property
    def shows_remarks(self) -> bool:
        """Whether the reader may see what was remarked."""
        return self.reader.has_perm("portfolio.view_remark", self.project)

    @cached_property
    def remarks(self) -> list[Remark]:
        """What readers said, the oldest first."""
        return list(self.project.remarks.select_related("author"))

    @cached_property
    def attachments(self) -> list[Attachment]:
        """The files that were not withdrawn."""
        return list(self.project.attachments.filter(withdrawn_at__isnull=True).select_related("uploaded_by"))
