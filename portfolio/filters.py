"""The filters on projects, the same for pages and API."""

from typing import Any, ClassVar

import django_filters
from django.utils.translation import gettext_lazy as _

from organisation.choices import Role
from organisation.models import Network, Region, User
from pillars.filters import ProgrammeFilterSet, pillar_filter, search_filter, theme_filter
from pillars.models import Objective
from portfolio.choices import Health, ProjectState
from portfolio.models import Portfolio, Project


class ProjectFilter(ProgrammeFilterSet):
    """Projects by place in the programme, portfolio and holder, who is asked, how they stand, year and words."""

    pillar = pillar_filter("objective__theme__pillar__number")
    theme = theme_filter("objective__theme__slug")
    objective = django_filters.ModelChoiceFilter(
        label=_("Objective"),
        queryset=Objective.objects.all(),
        error_messages={"invalid_choice": _("There is no objective “%(value)s”. Choose one from the list.")},
    )
    portfolio = django_filters.ModelChoiceFilter(
        label=_("Portfolio"),
        queryset=Portfolio.objects.all(),
        to_field_name="slug",
        error_messages={"invalid_choice": _("There is no portfolio “%(value)s”. Choose one from the list.")},
    )
    holder = django_filters.ModelChoiceFilter(
        label=_("Holder today"),
        queryset=User.objects.filter(role_assignments__role=Role.PORTFOLIO_HOLDER),
        method="of_holder",
        error_messages={"invalid_choice": _("There is no holder “%(value)s”. Choose one from the list.")},
    )
    network = django_filters.ModelChoiceFilter(
        label=_("Network that contributes"),
        field_name="networks",
        queryset=Network.objects.all(),
        to_field_name="slug",
        error_messages={"invalid_choice": _("There is no network “%(value)s”. Choose one from the list.")},
    )
    region = django_filters.ModelChoiceFilter(
        label=_("Region that is asked"),
        queryset=Region.objects.all(),
        to_field_name="code",
        method="asking_of_region",
        error_messages={"invalid_choice": _("There is no region “%(value)s”. Choose one from the list.")},
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        empty_label=_("Any state"),
        choices=ProjectState.choices,
        error_messages={"invalid_choice": _("There is no state “%(value)s”. Choose one from the list.")},
    )
    health = django_filters.ChoiceFilter(
        label=_("Health"),
        empty_label=_("Any health"),
        choices=Health.choices,
        error_messages={"invalid_choice": _("There is no health “%(value)s”. Choose one from the list.")},
    )
    year = django_filters.ChoiceFilter(
        label=_("In year"),
        empty_label=_("Any year"),
        error_messages={
            "invalid_choice": _("The programme has no year “%(value)s”. Choose one from the list.")
        },
        method="in_year",
    )
    q = search_filter()

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = []

    def of_holder(self, queryset: Any, name: str, value: User) -> Any:
        return queryset.of_holder(value)

    def asking_of_region(self, queryset: Any, name: str, value: Region) -> Any:
        return queryset.asking_of_region(value.code)

    def in_year(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.in_year(int(value))
