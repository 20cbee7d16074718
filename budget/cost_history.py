"""The planned costs in the history of a project: what `portfolio.ports.history_sources` asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from budget.choices import CostCategory
from budget.models import BudgetLine
from budget.money import format_money
from organisation.models import User
from portfolio.ports import HistorySource

KIND = "cost"
FIELDS = ("year", "category", "amount", "note")


def cost_history() -> HistorySource:
    """Give the budget lines, for who may see them, with amounts in euro."""
    return HistorySource(
        kind=KIND,
        model=BudgetLine,
        fields=FIELDS,
        name=_name,
        readable=_readable,
        in_name=frozenset({"year", "category"}),
        texts={"amount": format_money},
    )


def _name(values: Mapping[str, Any]) -> str:
    return _("Planned costs: %(year)s, %(category)s") % {
        "year": values["year"],
        "category": CostCategory(values["category"]).label,
    }


def _readable(reader: User) -> Q:
    return Q() if reader.has_perm("budget.view_lines") else Q(pk__in=())
