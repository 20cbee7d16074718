"""The filters on the programme, the same for pages and API."""

from collections.abc import Iterable
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organisation.searching import MAXIMUM_SEARCH_LENGTH
from pillars.choices import Lead, PlanStatus
from pillars.models import LacGoal, Objective, PlanVersion, Programme, Theme


def pillar_filter(field_name: str) -> django_filters.ChoiceFilter:
    """Filter on the number of the pillar that `field_name` leads to."""
    return django_filters.ChoiceFilter(
        field_name=field_name,
        label=_("Pillar"),
        empty_label=_("All pillars"),
        error_messages={"invalid_choice": _("There is no pillar “%(value)s”. Choose one from the list.")},
    )


def theme_filter(field_name: str) -> django_filters.ChoiceFilter:
    """Filter on the slug of the theme that `field_name` leads to."""
    return django_filters.ChoiceFilter(
        field_name=field_name,
        label=_("Theme"),
        empty_label=_("All themes"),
        error_messages={"invalid_choice": _("There is no theme “%(value)s”. Choose one from the list.")},
    )


def lead_filter(**options: Any) -> django_filters.ChoiceFilter:
    """Filter on who leads."""
    return django_filters.ChoiceFilter(
        label=_("Lead"),
        empty_label=_("Any lead"),
        choices=Lead.choices,
        error_messages={"invalid_choice": _("There is no lead “%(value)s”. Choose one from the list.")},
        **options,
    )


def search_filter() -> django_filters.CharFilter:
    """Filter on words, as `mentioning` of the queryset finds them."""
    return django_filters.CharFilter(label=_("Search"), method="search", max_length=MAXIMUM_SEARCH_LENGTH)


class ProgrammeFilterSet(django_filters.FilterSet):
    """Filters whose choices are the pillars, themes and years of the programme.

    A page that has read `themes` and `programmes` already passes them on, so that its number of queries stays the same.
    """

    def __init__(
        self,
        data: Any = None,
        queryset: QuerySet[Any] | None = None,
        *,
        themes: Iterable[Theme] | None = None,
        programmes: Iterable[Programme] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, queryset, **options)
        if themes is None:
            themes = Theme.objects.select_related("pillar")
        pillars = {theme.pillar.number: str(theme.pillar) for theme in themes}
        self.filters["pillar"].extra["choices"] = [(str(number), label) for number, label in pillars.items()]
        if "theme" in self.filters:
            self.filters["theme"].extra["choices"] = [(theme.slug, theme.name) for theme in themes]
        if "year" in self.filters:
            if programmes is None:
                programmes = Programme.objects.all()
            years = sorted({year for programme in programmes for year in programme.years})
            self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.mentioning(value)


class ObjectiveFilter(ProgrammeFilterSet):
    """Objectives by pillar, theme, year in which they are active, lead on a LAC goal of theirs, and words."""

    pillar = pillar_filter("theme__pillar__number")
    theme = theme_filter("theme__slug")
    year = django_filters.ChoiceFilter(
        label=_("Active in"),
        empty_label=_("Any year"),
        error_messages={
            "invalid_choice": _("The programme has no year “%(value)s”. Choose one from the list.")
        },
        method="active_in",
    )
    lead = lead_filter(method="with_lead")
    q = search_filter()

    class Meta:
        model = Objective
        fields: ClassVar[list[str]] = []

    def active_in(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.active_in(int(value))

    def with_lead(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.with_lead(value)


class LacGoalFilter(ProgrammeFilterSet):
    """LAC goals by pillar, theme, lead and words."""

    pillar = pillar_filter("pillar__number")
    theme = theme_filter("theme__slug")
    lead = lead_filter()
    q = search_filter()

    class Meta:
        model = LacGoal
        fields: ClassVar[list[str]] = []


class ThemeFilter(ProgrammeFilterSet):
    """Themes by pillar and words."""

    pillar = pillar_filter("pillar__number")
    q = search_filter()

    class Meta:
        model = Theme
        fields: ClassVar[list[str]] = []


class PlanVersionFilter(django_filters.FilterSet):
    """Adopted plan versions by status and programme."""

    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[(status.value, status.label) for status in (PlanStatus.ADOPTED, PlanStatus.SUPERSEDED)],
        error_messages={"invalid_choice": _("There is no status “%(value)s”. Choose one from the list.")},
    )
    programme = django_filters.ModelChoiceFilter(
        label=_("Programme"),
        queryset=Programme.objects.all(),
        to_field_name="slug",
        error_messages={"invalid_choice": _("There is no programme “%(value)s”. Choose one from the list.")},
    )

    class Meta:
        model = PlanVersion
        fields: ClassVar[list[str]] = []
