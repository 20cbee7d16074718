"""The costs of a project: on its page, at an address of their own, and in its history."""

import datetime
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.models import BudgetLine
from budget.project_costs import read_project_costs
from budget.services import NewExpenditure, book_expenditure, set_budget, set_forecast
from budget.services.costs import CostLine
from organisation.choices import Role
from portfolio.choices import ProjectState
from portfolio.services import ProjectLines, edit_project
from tests.factories import PortfolioFactory, ProjectFactory, SignedInClient, UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true", "hx-target": "div#costs-part"}
READERS = (Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT)


def plan(project, by, *lines):
    return edit_project(project, by=by, lines=ProjectLines(costs=[CostLine(*line) for line in lines]))


def spend(project, category, amount, support):
    line = BudgetLine.objects.get(project=project, year=2026, category=category)
    new = NewExpenditure(line, datetime.date(2026, 3, 1), Decimal(amount), f"2026-{amount}", "Factuur")
    return book_expenditure(new, by=support)


def said(response):
    return re.sub(r"\s+", " ", response.content.decode()).replace("\xa0", " ")


@pytest.fixture
def project(support):
    project = ProjectFactory.create(in_state=ProjectState.RUNNING)
    plan(
        project,
        support,
        (2026, "hired", Decimal(30_000), "Onderzoek"),
        (2026, "events", Decimal(5_000)),
        (2027, "hired", Decimal(10_000)),
    )
    return project


def test_planned_spent_left_and_forecast_per_year_and_category(project, support):
    spend(project, "hired", "12000.50", support)
    costs = read_project_costs(project, support)
    first, second = costs.years
    assert [(item.category, item.amount, item.spent, item.left) for item in first.items] == [
        ("hired", 30_000, Decimal("12000.50"), Decimal("17999.50")),
        ("events", 5_000, 0, 5_000),
    ]
    assert (first.planned, first.spent, first.left, first.forecast) == (
        35_000,
        Decimal("12000.50"),
        Decimal("22999.50"),
        35_000,
    )
    assert (second.year, second.planned) == (2027, 10_000)
    assert (costs.planned, costs.spent, costs.left, costs.forecast) == (
        45_000,
        Decimal("12000.50"),
        Decimal("32999.50"),
        45_000,
    )
    assert costs.warnings == ()


def test_a_forecast_set_by_hand_says_why(project, support, client_as, english):
    set_forecast(2026, project, amount=Decimal(40_000), reason="Duurder onderzoek", by=support)
    costs = read_project_costs(project, support)
    assert (costs.years[0].forecast, costs.years[0].forecast_reason) == (40_000, "Duurder onderzoek")
    assert costs.warnings == ("The forecast of 2026 is €5,000.00 above what is planned.",)
    assert "Duurder onderzoek" in said(client_as(Role.COUNCIL_MEMBER).get(f"/projects/{project.pk}/costs"))


def test_over_allocation_and_overspending_are_said_in_words(project, support, budget_2026, english):
    spend(project, "events", "40000", support)
    set_budget(2026, Decimal(20_000), by=support, read_version=1)
    assert read_project_costs(project, support).warnings == (
        "€15,000.00 more is committed for 2026 than there is.",
        "In 2026 €35,000.00 more was spent on event costs than is planned.",
    )


def test_an_assignment_that_asks_too_much_is_warned_about_before_it_is_accepted(
    support, budget_2026, english
):
    project = ProjectFactory.create(in_state=ProjectState.SUBMITTED)
    plan(project, support, (2026, "hired", Decimal(700_000)))
    assert "€75,000.00 is short" in read_project_costs(project, support).warnings[0]


def test_support_that_changes_an_accepted_project_is_warned_at_once(project, support, budget_2026):
    client = SignedInClient(support)
    sent = {"rows-TOTAL_FORMS": 1, "rows-INITIAL_FORMS": 0, "action": "stay"}
    sent |= {"rows-0-year": 2026, "rows-0-category": "hired", "rows-0-amount": "625.000,01"}
    sent["read_as"] = client.get(f"/projects/{project.pk}/edit/costs").context["read_as"]
    step = client.post(f"/projects/{project.pk}/edit/costs", sent, follow=True)
    assert re.search("utrecht-alert--warning.*€ 0,01", said(step))
    assert re.search("utrecht-alert--warning.*€ 0,01", said(client.get(f"/projects/{project.pk}/costs")))
    assert re.search("utrecht-alert--warning.*€ 0,01", said(client.get("/budget/2026")))


@pytest.mark.parametrize("role", Role)
def test_who_may_see_lines_sees_the_section_and_its_address(project, client_as, role):
    client = client_as(role)
    assert client.get(f"/projects/{project.pk}/costs").status_code == (200 if role in READERS else 403)
    page = client.get(f"/projects/{project.pk}")
    if page.status_code == 200:
        assert (f'hx-get="/projects/{project.pk}/costs"' in page.content.decode()) == (role in READERS)


def test_costs_of_a_draft_are_not_found_by_others(client_as, support):
    draft = ProjectFactory.create(portfolio=PortfolioFactory.create())
    plan(draft, support, (2026, "hired", Decimal(1)))
    for role in (Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER):
        assert client_as(role).get(f"/projects/{draft.pk}/costs").status_code == 404


def test_htmx_gets_the_section_alone_and_a_link_the_whole_page(project, client_as):
    client = client_as(Role.COUNCIL_MEMBER)
    whole = said(client.get(f"/projects/{project.pk}/costs"))
    part = said(client.get(f"/projects/{project.pk}/costs", headers=HTMX))
    assert ("<html" in whole, "<html" in part) == (True, False)
    assert "€ 45.000,00" in whole
    assert "€ 45.000,00" in part


def test_without_costs_it_says_what_to_do(support, programme):
    holder = UserFactory.create(roles=[Role.PORTFOLIO_HOLDER])
    draft = ProjectFactory.create(portfolio=PortfolioFactory.create(held_by=holder))
    assert f'href="/projects/{draft.pk}/edit/costs"' in said(
        SignedInClient(holder).get(f"/projects/{draft.pk}/costs")
    )
    running = ProjectFactory.create(in_state=ProjectState.RUNNING)
    member = SignedInClient(UserFactory.create(roles=[Role.COUNCIL_MEMBER]))
    assert "/edit/costs" not in said(member.get(f"/projects/{running.pk}/costs"))


def test_number_of_queries_is_the_same_for_more_lines_and_years(project, support, client_as):
    client = client_as(Role.COUNCIL_MEMBER)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/projects/{project.pk}/costs").status_code == 200
        return len(found)

    before = queries()
    years = ((year, kind, Decimal(7)) for year in range(2025, 2029) for kind in ("hired", "events", "other"))
    plan(project, support, *years)
    spend(project, "hired", "3", support)
    assert queries() == before <= 14


def test_the_history_has_old_and_new_amounts_for_who_may_see_them(project, support, client_as):
    colleague = UserFactory.create(roles=[Role.SUPPORT])
    plan(
        project,
        colleague,
        (2026, "hired", Decimal("32500.50"), "Onderzoek"),
        (2027, "hired", Decimal(10_000)),
        (2027, "materials", Decimal(250)),
    )
    page = re.sub("<[^>]+>", "", said(client_as(Role.COUNCIL_MEMBER).get(f"/projects/{project.pk}/history")))
    for text in ("€ 30.000,00", "€ 32.500,50", "€ 250,00", "€ 5.000,00"):
        assert text in page
    for role in (Role.REGIONAL_STAFF, Role.RCDV):
        hidden = said(client_as(role).get(f"/projects/{project.pk}/history"))
        assert "00,00" not in hidden
        assert "Onderzoek" not in hidden
