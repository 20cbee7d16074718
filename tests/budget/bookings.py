"""Makes lines to book on, and files with bookings, for tests."""

from decimal import Decimal

from tests.budget.sheets import csv_of

HEADER = ["Boekdatum", "Bedrag", "Boekstuk", "Project", "Jaar", "Categorie", "Omschrijving"]


def row(reference="B-1", **changes):
    """Give a row of a booking of €1,250.50 on central support for hired capacity, with these cells changed."""
    cells = {
        "date": "2026-03-01",
        "amount": "1250,50",
        "reference": reference,
        "project": "CO",
        "year": "",
        "category": "hired capacity",
        "description": "Ondersteuner maart",
    }
    return list((cells | changes).values())


def file_of(*rows) -> bytes:
    """Give a CSV file with these rows."""
    return csv_of([HEADER, *rows])


def make_lines(support, year=2026, amount="10000.00", *, state=None):
    """Plan central support, hired; with `state` a project in it as well, hired. Gives the line of each."""
    from budget.models import BudgetLine
    from budget.services import plan_central_support, set_project_costs
    from budget.services.costs import CostLine
    from pillars.models import Objective
    from tests.factories import ProjectFactory

    costs = [CostLine(year, "hired", Decimal(amount))]
    plan_central_support(year, costs, by=support)
    if state is not None:
        project = ProjectFactory.create(objective=Objective.objects.first(), in_state=state)
        set_project_costs(project, costs, by=support)
    return list(BudgetLine.objects.filter(year=year).order_by("pk"))
