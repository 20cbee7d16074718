"""Every kind of report, format and state of a job, named once."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReportKind(models.TextChoices):
    """What can be asked for; the values stand in addresses and on the command line."""

    ANNUAL_PLAN = "annual-plan", _("annual plan")
    ANNUAL_REPORT = "annual-report", _("annual report")
    BUDGET = "budget", _("budget workbook")
    PLANNING_GRID = "planning-grid", _("planning grid")

    @property
    def slug(self) -> str:
        """How files of this kind are named: `MJP-jaarverslag-2025-v1.0.pdf`."""
        return _SLUGS[self]


_SLUGS = {
    ReportKind.ANNUAL_PLAN: "jaarplan",
    ReportKind.ANNUAL_REPORT: "jaarverslag",
    ReportKind.BUDGET: "werkbudget",
    ReportKind.PLANNING_GRID: "planning",
}


class ReportFormat(models.TextChoices):
    """What a report is made as."""

    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel"


class JobState(models.TextChoices):
    """The life of the making of a report."""

    QUEUED = "queued", pgettext_lazy("state of a job", "queued")
    RUNNING = "running", pgettext_lazy("state of a job", "being made")
    DONE = "done", pgettext_lazy("state of a job", "ready")
    FAILED = "failed", pgettext_lazy("state of a job", "failed")
    CANCELLED = "cancelled", pgettext_lazy("state of a job", "cancelled")


class JobStep(models.TextChoices):
    """What the making of a report is at, in order."""

    WAITING = "waiting", pgettext_lazy("step of a job", "waiting for its turn")
    CONTENT = "content", pgettext_lazy("step of a job", "taking the content")
    LAYOUT = "layout", pgettext_lazy("step of a job", "laying out the pages")
    WRITING = "writing", pgettext_lazy("step of a job", "writing the file")
    TAGGING = "tagging", pgettext_lazy("step of a job", "making it accessible")
    STORING = "storing", pgettext_lazy("step of a job", "storing the file")
