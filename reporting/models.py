"""Editions of reports, the jobs that make files of them, and what is done once a year."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.files.storage import storages
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from simple_history.models import HistoricalRecords

from organisation.choices import Language
from organisation.models import User
from pillars.sealed import Sealed
from portfolio.models import AnnualPlan
from portfolio.models.recorded import Recorded
from reporting.choices import JobFailure, JobState, JobStep, ReportFormat, ReportKind, YearlyKind
from reporting.content import Edition, file_name, from_data
from reporting.errors import MadeReportIsFrozen
from reporting.failures import failure_text
from reporting.querysets import ReportEditionQuerySet, ReportJobQuerySet


def report_storage() -> Any:
    """Give the storage of made reports (MJP_S3_BUCKET, or the data folder)."""
    return storages["reports"]


class ReportEdition(Sealed):
    """What a report said at a moment: its content as data, with the version that is printed on every file made of it.

    Never changes. Versions of a kind and year are 1.0, 1.1 …; what isn't definitive is 1.0-concept.1, 1.0-concept.2 …
    An annual plan has the version of the plan.
    """

    sealed_filter: ClassVar = {"taken_at__isnull": False}
    frozen_error: ClassVar = MadeReportIsFrozen

    kind = models.CharField(_("kind"), max_length=20, choices=ReportKind)
    year = models.PositiveSmallIntegerField(_("year"))
    plan = models.ForeignKey(
        AnnualPlan,
        verbose_name=_("annual plan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="editions",
    )
    version = models.CharField(_("version"), max_length=30)
    is_draft = models.BooleanField(_("draft"), default=False)
    content = models.JSONField(_("content"), editable=False)
    content_hash = models.CharField(_("SHA-256 of the content"), max_length=64, editable=False)
    taken_at = models.DateTimeField(_("taken on"), default=timezone.now, editable=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty for what the application itself asks for."),
    )

    objects = ReportEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of a report")
        verbose_name_plural = _("editions of reports")
        base_manager_name = "objects"
        ordering: ClassVar = ["-year", "kind", "-taken_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="edition_kind_is_known"),
            models.UniqueConstraint(fields=["kind", "year", "version"], name="report_has_each_version_once"),
            models.UniqueConstraint(
                fields=["kind", "year", "content_hash", "is_draft"],
                condition=Q(plan__isnull=True),
                name="content_is_one_edition",
            ),
            models.UniqueConstraint(
                fields=["plan", "content_hash", "is_draft"],
                condition=Q(plan__isnull=False),
                name="content_of_a_plan_is_one_edition",
            ),
            models.CheckConstraint(
                condition=(Q(kind=ReportKind.ANNUAL_PLAN) & Q(plan__isnull=False))
                | (~Q(kind=ReportKind.ANNUAL_PLAN) & Q(plan__isnull=True)),
                name="annual_plan_edition_is_of_a_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}, {self.version}"

    def as_edition(self) -> Edition:
        """Give it as what renderers take."""
        return Edition(
            content=from_data(self.content),
            version=self.version,
            is_draft=self.is_draft,
            content_hash=self.content_hash,
            taken_at=self.taken_at,
        )


class ReportJob(Sealed, Recorded):
    """The making of one file: an edition, in a format and a language. There is one job for each, however often it is asked for.

    The row is the truth about it; a message at the broker only says that there is something to do. What failed or was
    cancelled is queued anew, in the same row, when it is asked for again. Once done, file, size and SHA-256 never change.
    """

    sealed_filter: ClassVar = {"state": JobState.DONE}
    frozen_error: ClassVar = MadeReportIsFrozen
    open_fields: ClassVar = frozenset(
        {
            "published_at",
            "published_by_id",
            "published_by",
            "withdrawn_at",
            "withdrawn_by_id",
            "withdrawn_by",
            "withdrawn_reason",
        }
    )

    edition = models.ForeignKey(
        ReportEdition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="jobs"
    )
    format = models.CharField(_("format"), max_length=4, choices=ReportFormat)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED)
    step = models.CharField(_("step"), max_length=10, choices=JobStep, default=JobStep.WAITING)
    percent = models.PositiveSmallIntegerField(
        _("percentage"), default=0, validators=[MaxValueValidator(100)]
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty for what the application itself asks for."),
    )
    # Who hears by e-mail how it ended: everyone who asked for it while it was being made.
    waiting = models.ManyToManyField(User, verbose_name=_("waiting for it"), related_name="+", blank=True)
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    # The outbox: empty until the broker has a message about it.
    enqueued_at = models.DateTimeField(_("handed to the broker on"), null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("started on"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True, editable=False)
    # The worker that has it: which run, and its last sign of life. Who no longer has it can't write any more.
    run_key = models.UUIDField(null=True, blank=True, editable=False)
    heartbeat = models.DateTimeField(_("last sign of life"), null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    cancel_asked = models.BooleanField(_("cancelling was asked"), default=False, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("cancelled by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    failure = models.CharField(_("failure"), max_length=10, choices=JobFailure, blank=True, editable=False)
    failure_details = models.JSONField(default=dict, blank=True, editable=False)
    file = models.FileField(_("file"), storage=report_storage, max_length=255, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True, editable=False)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(_("published on"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=500, blank=True)

    objects = ReportJobQuerySet.as_manager()
    # What people did: asking, cancelling, publishing, withdrawing. Steps of workers are too many to keep.
    history = HistoricalRecords(excluded_fields=["percent", "heartbeat", "run_key", "failure_details"])

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        base_manager_name = "objects"
        ordering: ClassVar = ["-asked_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "heartbeat"], name="jobs_by_state_and_heartbeat")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["edition", "format", "language"], name="edition_is_made_once_per_form"
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_is_known"),
            models.CheckConstraint(condition=Q(step__in=JobStep.values), name="job_step_is_known"),
            models.CheckConstraint(condition=Q(format__in=ReportFormat.values), name="job_format_is_known"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="job_language_is_known"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="job_is_at_most_whole"),
            models.CheckConstraint(
                condition=Q(state=JobState.DONE, size__isnull=False, ended_at__isnull=False)
                & ~Q(file="")
                & ~Q(sha256="")
                | ~Q(state=JobState.DONE) & Q(file="", sha256="", size__isnull=True),
                name="done_job_and_it_alone_has_a_file",
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | Q(run_key__isnull=False, heartbeat__isnull=False),
                name="running_job_has_a_worker",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.FAILED) & ~Q(failure="")
                | ~Q(state=JobState.FAILED) & Q(failure=""),
                name="failed_job_and_it_alone_says_why",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(published_by__isnull=False, state=JobState.DONE),
                name="published_job_is_done_and_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | Q(withdrawn_by__isnull=False, published_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="withdrawn_job_was_published_and_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}, {self.get_format_display()} ({self.language})"

    @property
    def file_name(self) -> str:
        """How the file is named for who downloads it: `MJP-jaarverslag-2025-v1.0.pdf`."""
        edition = self.edition
        return file_name(
            ReportKind(edition.kind), edition.year, edition.version, ReportFormat(self.format), self.language
        )

    @property
    def is_being_made(self) -> bool:
        """Whether it is queued or running, so that there is progress to watch."""
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    @property
    def is_published(self) -> bool:
        """Whether who reads reports can download it."""
        return self.published_at is not None and self.withdrawn_at is None

    @property
    def state_words(self) -> str:
        """What became of it, in words: published and withdrawn count before its state as a job."""
        if self.is_published:
            return pgettext("state of a report", "published")
        if self.withdrawn_at is not None:
            return pgettext("state of a report", "withdrawn")
        return str(self.get_state_display())

    @property
    def message(self) -> str:
        """Why it failed and what to do, in the language of the reader; empty when it didn't."""
        return failure_text(self.failure, self.failure_details)


class YearlyWork(models.Model):
    """That something which is done once a year was done for a year, so that it isn't done twice."""

    kind = models.CharField(_("kind"), max_length=20, choices=YearlyKind)
    year = models.PositiveSmallIntegerField(_("year"))
    done_at = models.DateTimeField(_("done on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("yearly work")
        verbose_name_plural = _("yearly work")
        ordering: ClassVar = ["-year", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "year"], name="yearly_work_is_done_once"),
            models.CheckConstraint(condition=Q(kind__in=YearlyKind.values), name="yearly_work_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"
