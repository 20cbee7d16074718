"""Status reports by the API."""

import datetime

import pytest
from django.utils import timezone

from portfolio.models import StatusReport
from tests.api.scene import S, fields_of, key, problem_of, sees
from tests.factories import ProjectFactory, report, reread

pytestmark = pytest.mark.django_db
BODY = {"scope": "green", "time": "green", "money": "green", "done": "Much."}


@pytest.mark.parametrize("at", ["the project", "the top"])
def test_a_holder_reports_and_says_what_was_delivered(people, project_in, at):
    project = project_in(S.RUNNING, results=["First", "Second"])
    first, second = project.results.all()
    body = {
        "reported_on": "2026-09-01",
        "scope": "green",
        "time": "amber",
        "time_reason": "Ill.",
        "money": "red",
        "money_reason": "Dear.",
        "done": "Much *done*.",
        "upcoming": "More.",
        "deliveries": [{"result": first.pk, "delivered_on": "2026-08-31", "note": "All of it"}],
    }
    if at == "the project":
        response = people["holder"].post(f"/api/v1/projects/{project.pk}/status-reports", body)
    else:
        response = people["holder"].post("/api/v1/status-reports", body | {"project": project.pk})

    assert response.status_code == 201, response.content
    made = response.json()
    assert response["Location"] == f"http://testserver/api/v1/status-reports/{made['id']}"
    assert people["rcdv"].get(response["Location"]).json() == made
    for name in body.keys() - {"deliveries"}:
        assert made[name] == body[name]
    assert (made["health"], made["project"]) == ("red", project.pk)
    assert made["author"] == {"id": people["holder"].user.pk, "name": people["holder"].user.name}
    assert made["deliveries"] == [
        {"result": first.pk, "title": "First", "delivered_on": "2026-08-31", "note": "All of it"}
    ]
    whole = people["holder"].get(f"/api/v1/projects/{project.pk}").json()
    assert (whole["health"], whole["latest_status_report"]) == ("red", made["id"])
    assert [result["delivered_in"] for result in whole["results"]] == [made["id"], None]
    assert second.delivered_on is None


def test_without_a_date_a_report_is_of_today(people, project_in):
    project = project_in(S.RUNNING)
    made = people["holder"].post(f"/api/v1/projects/{project.pk}/status-reports", BODY).json()
    assert made["reported_on"] == str(timezone.localdate())


TOMORROW = str(datetime.date.today() + datetime.timedelta(days=2))  # noqa: DTZ011  # whatever the zone
WRONG = [
    ({}, ["done", "money", "scope", "time"]),
    (BODY | {"scope": "blue"}, ["scope"]),
    (BODY | {"scope": "amber"}, ["scope_reason"]),
    (BODY | {"scope": "amber", "time": "red", "scope_reason": " "}, ["scope_reason", "time_reason"]),
    (BODY | {"reported_on": TOMORROW}, ["reported_on"]),
    (BODY | {"reported_on": "today"}, ["reported_on"]),
    (BODY | {"done": " "}, ["done"]),
    (BODY | {"done": "x" * 20_001}, ["done"]),
    (BODY | {"money_reason": "x" * 301}, ["money_reason"]),
    (BODY | {"upcoming": "\x00"}, ["upcoming"]),
    (BODY | {"deliveries": [{"result": 10**30, "delivered_on": "2026-01-01"}]}, ["deliveries.0.result"]),
    (BODY | {"deliveries": [{"result": 10**12, "delivered_on": "2026-01-01"}]}, ["deliveries"]),
    (BODY | {"deliveries": [{"result": 1}]}, ["deliveries.0.delivered_on"]),
    (BODY | {"deliveries": [{"result": 1, "delivered_on": "2026-01-01"}] * 2}, ["deliveries"]),
    (BODY | {"deliveries": [{"result": 1, "delivered_on": "2026-01-01"}] * 10_000}, ["deliveries"]),
    (BODY | {"deliveries": {}}, ["deliveries"]),
    (BODY | {"health": "green"}, ["health"]),
    ([BODY], [""]),
]


@pytest.mark.parametrize(("body", "fields"), WRONG)
def test_a_wrong_report_is_refused_and_saves_nothing(people, project_in, body, fields):
    project = project_in(S.RUNNING)

    response = people["holder"].post(f"/api/v1/projects/{project.pk}/status-reports", body)

    assert fields_of(response) == fields
    assert not StatusReport.objects.exists()
    assert reread(project).health == ""


def test_a_result_is_delivered_once_and_by_its_own_project(people, project_in):
    project, other = project_in(S.RUNNING), project_in(S.RUNNING)

    def deliver(result, day="2026-03-01"):
        body = BODY | {"deliveries": [{"result": result.pk, "delivered_on": day}]}
        return people["holder"].post(f"/api/v1/projects/{project.pk}/status-reports", body)

    assert fields_of(deliver(other.results.get())) == ["deliveries"]
    assert fields_of(deliver(project.results.get(), TOMORROW)) == ["deliveries"]
    assert deliver(project.results.get()).status_code == 201
    assert fields_of(deliver(project.results.get())) == ["deliveries"]


def test_a_project_that_someone_does_not_see_is_no_project(people, project_in):
    hidden = ProjectFactory()
    project = project_in(S.RUNNING)
    for wrong in (hidden.pk, 10**12):
        response = people["holder"].post("/api/v1/status-reports", BODY | {"project": wrong})
        assert fields_of(response) == ["project"]
        listed = people["holder"].get("/api/v1/status-reports", {"project": wrong})
        assert fields_of(listed) == ["project"]
    assert fields_of(people["holder"].post("/api/v1/status-reports", BODY)) == ["project"]
    seen = people["other holder"].post("/api/v1/status-reports", BODY | {"project": project.pk})
    problem_of(seen, 403)
    problem_of(people["council member"].post("/api/v1/status-reports", {}), 403)


@pytest.mark.parametrize("state", [S.ACCEPTED, S.SUBMITTED, S.COMPLETED])
def test_only_what_runs_is_reported_on(people, project_in, state):
    project = project_in(state)
    response = people["support"].post("/api/v1/status-reports", BODY | {"project": project.pk})
    assert project.title in problem_of(response, 409)["detail"]


def test_the_same_key_reports_once(people, project_in):
    project, same = project_in(S.RUNNING), key()
    body = BODY | {"project": project.pk}
    first, second = (people["holder"].post("/api/v1/status-reports", body, headers=same) for _ in "12")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert "Location" not in second
    assert StatusReport.objects.count() == 1


def test_reports_are_listed_latest_first_by_project_and_year(people, project_in):
    one, two = project_in(S.RUNNING), project_in(S.RUNNING)
    old = report(one, reported_on=datetime.date(2025, 12, 31))
    new = report(one, reported_on=datetime.date(2026, 1, 1))
    other = report(two, reported_on=datetime.date(2025, 6, 1))

    def listed(**filters):
        body = people["regional staff"].get("/api/v1/status-reports", filters).json()
        return [row["id"] for row in body["results"]]

    assert listed() == [new.pk, old.pk, other.pk]
    assert listed(project=one.pk) == [new.pk, old.pk]
    assert listed(year=2025) == [old.pk, other.pk]
    assert listed(year=2025, project=two.pk) == [other.pk]
    below = people["rcdv"].get(f"/api/v1/projects/{one.pk}/status-reports").json()
    assert [row["id"] for row in below["results"]] == [new.pk, old.pk]


def test_who_sees_the_project_sees_its_reports(people, project_in):
    project = project_in(S.RUNNING)
    made = report(project)
    for who, client in people.items():
        status = 200 if sees(who, S.RUNNING) else 403
        response = client.get(f"/api/v1/status-reports/{made.pk}")
        assert response.status_code == status, who
        assert "@" not in response.content.decode()
        assert "request_key" not in response.content.decode()
    # One that someone doesn't see: it lost its acceptance date, as if it had never been accepted.
    type(project).objects.filter(pk=project.pk).update(state=S.SUBMITTED, accepted_at=None)
    assert people["rcdv"].get(f"/api/v1/status-reports/{made.pk}").status_code == 404
    assert people["rcdv"].get("/api/v1/status-reports").json()["count"] == 0


@pytest.mark.parametrize(
    "query", ["year=x", "year=1", "year=2026.5", "year=" + "9" * 400, "project=%00", "project=x"]
)
def test_a_wrong_filter_is_refused(people, query):
    assert fields_of(people["support"].get(f"/api/v1/status-reports?{query}")) == [query.split("=")[0]]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_report_is_not_changed_or_deleted(people, project_in, method):
    made = report(project_in(S.RUNNING))
    for address in ("/api/v1/status-reports", f"/api/v1/status-reports/{made.pk}"):
        problem_of(getattr(people["support"], method)(address, {}), 405)
