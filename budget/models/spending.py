"""What is planned to be spent, what was, and what is foreseen."""

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from budget.choices import CostCategory
from budget.models.contributions import CENT
from budget.models.keys import CALENDAR
from budget.models.uploads import Upload
from budget.querysets import BudgetLineQuerySet, ExpenditureQuerySet
from portfolio.models import Project
from portfolio.models.days import refuse_far_days
from portfolio.models.progress import attachment_storage
from portfolio.models.recorded import Recorded


class BudgetLine(Recorded):
    """Planned cost (begrotingspost) of a project in a year, by category, in euro; without project, of central support."""

    project = models.ForeignKey(
        Project,
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="budget_lines",
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=CALENDAR)
    category = models.CharField(_("category"), max_length=10, choices=CostCategory)
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, validators=[MinValueValidator(CENT)]
    )
    note = models.CharField(_("for what"), max_length=300, blank=True)

    objects = BudgetLineQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering: ClassVar = ["year", "project", "category", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "year", "category"],
                condition=Q(project__isnull=False),
                name="project_has_one_line_per_year_and_category",
            ),
            models.UniqueConstraint(
                fields=["year", "category"],
                condition=Q(project__isnull=True),
                name="central_support_has_one_line_per_year_and_category",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_line_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(category__in=CostCategory.values), name="budget_line_category_is_known"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["year", "project"], name="budget_line_year_and_project")]

    def __str__(self) -> str:
        return f"{_owner(self.project)}, {self.year}, {self.get_category_display()}"


class Expenditure(Recorded):
    """Money spent (besteding) on a budget line, in euro; negative for what came back. Never removed, but withdrawn."""

    line = models.ForeignKey(
        BudgetLine, verbose_name=_("budget line"), on_delete=models.PROTECT, related_name="expenditures"
    )
    booked_on = models.DateField(_("booked on"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reference = models.CharField(
        _("booking reference"), max_length=40, help_text=_("As in the bookkeeping, such as 2026-00123.")
    )
    description = models.CharField(_("description"), max_length=300)
    document = models.FileField(
        _("document"), storage=attachment_storage, upload_to="expenditure", max_length=200, blank=True
    )
    document_name = models.CharField(_("name of the document"), max_length=200, blank=True, editable=False)
    document_type = models.CharField(max_length=100, blank=True, editable=False)
    upload = models.ForeignKey(
        Upload,
        verbose_name=_("taken over from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="expenditures",
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered on"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_reason = models.CharField(_("why"), max_length=300, blank=True)
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = ExpenditureQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["request_key"])

    class Meta:
        verbose_name = _("expenditure")
        verbose_name_plural = _("expenditures")
        ordering: ClassVar = ["-booked_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reference", "line"],
                condition=Q(withdrawn_at__isnull=True),
                name="booking_is_entered_once_per_line",
                violation_error_message=_(
                    "This booking was entered on this line already. Withdraw the other one first if it is wrong."
                ),
            ),
            models.CheckConstraint(condition=~Q(amount=Decimal(0)), name="expenditure_is_some_money"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | (Q(withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="withdrawn_expenditure_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount}"

    def clean(self) -> None:
        """Refuse a day of other times."""
        super().clean()
        refuse_far_days(self, "booked_on")

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Not possible: raises `ProtectedError`, because what was spent is withdrawn, not removed."""
        raise models.ProtectedError("Expenditure is withdrawn, not removed", {self})


class Forecast(Recorded):
    """What a project, or central support, is expected to cost in a year, in euro, where that isn't spent plus still planned."""

    project = models.ForeignKey(
        Project,
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="forecasts",
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=CALENDAR)
    amount = models.DecimalField(
        _("forecast"), max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    reason = models.CharField(_("reason"), max_length=500)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        ordering: ClassVar = ["year", "project"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "year"],
                condition=Q(project__isnull=False),
                name="project_has_one_forecast_per_year",
            ),
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(project__isnull=True),
                name="central_support_has_one_forecast_per_year",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="forecast_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{_owner(self.project)}, {self.year}"


def _owner(project: Project | None) -> str:
    """Give whose costs they are, in words."""
    return str(project) if project else gettext("central support")
