"""Makes lines to book on, and files with bookings, for tests."""

import datetime
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

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
    return list(BudgetLine.objects.filter(year=year).select_related("project").order_by("pk"))


def booked_expenditure():
    """Book €100 on central support in 2026, with an invoice, where the programme is loaded."""
    from budget.services import NewExpenditure, book_expenditure, set_budget
    from organisation.choices import Role
    from tests.factories import UserFactory

    support = UserFactory.create(roles=[Role.SUPPORT])
    set_budget(2026, Decimal("625000.00"), by=support)
    line = next(line for line in make_lines(support) if line.project is None)
    new = NewExpenditure(line, datetime.date(2026, 3, 1), Decimal(100), "2026-00123", "Zandzakken")
    invoice = SimpleUploadedFile("factuur.pdf", b"%PDF-1.4 an invoice\n%%EOF")
    return book_expenditure(new, by=support, document=invoice)
