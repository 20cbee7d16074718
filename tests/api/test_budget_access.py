"""Who reads and does what with the budget by the API: the table of DESIGN.md, section 6."""

import pytest
from rest_framework.test import APIClient

from budget.models import AnnualBudget, ContributionSet, Expenditure
from organisation.models import Region
from portfolio.choices import ProjectState
from tests.api.budget_scene import STEERS, adopted, book, central_support, project_with_costs
from tests.api.scene import PEOPLE, problem_of

pytestmark = pytest.mark.django_db

WITH_RCDV = STEERS | {"rcdv"}
EVERYONE = WITH_RCDV | {"regional staff"}
# Address → who reads it; the others are refused with 403.
READS = {
    "distribution-keys": WITH_RCDV,
    "distribution-keys/{key}": WITH_RCDV,
    "budgets": EVERYONE,
    "budgets/2026": EVERYONE,
    "budgets/2026/contributions": EVERYONE,
    "budgets/2026/allocation": WITH_RCDV,
    "expenditure": STEERS,
    "expenditure/{booking}": STEERS,
    "projects/{project}/costs": STEERS,
}
# Method, address, what is sent, and what support gets for it: the others are refused before it is read.
VERBS = [
    ("patch", "budgets/2026", {"amount": "1.00"}, 428),
    ("post", "budgets/2026/draft", {}, 400),
    ("post", "budgets/2026/adoption", {}, 428),
    ("post", "budgets/2026/invoicing", {}, 200),
    ("post", "budgets/2026/payments", {}, 400),
    ("post", "distribution-keys/{key}/adoption", {}, 200),
    ("post", "expenditure", {}, 400),
    ("post", "expenditure/{booking}/withdrawal", {"reason": "wrong"}, 200),
]


@pytest.fixture
def scene(people, budget_2026, official, support, decide):
    """An adopted split, a booking on a running project; gives what stands between braces in an address."""
    adopted(support, official, decide())
    line = project_with_costs(support)
    booking = book(line, support)
    staff = people["regional staff"].user
    staff.region = Region.objects.get(code="VR08")
    staff.save()
    return {"key": official.pk, "booking": booking.pk, "project": line.project_id}


@pytest.mark.parametrize("address", READS)
def test_who_reads_what(people, scene, address):
    found = {who: client.get(f"/api/v1/{address.format(**scene)}") for who, client in people.items()}

    assert {who for who, response in found.items() if response.status_code == 200} == READS[address]
    for who in set(PEOPLE) - READS[address]:
        problem_of(found[who], 403)


@pytest.mark.parametrize(("method", "address", "body", "status"), VERBS)
def test_only_support_changes_anything(people, scene, method, address, body, status):
    path = f"/api/v1/{address.format(**scene)}"
    for who, client in people.items():
        if who != "support":
            problem_of(getattr(client, method)(path, body), 403)

    assert AnnualBudget.objects.get().version == 1
    assert ContributionSet.objects.get().version == 1
    assert Expenditure.objects.get().withdrawn_at is None
    assert getattr(people["support"], method)(path, body).status_code == status


@pytest.mark.parametrize(
    ("method", "address"), [*(("get", path) for path in READS), *((verb[0], verb[1]) for verb in VERBS)]
)
def test_without_signing_in_it_is_401(method, address):
    path = f"/api/v1/{address.format(key=1, booking=1, project=1)}"

    assert problem_of(getattr(APIClient(), method)(path, {}), 401)


@pytest.mark.parametrize("address", READS)
def test_nothing_is_removed(people, scene, address):
    path = f"/api/v1/{address.format(**scene)}"
    before = people["support"].get(path).json()

    problem_of(people["support"].delete(path), 405)
    assert people["support"].get(path).json() == before


@pytest.mark.parametrize("year", [1, 2023, 2041, 10**30])
@pytest.mark.parametrize(
    ("method", "below"),
    [
        ("get", ""),
        ("patch", ""),
        ("get", "/contributions"),
        ("get", "/allocation"),
        *(("post", f"/{verb}") for verb in ("draft", "adoption", "invoicing", "payments")),
    ],
)
def test_year_of_no_programme_is_not_there(people, programme, method, below, year):
    problem_of(getattr(people["support"], method)(f"/api/v1/budgets/{year}{below}", {}), 404)
    assert not AnnualBudget.objects.exists()


def test_staff_of_a_region_read_their_own_row_and_the_totals(people, scene):
    content = people["regional staff"].get("/api/v1/budgets/2026/contributions").json()

    assert [row["region"] for row in content["results"]] == ["VR08"]
    assert (content["region_count"], content["amount"]) == (25, "625000.00")
    budget = people["regional staff"].get("/api/v1/budgets/2026").json()
    assert (budget["amount"], budget["available"], budget["warnings"]) == ("625000.00", "625000.00", [])
    assert {budget[name] for name in ("committed", "asked", "spent", "forecast", "unallocated")} == {None}


def test_staff_without_a_region_read_no_row(people, scene):
    staff = people["regional staff"].user
    staff.region = None
    staff.save()

    content = people["regional staff"].get("/api/v1/budgets/2026/contributions").json()
    assert (content["results"], content["region_count"]) == ([], 25)


def test_rcdv_reads_what_was_adopted_and_no_draft_key_project_or_what_is_asked(
    people, budget_2026, official, indicative, support, decide
):
    from budget.services import draft_contributions

    rcdv = people["rcdv"]
    central_support(support)
    running = project_with_costs(support).project
    project_with_costs(support, ProjectState.SUBMITTED, "999.99")
    draft_contributions(2026, indicative, by=support)
    problem_of(rcdv.get("/api/v1/budgets/2026/contributions"), 404)
    adopted(support, official, decide())
    draft_contributions(2026, indicative, by=support)

    assert rcdv.get("/api/v1/budgets/2026/contributions").json()["version"] == 1
    for choice in ({"state": "draft"}, {"version": 2}):
        problem_of(rcdv.get("/api/v1/budgets/2026/contributions", choice), 404)
    assert [key["id"] for key in rcdv.get("/api/v1/distribution-keys").json()["results"]] == [official.pk]
    problem_of(rcdv.get(f"/api/v1/distribution-keys/{indicative.pk}"), 404)
    budget = rcdv.get("/api/v1/budgets/2026").json()
    assert (budget["committed"], budget["asked"], budget["warnings"]) == ("170000.00", None, [])
    response = rcdv.get("/api/v1/budgets/2026/allocation")
    allocation = response.json()
    assert allocation["total"]["committed"] == "170000.00"
    assert allocation["total"]["asked"] is None
    assert allocation["central_support"]["lines"] is None
    [pillar] = allocation["pillars"]
    assert [theme["projects"] for theme in pillar["themes"]] == [None]
    assert running.title not in response.content.decode()
    assert "999.99" not in response.content.decode()


def test_draft_of_another_holder_is_nowhere_in_the_budget(people, budget_2026, support):
    line = project_with_costs(support, ProjectState.DRAFT, "777.77")

    for who, client in people.items():
        sees_it = who == "support"
        costs = client.get(f"/api/v1/projects/{line.project_id}/costs")
        if who in STEERS:
            assert costs.status_code == (200 if sees_it else 404)
        for address in ("budgets", "budgets/2026", "budgets/2026/allocation"):
            assert ("777.77" in client.get(f"/api/v1/{address}").content.decode()) is sees_it
