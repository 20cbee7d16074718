"""A year's budget by the API: its amount, contributions with the sum behind them, and what it is allocated to."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.choices import SetState
from budget.models import AnnualBudget, Contribution, ContributionSet
from organisation.models import Region
from portfolio.choices import ProjectState
from tests.api.budget_scene import adopted, book, central_support, project_with_costs, set_amount
from tests.api.scene import fields_of, problem_of

pytestmark = pytest.mark.django_db
CONTRIBUTIONS = "/api/v1/budgets/2026/contributions"


@pytest.fixture
def client(people, budget_2026):
    """The client of a supporter, where the year has its amount."""
    return people["support"]


def test_all_years_of_the_programme_are_there_also_without_an_amount(client):
    content = client.get("/api/v1/budgets").json()

    assert [budget["year"] for budget in content["results"]] == [2024, 2025, 2026, 2027, 2028]
    assert [budget["amount"] for budget in content["results"]] == [None, None, "625000.00", None, None]
    assert content["count"] == 5
    assert client.get("/api/v1/budgets", {"page_size": 2, "page": 3}).json()["results"][0]["year"] == 2028


def test_figures_of_a_year_add_up(client, support):
    central_support(support)
    running = project_with_costs(support)
    project_with_costs(support, ProjectState.SUBMITTED, "500000.00")
    book(running, support)

    budget = client.get("/api/v1/budgets/2026").json()
    assert "500.000,00" in budget["warnings"].pop()
    assert budget == {
        "year": 2026,
        "amount": "625000.00",
        "version": 1,
        "note": "",
        "is_fictional": False,
        "carried_in": "0.00",
        "carried_out": "0.00",
        "available": "625000.00",
        "committed": "170000.00",
        "asked": "500000.00",
        "spent": "1234.50",
        "forecast": "170000.00",
        "unallocated": "455000.00",
        "warnings": [],
    }


def test_amount_is_set_by_the_version_that_was_read(client):
    path = "/api/v1/budgets/2027"
    first = client.get(path)
    assert (first["ETag"], first.json()["version"]) == ('"0"', None)
    made = client.patch(path, {"amount": "600000.10", "note": "N"}, headers={"If-Match": first["ETag"]})
    assert (made.status_code, made["ETag"]) == (200, '"1"')
    changed = client.patch(path, {"amount": 610000}, headers={"If-Match": '"1"'}).json()
    assert (changed["amount"], changed["note"], changed["version"]) == ("610000.00", "N", 2)

    for stale in ('"0"', '"1"', 'W/"2"'):
        problem_of(client.patch(path, {"amount": "1.00"}, headers={"If-Match": stale}), 412)
    problem_of(client.patch(path, {"amount": "1.00"}), 428)
    for wrong in ("*", "2"):
        assert fields_of(client.patch(path, {"amount": "1.00"}, headers={"If-Match": wrong})) == ["If-Match"]
    assert AnnualBudget.objects.get(year=2027).amount == Decimal("610000.00")


WRONG_AMOUNTS: tuple[object, ...] = (
    *(None, "", "0.00", "-1.00", "1.001", "x", "NaN", 12.5, True, "9" * 11),
    [],
)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["amount"]),
        *(({"amount": amount}, ["amount"]) for amount in WRONG_AMOUNTS),
        ({"amount": "1.00", "note": "x" * 301}, ["note"]),
        ({"amount": "1.00", "year": 2030}, ["year"]),
    ],
)
def test_wrong_amount_is_said_by_field(client, body, fields):
    response = client.patch("/api/v1/budgets/2026", body, headers={"If-Match": '"1"'})

    assert fields_of(response) == fields
    assert AnnualBudget.objects.get().version == 1


def test_contributions_go_from_draft_to_payment(client, official, decide):
    path = "/api/v1/budgets/2026"
    problem_of(client.get(CONTRIBUTIONS), 404)
    draft = client.post(f"{path}/draft", {"key": official.pk})
    assert (draft.status_code, draft.json()["state"]) == (200, "draft")
    read = client.get(CONTRIBUTIONS)
    assert (read.json(), read["ETag"]) == (draft.json(), draft["ETag"])

    decision = {"decision": decide().pk}
    problem_of(client.post(f"{path}/adoption", decision), 428)
    problem_of(client.post(f"{path}/adoption", decision, headers={"If-Match": '"1.1.1.00"'}), 412)
    problem_of(client.post(f"{path}/invoicing", {}), 409)
    response = client.post(f"{path}/adoption", decision, headers={"If-Match": read["ETag"]})
    assert response.status_code == 200, response.content
    assert "ETag" not in response
    content = response.json()
    assert (content["state"], content["version"], content["decision"]["number"]) == ("adopted", 1, "2025-09")
    assert content["content_hash"] == ContributionSet.objects.get().content_hash
    problem_of(client.post(f"{path}/adoption", decision, headers={"If-Match": read["ETag"]}), 409)

    paid = {"regions": ["VR01", "VR08"], "paid_on": "2026-02-10", "payment_reference": "B1"}
    problem_of(client.post(f"{path}/payments", paid), 409)
    for _again in "12":
        invoiced = client.post(f"{path}/invoicing", {"invoiced_on": "2026-02-01"}).json()
    assert {row["invoiced_on"] for row in invoiced["results"]} == {"2026-02-01"}
    assert len({row["invoice_reference"] for row in invoiced["results"]}) == 25
    assert fields_of(client.post(f"{path}/payments", paid | {"paid_on": "2026-01-01"})) == ["paid_on"]
    assert fields_of(client.post(f"{path}/payments", paid | {"regions": ["VR01", "VR99"]})) == ["regions.1"]
    for _again in "12":
        after = client.post(f"{path}/payments", paid).json()
    assert [row["region"] for row in after["results"] if row["state"] == "paid"] == ["VR01", "VR08"]
    assert Contribution.objects.filter(payment_reference="B1").count() == 2


def test_draft_whose_amount_changed_is_not_adopted(client, official, support, decide):
    tag = client.post("/api/v1/budgets/2026/draft", {"key": official.pk})["ETag"]
    set_amount(support, "10.00", read_version=1)

    answer = client.post(
        "/api/v1/budgets/2026/adoption", {"decision": decide().pk}, headers={"If-Match": tag}
    )
    problem_of(answer, 412)
    assert ContributionSet.objects.get().state == SetState.DRAFT


def test_what_can_not_be_adopted_says_why(client, official, indicative, support, decide):
    def adopt(**fields):
        tag = client.get(CONTRIBUTIONS, {"state": "draft"})["ETag"]
        body = {"decision": decision.pk} | fields
        return client.post("/api/v1/budgets/2026/adoption", body, headers={"If-Match": tag})

    decision = decide()
    client.post("/api/v1/budgets/2026/draft", {"key": indicative.pk})
    assert "indicatief" in problem_of(adopt(), 409)["detail"]
    client.post("/api/v1/budgets/2026/draft", {"key": official.pk})
    assert fields_of(adopt(decision=999_999)) == ["decision"]
    central_support(support, "625000.01")
    answer = problem_of(adopt(), 409)
    assert "0,01" in answer["detail"]
    assert answer["errors"][0]["field"] == "decision"
    decision = decide("2025-10", covers_overrun=True)
    assert adopt().status_code == 200


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("draft", {}, "key"),
        ("draft", {"key": 999_999}, "key"),
        ("draft", {"key": "x"}, "key"),
        ("invoicing", {"invoiced_on": "2026-02-31"}, "invoiced_on"),
        ("payments", {"paid_on": "2026-02-01"}, "regions"),
        ("payments", {"paid_on": "2026-02-01", "regions": []}, "regions"),
        ("payments", {"regions": ["VR01"]}, "paid_on"),
    ],
)
def test_wrong_input_is_said_by_field(client, official, support, decide, verb, body, field):
    adopted(support, official, decide())

    assert fields_of(client.post(f"/api/v1/budgets/2026/{verb}", body)) == [field]


def test_year_without_an_amount_is_not_split_and_says_so(client, official):
    answer = client.post("/api/v1/budgets/2027/draft", {"key": official.pk})

    assert "bedrag van 2027" in problem_of(answer, 404)["detail"]


@pytest.mark.parametrize(
    ("choice", "version"),
    [({}, 1), ({"state": "adopted"}, 1), ({"state": "draft"}, 2), ({"version": 2}, 2), ({"version": 1}, 1)],
)
def test_version_is_chosen(client, official, indicative, support, decide, choice, version):
    adopted(support, official, decide())
    client.post("/api/v1/budgets/2026/draft", {"key": indicative.pk})

    content = client.get(CONTRIBUTIONS, choice).json()
    assert content["version"] == version
    assert content["replaces"] == (1 if version == 2 else None)


@pytest.mark.parametrize(
    ("choice", "field"),
    [({"version": "x"}, "version"), ({"version": 0}, "version"), ({"state": "paid"}, "state")],
)
def test_wrong_choice_of_version_is_said(client, choice, field):
    assert fields_of(client.get(CONTRIBUTIONS, choice)) == [field]


def test_version_that_is_not_there_is_404(client, official):
    client.post("/api/v1/budgets/2026/draft", {"key": official.pk})

    assert client.get(CONTRIBUTIONS, {"version": 1, "state": "draft"}).status_code == 200
    for choice in ({"version": 9}, {"state": "adopted"}, {"version": 1, "state": "adopted"}):
        problem_of(client.get(CONTRIBUTIONS, choice), 404)


def test_explanation_is_enough_to_redo_the_sum(client, indicative):
    content = client.post("/api/v1/budgets/2026/draft", {"key": indicative.pk}).json()

    assert content["key"]["status"] == "indicative"
    assert sum(Decimal(row["amount"]) for row in content["results"]) == Decimal(content["amount"])
    assert sum(Decimal(row["weight"]) for row in content["results"]) == Decimal(content["total_weight"])
    left_over = content["results"][0]["explanation"]["left_over_cents"]
    for row in content["results"]:
        assert re.fullmatch(r"\d+\.\d\d", row["amount"])
        assert re.fullmatch(r"0\.\d{10}", row["share"])
        sum_behind = row["explanation"]
        share = Fraction(row["weight"]) / Fraction(sum_behind["total_weight"])
        exact = Fraction(content["amount"]) * share
        assert abs(Fraction(row["share"]) - share) <= Fraction(1, 2 * 10**10)
        assert 0 <= exact - Fraction(sum_behind["exact_amount"]) < Fraction(1, 10**8)
        assert (
            0
            <= exact * 100 - Fraction(sum_behind["floor"]) * 100 - Fraction(sum_behind["remainder"])
            < (Fraction(1, 10**6))
        )
        assert Decimal(row["amount"]) == Decimal(sum_behind["floor"]) + Decimal(sum_behind["extra_cent"])
        assert (sum_behind["extra_cent"] == "0.01") is (sum_behind["rank"] <= left_over)


def test_allocation_adds_up_from_line_to_total(client, support):
    central_support(support)
    running = project_with_costs(support)
    book(running, support)

    content = client.get("/api/v1/budgets/2026/allocation").json()
    [pillar] = content["pillars"]
    [theme] = pillar["themes"]
    [project] = theme["projects"]
    for part in (content["projects"], pillar["figures"], theme["figures"], project["figures"]):
        assert (part["committed"], part["spent"], part["left"]) == ("20000.00", "1234.50", "18765.50")
    assert (project["id"], project["state"]) == (running.project_id, "running")
    assert project["lines"] == [
        {"line": running.pk, "category": "events", "amount": "20000.00", "note": "A day", "spent": "1234.50"}
    ]
    assert content["central_support"]["figures"]["committed"] == "150000.00"
    assert (content["unallocated"], content["total"]["committed"]) == ("455000.00", "170000.00")


@pytest.mark.parametrize("address", ["budgets", "budgets/2026", "budgets/2026/allocation"])
def test_number_of_queries_stays_the_same_for_more_projects_and_bookings(client, support, address):
    counts = []
    for round_ in range(2):
        for place in range(1 + 3 * round_):
            book(project_with_costs(support), support, f"{round_}-{place}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{address}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_number_of_queries_of_contributions_stays_the_same(people, official, budget_2026, support, decide):
    adopted(support, official, decide())
    staff = people["regional staff"].user
    staff.region = Region.objects.get(code="VR08")
    staff.save()
    counts = []
    for who in ("support", "regional staff"):
        with CaptureQueriesContext(connection) as queries:
            content = people[who].get(CONTRIBUTIONS).json()
        counts.append((len(content["results"]), len(queries)))
    (all_regions, queries_of_all), (own_region, queries_of_own) = counts
    assert (all_regions, own_region) == (25, 1)
    assert queries_of_all == queries_of_own
