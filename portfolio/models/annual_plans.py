"""The annual plan (jaarplan) of a year, and what is written for its annual report (jaarverslag)."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from pillars.errors import AdoptedIsFrozen
from pillars.models import FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR, Pillar
from pillars.sealed import Sealed, SealedQuerySet
from portfolio.choices import ADOPTED_PLAN, WORKED_ON_PLAN, AnnualPlanState
from portfolio.models.assignments import LONGEST_TEXT, MARKDOWN_HELP
from portfolio.models.days import refuse_far_days
from portfolio.models.decisions import Decision
from portfolio.models.recorded import Recorded
from portfolio.querysets import AnnualPlanQuerySet

CALENDAR = [MinValueValidator(FIRST_CALENDAR_YEAR), MaxValueValidator(LAST_CALENDAR_YEAR)]


class AnnualPlan(Sealed, Recorded):
    """A version of the plan of a year: draft, aligned in the Vakraad, adopted, offered to the RCDV.

    Sealed by its adoption, with `content`: everything that it says, as plain data, under a SHA-256. `minor` counts the
    versions from 0: 1.0, 1.1, 1.2.
    """

    sealed_filter: ClassVar = {"state__in": ADOPTED_PLAN}
    open_fields: ClassVar = frozenset({"state", "offered_on", "offered_by_id", "version"})

    year = models.PositiveSmallIntegerField(_("year"), validators=CALENDAR)
    minor = models.PositiveSmallIntegerField(_("version"), default=0)
    state = models.CharField(
        _("state"), max_length=10, choices=AnnualPlanState, default=AnnualPlanState.DRAFT
    )
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    introduction = models.TextField(
        _("introduction"), blank=True, max_length=LONGEST_TEXT, help_text=MARKDOWN_HELP
    )
    changes = models.TextField(
        _("what changed, and why"),
        blank=True,
        max_length=LONGEST_TEXT,
        help_text=_("For who knows the version before this one."),
    )
    aligned_on = models.DateField(_("aligned in the Vakraad on"), null=True, blank=True)
    aligned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("aligned by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    adopted_at = models.DateTimeField(_("adopted on"), null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("adopted by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decision = models.ForeignKey(
        Decision,
        verbose_name=_("decision"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="annual_plans",
    )
    offered_on = models.DateField(_("offered to the RCDV on"), null=True, blank=True)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("offered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    content = models.JSONField(_("what was adopted"), null=True, blank=True, editable=False)
    content_hash = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField(_("made on"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_fictional = models.BooleanField(_("fictional"), default=False)

    objects = AnnualPlanQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["content"])

    class Meta:
        verbose_name = _("annual plan")
        verbose_name_plural = _("annual plans")
        base_manager_name = "objects"
        ordering: ClassVar = ["-year", "-minor"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "minor"], name="year_has_each_plan_version_once"),
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(state__in=WORKED_ON_PLAN),
                name="year_has_one_plan_that_is_worked_on",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AnnualPlanState.values), name="annual_plan_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["year", "decision"],
                name="decision_adopts_one_version_of_a_year",
                violation_error_message=_(
                    "This decision adopted an earlier version of the plan. Choose the one that adopted this version."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state=AnnualPlanState.DRAFT, aligned_on__isnull=True, aligned_by__isnull=True)
                | (~Q(state=AnnualPlanState.DRAFT) & Q(aligned_on__isnull=False, aligned_by__isnull=False)),
                name="aligned_plan_has_date_and_person",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=WORKED_ON_PLAN,
                    adopted_at__isnull=True,
                    adopted_by__isnull=True,
                    decision__isnull=True,
                    content__isnull=True,
                    content_hash="",
                )
                | (
                    Q(
                        state__in=ADOPTED_PLAN,
                        adopted_at__isnull=False,
                        adopted_by__isnull=False,
                        decision__isnull=False,
                        content__isnull=False,
                    )
                    & ~Q(content_hash="")
                ),
                name="adopted_plan_is_decided_and_sealed",
            ),
            models.CheckConstraint(
                condition=Q(state=AnnualPlanState.OFFERED, offered_on__isnull=False, offered_by__isnull=False)
                | (~Q(state=AnnualPlanState.OFFERED) & Q(offered_on__isnull=True, offered_by__isnull=True)),
                name="offered_plan_has_date_and_person",
            ),
        ]

    def __str__(self) -> str:
        return _("annual plan %(year)s, version %(version)s") % {"year": self.year, "version": self.label}

    @property
    def label(self) -> str:
        """The version as people name it: 1.0, 1.1."""
        return f"1.{self.minor}"

    @property
    def is_adopted(self) -> bool:
        """Whether it was adopted, and so is frozen."""
        return self.state in ADOPTED_PLAN

    def clean(self) -> None:
        """Refuse days of other times."""
        super().clean()
        refuse_far_days(self, "aligned_on", "offered_on")

    def refuse_change(self) -> None:
        """Raise `AdoptedIsFrozen` when an adopted plan would change: to be offered, once, is all that is left for it."""
        super().refuse_change()
        stored = self._stored_if_sealed().values(*sorted(self.open_fields)).first()
        if stored is None or (stored["state"], self.state) == (
            AnnualPlanState.ADOPTED,
            AnnualPlanState.OFFERED,
        ):
            return
        if any(value != getattr(self, name) for name, value in stored.items()):
            raise AdoptedIsFrozen


class PlanParagraph(Sealed, Recorded):
    """What an annual plan says of a pillar."""

    sealed_filter: ClassVar = {"plan__state__in": ADOPTED_PLAN}
    part_of: ClassVar = "plan"

    plan = models.ForeignKey(AnnualPlan, on_delete=models.CASCADE, related_name="paragraphs")
    pillar = models.ForeignKey(
        Pillar, verbose_name=_("pillar"), on_delete=models.PROTECT, related_name="plan_paragraphs"
    )
    text = models.TextField(_("text"), blank=True, max_length=LONGEST_TEXT, help_text=MARKDOWN_HELP)

    objects = SealedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("paragraph of an annual plan")
        verbose_name_plural = _("paragraphs of annual plans")
        base_manager_name = "objects"
        ordering: ClassVar = ["plan", "pillar__number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "pillar"], name="plan_has_one_paragraph_of_a_pillar")
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.pillar}"


class AnnualReportText(Recorded):
    """What is written for the annual report of a year; the rest of it is read from projects and budget."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True, validators=CALENDAR)
    foreword = models.TextField(_("foreword"), blank=True, max_length=LONGEST_TEXT, help_text=MARKDOWN_HELP)
    outlook = models.TextField(
        _("what comes next year"), blank=True, max_length=LONGEST_TEXT, help_text=MARKDOWN_HELP
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_fictional = models.BooleanField(_("fictional"), default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("text of an annual report")
        verbose_name_plural = _("texts of annual reports")
        ordering: ClassVar = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class ReportParagraph(Recorded):
    """What an annual report says of a pillar."""

    report = models.ForeignKey(AnnualReportText, on_delete=models.CASCADE, related_name="paragraphs")
    pillar = models.ForeignKey(
        Pillar, verbose_name=_("pillar"), on_delete=models.PROTECT, related_name="report_paragraphs"
    )
    text = models.TextField(_("text"), blank=True, max_length=LONGEST_TEXT, help_text=MARKDOWN_HELP)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("paragraph of an annual report")
        verbose_name_plural = _("paragraphs of annual reports")
        ordering: ClassVar = ["report", "pillar__number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "pillar"], name="report_has_one_paragraph_of_a_pillar")
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.pillar}"
