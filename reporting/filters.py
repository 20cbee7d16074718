"""The filters of the planning grid."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pillars.filters import ObjectiveFilter
from portfolio.choices import CellState
from portfolio.overview import PortfolioLine

NOBODY = "none"
ORDER = ("pillar", "theme", "portfolio", "holder", "year", "state", "lead", "q")
STATES = [state for state in CellState if state != CellState.NOT_PLANNED]


class GridFilter(ObjectiveFilter):
    """Objectives as everywhere, and by portfolio, its holder today, and the state of a cell.

    The last three are known once the rows are put together: `build_planning_grid` applies them. With a state, the year
    says in which year a cell has it.
    """

    portfolio = django_filters.ChoiceFilter(
        label=_("Portfolio"),
        empty_label=_("All portfolios"),
        error_messages={"invalid_choice": _("There is no portfolio “%(value)s”. Choose one from the list.")},
        method="of_the_rows",
    )
    holder = django_filters.ChoiceFilter(
        label=_("Portfolio holder"),
        empty_label=_("Everyone"),
        error_messages={
            "invalid_choice": _("Nobody known as “%(value)s” holds a portfolio today. Choose from the list.")
        },
        method="of_the_rows",
    )
    state = django_filters.ChoiceFilter(
        label=_("State of the projects"),
        empty_label=_("Any state"),
        choices=[(state.value, state.label) for state in STATES],
        error_messages={"invalid_choice": _("There is no state “%(value)s”. Choose one from the list.")},
        method="of_the_rows",
    )

    def __init__(
        self,
        data: Any = None,
        queryset: Any = None,
        *,
        portfolios: Mapping[int, PortfolioLine],
        shows_projects: bool,
        **options: Any,
    ) -> None:
        super().__init__(data, queryset, **options)
        self.filters: dict[str, Any] = dict(self.filters)
        holders = {key: name for portfolio in portfolios.values() for key, name in portfolio.holders.items()}
        self.filters["portfolio"].extra["choices"] = [
            (portfolio.slug, portfolio.name) for portfolio in portfolios.values()
        ]
        self.filters["holder"].extra["choices"] = [
            (NOBODY, pgettext_lazy("portfolio holder", "nobody yet")),
            *((str(key), name) for key, name in sorted(holders.items(), key=lambda pair: pair[1])),
        ]
        if not shows_projects:
            del self.filters["state"]
        in_order = [(name, self.filters.pop(name)) for name in ORDER if name in self.filters]
        self.filters.update(in_order)

    def active_in(self, queryset: Any, name: str, value: str) -> Any:
        if self.form.cleaned_data.get("state"):
            return queryset
        return super().active_in(queryset, name, value)

    def of_the_rows(self, queryset: Any, name: str, value: str) -> Any:
        return queryset
