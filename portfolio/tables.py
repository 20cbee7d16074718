"""The list of projects as a table: its columns, and how each of them sorts. The page draws the cells."""

from typing import Any

import django_tables2 as tables
from django.db.models import Case, F, IntegerField, Min, OrderBy, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Length, Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portfolio.choices import Health, ProjectState
from portfolio.models import Project, Result

PER_PAGE = 50


def _place(field: str, order: Any) -> Case:
    """Give the place of a field's value in an order; what isn't in it comes last."""
    ways = [When(**{field: value}, then=Value(place)) for place, value in enumerate(order)]
    return Case(*ways, default=Value(len(ways)), output_field=IntegerField())


def _ordered(queryset: QuerySet[Project], is_descending: bool, *keys: Any) -> tuple[QuerySet[Project], bool]:
    """Sort by keys, what is empty always last; the newest project first where all are equal."""
    orders = [
        OrderBy(F(key) if isinstance(key, str) else key, descending=is_descending, nulls_last=True)
        for key in keys
    ]
    return queryset.order_by(*orders, "-pk"), True


class ProjectTable(tables.Table):
    """The columns of the list. A `sort` that names none of them is left aside."""

    project = tables.Column(verbose_name=_("Project"), empty_values=())
    objective = tables.Column(verbose_name=_("Objective"), empty_values=())
    portfolio = tables.Column(verbose_name=_("Portfolio and holder"), empty_values=())
    state = tables.Column(verbose_name=_("State"), empty_values=())
    health = tables.Column(verbose_name=_("Health"), empty_values=())
    period = tables.Column(verbose_name=_("Planned"), empty_values=())
    next_result = tables.Column(verbose_name=_("Next result"), empty_values=())
    late = tables.Column(verbose_name=_("Late"), empty_values=())

    class Meta:
        orderable = True

    def order_project(self, queryset: QuerySet[Project], is_descending: bool) -> Any:
        # A draft has no number yet. After 2026-999 comes 2026-1000, which is longer.
        year = Case(When(code="", then=Value(None)), default=Substr("code", 1, 4))
        return _ordered(queryset, is_descending, year, Length("code"), "code", "title")

    def order_objective(self, queryset: QuerySet[Project], is_descending: bool) -> Any:
        place = "objective__theme__pillar__programme__first_year", "objective__theme__pillar__number"
        return _ordered(
            queryset, is_descending, *place, "objective__theme__position", "objective__position", "code"
        )

    def order_portfolio(self, queryset: QuerySet[Project], is_descending: bool) -> Any:
        return _ordered(queryset, is_descending, "portfolio__name", "code")

    def order_state(self, queryset: QuerySet[Project], is_descending: bool) -> Any:
        return _ordered(queryset, is_descending, _place("state", ProjectState), "code")

    def order_health(self, queryset: QuerySet[Project], is_descending: bool) -> Any:
        worst_first = _place("health", [Health.RED, Health.AMBER, Health.GREEN])
        return _ordered(queryset, is_descending, worst_first, "code")

    def order_period(self, queryset: QuerySet[Project], is_descending: bool) -> Any:
        return _ordered(queryset, is_descending, "starts_on", "ends_on")

    def order_next_result(self, queryset: QuerySet[Project], is_descending: bool) -> Any:
        # What is delivered is left out of the minimum, not of the rows: so SQLite finds them by their project.
        still_open = Q(delivered_on__isnull=True)
        of_project = Result.objects.filter(project=OuterRef("pk")).order_by().values("project")
        first = of_project.annotate(first=Min("due_on", filter=still_open)).values("first")
        return _ordered(queryset, is_descending, Subquery(first))

    def order_late(self, queryset: QuerySet[Project], is_descending: bool) -> Any:
        late = Project.objects.late(timezone.localdate()).order_by().values("pk")
        # Late ones first, those that end first before others.
        first = Case(When(pk__in=late, then=Value(0)), default=Value(1), output_field=IntegerField())
        return _ordered(queryset, is_descending, first, "ends_on")
