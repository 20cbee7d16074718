"""The filters on decisions."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisation.models import User
from organisation.searching import MAXIMUM_SEARCH_LENGTH
from portfolio.choices import Outcome
from portfolio.models import Decision


class DecisionFilter(django_filters.FilterSet):
    """Decisions by year of the meeting, outcome and words; `user` is who asks: words of projects count that they see."""

    year = django_filters.ChoiceFilter(
        field_name="meeting_on__year",
        label=_("Year"),
        empty_label=pgettext_lazy("of decisions", "Any year"),
        error_messages={"invalid_choice": _("There is no decision of “%(value)s”. Choose from the list.")},
    )
    outcome = django_filters.ChoiceFilter(
        label=_("Outcome"),
        empty_label=_("Any outcome"),
        choices=Outcome.choices,
        error_messages={"invalid_choice": _("There is no outcome “%(value)s”. Choose one from the list.")},
    )
    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=MAXIMUM_SEARCH_LENGTH)

    class Meta:
        model = Decision
        fields: ClassVar[list[str]] = []

    def __init__(self, data: Any, queryset: QuerySet[Decision], *, user: User) -> None:
        super().__init__(data, queryset)
        self.user = user
        years = queryset.order_by("-meeting_on__year").values_list("meeting_on__year", flat=True).distinct()
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.mentioning(value, self.user)
