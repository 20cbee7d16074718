"""A year's budget as the tests of its API need it."""

import datetime
from decimal import Decimal

from budget.models import BudgetLine
from budget.services import (
    NewExpenditure,
    adopt_contributions,
    adopt_key,
    book_expenditure,
    draft_contributions,
    keep_key,
    plan_central_support,
    set_budget,
    set_project_costs,
)
from budget.services.costs import CostLine
from organisation.models import Region
from pillars.models import Objective
from portfolio.choices import Outcome, ProjectState
from tests.factories import ProjectFactory, decide

YEAR = 2026
AMOUNT = Decimal("625000.00")
DAY = datetime.date(2026, 2, 3)
# Who sees the whole budget.
STEERS = {"council member", "holder", "other holder", "support"}


def central_support(by, amount="150000.00"):
    """Plan central support; gives its line."""
    plan_central_support(YEAR, [CostLine(YEAR, "hired", Decimal(amount))], by=by)
    return BudgetLine.objects.central_support().get(year=YEAR, category="hired")


def project_with_costs(by, state=ProjectState.RUNNING, amount="20000.00", **fields):
    """Make a project in a state, with planned costs; gives its line."""
    project = ProjectFactory.create(objective=Objective.objects.first(), in_state=state, **fields)
    set_project_costs(project, [CostLine(YEAR, "events", Decimal(amount), "A day")], by=by)
    return BudgetLine.objects.get(project=project)


def book(line, by, reference="2026-001", amount="1234.50"):
    """Book what was spent."""
    return book_expenditure(NewExpenditure(line, DAY, Decimal(amount), reference, "Hall"), by=by)


def adopted(by, key, decision):
    """Adopt the contributions of the year by a key."""
    draft_contributions(YEAR, key, by=by)
    return adopt_contributions(YEAR, by=by, decision=decision)


def set_amount(by, amount=AMOUNT, read_version=None):
    """Set the amount of the year."""
    return set_budget(YEAR, Decimal(amount), by=by, read_version=read_version)


def adopted_year(by, year):
    """Adopt the contributions of a year, with a booking on central support; gives the key and the booking."""
    codes = Region.objects.values_list("code", flat=True)
    key = keep_key(
        by=by,
        name=f"Key of {year}",
        source="Circulaire",
        first_year=year,
        last_year=year,
        weights=dict.fromkeys(codes, Decimal(1)),
    )
    set_budget(year, AMOUNT, by=by)
    draft_contributions(year, adopt_key(key, by=by), by=by)
    adopt_contributions(year, by=by, decision=decide(outcome=Outcome.BUDGET))
    plan_central_support(year, [CostLine(year, "other", Decimal(100))], by=by)
    line = BudgetLine.objects.central_support().get(year=year)
    return key, book(line, by, reference=f"{year}-1", amount="10.00")
