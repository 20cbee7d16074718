"""Reads over many keys, contributions, budget lines and bookings, in words of the domain."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from budget.choices import SetState
from organisation.choices import Role
from organisation.searching import search_words
from pillars.sealed import SealedQuerySet
from portfolio.choices import ACCEPTED_AND_LATER, ProjectState

if TYPE_CHECKING:
    from budget.models import BudgetLine, Expenditure, Upload
    from organisation.models import User

# They see the whole split and every line.
SEES_WHOLE_BUDGET = frozenset({Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT})
# Projects whose lines are committed: the Vakraad accepted them, and money may be spent.
COMMITTED = (ProjectState.ACCEPTED, ProjectState.RUNNING, ProjectState.COMPLETED)
# Projects whose lines are asked: the Vakraad has still to decide.
ASKED = (ProjectState.DRAFT, ProjectState.SUBMITTED, ProjectState.RETURNED)
IN_FORCE = (SetState.ADOPTED, SetState.SUPERSEDED)


def _sees_all(user: User) -> bool:
    return not user.roles.isdisjoint(SEES_WHOLE_BUDGET)


class DistributionKeyQuerySet(SealedQuerySet):
    def for_year(self, year: int) -> DistributionKeyQuerySet:
        """Those that hold in a year: official ones first, the newest version first."""
        return self.filter(first_year__lte=year, last_year__gte=year).order_by(
            F("adopted_at").desc(nulls_last=True), "-status", "-first_year", "-version", "-pk"
        )

    def visible_to(self, user: User) -> DistributionKeyQuerySet:
        """Those whose weights the person may see: all for who sees the whole split, the adopted ones for the RCDV."""
        if _sees_all(user):
            return self
        if Role.RCDV in user.roles:
            return self.sealed()
        return self.none()


class ContributionSetQuerySet(SealedQuerySet):
    def in_force(self) -> ContributionSetQuerySet:
        """The adopted ones that nothing replaced."""
        return self.filter(state=SetState.ADOPTED)

    def visible_to(self, user: User) -> ContributionSetQuerySet:
        """Those of which the person may see at least a part: drafts are not for the RCDV."""
        if _sees_all(user) or Role.REGIONAL_STAFF in user.roles:
            return self
        if Role.RCDV in user.roles:
            return self.filter(state__in=IN_FORCE)
        return self.none()


class ContributionQuerySet(SealedQuerySet):
    def visible_to(self, user: User) -> ContributionQuerySet:
        """All for who sees the whole split, adopted ones for the RCDV, those of their own region for regional staff."""
        if _sees_all(user):
            return self
        readable = Q(pk__in=())
        if Role.RCDV in user.roles:
            readable |= Q(set__state__in=IN_FORCE)
        if Role.REGIONAL_STAFF in user.roles and user.region_id is not None:
            readable |= Q(region=user.region_id)
        return self.filter(readable)


class BudgetLineQuerySet(models.QuerySet["BudgetLine"]):
    def visible_to(self, user: User) -> BudgetLineQuerySet:
        """Central support's and those of projects that the person sees, for who sees the whole budget; else none."""
        from portfolio.models import Project

        if not _sees_all(user):
            return self.none()
        return self.filter(Q(project__isnull=True) | Q(project__in=Project.objects.visible_to(user)))

    def central_support(self) -> BudgetLineQuerySet:
        """Those that pay for the two supporters."""
        return self.filter(project__isnull=True)

    def committed(self) -> BudgetLineQuerySet:
        """Those for which money is set apart or was spent: of central support, and of projects from their acceptance on."""
        return self.filter(Q(project__isnull=True) | Q(project__state__in=ACCEPTED_AND_LATER))


class ExpenditureQuerySet(models.QuerySet["Expenditure"]):
    def counted(self) -> ExpenditureQuerySet:
        """Those that weren't withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, user: User) -> ExpenditureQuerySet:
        """Those on lines that the person may see."""
        from budget.models import BudgetLine

        if not _sees_all(user):
            return self.none()
        return self.filter(line__in=BudgetLine.objects.visible_to(user))

    def mentioning(self, text: str) -> ExpenditureQuerySet:
        """Those in which every word occurs: reference, description, name of the document, or number or title of the project."""
        found = self
        for word in search_words(text):
            found = found.filter(
                Q(reference__icontains=word)
                | Q(description__icontains=word)
                | Q(document_name__icontains=word)
                | Q(line__project__code__icontains=word)
                | Q(line__project__title__icontains=word)
            )
        return found

    def for_list(self) -> ExpenditureQuerySet:
        """With what a list shows of each."""
        return self.select_related("line__project", "booked_by", "withdrawn_by")


class UploadQuerySet(models.QuerySet["Upload"]):
    def waiting(self, now: datetime.datetime) -> UploadQuerySet:
        """Those that can still be taken over."""
        from budget.models.uploads import KEPT_FOR

        return self.filter(taken_over_at__isnull=True, created_at__gt=now - KEPT_FOR)

    def expired(self, now: datetime.datetime) -> UploadQuerySet:
        """Those that waited for too long."""
        from budget.models.uploads import KEPT_FOR

        return self.filter(taken_over_at__isnull=True, created_at__lte=now - KEPT_FOR)

    def taken_over(self) -> UploadQuerySet:
        """Those of which something was made."""
        return self.filter(taken_over_at__isnull=False)
