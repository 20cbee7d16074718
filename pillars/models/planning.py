"""Which objective is planned in which year, per version of the plan; and which objective waits for which."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pillars.choices import FROZEN, DatePrecision, PlanStatus
from pillars.errors import AdoptedPlanIsFrozen
from pillars.models.programme import Objective, Programme, ProgrammeYear
from pillars.ordering import find_cycle
from pillars.querysets import PlannedYearQuerySet, PlanVersionQuerySet


class PlanVersion(models.Model):
    """A version of the planning. Once adopted, it is frozen with its content and the seal over it."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="plan_versions"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=160)
    status = models.CharField(_("status"), max_length=20, choices=PlanStatus, default=PlanStatus.DRAFT)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    adopted_precision = models.CharField(
        _("date known"), max_length=5, choices=DatePrecision, default=DatePrecision.DAY
    )
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("adoption recorded by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="adopted_plan_versions",
        help_text=_("Empty for what the programme itself adopted, as printed."),
    )
    content = models.JSONField(_("content as adopted"), null=True, blank=True, editable=False)
    content_hash = models.CharField(_("seal (SHA-256)"), max_length=64, blank=True, editable=False)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        base_manager_name = "objects"
        ordering: ClassVar = ["programme", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="plan_version_number_is_unique"),
            models.UniqueConstraint(
                fields=["programme"],
                condition=Q(status="adopted"),
                name="programme_has_one_adopted_plan_version",
            ),
            models.CheckConstraint(
                condition=Q(status__in=PlanStatus.values), name="plan_version_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | (Q(adopted_on__isnull=False) & Q(content_hash__regex="^[0-9a-f]{64}$")),
                name="adopted_plan_version_has_date_and_seal",
            ),
        ]

    def __str__(self) -> str:
        return _("version %(number)s") % {"number": self.number}

    @property
    def is_frozen(self) -> bool:
        """Whether the content may no longer change."""
        return self.status in FROZEN

    def save(self, **kwargs: Any) -> None:
        """Save; of a frozen version only the status can still change, to superseded.

        Raises `AdoptedPlanIsFrozen`.
        """
        stored = PlanVersion.objects.frozen().filter(pk=self.pk).first()
        if stored is not None:
            kept = [field.attname for field in self._meta.concrete_fields if field.name != "status"]
            if self.status == PlanStatus.DRAFT or any(
                getattr(stored, name) != getattr(self, name) for name in kept
            ):
                raise AdoptedPlanIsFrozen
        super().save(**kwargs)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        if self.is_frozen:
            raise AdoptedPlanIsFrozen
        return super().delete(using, keep_parents)

    @property
    def adoption_text(self) -> str:
        """When it was adopted, as exactly as that is known: "adopted in June 2024", "adopted on 3 June 2026"."""
        if self.adopted_on is None:
            return gettext("not adopted")
        if self.adopted_precision == DatePrecision.MONTH:
            return gettext("adopted in %(month)s") % {"month": date_format(self.adopted_on, "F Y")}
        return gettext("adopted on %(date)s") % {"date": date_format(self.adopted_on, "j F Y")}


class PlannedYear(models.Model):
    """That an objective is active in a year, according to one version of the plan."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="planned_years")
    objective = models.ForeignKey(
        Objective, verbose_name=_("objective"), on_delete=models.PROTECT, related_name="planned_years"
    )
    programme_year = models.ForeignKey(
        ProgrammeYear, verbose_name=_("year"), on_delete=models.PROTECT, related_name="planned_years"
    )

    objects = PlannedYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned year")
        verbose_name_plural = _("planned years")
        base_manager_name = "objects"
        ordering: ClassVar = ["objective", "programme_year__year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "objective", "programme_year"], name="objective_is_planned_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.objective} {self.programme_year}"

    def save(self, **kwargs: Any) -> None:
        self._refuse_if_frozen()
        self.refuse_year_of_another_programme()
        super().save(**kwargs)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        self._refuse_if_frozen()
        return super().delete(using, keep_parents)

    def refuse_year_of_another_programme(self) -> None:
        """Raise `ValidationError` when version and year belong to different programmes."""
        if self.version.programme_id != self.programme_year.programme_id:
            raise ValidationError(_("This year belongs to another programme than the plan version."))

    def _refuse_if_frozen(self) -> None:
        stored = PlannedYear.objects.filter(pk=self.pk).values("version")
        if PlanVersion.objects.frozen().filter(Q(pk=self.version_id) | Q(pk__in=stored)).exists():
            raise AdoptedPlanIsFrozen


class ObjectiveDependency(models.Model):
    """That an objective can only start when another one is finished ("Jaarplannen", chapter 5 of the programme)."""

    objective = models.ForeignKey(
        Objective, verbose_name=_("objective"), on_delete=models.PROTECT, related_name="dependencies"
    )
    predecessor = models.ForeignKey(
        Objective,
        verbose_name=_("can only start when this is finished"),
        on_delete=models.PROTECT,
        related_name="successors",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("dependency between objectives")
        verbose_name_plural = _("dependencies between objectives")
        ordering: ClassVar = ["objective", "predecessor"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["objective", "predecessor"], name="objective_depends_on_another_once"
            ),
            models.CheckConstraint(
                condition=~Q(objective=F("predecessor")), name="objective_does_not_depend_on_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.objective}"

    def clean(self) -> None:
        """Refuse a circle, and say which: A → B → A."""
        super().clean()
        if not (self.objective_id and self.predecessor_id):
            return
        others = ObjectiveDependency.objects.exclude(pk=self.pk).values_list("predecessor", "objective")
        cycle = find_cycle([*others, (self.predecessor_id, self.objective_id)])
        if cycle:
            titles = Objective.objects.in_bulk(cycle)
            raise ValidationError(
                _("This would close a circle, in which nothing could start first: %(cycle)s.")
                % {"cycle": " → ".join(f"“{titles[key].title}”" for key in cycle)},
                code="cycle",
            )
