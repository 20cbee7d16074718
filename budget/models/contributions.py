"""The working budget of a year, and what each region owes of it."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from budget.choices import ContributionState, SetState
from budget.models.keys import CALENDAR, DistributionKey
from budget.querysets import ContributionQuerySet, ContributionSetQuerySet
from organisation.models import Region
from pillars.sealed import Sealed
from portfolio.models import Decision
from portfolio.models.recorded import Recorded

CENT = Decimal("0.01")


class AnnualBudget(Recorded):
    """The working budget (werkbudget) of a year: €625,000 by agreement (chapter 5), every year its own amount in euro."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True, validators=CALENDAR)
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, validators=[MinValueValidator(CENT)]
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_fictional = models.BooleanField(_("fictional"), default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("working budget")
        verbose_name_plural = _("working budgets")
        ordering: ClassVar = ["year"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return str(self.year)


class ContributionSet(Sealed):
    """The contributions of all regions to the budget of a year: one split, by one key. Sealed once it is adopted.

    A change after that is a new version that replaces it, with the difference per region to settle.
    """

    sealed_filter: ClassVar = {"state__in": [SetState.ADOPTED, SetState.SUPERSEDED]}
    open_fields: ClassVar = frozenset({"state"})

    budget = models.ForeignKey(AnnualBudget, on_delete=models.PROTECT, related_name="contribution_sets")
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    key = models.ForeignKey(
        DistributionKey,
        verbose_name=_("distribution key"),
        on_delete=models.PROTECT,
        related_name="contribution_sets",
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    state = models.CharField(_("state"), max_length=10, choices=SetState, default=SetState.DRAFT)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made on"), default=timezone.now, editable=False)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("adopted by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    adopted_at = models.DateTimeField(_("adopted on"), null=True, blank=True)
    decision = models.ForeignKey(
        Decision,
        verbose_name=_("decision"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contribution_sets",
    )
    content = models.JSONField(_("what was adopted"), null=True, blank=True, editable=False)
    content_hash = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)

    objects = ContributionSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("set of contributions")
        verbose_name_plural = _("sets of contributions")
        base_manager_name = "objects"
        ordering: ClassVar = ["budget__year", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["budget", "version"], name="budget_has_each_version_once"),
            models.UniqueConstraint(
                fields=["budget"], condition=Q(state=SetState.DRAFT), name="budget_has_one_draft"
            ),
            models.UniqueConstraint(
                fields=["budget"], condition=Q(state=SetState.ADOPTED), name="budget_has_one_split_in_force"
            ),
            models.CheckConstraint(condition=Q(state__in=SetState.values), name="set_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=SetState.DRAFT)
                | (
                    Q(adopted_at__isnull=False, adopted_by__isnull=False, decision__isnull=False)
                    & ~Q(content_hash="")
                ),
                name="adopted_set_is_decided_and_sealed",
            ),
        ]

    def __str__(self) -> str:
        return _("contributions %(year)s, version %(version)s") % {
            "year": self.budget.year,
            "version": self.version,
        }

    @property
    def is_draft(self) -> bool:
        """Whether it still follows amount and key."""
        return self.state == SetState.DRAFT


class Contribution(Sealed, Recorded):
    """What one region owes for one year, in euro; once adopted, `settled_before` was invoiced by versions before this one."""

    sealed_filter: ClassVar = {"set__state__in": [SetState.ADOPTED, SetState.SUPERSEDED]}
    part_of: ClassVar = "set"
    open_fields: ClassVar = frozenset(
        {
            "state",
            "invoiced_on",
            "invoice_reference",
            "invoiced_by_id",
            "paid_on",
            "payment_reference",
            "paid_by_id",
        }
    )

    set = models.ForeignKey(ContributionSet, on_delete=models.CASCADE, related_name="contributions")
    region = models.ForeignKey(
        Region, verbose_name=_("safety region"), on_delete=models.PROTECT, related_name="contributions"
    )
    weight = models.DecimalField(_("weight"), max_digits=14, decimal_places=2)
    amount = models.DecimalField(_("contribution"), max_digits=12, decimal_places=2)
    settled_before = models.DecimalField(
        _("invoiced by earlier versions"), max_digits=12, decimal_places=2, default=Decimal(0)
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ContributionState, default=ContributionState.DRAFT
    )
    invoiced_on = models.DateField(_("invoiced on"), null=True, blank=True)
    invoice_reference = models.CharField(_("invoice reference"), max_length=40, blank=True)
    invoiced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invoiced by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    payment_reference = models.CharField(_("payment reference"), max_length=40, blank=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("marked as paid by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = ContributionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        base_manager_name = "objects"
        ordering: ClassVar = ["set", "region__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["set", "region"], name="set_asks_a_region_once"),
            models.UniqueConstraint(
                fields=["invoice_reference"],
                condition=~Q(invoice_reference=""),
                name="invoice_reference_is_unique",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="contribution_is_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=ContributionState.values), name="contribution_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ContributionState.DRAFT, ContributionState.ADOPTED])
                | (Q(invoiced_on__isnull=False, invoiced_by__isnull=False) & ~Q(invoice_reference="")),
                name="invoiced_contribution_has_date_and_reference",
            ),
            models.CheckConstraint(
                condition=~Q(state=ContributionState.PAID) | Q(paid_on__isnull=False, paid_by__isnull=False),
                name="paid_contribution_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.set.budget.year}"

    @property
    def to_settle(self) -> Decimal:
        """What is to be invoiced with this version: the amount, less what earlier versions invoiced. Can be negative."""
        return self.amount - self.settled_before


class CarryOver(models.Model):
    """Unspent money of a year that a decision moves to a later one, in euro."""

    from_budget = models.ForeignKey(
        AnnualBudget, verbose_name=_("from"), on_delete=models.PROTECT, related_name="carried_out"
    )
    to_budget = models.ForeignKey(
        AnnualBudget, verbose_name=_("to"), on_delete=models.PROTECT, related_name="carried_in"
    )
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, validators=[MinValueValidator(CENT)]
    )
    reason = models.CharField(_("reason"), max_length=500)
    decision = models.ForeignKey(
        Decision, verbose_name=_("decision"), on_delete=models.PROTECT, related_name="carry_overs"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("on"), default=timezone.now, editable=False)
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("carry-over")
        verbose_name_plural = _("carry-overs")
        ordering: ClassVar = ["from_budget__year", "at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="carry_over_is_more_than_nothing"),
            models.CheckConstraint(
                condition=~Q(from_budget=F("to_budget")), name="carry_over_goes_to_another_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_budget} → {self.to_budget}"
