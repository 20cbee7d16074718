"""Reporting on a running project, and remarks on it."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from organisation.models import User
from portfolio import notices
from portfolio.choices import Health, ProjectState
from portfolio.errors import NotAllowedInThisState
from portfolio.models import Project, Remark, Result, StatusReport
from portfolio.models.days import FAR_DAY, YEARS, is_far
from portfolio.services.doors import locked, require, save_changed, take_turns


@dataclass(frozen=True, slots=True)
class Assessment:
    """How an aspect of a project stands; amber and red with a word why."""

    health: Health
    reason: str = ""

    @property
    def lacks_reason(self) -> bool:
        """Whether a word why is missing."""
        return self.health != Health.GREEN and not self.reason.strip()


@dataclass(frozen=True, slots=True)
class Delivery:
    """That a result (its key) was delivered on a day, with a word what."""

    result: int
    delivered_on: datetime.date
    note: str = ""


@transaction.atomic
def report_status(
    project: Project,
    *,
    by: User,
    scope: Assessment,
    time: Assessment,
    money: Assessment,
    done: str,
    upcoming: str = "",
    deliveries: Sequence[Delivery] = (),
    reported_on: datetime.date | None = None,
    request_key: uuid.UUID | None = None,
) -> StatusReport:
    """File a status report of a running project, and what it delivered.

    The same `request_key` of the same person gives the report that it made before. Raises `PermissionDenied`,
    `NotAllowedInThisState`, and `ValidationError` by field: amber or red without a reason, a date in the future, a
    result of another project or one that was delivered before.
    """
    stored = locked(project)
    require(by, "portfolio.report_status", stored)
    if request_key is not None:
        made = StatusReport.objects.filter(request_key=request_key, author=by).first()
        if made is not None:
            return made
    if stored.state != ProjectState.RUNNING:
        raise NotAllowedInThisState(pgettext_lazy("verb on a project", "report on"), stored)
    today = timezone.localdate()
    reported_on = reported_on or today
    problems: dict[str, str] = {}
    if reported_on > today:
        problems["reported_on"] = _("A report can't be of a day to come.")
    for name, aspect in (("scope", scope), ("time", time), ("money", money)):
        if aspect.lacks_reason:
            problems[f"{name}_reason"] = _("Say in a word why.")
    open_results = {result.pk: result for result in stored.results.filter(delivered_on__isnull=True)}
    for delivery in deliveries:
        if delivery.result not in open_results:
            problems["deliveries"] = _("Choose results of this project that were not delivered yet.")
        elif delivery.delivered_on > today:
            problems["deliveries"] = _("A result can't have been delivered on a day to come.")
        elif is_far(delivery.delivered_on):
            problems["deliveries"] = str(FAR_DAY) % YEARS
    if problems:
        raise ValidationError(problems)
    report = StatusReport(
        project=stored,
        reported_on=reported_on,
        scope=scope.health,
        scope_reason=scope.reason,
        time=time.health,
        time_reason=time.reason,
        money=money.health,
        money_reason=money.reason,
        done=done,
        upcoming=upcoming,
        author=by,
        request_key=request_key,
    )
    report.full_clean(exclude={"project", "author"})
    report.save()
    for delivery in deliveries:
        _deliver(open_results[delivery.result], delivery, report, by)
    latest = stored.status_reports.latest_first().first()
    stored.health = latest.health if latest else ""
    save_changed(stored, by)
    return report


@transaction.atomic
def add_remark(project: Project, *, by: User, text: str, request_key: uuid.UUID | None = None) -> Remark:
    """Say something to the holder of a project that the person sees. Raises `PermissionDenied` and `ValidationError`."""
    require(by, "portfolio.add_remark", project)
    take_turns(by)
    if request_key is not None:
        made = Remark.objects.filter(request_key=request_key, author=by).first()
        if made is not None:
            return made
    remark = Remark(project=project, author=by, text=text.strip(), request_key=request_key)
    remark.full_clean(exclude={"project", "author"})
    remark.save()
    notices.remarked(remark)
    return remark


def _deliver(result: Result, delivery: Delivery, report: StatusReport, by: User) -> None:
    result.delivered_on = delivery.delivered_on
    result.delivered_note = delivery.note
    result.delivered_in = report
    result.full_clean(exclude={"project", "delivered_in"})
    result.save_by(by)
