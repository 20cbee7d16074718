"""Reminding holders of the status reports that are due."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from organisation.models import User
from portfolio import notices
from portfolio.models import Project, ReportReminder
from portfolio.services.doors import locked

# Someone who was reminded is left in peace for so long.
REMIND_EVERY = datetime.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Reminded:
    """A project whose report is due, and who was written to about it: nobody when it has no holder to write to."""

    project: Project
    people: tuple[User, ...]


def remind_of_reports(now: datetime.datetime | None = None) -> Iterator[Reminded]:
    """Write to the holders of each running project whose status report is due, once in 14 days.

    A project is done with before the next one begins, so that what was sent stays sent and kept when a later one fails.
    Done again, or by two at once, it writes to nobody twice.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    since = now - REMIND_EVERY
    due = Project.objects.with_report_due(today)
    waiting = due.exclude(report_reminders__sent_at__gt=since).order_by("code", "pk")
    for project in waiting:
        with transaction.atomic():
            stored = locked(project)
            if not due.filter(pk=stored.pk).exclude(report_reminders__sent_at__gt=since).exists():
                continue
            people = notices.report_due(stored)
            if people:
                ReportReminder.objects.create(project=stored, sent_at=now)
        yield Reminded(stored, tuple(people))
