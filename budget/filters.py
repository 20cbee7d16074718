"""The filters on expenditure, the same for the page and its Excel sheet."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from budget.choices import CostCategory
from budget.models import Expenditure
from organisation.searching import MAXIMUM_SEARCH_LENGTH

CENTRAL_SUPPORT = "support"


class ExpenditureFilter(django_filters.FilterSet):
    """Bookings by words, project or central support, category, and whether they were withdrawn.

    `queryset` has the bookings of a year that the person sees; projects are offered on which one of them is.
    """

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=MAXIMUM_SEARCH_LENGTH)
    project = django_filters.ChoiceFilter(
        label=_("Spent on"),
        empty_label=_("Central support and all projects"),
        error_messages={"invalid_choice": _("Nothing was booked on “%(value)s”. Choose from the list.")},
        method="on_project",
    )
    category = django_filters.ChoiceFilter(
        field_name="line__category",
        label=_("Category"),
        empty_label=_("Any category"),
        choices=CostCategory.choices,
        error_messages={"invalid_choice": _("There is no category “%(value)s”. Choose one from the list.")},
    )
    withdrawn = django_filters.ChoiceFilter(
        label=_("Withdrawn"),
        empty_label=pgettext_lazy("withdrawn bookings", "With the withdrawn ones"),
        choices=[
            ("no", pgettext_lazy("withdrawn bookings", "Without the withdrawn ones")),
            ("yes", pgettext_lazy("withdrawn bookings", "The withdrawn ones alone")),
        ],
        error_messages={"invalid_choice": _("“%(value)s” is not one of the choices. Choose from the list.")},
        method="by_withdrawal",
    )

    class Meta:
        model = Expenditure
        fields: ClassVar[list[str]] = []

    def __init__(self, data: Any, queryset: QuerySet[Expenditure]) -> None:
        super().__init__(data, queryset)
        booked = (
            queryset.filter(line__project__isnull=False)
            .order_by("line__project__code", "line__project__title")
            .values_list("line__project", "line__project__code", "line__project__title")
            .distinct()
        )
        self.filters["project"].extra["choices"] = [
            (CENTRAL_SUPPORT, _("Central support")),
            *((str(pk), f"{code} {title}".strip()) for pk, code, title in booked),
        ]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.mentioning(value)

    def on_project(self, queryset: Any, name: str, value: str) -> Any:
        if value == CENTRAL_SUPPORT:
            return queryset.filter(line__project__isnull=True)
        return queryset.filter(line__project=int(value))

    def by_withdrawal(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(withdrawn_at__isnull=value == "no")

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The filters that are set and right, as they read on the form: label and chosen value."""
        # Its values stand in `cleaned_data` once it was checked.
        self.form.is_valid()
        return [
            (
                str(self.form.fields[name].label),
                str(dict(getattr(self.form.fields[name], "choices", ())).get(value, value)),
            )
            for name, value in self.form.cleaned_data.items()
            if value
        ]
