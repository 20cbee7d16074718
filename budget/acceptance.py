"""Whether the money is there for assignments that the Vakraad is about to accept: the check that `portfolio` asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from budget.allocation import read_years
from budget.models import AnnualBudget, BudgetLine
from budget.money import format_money
from portfolio.models import Project


def money_that_is_short(projects: Sequence[Project]) -> list[str]:
    """Say per year how much is short when these assignments are accepted together; empty when the money is there.

    A year whose budget was not set yet stops nothing. Locks the budgets of the years, so that two acceptances at the same
    time don't both take the last money.
    """
    asked: dict[int, Decimal] = defaultdict(Decimal)
    for line in BudgetLine.objects.filter(project__in=[project.pk for project in projects]):
        asked[line.year] += line.amount
    years = list(
        AnnualBudget.objects.select_for_update()
        .filter(year__in=asked)
        .order_by("year")
        .values_list("year", flat=True)
    )
    allocations = read_years(years)
    return [
        _("%(year)s: %(asked)s is asked and %(left)s is left, so %(short)s is short.")
        % {
            "year": year,
            "asked": format_money(asked[year]),
            "left": format_money(max(allocations[year].unallocated, Decimal(0))),
            "short": format_money(asked[year] - max(allocations[year].unallocated, Decimal(0))),
        }
        for year in years
        if asked[year] > allocations[year].unallocated
    ]
