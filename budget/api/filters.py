"""The filters of keys and of what was spent."""

from typing import Any, ClassVar

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from budget.choices import CostCategory, KeyStatus
from budget.models import DistributionKey, Expenditure
from pillars.models import FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR
from portfolio.api.filters import YES_OR_NO
from portfolio.models import Project


@extend_schema_field(
    {
        "type": "integer",
        "minimum": FIRST_CALENDAR_YEAR,
        "maximum": LAST_CALENDAR_YEAR,
        "description": _("The year of a budget: keys that hold in it, bookings that it paid."),
    }
)
class BudgetYearFilter(django_filters.NumberFilter):
    """The year of a budget."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Year"),
            min_value=FIRST_CALENDAR_YEAR,
            max_value=LAST_CALENDAR_YEAR,
            decimal_places=0,
            **options,
        )


class KeyFilter(django_filters.FilterSet):
    """Keys by a year in which they hold, and by status."""

    year = BudgetYearFilter(method="holds_in")
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=KeyStatus.choices,
        error_messages={"invalid_choice": _("There is no status “%(value)s”. Choose one from the list.")},
    )

    class Meta:
        model = DistributionKey
        fields: ClassVar[list[str]] = []

    def holds_in(self, queryset: Any, name: str, value: Any) -> Any:
        return queryset.filter(first_year__lte=int(value), last_year__gte=int(value))


def _visible_projects(request: Any) -> Any:
    """Give what a project is chosen from: of another one, a person hears that there is none."""
    return Project.objects.none() if request is None else Project.objects.visible_to(request.user)


class ExpenditureFilter(django_filters.FilterSet):
    """Bookings by the year of their budget, project, category, and whether they count."""

    year = BudgetYearFilter(field_name="line__year")
    project = django_filters.ModelChoiceFilter(
        label=_("The id of the project."),
        queryset=_visible_projects,
        field_name="line__project",
        error_messages={"invalid_choice": _("There is no project “%(value)s”.")},
    )
    category = django_filters.ChoiceFilter(
        label=_("Category"),
        choices=CostCategory.choices,
        field_name="line__category",
        error_messages={"invalid_choice": _("There is no category “%(value)s”. Choose one from the list.")},
    )
    withdrawn = django_filters.ChoiceFilter(
        label=_("Withdrawn bookings alone, or those that count."),
        choices=YES_OR_NO,
        error_messages={"invalid_choice": _("Give “true” or “false”.")},
        method="is_withdrawn",
    )

    class Meta:
        model = Expenditure
        fields: ClassVar[list[str]] = []

    def is_withdrawn(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(withdrawn_at__isnull=value != "true")
