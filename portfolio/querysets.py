"""Reads over many portfolios, projects and decisions, in words of the domain."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from organisation.choices import Role
from organisation.searching import search_words
from portfolio.choices import COUNTED, NOT_BEGUN, OPEN, WITH_THE_HOLDER, ProjectState
from portfolio.errors import DecisionIsFrozen

if TYPE_CHECKING:
    from organisation.models import User
    from portfolio.models import (
        CapacityRequest,
        Portfolio,
        PortfolioHolder,
        Project,
        Result,
        StatusReport,
    )

# Someone who holds none of these sees no project at all; the RCDV sees fewer of them.
SEES_SUBMITTED = frozenset({Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.REGIONAL_STAFF, Role.SUPPORT})
# A running project reports at least once in so many days: each quarter.
REPORT_EVERY = datetime.timedelta(days=92)


class PortfolioHolderQuerySet(models.QuerySet["PortfolioHolder"]):
    def on(self, day: datetime.date) -> PortfolioHolderQuerySet:
        """Those whose period holds the day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

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
            allowed |= Q(accepted_at__isnull=False)
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

    def counted(self) -> ProjectQuerySet:
        """Those that fill the planning: not what was withdrawn or cancelled."""
        return self.filter(state__in=COUNTED)

    def with_the_holder(self) -> ProjectQuerySet:
        """Drafts to finish and returns to answer."""
        return self.filter(state__in=WITH_THE_HOLDER)

    def awaiting_decision(self) -> ProjectQuerySet:
        """Those on which the Vakraad has to decide: submitted, or done and to be completed."""
        return self.filter(
            Q(state=ProjectState.SUBMITTED) | Q(state=ProjectState.RUNNING, completion_asked_at__isnull=False)
        )

    def in_year(self, year: int) -> ProjectQuerySet:
        """Those whose period touches the year; one without dates touches none."""
        return self.filter(starts_on__lte=datetime.date(year, 12, 31), ends_on__gte=datetime.date(year, 1, 1))

    def late(self, today: datetime.date) -> ProjectQuerySet:
        """Those that should have begun or ended by now, or owe a result; `portfolio.lateness` says the same of one."""
        from portfolio.models import Result

        overdue = Result.objects.overdue(today).filter(project=OuterRef("pk"))
        return self.filter(
            Q(state__in=NOT_BEGUN, starts_on__lt=today)
            | Q(state__in=OPEN, ends_on__lt=today)
            | (Q(state=ProjectState.RUNNING) & Exists(overdue))
        )

    def with_lateness(self, today: datetime.date) -> ProjectQuerySet:
        """With `is_late`: whether `late` has it."""
        from portfolio.models import Project

        return self.annotate(is_late=Exists(Project.objects.late(today).filter(pk=OuterRef("pk")).order_by()))

    def with_report_due(self, today: datetime.date) -> ProjectQuerySet:
        """Running ones without a status report in the last quarter, counted from the start at the earliest."""
        from portfolio.models import StatusReport

        since = today - REPORT_EVERY
        recent = StatusReport.objects.filter(project=OuterRef("pk"), reported_on__gt=since)
        return self.filter(~Exists(recent), state=ProjectState.RUNNING, starts_on__lte=since)

    def asking_of_region(self, code: str) -> ProjectQuerySet:
        """Those that ask days of the region."""
        from portfolio.models import CapacityRequest

        return self.filter(Exists(CapacityRequest.objects.filter(project=OuterRef("pk"), region__code=code)))

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

    def for_document(self) -> ProjectQuerySet:
        """With everything that the assignment as a document shows, in a fixed number of queries."""
        from pillars.models import LacGoal
        from portfolio.models import CapacityRequest, ProjectDependency

        capacity = CapacityRequest.objects.select_related("region", "network").order_by(
            "year", "region__code", "network__name", "pk"
        )
        return self.for_list().prefetch_related(
            Prefetch("lac_goals", LacGoal.objects.select_related("pillar")),
            "networks",
            "results",
            "risks",
            Prefetch("capacity_requests", capacity),
            Prefetch("dependencies", ProjectDependency.objects.select_related("predecessor", "project")),
            Prefetch("successors", ProjectDependency.objects.select_related("predecessor", "project")),
        )


class ResultQuerySet(models.QuerySet["Result"]):
    def overdue(self, today: datetime.date) -> ResultQuerySet:
        """Those due before today and not delivered."""
        return self.filter(delivered_on__isnull=True, due_on__lt=today)


class CapacityRequestQuerySet(models.QuerySet["CapacityRequest"]):
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
    def visible_to(self, user: User) -> DecisionQuerySet:
        """Those with a subject that the person may see, each with `visible_subjects`: the subjects that they may see.

        `corrections` holds those that they may see of what corrects it, and `corrects_is_visible` that they may see what
        it corrects.
        """
        from portfolio.models import Decision, DecisionSubject, Project

        subjects = DecisionSubject.objects.filter(
            project__in=Project.objects.visible_to(user)
        ).select_related("project")

        def names_one_of_them(decision: str) -> Exists:
            return Exists(subjects.filter(decision=OuterRef(decision)).order_by())

        corrections = Decision.objects.filter(names_one_of_them("pk"))
        return (
            self.filter(names_one_of_them("pk"))
            .annotate(corrects_is_visible=names_one_of_them("corrects"))
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
