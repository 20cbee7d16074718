"""What the programme consists of: its years, pillars, themes, LAC goals and objectives."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pillars.choices import Lead
from pillars.frozen import NamedInPlans, NamedInPlansQuerySet
from pillars.querysets import (
    LacGoalQuerySet,
    ObjectiveQuerySet,
    ProgrammeQuerySet,
    ThemeQuerySet,
)

CHAPTER_HELP = _("The chapter of the programme that this rests on.")


FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR = 2000, 2100
CALENDAR = (MinValueValidator(FIRST_CALENDAR_YEAR), MaxValueValidator(LAST_CALENDAR_YEAR))
# In years; the grid has a column for each.
LONGEST_PROGRAMME = 15


class Programme(NamedInPlans):
    """A multi-year programme (meerjarenplan) with a first and a last year."""

    frozen_fields: ClassVar = ("slug",)
    versions_path: ClassVar = "plan_versions"

    slug = models.SlugField(_("address"), unique=True)
    name = models.CharField(_("name"), max_length=200, unique=True)
    first_year = models.PositiveSmallIntegerField(_("first year"), validators=CALENDAR)
    last_year = models.PositiveSmallIntegerField(_("last year"), validators=CALENDAR)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        base_manager_name = "objects"
        ordering: ClassVar = ["first_year"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(first_year__gte=FIRST_CALENDAR_YEAR, last_year__lte=LAST_CALENDAR_YEAR),
                name="programme_is_of_this_century",
            ),
            models.CheckConstraint(
                condition=Q(
                    last_year__gte=F("first_year"), last_year__lt=F("first_year") + LONGEST_PROGRAMME
                ),
                name="programme_has_one_to_fifteen_years",
                violation_error_message=_(
                    "The last year can't lie before the first, nor 15 years or more after it."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def years(self) -> range:
        """The years of the programme, first to last."""
        return range(self.first_year, self.last_year + 1)

    def clean(self) -> None:
        super().clean()
        if self._state.adding or self.first_year is None or self.last_year is None:
            return
        planned = ProgrammeYear.objects.filter(programme=self.pk, planned_years__isnull=False).exclude(
            year__gte=self.first_year, year__lte=self.last_year
        )
        if years := sorted({row.year for row in planned}):
            raise ValidationError(
                _("Something is planned in %(years)s: the programme keeps these years.")
                % {"years": ", ".join(str(year) for year in years)}
            )

    def save(self, **kwargs: Any) -> None:
        """Save, and keep a `ProgrammeYear` for each year.

        Raises `ProtectedError` when a year falls away in which something is planned.
        """
        with transaction.atomic():
            super().save(**kwargs)
            self.programme_years.exclude(year__in=self.years).delete()
            ProgrammeYear.objects.bulk_create(
                [ProgrammeYear(programme=self, year=year) for year in self.years], ignore_conflicts=True
            )


class ProgrammeYear(models.Model):
    """A year of a programme; made and removed by `Programme.save` alone.

    `PlannedYear` points here, so that the database refuses a year that no programme has.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="programme_years")
    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        ordering: ClassVar = ["year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "year"], name="programme_has_a_year_once")
        ]

    def __str__(self) -> str:
        return str(self.year)


class Pillar(NamedInPlans):
    """One of the numbered pillars (pijlers) of a programme."""

    frozen_fields: ClassVar = ("programme_id", "number")
    versions_path: ClassVar = "themes__objectives__planned_years__version"

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="pillars"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=160)
    summary = models.TextField(_("summary"), blank=True)
    chapter = models.CharField(_("chapter"), max_length=80, blank=True, help_text=CHAPTER_HELP)

    objects = NamedInPlansQuerySet.as_manager()

    class Meta:
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")
        base_manager_name = "objects"
        ordering: ClassVar = ["programme", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "number"], name="pillar_number_is_unique_in_programme"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="pillar_number_counts_from_one"),
        ]

    def __str__(self) -> str:
        return _("Pillar %(number)s: %(name)s") % {"number": self.number, "name": self.name}


class Theme(NamedInPlans):
    """A theme of a pillar. Its address stays its own when a next programme has a theme of the same name."""

    frozen_fields: ClassVar = ("pillar_id", "slug")
    versions_path: ClassVar = "objectives__planned_years__version"

    pillar = models.ForeignKey(
        Pillar, verbose_name=_("pillar"), on_delete=models.PROTECT, related_name="themes"
    )
    position = models.PositiveSmallIntegerField(_("order"))
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    is_overarching = models.BooleanField(
        _("overarching"),
        default=False,
        help_text=_("Overarching and a precondition for the pillar's other themes."),
    )
    summary = models.TextField(_("summary"), blank=True)
    chapter = models.CharField(_("chapter"), max_length=80, blank=True, help_text=CHAPTER_HELP)

    # Counted by `for_programme`.
    lac_goal_count: int

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        base_manager_name = "objects"
        ordering: ClassVar = ["pillar__programme", "pillar__number", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pillar", "position"], name="theme_position_is_unique_in_pillar"),
            models.UniqueConstraint(fields=["pillar", "name"], name="theme_name_is_unique_in_pillar"),
        ]

    def __str__(self) -> str:
        return self.name


class LacGoal(models.Model):
    """A goal of the Landelijke Agenda Crisisbeheersing, as in bijlage 1, numbered within its pillar: 1.9, 1.10."""

    pillar = models.ForeignKey(
        Pillar, verbose_name=_("pillar"), on_delete=models.PROTECT, related_name="lac_goals"
    )
    sequence = models.PositiveSmallIntegerField(_("number in the pillar"))
    theme = models.ForeignKey(
        Theme, verbose_name=_("theme"), on_delete=models.PROTECT, related_name="lac_goals"
    )
    text = models.TextField(_("text"))
    lead = models.CharField(_("lead"), max_length=20, choices=Lead, default=Lead.NONE)
    lead_remark = models.CharField(_("remark with the lead"), max_length=120, blank=True)

    objects = LacGoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("LAC goal")
        verbose_name_plural = _("LAC goals")
        ordering: ClassVar = ["pillar__programme", "pillar__number", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pillar", "sequence"], name="lac_goal_number_is_unique"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="lac_goal_number_counts_from_one"),
            models.CheckConstraint(condition=Q(lead__in=Lead.values), name="lac_goal_lead_is_known"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number as printed, such as "1.10"; needs the pillar."""
        return f"{self.pillar.number}.{self.sequence}"

    @property
    def is_gap(self) -> bool:
        """Whether the Vakraad leads, alone or with the NIPV, and no objective works on it; needs `with_objectives`."""
        return self.lead != Lead.NONE and not self.objectives.all()

    def clean(self) -> None:
        super().clean()
        if self.theme_id and self.pillar_id and self.theme.pillar_id != self.pillar_id:
            raise ValidationError({"theme": _("This theme belongs to another pillar.")})


class Objective(NamedInPlans):
    """Something that the Vakraad takes the lead on (opgave): a row of the planning grid."""

    frozen_fields: ClassVar = ("theme_id", "position", "title")
    versions_path: ClassVar = "planned_years__version"

    theme = models.ForeignKey(
        Theme, verbose_name=_("theme"), on_delete=models.PROTECT, related_name="objectives"
    )
    position = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=300)
    summary = models.TextField(_("summary"), blank=True)
    chapter = models.CharField(_("chapter"), max_length=80, blank=True, help_text=CHAPTER_HELP)
    lac_goals = models.ManyToManyField(
        LacGoal,
        verbose_name=_("LAC goals"),
        blank=True,
        related_name="objectives",
        db_table="pillars_objective_lac_goal",
    )

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        base_manager_name = "objects"
        ordering: ClassVar = [
            "theme__pillar__programme",
            "theme__pillar__number",
            "theme__position",
            "position",
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["theme", "position"], name="objective_position_is_unique_in_theme"
            ),
            models.UniqueConstraint(fields=["theme", "title"], name="objective_title_is_unique_in_theme"),
        ]

    def __str__(self) -> str:
        return self.title

    # The rows of PlannedYear that `with_adopted_years` reads, each with its `year`.
    adopted_years: list[Any]

    @property
    def planned_in(self) -> tuple[int, ...]:
        """The years in which the adopted plan has it active, first to last; needs `with_adopted_years`."""
        return tuple(planned.year for planned in self.adopted_years)


class LoadedRecord(models.Model):
    """What `load_programme` loaded and how it looked, so that a later load can tell what was edited since."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="loaded_record_is_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
