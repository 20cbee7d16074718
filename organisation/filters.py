"""The filters on regions and networks."""

from typing import Any, ClassVar

import django_filters
from django.utils.translation import gettext_lazy as _

from organisation.choices import NetworkKind, Tier
from organisation.models import Network, Region
from organisation.searching import MAXIMUM_SEARCH_LENGTH


class RegionFilter(django_filters.FilterSet):
    """Regions by words in code or name."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=MAXIMUM_SEARCH_LENGTH)

    class Meta:
        model = Region
        fields: ClassVar[list[str]] = []

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.mentioning(value)


class NetworkFilter(django_filters.FilterSet):
    """Networks by kind, place in the scheme of actors, and words in name, abbreviation or description."""

    kind = django_filters.ChoiceFilter(
        label=_("Kind"),
        choices=NetworkKind.choices,
        error_messages={"invalid_choice": _("There is no kind “%(value)s”. Choose one from the list.")},
    )
    tier = django_filters.ChoiceFilter(
        label=_("Place in the scheme of actors"),
        choices=Tier.choices,
        error_messages={"invalid_choice": _("There is no place “%(value)s”. Choose one from the list.")},
    )
    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=MAXIMUM_SEARCH_LENGTH)

    class Meta:
        model = Network
        fields: ClassVar[list[str]] = []

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.mentioning(value)
