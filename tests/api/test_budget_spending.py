"""Keys, planned costs and expenditure by the API."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.models import DistributionKey, Expenditure
from budget.services import adopt_key, keep_key
from organisation.models import Region
from portfolio.choices import ProjectState
from tests.api.budget_scene import DAY, YEAR, book, central_support, project_with_costs
from tests.api.scene import fields_of, key, problem_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(people, budget_2026):
    """The client of a supporter, where the year has its amount."""
    return people["support"]


@pytest.fixture
def line(client, support):
    """The line of a running project."""
    return project_with_costs(support)


def another_key(support, **fields):
    codes = Region.objects.values_list("code", flat=True)
    given = {"name": "BDUR", "source": "Circulaire", "first_year": 2026, "last_year": 2027} | fields
    return keep_key(by=support, weights=dict.fromkeys(codes, Decimal("1.50")), **given)


def body(on, **fields):
    return {
        "line": on.pk,
        "booked_on": "2026-02-03",
        "amount": "1234.50",
        "reference": "2026-001",
        "description": "Hall",
    } | fields


def test_key_has_its_weights_and_shares_by_code(client, official, support):
    second = another_key(support)

    content = client.get(f"/api/v1/distribution-keys/{second.pk}").json()
    assert (content["name"], content["version"], content["replaces"]) == ("BDUR", 2, official.pk)
    assert (content["status"], content["adopted_at"], content["content_hash"]) == ("official", None, "")
    codes = [row["region"] for row in content["weights"]]
    assert codes == sorted(codes)
    assert len(codes) == 25
    assert content["weights"][0] == {"region": "VR01", "weight": "1.50", "share": "0.0400000000"}


def test_rcdv_does_not_hear_of_a_key_that_was_replaced_before_it_was_adopted(people, client, support):
    unused = another_key(support)
    second = adopt_key(another_key(support), by=support)

    path = f"/api/v1/distribution-keys/{second.pk}"
    assert client.get(path).json()["replaces"] == unused.pk
    assert people["rcdv"].get(path).json()["replaces"] is None


def test_keys_are_filtered_by_year_and_status(client, official, indicative, support):
    second = another_key(support)

    def found(**choice):
        return {item["id"] for item in client.get("/api/v1/distribution-keys", choice).json()["results"]}

    assert found() == {official.pk, indicative.pk, second.pk}
    assert found(year=2025) == {official.pk, indicative.pk}
    assert found(year=2026, status="official") == {official.pk, second.pk}
    assert found(status="indicative") == {indicative.pk}
    wrong = client.get("/api/v1/distribution-keys", {"year": "x", "status": "old"})
    assert fields_of(wrong) == ["status", "year"]


def test_key_is_adopted_once_and_an_indicative_one_never(client, indicative, support):
    second = another_key(support)
    for _again in "12":
        content = client.post(f"/api/v1/distribution-keys/{second.pk}/adoption").json()
    second.refresh_from_db()
    assert content["content_hash"] == second.content_hash != ""
    problem_of(client.post(f"/api/v1/distribution-keys/{indicative.pk}/adoption"), 409)
    problem_of(client.post("/api/v1/distribution-keys/999999/adoption"), 404)
    assert DistributionKey.objects.get(pk=indicative.pk).adopted_at is None


def test_number_of_queries_for_keys_stays_the_same(client, support):
    counts = []
    for _round in range(2):
        another_key(support)
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/distribution-keys")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_booking_is_entered_once_per_key(client, line):
    header = key()
    first = client.post("/api/v1/expenditure", body(line), headers=header)
    again = client.post("/api/v1/expenditure", body(line), headers=header)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == client.get(first["Location"]).json()
    assert "Location" not in again
    assert first.json() | {"entered_at": None, "id": None, "booked_by": None} == {
        "id": None,
        "line": line.pk,
        "year": YEAR,
        "project": line.project_id,
        "category": "events",
        "booked_on": "2026-02-03",
        "amount": "1234.50",
        "reference": "2026-001",
        "description": "Hall",
        "document_name": "",
        "booked_by": None,
        "entered_at": None,
        "withdrawn_at": None,
        "withdrawn_by": None,
        "withdrawn_reason": "",
    }
    other = client.post("/api/v1/expenditure", body(line, amount="1.00"), headers=header)
    assert fields_of(other, 422) == ["Idempotency-Key"]
    assert Expenditure.objects.count() == 1


def test_key_of_someone_else_books_nothing(client, token_client, line):
    from organisation.choices import Role

    header = {"Idempotency-Key": str(uuid.uuid4())}
    client.post("/api/v1/expenditure", body(line), headers=header)

    other = token_client(Role.SUPPORT, language="en")
    response = other.post("/api/v1/expenditure", body(line, reference="X"), headers=header)
    assert fields_of(response, 422) == ["Idempotency-Key"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"line": 999_999}, "line"),
        ({"line": None}, "line"),
        *(({"amount": amount}, "amount") for amount in ("0.00", "1.234", "1.234,50", "", 1.5)),
        ({"booked_on": "2026-02-30"}, "booked_on"),
        ({"booked_on": str(datetime.date.max)}, "booked_on"),
        ({"reference": ""}, "reference"),
        ({"reference": "x" * 41}, "reference"),
        ({"description": 12}, "description"),
        ({"year": 2026}, "year"),
    ],
)
def test_wrong_booking_is_said_by_field(client, line, fields, wrong):
    assert fields_of(client.post("/api/v1/expenditure", body(line, **fields))) == [wrong]
    assert not Expenditure.objects.exists()


def test_same_booking_is_not_entered_twice_on_a_line(client, line):
    client.post("/api/v1/expenditure", body(line))

    problem_of(client.post("/api/v1/expenditure", body(line)), 400)
    assert Expenditure.objects.count() == 1


def test_nothing_is_booked_on_an_assignment_that_was_not_accepted(client, support):
    asked = project_with_costs(support, ProjectState.SUBMITTED)

    answer = problem_of(client.post("/api/v1/expenditure", body(asked)), 409)
    assert answer["errors"][0]["field"] == "line"


def test_booking_is_withdrawn_with_a_reason_and_stays(client, line, support):
    path = f"/api/v1/expenditure/{book(line, support).pk}/withdrawal"
    assert fields_of(client.post(path, {})) == ["reason"]
    assert fields_of(client.post(path, {"reason": " "})) == ["reason"]
    withdrawn = client.post(path, {"reason": "Wrong line"}).json()
    again = client.post(path, {"reason": "Other"}).json()

    assert withdrawn == again
    assert (withdrawn["withdrawn_reason"], withdrawn["withdrawn_by"]["id"]) == ("Wrong line", client.user.pk)
    assert client.get(f"/api/v1/projects/{line.project_id}/costs").json()["results"][0]["spent"] == "0.00"
    assert client.get("/api/v1/expenditure", {"withdrawn": "false"}).json()["count"] == 0
    assert client.get("/api/v1/expenditure", {"withdrawn": "true"}).json()["count"] == 1


def test_expenditure_is_filtered(client, line, support):
    mine = book(line, support)
    central = book(central_support(support), support)

    def found(**choice):
        return {item["id"] for item in client.get("/api/v1/expenditure", choice).json()["results"]}

    assert found() == found(year=YEAR) == {mine.pk, central.pk}
    assert found(year=2027) == set()
    assert found(project=line.project_id) == {mine.pk}
    assert found(category="hired") == {central.pk}
    wrong = {"year": 1, "project": 999_999, "category": "x", "withdrawn": "x"}
    assert fields_of(client.get("/api/v1/expenditure", wrong)) == sorted(wrong)


def test_project_that_someone_does_not_see_is_none_to_filter_by(people, client, support):
    draft = project_with_costs(support, ProjectState.DRAFT).project_id

    assert client.get("/api/v1/expenditure", {"project": draft}).json()["count"] == 0
    hidden = people["council member"].get("/api/v1/expenditure", {"project": draft})
    assert fields_of(hidden) == ["project"]


def test_costs_of_a_project_by_year_with_what_was_spent(client, line, support):
    book(line, support)
    book(line, support, "2026-002", "-234.50")

    assert client.get(f"/api/v1/projects/{line.project_id}/costs").json()["results"] == [
        {
            "line": line.pk,
            "year": YEAR,
            "category": "events",
            "amount": "20000.00",
            "note": "A day",
            "spent": "1000.00",
        }
    ]
    problem_of(client.get("/api/v1/projects/999999/costs"), 404)


def test_number_of_queries_for_bookings_stays_the_same(client, line, support):
    counts = []
    for round_ in range(2):
        for place in range(1 + 3 * round_):
            book(line, support, f"{round_}-{place}")
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/expenditure")
            client.get(f"/api/v1/projects/{line.project_id}/costs")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Expenditure.objects.first().booked_on == DAY
