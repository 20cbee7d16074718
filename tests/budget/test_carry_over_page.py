"""Moving unspent money of a year to a later one."""

import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.models import CarryOver
from budget.services import set_budget
from organisation.choices import Role

pytestmark = pytest.mark.django_db
PAGE = "/budget/2026/carry-over"


@pytest.fixture
def years(budget_2026, support):
    set_budget(2027, Decimal(1000), by=support)


@pytest.fixture
def supporter(client_as):
    return client_as(Role.SUPPORT, language="en")


@pytest.fixture
def data(years, decide):
    return {
        "to_year": "2027",
        "amount": "12.500,50",
        "decision": decide().pk,
        "reason": "Evenement schuift door",
        "request_key": str(uuid.uuid4()),
    }


def test_support_moves_money_once_however_often_they_click(supporter, data):
    assert "€625,000.00" in supporter.get(PAGE).content.decode()
    for _click in "12":
        assert supporter.post(f"{PAGE}/new", data).url == PAGE
    moved = CarryOver.objects.get()
    assert (moved.amount, moved.to_budget.year, moved.by) == (Decimal("12500.50"), 2027, supporter.user)
    for address in (PAGE, "/budget/2027/carry-over"):
        page = supporter.get(address).content.decode()
        assert "Evenement schuift door" in page
        assert str(moved.decision) in page
    assert "€612,499.50" in supporter.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", ""),
        ("amount", "0"),
        ("amount", "625.000,01"),
        ("to_year", "2028"),
        ("to_year", "2026"),
        ("to_year", "x"),
        ("decision", ""),
        ("reason", ""),
        ("reason", "x" * 501),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_moves(supporter, data, field, value):
    response = supporter.post(f"{PAGE}/new", data | {field: value})
    assert list(response.context["form"].errors) == [field]
    assert not CarryOver.objects.exists()


def test_other_than_decisions_on_the_budget_are_no_choice(supporter, data, support):
    from pillars.models import Objective
    from portfolio.choices import ProjectState
    from tests.factories import ProjectFactory

    project = ProjectFactory.create(objective=Objective.objects.first(), in_state=ProjectState.RUNNING)
    response = supporter.post(f"{PAGE}/new", data | {"decision": project.decisions.first().pk})
    assert list(response.context["form"].errors) == ["decision"]


def test_council_reads_what_was_moved_and_moves_nothing(client_as, supporter, data):
    supporter.post(f"{PAGE}/new", data)
    for role in (Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER):
        client = client_as(role, language="en")
        page = client.get(PAGE).content.decode()
        assert "Evenement schuift door" in page
        assert "Move the money" not in page
        assert client.post(f"{PAGE}/new", data).status_code == 403
    for role in (Role.RCDV, Role.REGIONAL_STAFF):
        assert client_as(role).get(PAGE).status_code == 403


def test_year_without_an_amount_asks_for_it_and_is_not_called_spent(supporter, programme):
    page = supporter.get(PAGE).content.decode()
    assert "Set the amount of the year first" in page
    assert "all that is available is spent" not in page


def test_without_a_later_budget_the_page_says_what_to_do(supporter, budget_2026):
    assert "No later year has a budget yet" in supporter.get(PAGE).content.decode()
    assert supporter.get(f"{PAGE}/new").url == PAGE
    assert supporter.post("/budget/2041/carry-over/new", {}).status_code == 404


def test_number_of_queries_stays_the_same(client_as, supporter, data):
    council, counts = client_as(Role.COUNCIL_MEMBER), []
    for _round in range(2):
        supporter.post(f"{PAGE}/new", data | {"request_key": str(uuid.uuid4())})
        with CaptureQueriesContext(connection) as queries:
            council.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
