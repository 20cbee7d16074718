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


class JobFailure(models.TextChoices):
    """Why the making of a report failed; `reporting.failures` says it in a sentence."""

    LOST = "lost", pgettext_lazy("why a job failed", "broken off too often")
    TIME = "time", pgettext_lazy("why a job failed", "took too long")
    MEMORY = "memory", pgettext_lazy("why a job failed", "not enough memory")
    DISK = "disk", pgettext_lazy("why a job failed", "no room for the file")
    STORAGE = "storage", pgettext_lazy("why a job failed", "file can't be stored")
    ERROR = "error", pgettext_lazy("why a job failed", "error in the application")


# A job that is over; what failed or was cancelled can be asked for again.
ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class YearlyKind(models.TextChoices):
    """What the application does by itself once a year."""

    DRAFT_REPORT = "draft-report", _("draft of the annual report")
    ALIGN_PLAN = "align-plan", _("invitation to align the annual plan")
