"""Distribution keys (verdeelsleutels), their weights, and the coefficients of the legal formula."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budget.choices import KeyOrigin, KeyStatus, WeightUnit
from budget.querysets import DistributionKeyQuerySet
from organisation.models import Region
from pillars.models import FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR
from pillars.sealed import Sealed, SealedQuerySet

CALENDAR = (MinValueValidator(FIRST_CALENDAR_YEAR), MaxValueValidator(LAST_CALENDAR_YEAR))


class FormulaCoefficients(models.Model):
    """The coefficients of the legal formula (Besluit veiligheidsregio's, bijlage 2 and art. 8.2) in force from a day on.

    `content` is what `budget.coefficients.as_content` gives.
    """

    valid_from = models.DateField(_("valid from"), unique=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    content = models.JSONField(_("coefficients"))

    class Meta:
        verbose_name = _("coefficients of the formula")
        verbose_name_plural = _("coefficients of the formula")
        ordering: ClassVar = ["-valid_from"]

    def __str__(self) -> str:
        return self.source


class DistributionKey(Sealed):
    """Weights per region (verdeelsleutel), by which a year's budget is split. Sealed once it is adopted."""

    sealed_filter: ClassVar = {"adopted_at__isnull": False}

    name = models.CharField(_("name"), max_length=120)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    status = models.CharField(_("status"), max_length=10, choices=KeyStatus)
    origin = models.CharField(_("origin"), max_length=10, choices=KeyOrigin)
    unit = models.CharField(_("weights are"), max_length=12, choices=WeightUnit)
    source = models.CharField(
        _("source"), max_length=300, help_text=_("Where the weights come from, such as the circular.")
    )
    legal_ground = models.CharField(
        _("legal ground"),
        max_length=300,
        blank=True,
        help_text=_("The article that it rests on, such as Besluit veiligheidsregio's art. 8.1."),
    )
    first_year = models.PositiveSmallIntegerField(_("valid from the year"), validators=CALENDAR)
    last_year = models.PositiveSmallIntegerField(_("up to and including"), validators=CALENDAR)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    coefficients = models.ForeignKey(
        FormulaCoefficients,
        verbose_name=_("coefficients"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="keys",
    )
    is_fictional = models.BooleanField(_("fictional"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="made_keys",
    )
    made_at = models.DateTimeField(_("made on"), default=timezone.now, editable=False)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("adopted by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="adopted_keys",
    )
    adopted_at = models.DateTimeField(_("adopted on"), null=True, blank=True)
    content = models.JSONField(_("what was adopted"), null=True, blank=True, editable=False)
    content_hash = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)

    objects = DistributionKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("distribution key")
        verbose_name_plural = _("distribution keys")
        base_manager_name = "objects"
        ordering: ClassVar = ["-first_year", "name", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "version"],
                name="key_has_each_version_once",
                violation_error_message=_("There is a key with this name and version already."),
            ),
            models.CheckConstraint(condition=Q(status__in=KeyStatus.values), name="key_status_is_known"),
            models.CheckConstraint(condition=Q(origin__in=KeyOrigin.values), name="key_origin_is_known"),
            models.CheckConstraint(condition=Q(unit__in=WeightUnit.values), name="key_unit_is_known"),
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="key_ends_after_it_begins",
                violation_error_message=_("The last year can't lie before the first."),
            ),
            models.CheckConstraint(
                condition=Q(adopted_at__isnull=True)
                | (Q(status=KeyStatus.OFFICIAL) & Q(adopted_by__isnull=False) & ~Q(content_hash="")),
                name="adopted_key_is_official_and_sealed",
            ),
        ]

    def __str__(self) -> str:
        return _("%(name)s, version %(version)s") % {"name": self.name, "version": self.version}

    @property
    def is_adopted(self) -> bool:
        """Whether it was adopted, and so is sealed."""
        return self.adopted_at is not None

    @property
    def is_indicative(self) -> bool:
        """Whether shares made with it are an indication only."""
        return self.status == KeyStatus.INDICATIVE

    @property
    def years(self) -> range:
        """The years that it is meant for."""
        return range(self.first_year, self.last_year + 1)

    def clean(self) -> None:
        """Refuse a key that replaces itself or one of another kind."""
        super().clean()
        if self.replaces_id is not None and self.replaces_id == self.pk:
            raise ValidationError({"replaces": _("A key can't replace itself.")})


class KeyWeight(Sealed):
    """The weight of a region in a key. `measures` has what the formula made it of, numbers as text."""

    sealed_filter: ClassVar = {"key__adopted_at__isnull": False}
    part_of: ClassVar = "key"

    key = models.ForeignKey(DistributionKey, on_delete=models.CASCADE, related_name="weights")
    region = models.ForeignKey(
        Region, verbose_name=_("safety region"), on_delete=models.PROTECT, related_name="key_weights"
    )
    weight = models.DecimalField(_("weight"), max_digits=14, decimal_places=2)
    measures = models.JSONField(_("measures"), default=dict, blank=True)

    objects = SealedQuerySet.as_manager()

    class Meta:
        verbose_name = _("weight")
        verbose_name_plural = _("weights")
        base_manager_name = "objects"
        ordering: ClassVar = ["key", "region__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "region"], name="key_weighs_a_region_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="weight_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.region}: {self.weight}"
