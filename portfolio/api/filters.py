"""The filters of the API: those of the pages, and what programs ask beside them."""

from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from organisation.searching import MAXIMUM_SEARCH_LENGTH
from pillars.models import FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR
from portfolio.choices import AnnualPlanState, Outcome
from portfolio.filters.projects import ProjectFilter
from portfolio.models import AnnualPlan, Decision, Project, StatusReport

YES_OR_NO = [("true", _("yes")), ("false", _("no"))]


class ProjectListFilter(ProjectFilter):
    """The filters of the page with projects, and whether they are late."""

    late = django_filters.ChoiceFilter(
        label=_("Late"),
        choices=YES_OR_NO,
        error_messages={"invalid_choice": _("Give “true” or “false”.")},
        method="is_late",
    )

    def is_late(self, queryset: Any, name: str, value: str) -> Any:
        late = Project.objects.late(timezone.localdate()).order_by().values("pk")
        return queryset.filter(pk__in=late) if value == "true" else queryset.exclude(pk__in=late)


def _visible_projects(request: Any) -> Any:
    """Give what a project is chosen from: of another one, a person hears that there is none."""
    return Project.objects.none() if request is None else Project.objects.visible_to(request.user)


@extend_schema_field(
    {
        "type": "integer",
        "minimum": FIRST_CALENDAR_YEAR,
        "maximum": LAST_CALENDAR_YEAR,
        "description": _("Year"),
    }
)
class YearFilter(django_filters.NumberFilter):
    """The year of a date."""

    def __init__(self, field_name: str) -> None:
        super().__init__(
            label=_("Year"),
            field_name=field_name,
            lookup_expr="year",
            min_value=FIRST_CALENDAR_YEAR,
            max_value=LAST_CALENDAR_YEAR,
            decimal_places=0,
        )


class StatusReportFilter(django_filters.FilterSet):
    """Status reports by project and year."""

    project = django_filters.ModelChoiceFilter(
        label=_("The id of the project."),
        queryset=_visible_projects,
        error_messages={"invalid_choice": _("There is no project “%(value)s”.")},
    )
    year = YearFilter("reported_on")

    class Meta:
        model = StatusReport
        fields: ClassVar[list[str]] = []


class AnnualPlanFilter(django_filters.FilterSet):
    """Annual plans by year and state."""

    year = django_filters.NumberFilter(
        label=_("Year"),
        min_value=FIRST_CALENDAR_YEAR,
        max_value=LAST_CALENDAR_YEAR,
        decimal_places=0,
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=AnnualPlanState.choices,
        error_messages={"invalid_choice": _("There is no state “%(value)s”. Choose one from the list.")},
    )

    class Meta:
        model = AnnualPlan
        fields: ClassVar[list[str]] = []


class DecisionListFilter(django_filters.FilterSet):
    """Decisions by year of the meeting, outcome, project and words."""

    year = YearFilter("meeting_on")
    outcome = django_filters.ChoiceFilter(
        label=_("Outcome"),
        choices=Outcome.choices,
        error_messages={"invalid_choice": _("There is no outcome “%(value)s”. Choose one from the list.")},
    )
    project = django_filters.ModelChoiceFilter(
        label=_("The id of the project."),
        queryset=_visible_projects,
        method="about",
        error_messages={"invalid_choice": _("There is no project “%(value)s”.")},
    )
    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=MAXIMUM_SEARCH_LENGTH)

    class Meta:
        model = Decision
        fields: ClassVar[list[str]] = []

    def about(self, queryset: Any, name: str, value: Project) -> Any:
        return queryset.filter(projects=value)

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.mentioning(value, self.request.user)
