"""The filters on projects, the same for the page, its Excel sheet and the API."""

from collections.abc import Iterable
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisation.models import Network, Region
from pillars.filters import ProgrammeFilterSet, pillar_filter, search_filter, theme_filter
from pillars.models import Objective, Programme, Theme
from portfolio.choices import Attention, Health, ProjectState
from portfolio.models import Portfolio, PortfolioHolder, Project


class ProjectFilter(ProgrammeFilterSet):
    """Projects by place in the programme, portfolio and holder, who is asked, how they stand, year and words."""

    q = search_filter()
    state = django_filters.ChoiceFilter(
        label=_("State"),
        empty_label=_("Any state"),
        choices=ProjectState.choices,
        error_messages={"invalid_choice": _("There is no state “%(value)s”. Choose one from the list.")},
    )
    attention = django_filters.ChoiceFilter(
        label=_("Asks for attention"),
        empty_label=_("All projects"),
        choices=Attention.choices,
        error_messages={
            "invalid_choice": _("There is no such kind of attention: “%(value)s”. Choose one from the list.")
        },
        method="asking_attention",
    )
    pillar = pillar_filter("objective__theme__pillar__number")
    portfolio = django_filters.ChoiceFilter(
        field_name="portfolio__slug",
        label=_("Portfolio"),
        empty_label=_("All portfolios"),
        error_messages={"invalid_choice": _("There is no portfolio “%(value)s”. Choose one from the list.")},
    )
    year = django_filters.ChoiceFilter(
        label=_("In year"),
        empty_label=_("Any year"),
        error_messages={
            "invalid_choice": _("The programme has no year “%(value)s”. Choose one from the list.")
        },
        method="in_year",
    )
    theme = theme_filter("objective__theme__slug")
    objective = django_filters.ChoiceFilter(
        field_name="objective",
        label=_("Objective"),
        empty_label=_("All objectives"),
        error_messages={"invalid_choice": _("There is no objective “%(value)s”. Choose one from the list.")},
    )
    holder = django_filters.ChoiceFilter(
        label=_("Holder today"),
        empty_label=_("Any holder"),
        error_messages={
            "invalid_choice": _(
                "Nobody with the key “%(value)s” holds a portfolio today. Choose from the list."
            )
        },
        method="held_by",
    )
    network = django_filters.ChoiceFilter(
        label=_("Network involved"),
        empty_label=_("Any network"),
        error_messages={"invalid_choice": _("There is no network “%(value)s”. Choose one from the list.")},
        method="involving_network",
    )
    region = django_filters.ChoiceFilter(
        label=_("Region asked"),
        empty_label=_("Any region"),
        error_messages={"invalid_choice": _("There is no region “%(value)s”. Choose one from the list.")},
        method="asking_of_region",
    )
    health = django_filters.ChoiceFilter(
        label=_("Health"),
        empty_label=_("Any health"),
        choices=Health.choices,
        error_messages={"invalid_choice": _("There is no health “%(value)s”. Choose one from the list.")},
    )

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = []

    def __init__(
        self,
        data: Any = None,
        queryset: QuerySet[Any] | None = None,
        *,
        themes: Iterable[Theme] | None = None,
        programmes: Iterable[Programme] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, queryset, themes=themes, programmes=programmes, **options)
        today = timezone.localdate()
        holding = PortfolioHolder.objects.on(today).order_by("user__name", "user__email")
        self._offer("portfolio", Portfolio.objects.values_list("slug", "name"))
        self._offer("objective", Objective.objects.values_list("pk", "title"))
        self._offer("network", Network.objects.values_list("slug", "name"))
        self._offer("region", Region.objects.values_list("code", "name"))
        self._offer("holder", dict(holding.values_list("user", "user__name")).items())

    def _offer(self, name: str, choices: Iterable[tuple[Any, str]]) -> None:
        self.filters[name].extra["choices"] = [(str(value), label) for value, label in choices]

    def asking_attention(self, queryset: Any, name: str, value: str) -> Any:
        today = timezone.localdate()
        match Attention(value):
            case Attention.LATE:
                return queryset.late(today)
            case Attention.REPORT:
                return queryset.with_report_due(today)
            case Attention.DECISION:
                return queryset.awaiting_decision()

    def held_by(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.held_today_by(int(value))

    def involving_network(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.involving_network(value)

    def asking_of_region(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.asking_of_region(value)

    def in_year(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.in_year(int(value))

    @property
    def chosen(self) -> dict[str, tuple[str, str]]:
        """The filters that are set and right, as they read on the form: name → label and chosen value."""
        # Its values stand in `cleaned_data` once it was checked.
        self.form.is_valid()
        found = {}
        for name, value in self.form.cleaned_data.items():
            if value:
                field = self.form.fields[name]
                found[name] = (str(field.label), str(dict(getattr(field, "choices", ())).get(value, value)))
        return found
