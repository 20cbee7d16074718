"""Reads over many portfolios, projects and decisions, in words of the domain."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from organisation.choices import Role
from organisation.searching import search_words
from pillars.errors import AdoptedIsFrozen
from pillars.sealed import SealedQuerySet
from portfolio.choices import (
    ADOPTED_PLAN,
    COUNTED,
    ENDED,
    NOT_BEGUN,
    OPEN,
    WITH_THE_HOLDER,
    WORKED_ON_PLAN,
    Outcome,
    ProjectState,
)
from portfolio.decision_effects import WAYS
from portfolio.errors import DecisionIsFrozen

if TYPE_CHECKING:
    from organisation.models import User
    from portfolio.models import (
        AnnualPlan,
        CapacityRequest,
        Portfolio,
        PortfolioHolder,
        Project,
        ProjectImport,
        Result,
        StatusReport,
    )

# Someone who holds none of these sees no project at all; the RCDV sees fewer of them.
SEES_SUBMITTED = frozenset({Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.REGIONAL_STAFF, Role.SUPPORT})
# Those who steer see what is asked of every region.
SEES_ALL_CAPACITY = frozenset({Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT})
# Those who steer see a plan while it is made.
SEES_PLAN_DRAFTS = SEES_ALL_CAPACITY
# A running project reports at least once in so many days: each quarter.
REPORT_EVERY = datetime.timedelta(days=92)
WITHOUT_PROJECTS = [outcome for outcome in Outcome if not outcome.is_on_projects]
WAS_ACCEPTED = Q(accepted_at__isnull=False)
AWAITS_DECISION = Q(state=ProjectState.SUBMITTED) | Q(
    state=ProjectState.RUNNING, completion_asked_at__isnull=False
)


@dataclass(frozen=True, slots=True)
class ProjectCounts:
    """How many projects there are, and how many of them ask for attention."""

    total: int
    running: int
    late: int
    awaiting: int
    report_due: int


def _is_late(today: datetime.date) -> Q:
    from portfolio.models import Result

    # Not by `Exists`: SQLite would go through all open results once per project.
    overdue = Result.objects.overdue(today).order_by().values("project")
    return (
        Q(state__in=NOT_BEGUN, starts_on__lt=today)
        | Q(state__in=OPEN, ends_on__lt=today)
        | Q(state=ProjectState.RUNNING, pk__in=overdue)
    )


def _has_report_due(today: datetime.date) -> Q:
    from portfolio.models import StatusReport

    since = today - REPORT_EVERY
    recent = StatusReport.objects.filter(reported_on__gt=since).order_by().values("project")
    # Who asked for completion waits for the Vakraad, not the other way round.
    runs = Q(state=ProjectState.RUNNING, starts_on__lte=since, completion_asked_at__isnull=True)
    return runs & ~Q(pk__in=recent)


def readable_capacity(user: User) -> Q:
    """Give the condition on capacity requests, or their history, that the person may read."""
    if not user.roles.isdisjoint(SEES_ALL_CAPACITY):
        return Q()
    if Role.REGIONAL_STAFF not in user.roles:
        return Q(pk__in=[])
    return Q(network__isnull=False) | Q(region__isnull=False, region=user.region_id)


class PortfolioHolderQuerySet(models.QuerySet["PortfolioHolder"]):
    def on(self, day: datetime.date) -> PortfolioHolderQuerySet:
        """Those whose period holds the day, of people whose account works."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            starts_on__lte=day,
            user__is_active=True,
        )

    def on_today(self) -> PortfolioHolderQuerySet:
        """Those whose period holds today."""
        return self.on(timezone.localdate())

    def overlapping(self, start: datetime.date, end: datetime.date | None) -> PortfolioHolderQuerySet:
        """Those whose period shares a day with this one; no end is for ever."""
        found = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=start))
        return found if end is None else found.filter(starts_on__lte=end)


class PortfolioQuerySet(models.QuerySet["Portfolio"]):
    def held_by(self, user: User, today: datetime.date | None = None) -> PortfolioQuerySet:
        """Those that the person holds today, in the role of portfolio holder; for others none."""
        from portfolio.models import PortfolioHolder

        if Role.PORTFOLIO_HOLDER not in user.roles:
            return self.none()
        holding = PortfolioHolder.objects.on(today or timezone.localdate()).filter(
            portfolio=OuterRef("pk"), user=user.pk
        )
        return self.filter(Exists(holding))

    def with_current_holders(self, today: datetime.date | None = None) -> PortfolioQuerySet:
        """With who holds each today, in `current_holders`. One query more."""
        from portfolio.models import PortfolioHolder

        current = (
            PortfolioHolder.objects.on(today or timezone.localdate())
            .select_related("user")
            .order_by("user__name")
        )
        return self.prefetch_related(Prefetch("holders", current, to_attr="current_holders"))


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User, today: datetime.date | None = None) -> ProjectQuerySet:
        """Those that the person may see (DESIGN.md, section 6): the one place that says so, for every list and page."""
        from portfolio.models import Portfolio

        if not user.is_active:
            return self.none()
        if Role.SUPPORT in user.roles:
            return self
        allowed = Q(pk__in=[])
        if not user.roles.isdisjoint(SEES_SUBMITTED):
            allowed |= Q(submitted_at__isnull=False)
        if Role.RCDV in user.roles:
            allowed |= WAS_ACCEPTED
        if Role.PORTFOLIO_HOLDER in user.roles:
            allowed |= Q(portfolio__in=Portfolio.objects.held_by(user, today))
        return self.filter(allowed)

    def of_holder(self, user: User, today: datetime.date | None = None) -> ProjectQuerySet:
        """Those of the portfolios that the person holds today."""
        from portfolio.models import Portfolio

        return self.filter(portfolio__in=Portfolio.objects.held_by(user, today))

    def for_programme(self, programme_id: int) -> ProjectQuerySet:
        """Those for an objective of the programme."""
        return self.filter(objective__theme__pillar__programme_id=programme_id)

    def accepted_and_later(self) -> ProjectQuerySet:
        """Those that the Vakraad accepted, and what came of them: what the RCDV sees, and what a report is about."""
        return self.filter(WAS_ACCEPTED)

    def counted(self) -> ProjectQuerySet:
        """Those that fill the planning: not what was withdrawn or cancelled."""
        return self.filter(state__in=COUNTED)

    def with_the_holder(self) -> ProjectQuerySet:
        """Drafts to finish and returns to answer."""
        return self.filter(state__in=WITH_THE_HOLDER)

    def awaiting_decision(self) -> ProjectQuerySet:
        """Those on which the Vakraad has to decide: submitted, or done and to be completed."""
        return self.filter(AWAITS_DECISION)

    def in_year(self, year: int) -> ProjectQuerySet:
        """Those whose period touches the year; one without dates touches none."""
        return self.filter(starts_on__lte=datetime.date(year, 12, 31), ends_on__gte=datetime.date(year, 1, 1))

    def ended_from(self, first: datetime.date, last: datetime.date = datetime.date.max) -> ProjectQuerySet:
        """Those whose completion or cancellation, as it stands, the Vakraad decided on in these days."""
        from portfolio.models import StateChange

        ends = StateChange.objects.filter(
            project=OuterRef("pk"), to_state=OuterRef("state"), decision__meeting_on__range=(first, last)
        )
        return self.filter(Exists(ends.order_by()), state__in=ENDED)

    def active_in(self, year: int) -> ProjectQuerySet:
        """Accepted ones with something to do in the year: by their period, days asked, results, or their end.

        What ended before the year has nothing to do in it. The planning grid, which looks at what is late as well, has more.
        """
        from portfolio.models import CapacityRequest, Project, Result

        first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        of_year = Result.objects.filter(Q(due_on__range=(first, last)) | Q(delivered_on__range=(first, last)))
        asking = CapacityRequest.objects.filter(year=year)
        ended_since = Project.objects.ended_from(first).order_by()
        return self.accepted_and_later().filter(
            Q(state__in=OPEN) | Q(pk__in=ended_since.values("pk")),
            Q(starts_on__lte=last, ends_on__gte=first)
            | Q(pk__in=of_year.order_by().values("project"))
            | Q(pk__in=asking.order_by().values("project"))
            | Q(pk__in=Project.objects.ended_from(first, last).order_by().values("pk")),
        )

    def late(self, today: datetime.date) -> ProjectQuerySet:
        """Those that should have begun or ended by now, or owe a result; `portfolio.lateness` says the same of one."""
        return self.filter(_is_late(today))

    def can_be_decided(self, outcome: str) -> ProjectQuerySet:
        """Those on which the Vakraad can decide so; none where that is not decided on projects."""
        if not Outcome(outcome).is_on_projects:
            return self.none()
        sources, _target = WAYS[Outcome(outcome)]
        return self.filter(state__in=sources)

    def in_order_of_asking(self) -> ProjectQuerySet:
        """Those that ask for completion first, the longest first, then by number."""
        return self.order_by(F("completion_asked_at").asc(nulls_last=True), "code", "pk")

    def with_lateness(self, today: datetime.date) -> ProjectQuerySet:
        """With `is_late`: whether `late` has it."""
        from portfolio.models import Project

        return self.annotate(is_late=Exists(Project.objects.late(today).filter(pk=OuterRef("pk")).order_by()))

    def with_report_due(self, today: datetime.date) -> ProjectQuerySet:
        """Running ones without a status report in the last quarter, counted from the start at the earliest.

        One that is to be completed owes none.
        """
        return self.filter(_has_report_due(today))

    def counts(self, today: datetime.date) -> ProjectCounts:
        """Count them, and those that ask for attention. One query."""
        return ProjectCounts(
            **self.aggregate(
                total=Count("pk"),
                running=Count("pk", filter=Q(state=ProjectState.RUNNING)),
                late=Count("pk", filter=_is_late(today)),
                awaiting=Count("pk", filter=AWAITS_DECISION),
                report_due=Count("pk", filter=_has_report_due(today)),
            )
        )

    def held_today_by(self, user_id: int, today: datetime.date | None = None) -> ProjectQuerySet:
        """Those whose portfolio this person holds today."""
        from portfolio.models import PortfolioHolder

        holding = PortfolioHolder.objects.on(today or timezone.localdate()).filter(user=user_id)
        return self.filter(portfolio__in=holding.order_by().values("portfolio"))

    def involving_network(self, slug: str) -> ProjectQuerySet:
        """Those to which the network contributes, or that ask days of it."""
        from portfolio.models import CapacityRequest, Project

        contributing = Project.networks.through.objects.filter(network__slug=slug).values("project")
        asked = CapacityRequest.objects.filter(network__slug=slug).order_by().values("project")
        return self.filter(Q(pk__in=contributing) | Q(pk__in=asked))

    def conflicts(self, visible: ProjectQuerySet) -> dict[int, tuple[str, ...]]:
        """Give those planned to start before a predecessor ends, each with its predecessors by name. One query.

        `ProjectDependency.is_conflict` says the same of one. A predecessor that isn't among the `visible` has no name.
        """
        from portfolio.models import ProjectDependency

        found: dict[int, tuple[str, ...]] = {}
        rows = (
            ProjectDependency.objects.filter(
                project__in=self,
                predecessor__state__in=OPEN,
                project__starts_on__lte=F("predecessor__ends_on"),
            )
            .annotate(is_visible=Exists(visible.filter(pk=OuterRef("predecessor")).order_by()))
            .order_by("predecessor__code", "predecessor__title", "pk")
            .values_list("project_id", "is_visible", "predecessor__code", "predecessor__title")
        )
        for project, is_visible, code, title in rows:
            name = f"{code} {title}".strip() if is_visible else ""
            found[project] = (*found.get(project, ()), name)
        return found

    def counting_this_year(self, today: datetime.date) -> ProjectQuerySet:
        """Those that fill the planning of today's year; `ProjectFacts.years` says the same of one.

        By their dates, and what runs or is still open after its end as well; an unknown start or end shuts nothing out.
        """
        begun = Q(starts_on__isnull=True) | Q(starts_on__lte=datetime.date(today.year, 12, 31))
        not_over = Q(ends_on__isnull=True) | Q(ends_on__gte=datetime.date(today.year, 1, 1))
        return self.counted().filter(begun | Q(state=ProjectState.RUNNING), not_over | Q(state__in=OPEN))

    def asking_of_region(self, code: str) -> ProjectQuerySet:
        """Those that ask days of the region."""
        from portfolio.models import CapacityRequest

        asked = CapacityRequest.objects.filter(region__code=code).order_by().values("project")
        return self.filter(pk__in=asked)

    def mentioning(self, text: str) -> ProjectQuerySet:
        """Those in which every word of the text occurs: number, title, why, aim, leader or secretary."""
        found = self
        for word in search_words(text):
            found = found.filter(
                Q(code__icontains=word)
                | Q(title__icontains=word)
                | Q(reason__icontains=word)
                | Q(aim__icontains=word)
                | Q(leader__icontains=word)
                | Q(secretary__icontains=word)
            )
        return found

    def for_list(self) -> ProjectQuerySet:
        """With what a row of a list shows: portfolio with its holders of today, objective, theme and pillar."""
        from portfolio.models import Portfolio

        return self.select_related("objective__theme__pillar").prefetch_related(
            Prefetch("portfolio", Portfolio.objects.with_current_holders())
        )

    def for_rows(self) -> ProjectQuerySet:
        """`for_list` without the long texts, and with what is still to be delivered, the first due first, in `open_results`."""
        from portfolio.models import Result

        still_open = Result.objects.filter(delivered_on__isnull=True).order_by(
            F("due_on").asc(nulls_last=True), "position", "pk"
        )
        return (
            self.for_list()
            .defer("reason", "aim", "boundaries", "closing_note", "objective__summary")
            .prefetch_related(Prefetch("results", still_open, to_attr="open_results"))
        )

    def for_document(self, reader: User | None = None) -> ProjectQuerySet:
        """With everything that the assignment as a document shows, in a fixed number of queries.

        For a `reader` with no more capacity than they may see; `days_in_all` has the sum of all. None is for those who
        edit. A dependency tells in `names_predecessor` whether its document may name the other project.
        """
        from pillars.models import LacGoal
        from portfolio import ports
        from portfolio.models import CapacityRequest, Project, ProjectDependency

        named = (
            Project.objects.filter(state__in=COUNTED)
            if reader is None
            else Project.objects.visible_to(reader)
        )
        dependencies = ProjectDependency.objects.select_related("predecessor", "project").annotate(
            names_predecessor=Exists(named.filter(pk=OuterRef("predecessor")))
        )
        capacity = CapacityRequest.objects.select_related("region", "network").order_by(
            "year", "region__code", "network__name", "pk"
        )
        if reader is not None:
            capacity = capacity.readable_by(reader)
        asked = CapacityRequest.objects.filter(project=OuterRef("pk")).order_by().values("project")
        days = Subquery(asked.annotate(days_asked=Sum("days")).values("days_asked"))
        return (
            self.for_list()
            .annotate(days_in_all=Coalesce(days, 0))  # type: ignore[no-redef]  # the model declares it, for who reads it
            .prefetch_related(
                Prefetch("lac_goals", LacGoal.objects.select_related("pillar")),
                "networks",
                "results",
                "risks",
                Prefetch("capacity_requests", capacity),
                Prefetch("dependencies", dependencies),
                Prefetch("successors", ProjectDependency.objects.select_related("predecessor", "project")),
                *(ports.costs.prefetches if ports.costs is not None else ()),
            )
        )


class ResultQuerySet(models.QuerySet["Result"]):
    def overdue(self, today: datetime.date) -> ResultQuerySet:
        """Those due before today and not delivered."""
        return self.filter(delivered_on__isnull=True, due_on__lt=today)


class CapacityRequestQuerySet(models.QuerySet["CapacityRequest"]):
    def readable_by(self, user: User) -> CapacityRequestQuerySet:
        """Those that the person may see of a project that they see: regional staff their own region's and the networks'."""
        return self.filter(readable_capacity(user))

    def visible_to(self, user: User) -> CapacityRequestQuerySet:
        """Those that the person may see, of all projects that they see."""
        from portfolio.models import Project

        return self.readable_by(user).of_projects(Project.objects.visible_to(user))

    def of_projects(self, projects: ProjectQuerySet) -> CapacityRequestQuerySet:
        """Those of the projects."""
        return self.filter(project__in=projects)

    def counted(self) -> CapacityRequestQuerySet:
        """Those of projects that fill the planning."""
        return self.filter(project__state__in=COUNTED)


class StatusReportQuerySet(models.QuerySet["StatusReport"]):
    def latest_first(self) -> StatusReportQuerySet:
        """The newest first."""
        return self.order_by("-reported_on", "-pk")

    def visible_to(self, user: User) -> StatusReportQuerySet:
        """Those of projects that the person may see."""
        from portfolio.models import Project

        return self.filter(project__in=Project.objects.visible_to(user))

    def for_answer(self) -> StatusReportQuerySet:
        """With who wrote it and the results that it says were delivered."""
        return self.select_related("author").prefetch_related("delivered_results")


class FrozenQuerySet(models.QuerySet[Any]):
    """Records what happened: adds, never changes or removes."""

    def update(self, **kwargs: Any) -> int:
        raise DecisionIsFrozen

    def delete(self) -> tuple[int, dict[str, int]]:
        raise DecisionIsFrozen

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("update_conflicts"):
            raise DecisionIsFrozen
        return super().bulk_create(objs, *args, **kwargs)


class DecisionQuerySet(FrozenQuerySet):
    def returning(self, project: Any) -> DecisionQuerySet:
        """Those that return the project, a record or a reference to one; what holds now, a correction too, comes first."""
        return self.filter(projects=project, outcome=Outcome.RETURN).order_by("-recorded_at", "-pk")

    def visible_to(self, user: User) -> DecisionQuerySet:
        """Those that the person may see; see `about`."""
        from portfolio.models import Project

        return self.about(Project.objects.visible_to(user))

    def about(self, visible: ProjectQuerySet) -> DecisionQuerySet:
        """Those with a subject among the visible projects, and those on budget or annual plan, which have none.

        Each has `visible_subjects`, the subjects among them.
        `corrections` holds those of what corrects it that are such, `is_corrected` tells that any does, and
        `corrects_is_visible` that what it corrects is such.
        """
        from portfolio.models import Decision, DecisionSubject

        subjects = (
            DecisionSubject.objects.filter(project__in=visible)
            .select_related("project")
            .order_by("project__code", "project")
        )

        def is_visible(decision: str, outcome: str) -> Q:
            names_one_of_them = Exists(subjects.filter(decision=OuterRef(decision)).order_by())
            return Q(**{f"{outcome}__in": WITHOUT_PROJECTS}) | Q(names_one_of_them)

        corrections = Decision.objects.filter(is_visible("pk", "outcome"))
        return (
            self.filter(is_visible("pk", "outcome"))
            .annotate(
                is_corrected=Exists(Decision.objects.filter(corrects=OuterRef("pk")).order_by()),
                corrects_is_visible=Case(
                    When(is_visible("corrects", "corrects__outcome"), then=True), default=False
                ),
            )
            .select_related("recorded_by", "corrects")
            .prefetch_related(
                Prefetch("subjects", subjects, to_attr="visible_subjects"),
                Prefetch("corrections", corrections),
            )
        )

    def mentioning(self, text: str, user: User) -> DecisionQuerySet:
        """Those in which every word of the text occurs: number, wording, or number or title of a project that the person sees."""
        from portfolio.models import DecisionSubject, Project

        subjects = DecisionSubject.objects.filter(
            decision=OuterRef("pk"), project__in=Project.objects.visible_to(user)
        ).order_by()
        found = self
        for word in search_words(text):
            found = found.filter(
                Q(number__icontains=word)
                | Q(wording__icontains=word)
                | Exists(
                    subjects.filter(Q(project__code__icontains=word) | Q(project__title__icontains=word))
                )
            )
        return found


class ProjectImportQuerySet(models.QuerySet["ProjectImport"]):
    def waiting(self, now: datetime.datetime) -> ProjectImportQuerySet:
        """Those that can still be imported."""
        from portfolio.models.imports import KEPT_FOR

        return self.filter(imported_at__isnull=True, created_at__gt=now - KEPT_FOR)

    def expired(self, now: datetime.datetime) -> ProjectImportQuerySet:
        """Those that were not imported in time."""
        from portfolio.models.imports import KEPT_FOR

        return self.filter(imported_at__isnull=True, created_at__lte=now - KEPT_FOR)

    def imported(self) -> ProjectImportQuerySet:
        """Those whose projects were made."""
        return self.filter(imported_at__isnull=False)


class AnnualPlanQuerySet(SealedQuerySet, models.QuerySet["AnnualPlan"]):
    def update(self, **kwargs: Any) -> int:
        # What is open of an adopted plan, that it was offered, is no matter of many at once either.
        if self.sealed().exists():
            raise AdoptedIsFrozen
        return super().update(**kwargs)

    def visible_to(self, user: User) -> AnnualPlanQuerySet:
        """Those that the person may see: who steers all, others what was adopted."""
        if not user.roles.isdisjoint(SEES_PLAN_DRAFTS):
            return self
        if not user.roles.isdisjoint({Role.REGIONAL_STAFF, Role.RCDV}):
            return self.filter(state__in=ADOPTED_PLAN)
        return self.none()

    def of_year(self, year: int) -> AnnualPlanQuerySet:
        """The versions of a year, the newest first."""
        return self.filter(year=year).order_by("-minor")

    def worked_on(self) -> AnnualPlanQuerySet:
        """Those that aren't adopted yet, one per year at most."""
        return self.filter(state__in=WORKED_ON_PLAN)

    def in_force(self) -> AnnualPlanQuerySet:
        """The adopted ones that no later adopted version replaces: one per year at most."""
        return self.sealed().exclude(replaced_by__state__in=ADOPTED_PLAN)

    def with_paragraphs(self) -> AnnualPlanQuerySet:
        """With their texts by pillar, in the order of these. Two queries."""
        from portfolio.models import PlanParagraph

        paragraphs = PlanParagraph.objects.select_related("pillar").order_by("pillar__number")
        return self.prefetch_related(Prefetch("paragraphs", paragraphs))

    def with_people(self) -> AnnualPlanQuerySet:
        """With who did what to them, and by which decision. One query."""
        return self.select_related(
            "aligned_by", "adopted_by", "offered_by", "made_by", "decision", "replaces"
        )
