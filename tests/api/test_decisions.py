"""Decisions of the Vakraad by the API."""

import datetime
import uuid

import pytest

from portfolio import ports
from portfolio.choices import Outcome
from portfolio.models import Decision
from tests.api.scene import PEOPLE, S, fields_of, key, problem_of
from tests.factories import ProjectFactory, attempt, decide, reread

pytestmark = pytest.mark.django_db

# Outcome → from which state to which.
WAYS = {
    Outcome.ACCEPT: {S.SUBMITTED: S.ACCEPTED},
    Outcome.RETURN: {S.SUBMITTED: S.RETURNED},
    Outcome.CANCEL: {S.ACCEPTED: S.CANCELLED, S.RUNNING: S.CANCELLED},
    Outcome.COMPLETE: {S.RUNNING: S.COMPLETED},
}


def body(*projects, **fields):
    return {
        "number": "2026-07",
        "meeting_on": "2026-09-03",
        "outcome": "accept",
        "wording": "The Vakraad accepts *it*.",
        "projects": [project.pk for project in projects],
    } | fields


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("outcome", WAYS)
def test_who_decides_what_in_which_state(people, project_in, outcome, state):
    project = project_in(state)
    changes = project.state_changes.count()
    for who, client in people.items():
        with attempt():
            response = client.post("/api/v1/decisions", body(project, outcome=outcome, number=f"N {who}"))

            if who != "support":
                problem_of(response, 403)
            elif state not in WAYS[outcome]:
                problem_of(response, 409)
                assert project.title in response.content.decode()
            else:
                assert response.status_code == 201, response.content
                assert reread(project).state == WAYS[outcome][state]
                continue
            assert reread(project).state == state
            assert project.state_changes.count() == changes
            assert not Decision.objects.filter(number=f"N {who}").exists()


def test_support_records_a_decision_and_everyone_reads_it(people, project_in):
    one, two = project_in(S.SUBMITTED), ProjectFactory(in_state=S.SUBMITTED)

    response = people["support"].post("/api/v1/decisions", body(one, two, one))

    assert response.status_code == 201, response.content
    made = response.json()
    assert response["Location"] == f"http://testserver/api/v1/decisions/{made['id']}"
    assert made == {
        "id": made["id"],
        "number": "2026-07",
        "meeting_on": "2026-09-03",
        "outcome": "accept",
        "wording": "The Vakraad accepts *it*.",
        "covers_overrun": False,
        "projects": sorted([one.pk, two.pk]),
        "corrects": None,
        "corrected_by": [],
        "recorded_by": {"id": people["support"].user.pk, "name": people["support"].user.name},
        "recorded_at": made["recorded_at"],
    }
    for who in PEOPLE.keys() - {"admin", "nobody"}:
        assert people[who].get(f"/api/v1/decisions/{made['id']}").json() == made
    for who in ("admin", "nobody"):
        problem_of(people[who].get(f"/api/v1/decisions/{made['id']}"), 403)


def test_a_decision_names_only_the_subjects_that_someone_sees(people, project_in):
    returned, later_accepted, hidden = (project_in(S.SUBMITTED) for _ in range(3))
    both = decide(returned, later_accepted, outcome=Outcome.RETURN)
    alone = decide(hidden, outcome=Outcome.RETURN)
    people["support"].post(f"/api/v1/projects/{later_accepted.pk}/submission")
    accepting = decide(later_accepted, outcome=Outcome.ACCEPT)

    rcdv, member = people["rcdv"], people["council member"]
    assert rcdv.get(f"/api/v1/decisions/{both.pk}").json()["projects"] == [later_accepted.pk]
    assert member.get(f"/api/v1/decisions/{both.pk}").json()["projects"] == sorted(
        [returned.pk, later_accepted.pk]
    )
    problem_of(rcdv.get(f"/api/v1/decisions/{alone.pk}"), 404)
    assert {row["id"] for row in rcdv.get("/api/v1/decisions").json()["results"]} == {both.pk, accepting.pk}
    assert member.get("/api/v1/decisions").json()["count"] == 3
    # Words of a project that someone doesn't see find nothing.
    assert rcdv.get("/api/v1/decisions", {"q": returned.title}).json()["count"] == 0
    assert member.get("/api/v1/decisions", {"q": returned.title}).json()["count"] == 1
    assert fields_of(rcdv.get("/api/v1/decisions", {"project": returned.pk})) == ["project"]


def test_a_correction_names_what_it_corrects(people, project_in):
    project = project_in(S.SUBMITTED)
    first = people["support"].post("/api/v1/decisions", body(project)).json()

    second = people["support"].post(
        "/api/v1/decisions", body(project, number="2026-07.1", corrects=first["id"], wording="Better.")
    )

    assert second.status_code == 201, second.content
    assert second.json()["corrects"] == first["id"]
    reread_first = people["rcdv"].get(f"/api/v1/decisions/{first['id']}").json()
    assert reread_first["corrected_by"] == [second.json()["id"]]


def test_a_decision_on_the_budget_names_no_project_and_is_read_by_everyone(people):
    same = key()
    sent = body(outcome="budget", covers_overrun=True)
    first, second = (people["support"].post("/api/v1/decisions", sent, headers=same) for _ in "12")
    assert (first.status_code, second.status_code) == (201, 200), first.content
    made = first.json()
    assert (made["outcome"], made["projects"], made["covers_overrun"]) == ("budget", [], True)
    for who in PEOPLE.keys() - {"admin", "nobody"}:
        rows = people[who].get("/api/v1/decisions", {"outcome": "budget"}).json()["results"]
        assert rows == [made]


def test_a_correction_keeps_the_kind(people, project_in):
    project = project_in(S.SUBMITTED)
    accepting = people["support"].post("/api/v1/decisions", body(project)).json()["id"]
    on_budget = (
        people["support"].post("/api/v1/decisions", body(outcome="budget", number="2026-08")).json()["id"]
    )
    wrong = (
        body(outcome="budget", number="2026-07.1", corrects=accepting),
        body(project, number="2026-08.1", corrects=on_budget),
    )
    for sent in wrong:
        assert fields_of(people["support"].post("/api/v1/decisions", sent)) == ["corrects"]
    right = body(outcome="budget", number="2026-08.1", corrects=on_budget)
    assert people["support"].post("/api/v1/decisions", right).json()["corrects"] == on_budget
    assert people["rcdv"].get(f"/api/v1/decisions/{on_budget}").json()["corrected_by"]


def test_what_goes_beyond_the_budget_is_refused_unless_the_decision_covers_it(
    people, project_in, monkeypatch
):
    monkeypatch.setattr(ports, "acceptance_checks", [lambda _projects: ["In 2026 € 5.000 is short."]])
    project = project_in(S.SUBMITTED)
    refusal = problem_of(people["support"].post("/api/v1/decisions", body(project)), 409)
    assert refusal["errors"][0] == {"field": "covers_overrun", "message": "In 2026 € 5.000 is short."}
    assert reread(project).state == S.SUBMITTED
    response = people["support"].post("/api/v1/decisions", body(project, covers_overrun=True))
    assert response.status_code == 201, response.content
    assert reread(project).state == S.ACCEPTED


def test_the_same_key_records_once(people, project_in):
    project, same = project_in(S.SUBMITTED), key()
    first, second = (people["support"].post("/api/v1/decisions", body(project), headers=same) for _ in "12")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Decision.objects.count() == 1


def test_a_number_is_given_once(people, project_in):
    people["support"].post("/api/v1/decisions", body(project_in(S.SUBMITTED)))
    other = project_in(S.SUBMITTED)
    assert fields_of(people["support"].post("/api/v1/decisions", body(other))) == ["number"]
    assert reread(other).state == S.SUBMITTED


def test_a_decision_on_several_is_carried_out_on_all_or_none(people, project_in):
    ready, running = project_in(S.SUBMITTED), project_in(S.RUNNING)
    problem_of(people["support"].post("/api/v1/decisions", body(ready, running)), 409)
    assert reread(ready).state == S.SUBMITTED
    assert not Decision.objects.filter(number="2026-07").exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"number": ""}, ["number"]),
        ({"number": "x" * 21}, ["number"]),
        ({"number": "\x00"}, ["number"]),
        ({"meeting_on": "soon"}, ["meeting_on"]),
        ({"meeting_on": None}, ["meeting_on"]),
        ({"outcome": "maybe"}, ["outcome"]),
        ({"outcome": {"a": [1]}}, ["outcome"]),
        ({"wording": " "}, ["wording"]),
        ({"wording": "x" * 20_001}, ["wording"]),
        ({"projects": []}, ["projects"]),
        ({"projects": [10**12]}, ["projects.0"]),
        ({"projects": [10**30, "x"]}, ["projects.0", "projects.1"]),
        ({"projects": 1}, ["projects"]),
        ({"outcome": "budget"}, ["projects"]),
        ({"covers_overrun": "perhaps"}, ["covers_overrun"]),
        ({"covers_overrun": True, "outcome": "return"}, ["covers_overrun"]),
        ({"projects": list(range(1, 10_001))}, ["projects"]),
        ({"corrects": 10**12}, ["corrects"]),
        ({"corrects": 10**30}, ["corrects"]),
        ({"corrects": "2026-07"}, ["corrects"]),
        ({"recorded_by": 1}, ["recorded_by"]),
    ],
)
def test_a_wrong_decision_is_refused_and_records_nothing(people, project_in, fields, wrong):
    project = project_in(S.SUBMITTED)
    assert fields_of(people["support"].post("/api/v1/decisions", body(project) | fields)) == wrong
    assert not Decision.objects.exists()
    assert reread(project).state == S.SUBMITTED


def test_decisions_are_found_by_year_outcome_project_and_words(people, project_in):
    one, two = project_in(S.SUBMITTED), project_in(S.SUBMITTED)
    first = decide(one, outcome=Outcome.ACCEPT, number="2025-01", meeting_on=datetime.date(2025, 12, 31))
    second = decide(two, outcome=Outcome.RETURN, number="2026-01", wording="For good reasons.")

    def found(**filters):
        rows = people["council member"].get("/api/v1/decisions", filters).json()["results"]
        return [row["id"] for row in rows]

    assert found() == [second.pk, first.pk]
    assert found(year=2025) == [first.pk]
    assert found(outcome="return") == [second.pk]
    assert found(project=one.pk) == [first.pk]
    assert found(q="good 2026-01") == [second.pk]
    assert found(q=one.title) == [first.pk]
    assert found(q="nothing") == []


@pytest.mark.parametrize(
    "query", ["year=x", "year=0", "outcome=x", "project=x", "project=%00", "q=%00", "q=" + "x" * 201]
)
def test_a_wrong_filter_is_refused(people, query):
    assert fields_of(people["support"].get(f"/api/v1/decisions?{query}")) == [query.split("=")[0]]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_decision_is_not_changed_or_deleted(people, project_in, method):
    made = decide(project_in(S.SUBMITTED), outcome=Outcome.ACCEPT)
    for address in ("/api/v1/decisions", f"/api/v1/decisions/{made.pk}"):
        problem_of(getattr(people["support"], method)(address, {}), 405)
    assert Decision.objects.get().wording == made.wording


def test_nothing_of_the_keys_of_requests_is_told(people, project_in):
    made = decide(project_in(S.SUBMITTED), outcome=Outcome.ACCEPT, request_key=uuid.uuid4())
    assert "request_key" not in people["support"].get(f"/api/v1/decisions/{made.pk}").json()
