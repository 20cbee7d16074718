"""What the planning grid says of the budget, and to whom."""

import datetime
from decimal import Decimal

import pytest

from budget.models import BudgetLine
from budget.services import (
    NewExpenditure,
    book_expenditure,
    plan_central_support,
    set_budget,
    set_project_costs,
)
from budget.services.costs import CostLine
from organisation.choices import Role
from pillars.models import Objective
from portfolio.choices import ProjectState
from reporting.planning_grid import ProjectCosts, read_planning_grid
from tests.factories import ProjectFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 24)
WHO_SEES = (Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT)


@pytest.fixture
def support(programme):
    return UserFactory.create(roles=[Role.SUPPORT])


def grid_of(role, **filters):
    return read_planning_grid(TODAY, UserFactory.create(roles=[role]), filters)


def make_project(support, state, amount):
    """A project in 2026, in the programme's first objective."""
    project = ProjectFactory.create(
        objective=Objective.objects.order_by("pk").first(),
        in_state=state,
        starts_on=datetime.date(2026, 2, 1),
        ends_on=datetime.date(2026, 11, 27),
    )
    set_project_costs(project, [CostLine(2026, "hired", Decimal(amount))], by=support)
    return project


@pytest.fixture
def accepted(support):
    """€1,000 in 2026, of which €300 goes to central support and €600 to a project that spent €200; another asks €150."""
    set_budget(2026, Decimal(1000), by=support)
    plan_central_support(2026, [CostLine(2026, "hired", Decimal(300))], by=support)
    make_project(support, ProjectState.SUBMITTED, 150)
    project = make_project(support, ProjectState.ACCEPTED, 600)
    booking = NewExpenditure(
        BudgetLine.objects.get(project=project), datetime.date(2026, 3, 1), Decimal(200), "R1", "x"
    )
    book_expenditure(booking, by=support)
    return project


@pytest.mark.parametrize("role", WHO_SEES)
def test_a_column_says_what_is_committed_asked_and_available(accepted, role):
    money = grid_of(role).money_of(2026)
    assert (money.committed, money.asked, money.available) == (900, 150, 1000)
    assert (money.unallocated, money.is_over) == (100, False)


def test_a_year_without_amount_says_so(accepted):
    money = grid_of(Role.SUPPORT).money_of(2027)
    assert (money.available, money.committed, money.is_over) == (None, 0, False)


def test_the_rcdv_sees_adopted_totals_alone(accepted):
    grid = grid_of(Role.RCDV)
    money = grid.money_of(2026)
    assert (money.committed, money.asked, money.costs) == (900, None, None)
    assert grid.only_committed
    assert money.costs_of(accepted.pk) is None


@pytest.mark.parametrize("role", [Role.REGIONAL_STAFF, Role.ADMIN])
def test_others_see_no_money(accepted, role):
    grid = grid_of(role)
    assert not grid.shows_money
    assert grid.money_of(2026) is None


def test_money_is_of_all_projects_whatever_the_filters(accepted):
    filtered = grid_of(Role.SUPPORT, q="no objective has these words")
    assert filtered.row_count == 0
    assert filtered.money_of(2026).committed == 900


def test_a_project_of_a_cell_says_what_it_costs_in_that_year(accepted):
    grid = grid_of(Role.COUNCIL_MEMBER)
    row = grid.row(accepted.objective_id)
    found = {line.project.pk: line.costs for line in row.projects_in(2026, TODAY, grid.money_of(2026))}
    assert found[accepted.pk] == ProjectCosts(Decimal(600), Decimal(200))
    assert grid.money_of(2025).costs_of(accepted.pk) == ProjectCosts()


def read(client, address):
    """The page in English."""
    client.cookies["django_language"] = "en"
    return client.get(address).content.decode()


def foot(page):
    return page[page.index("<tfoot") : page.index("</tfoot")]


@pytest.mark.parametrize("address", ["/", "/print"])
def test_the_foot_is_on_screen_and_on_paper_in_words(client_as, support, accepted, address):
    member = client_as(Role.COUNCIL_MEMBER)
    found = foot(read(member, address))
    for text in ("€900", "of €1,000", "€100", "€150", "no amount set"):
        assert text in found
    assert "too much" not in found
    make_project(support, ProjectState.ACCEPTED, 350)
    assert "€250 too much" in foot(read(member, address))


def test_the_panel_says_the_costs_and_leads_to_the_budget(client_as, accepted):
    address = f"/?cell={accepted.objective_id}-2026"
    page = read(client_as(Role.COUNCIL_MEMBER), address)
    panel = page[page.index('id="panel"') :]
    assert "€600.00 planned in 2026, €200.00 spent" in panel
    assert 'href="/budget/2026"' in panel
    of_a_region = read(client_as(Role.REGIONAL_STAFF), address)
    assert "€" not in of_a_region
    assert "/budget/2026" not in of_a_region
