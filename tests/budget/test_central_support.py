"""Planning central support, and forecasts by hand: what support fills in, and two people at once."""

from decimal import Decimal

import pytest

from budget.models import BudgetLine, Forecast
from budget.services import (
    NewExpenditure,
    book_expenditure,
    plan_central_support,
    set_forecast,
    set_project_costs,
)
from budget.services.costs import CostLine, forecast_fingerprint, lines_fingerprint
from organisation.choices import Role
from pillars.models import Objective
from portfolio.choices import ProjectState
from tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db
PAGE = "/budget/2026/central-support"
EMPTY = {
    f"{field}_{category}": ""
    for field in ("amount", "note")
    for category in ("hired", "regions", "materials", "events", "other")
}


@pytest.fixture
def planned(budget_2026, support):
    plan_central_support(2026, [CostLine(2026, "hired", Decimal(180000), "Twee mensen")], by=support)
    return BudgetLine.objects.get()


@pytest.fixture
def supporter(client_as):
    return client_as(Role.SUPPORT, language="en")


@pytest.fixture
def running(budget_2026, support):
    project = ProjectFactory.create(objective=Objective.objects.first(), in_state=ProjectState.RUNNING)
    set_project_costs(project, [CostLine(2026, "hired", Decimal(1000))], by=support)
    return project


def stored():
    return {line.category: (line.amount, line.note) for line in BudgetLine.objects.central_support()}


def test_support_plans_per_category_and_sees_what_is_left(supporter, planned):
    page = supporter.get(PAGE).content.decode()
    assert "€445,000.00" in page
    data = EMPTY | {
        "read_as": lines_fingerprint([planned]),
        "amount_hired": "190.000,00",
        "note_hired": "Twee mensen",
        "amount_other": "12,50",
    }
    assert supporter.post(PAGE, data).url == "/budget/2026"
    assert stored() == {"hired": (Decimal(190000), "Twee mensen"), "other": (Decimal("12.50"), "")}
    assert "€434,987.50" in supporter.get(PAGE).content.decode()


def test_what_someone_else_planned_meanwhile_is_shown_and_not_overwritten(supporter, planned, support):
    seen = lines_fingerprint([planned])
    plan_central_support(2026, [CostLine(2026, "hired", Decimal(1), "Anders")], by=support)
    data = EMPTY | {"read_as": seen, "amount_hired": "5"}
    response = supporter.post(PAGE, data)
    page = response.content.decode()
    assert "Someone else changed these costs" in page
    assert "Anders" in page
    assert response.context["form"]["amount_hired"].value() == "5"
    assert stored() == {"hired": (Decimal(1), "Anders")}
    # Who has compared, and saves again, replaces it.
    data["read_as"] = response.context["form"]["read_as"].value()
    assert supporter.post(PAGE, data).status_code == 302
    assert stored() == {"hired": (Decimal(5), "")}


@pytest.mark.parametrize("amount", ["abc", "-1", "0", "1.234.5", "9" * 40])
def test_wrong_amount_is_said_at_its_field(supporter, planned, amount):
    data = EMPTY | {"read_as": lines_fingerprint([planned]), "amount_hired": "7", "amount_events": amount}
    response = supporter.post(PAGE, data)
    assert list(response.context["form"].errors) == ["amount_events"]
    assert stored()["hired"][0] == 180000


def test_note_without_an_amount_is_not_lost(supporter, planned):
    data = EMPTY | {"read_as": lines_fingerprint([planned]), "amount_hired": "7", "note_events": "Zaal"}
    assert list(supporter.post(PAGE, data).context["form"].errors) == ["amount_events"]


def test_category_on_which_money_was_spent_stays(supporter, planned, support):
    import datetime

    book_expenditure(
        NewExpenditure(
            line=planned,
            booked_on=datetime.date(2026, 2, 1),
            amount=Decimal(10),
            reference="2026-1",
            description="Uren",
        ),
        by=support,
    )
    response = supporter.post(PAGE, EMPTY | {"read_as": lines_fingerprint([planned])})
    assert "the line stays" in response.content.decode()
    assert "hired" in stored()


def test_year_without_an_amount_asks_for_it_first(supporter, programme):
    assert "To the amount of the year" in supporter.get(PAGE).content.decode()
    data = EMPTY | {"read_as": lines_fingerprint([]), "amount_hired": "7"}
    assert "Set the amount of 2026 first" in supporter.post(PAGE, data).content.decode()
    assert supporter.get("/budget/2041/central-support").status_code == 404


def test_planning_and_foreseeing_are_for_support(client_as, running):
    for role in (Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.RCDV):
        client = client_as(role)
        assert client.post(PAGE, EMPTY).status_code == 403
        assert client.post(f"/budget/2026/forecast/{running.pk}", {}).status_code == 403


def test_forecast_is_set_by_hand_with_a_reason_and_follows_again(supporter, running):
    address = f"/budget/2026/forecast/{running.pk}"
    data = {"read_as": forecast_fingerprint(None), "amount": "750", "reason": ""}
    assert list(supporter.post(address, data).context["form"].errors) == ["reason"]
    assert supporter.post(address, data | {"reason": "Minder uren"}).url == "/budget/2026"
    made = Forecast.objects.get()
    assert (made.project, made.amount, made.reason) == (running, 750, "Minder uren")
    page = supporter.get("/budget/2026").content.decode()
    assert "Minder uren" in page
    assert "€750.00" in page
    follow = {"read_as": forecast_fingerprint(made), "follow": "1", "amount": "", "reason": ""}
    assert supporter.post(address, follow).status_code == 302
    assert not Forecast.objects.exists()


def test_forecast_that_someone_else_set_meanwhile_is_not_overwritten(supporter, planned, support):
    address = "/budget/2026/forecast/central-support"
    set_forecast(2026, None, amount=Decimal(9), reason="Hun reden", by=support)
    data = {"read_as": forecast_fingerprint(None), "amount": "5", "reason": "Mijn reden"}
    for extra in ({}, {"follow": "1"}):
        response = supporter.post(address, data | extra)
        assert "Hun reden" in response.content.decode()
    assert Forecast.objects.get().amount == 9
    data["read_as"] = response.context["form"]["read_as"].value()
    assert supporter.post(address, data).status_code == 302
    assert Forecast.objects.get().amount == 5


def test_nothing_is_foreseen_of_what_costs_nothing_or_is_still_asked(supporter, budget_2026, support):
    asked = ProjectFactory.create(objective=Objective.objects.first(), in_state=ProjectState.SUBMITTED)
    set_project_costs(asked, [CostLine(2026, "hired", Decimal(10))], by=support)
    for of in (asked.pk, 0, "central-support", "x"):
        assert supporter.get(f"/budget/2026/forecast/{of}").status_code == 404
