"""Reads over many reports, in words of the domain."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from organisation.choices import Role
from pillars.sealed import SealedQuerySet
from reporting.choices import JobState

if TYPE_CHECKING:
    from organisation.models import User

# They read what is published.
READS_REPORTS = frozenset(
    {Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.REGIONAL_STAFF, Role.RCDV, Role.SUPPORT}
)


class ReportEditionQuerySet(SealedQuerySet):
    """Editions never change: not one by one, and not in bulk."""


class ReportJobQuerySet(SealedQuerySet):
    def visible_to(self, user: User) -> ReportJobQuerySet:
        """Those that the person may know of: every one for support, what is published for who reads reports."""
        if Role.SUPPORT in user.roles:
            return self
        if user.roles.isdisjoint(READS_REPORTS):
            return self.none()
        return self.published()

    def published(self) -> ReportJobQuerySet:
        """Those whose file may be downloaded by who reads reports: published, and not withdrawn."""
        return self.filter(published_at__isnull=False, withdrawn_at__isnull=True)

    def withdrawn(self) -> ReportJobQuerySet:
        """Those that were published once and no longer are."""
        return self.filter(withdrawn_at__isnull=False)

    def being_made(self) -> ReportJobQuerySet:
        """Those that are queued or running."""
        return self.filter(state__in=(JobState.QUEUED, JobState.RUNNING))

    def claimable(self) -> ReportJobQuerySet:
        """Those that a worker may begin with."""
        return self.filter(state=JobState.QUEUED)

    def in_outbox(self) -> ReportJobQuerySet:
        """Those that the broker has still to hear of."""
        return self.filter(state=JobState.QUEUED, enqueued_at__isnull=True)

    def abandoned(self, since: datetime.datetime) -> ReportJobQuerySet:
        """Those that run without a sign of life `since` then: their worker was killed."""
        return self.filter(state=JobState.RUNNING).filter(Q(heartbeat__lt=since) | Q(heartbeat__isnull=True))

    def newest_first(self) -> ReportJobQuerySet:
        """By year, kind and version, the newest first, with what a list shows of each. One query."""
        return self.select_related("edition", "asked_by", "published_by", "withdrawn_by").order_by(
            "-edition__year", "edition__kind", "-edition__taken_at", "format", "language", "pk"
        )
