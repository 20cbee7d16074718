"""What is said of a project while it is prepared and runs: status reports, remarks, files."""

from typing import ClassVar

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portfolio.choices import Health
from portfolio.models.assignments import LONGEST_TEXT, Project
from portfolio.models.days import refuse_far_days
from portfolio.models.one_line import OneLineTexts
from portfolio.querysets import StatusReportQuerySet

ORDER_OF_HEALTH = list(Health)


def attachment_storage() -> Storage:
    """Where files of projects stand: in the data folder, outside what the web server shows."""
    return storages["attachments"]


class StatusReport(OneLineTexts):
    """How a running project stands, by its holder: scope, time and money, each with a word why."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="status_reports")
    reported_on = models.DateField(_("date"), default=timezone.localdate)
    scope = models.CharField(_("scope"), max_length=5, choices=Health)
    scope_reason = models.CharField(_("why (scope)"), max_length=300, blank=True)
    time = models.CharField(_("time"), max_length=5, choices=Health)
    time_reason = models.CharField(_("why (time)"), max_length=300, blank=True)
    money = models.CharField(_("money"), max_length=5, choices=Health)
    money_reason = models.CharField(_("why (money)"), max_length=300, blank=True)
    done = models.TextField(_("what was done"), max_length=LONGEST_TEXT)
    upcoming = models.TextField(_("what comes"), blank=True, max_length=LONGEST_TEXT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="status_reports",
    )
    created_at = models.DateTimeField(_("filed on"), default=timezone.now, editable=False)
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = StatusReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")
        ordering: ClassVar = ["-reported_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scope__in=Health.values, time__in=Health.values, money__in=Health.values),
                name="status_report_health_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project}, {self.reported_on}"

    def clean(self) -> None:
        """Refuse a report of other times."""
        super().clean()
        refuse_far_days(self, "reported_on")

    @property
    def health(self) -> Health:
        """The worst of scope, time and money."""
        return max((Health(self.scope), Health(self.time), Health(self.money)), key=ORDER_OF_HEALTH.index)


class Remark(models.Model):
    """What a reader says to the holder of a project."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="remarks")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="remarks"
    )
    text = models.TextField(_("remark"), max_length=5_000)
    created_at = models.DateTimeField(_("on"), default=timezone.now, editable=False)
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering: ClassVar = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]


class Attachment(models.Model):
    """A file with a project. Once the project was submitted it is withdrawn instead of removed."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(_("file"), storage=attachment_storage, upload_to="%Y/%m", max_length=200)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("kind"), max_length=120)
    size = models.PositiveBigIntegerField(_("size"), help_text=_("In bytes."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="attachments"
    )
    uploaded_at = models.DateTimeField(_("on"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="withdrawn_attachments",
    )
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering: ClassVar = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.name


class ReportReminder(models.Model):
    """That the holders of a project were reminded of its status report."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="report_reminders")
    sent_at = models.DateTimeField(_("on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("reminder of a status report")
        verbose_name_plural = _("reminders of status reports")
        ordering: ClassVar = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.project}, {self.sent_at:%Y-%m-%d}"
