"""The verbs of a project: every one × every state × every person, with the answer that each gets."""

import itertools

import pytest
from django.utils import translation

from organisation.choices import Role
from portfolio.models import PortfolioHolder, Remark, StateChange, StatusReport
from portfolio.services import withdraw_project
from tests.api.scene import S, fields_of, key, problem_of, sees
from tests.factories import ProjectFactory, attempt, reread

pytestmark = pytest.mark.django_db

HOLDER_AND_SUPPORT = {"holder", "support"}
REPORT = {"scope": "green", "time": "green", "money": "green", "done": "Much."}
# Verb → what is sent, who may, and from which state to which with which status.
WAYS = {
    "submission": (None, HOLDER_AND_SUPPORT, {S.DRAFT: S.SUBMITTED, S.RETURNED: S.SUBMITTED}, 200),
    "withdrawal": (
        {"reason": "No need."},
        HOLDER_AND_SUPPORT,
        {S.DRAFT: S.WITHDRAWN, S.SUBMITTED: S.WITHDRAWN},
        200,
    ),
    "start": (None, HOLDER_AND_SUPPORT, {S.ACCEPTED: S.RUNNING}, 200),
    "completion-request": ({"closing_note": "All."}, HOLDER_AND_SUPPORT, {S.RUNNING: S.RUNNING}, 200),
    "status-reports": (REPORT, HOLDER_AND_SUPPORT, {S.RUNNING: S.RUNNING}, 201),
    "remarks": (
        {"text": "Look."},
        HOLDER_AND_SUPPORT | {"council member"},
        {state: state for state in S},
        201,
    ),
}


def expected_status(verb: str, who: str, state: S) -> int:
    _body, allowed, ways, done = WAYS[verb]
    if who in ("admin", "nobody"):
        return 403
    if not sees(who, state):
        return 404
    if who not in allowed:
        return 403
    return done if state in ways else 409


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("verb", WAYS)
def test_who_can_do_what_in_which_state(people, project_in, verb, state):
    body, _allowed, ways, _done = WAYS[verb]
    project = project_in(state)
    changes = project.state_changes.count()
    for who, client in people.items():
        with attempt():
            response = client.post(f"/api/v1/projects/{project.pk}/{verb}", body)

            status = expected_status(verb, who, state)
            assert response.status_code == status, (who, response.content)
            if status < 300:
                assert reread(project).state == ways[state]
                continue
            said = problem_of(response, status)["detail"]
            assert reread(project).state == state
            assert project.state_changes.count() == changes
            assert not Remark.objects.filter(project=project).exists()
            assert not StatusReport.objects.filter(project=project).exists()
            if status == 409:
                assert project.title in said
                with translation.override("nl"):
                    assert str(state.label) in said


@pytest.mark.parametrize("state", S)
def test_the_verbs_that_a_project_names_are_those_that_work(people, project_in, state):
    project = project_in(state)
    for who, client in people.items():
        if not sees(who, state):
            continue
        with attempt():
            named = set(client.get(f"/api/v1/projects/{project.pk}").json()["allowed_verbs"])
            assert named - {"edit"} == {verb for verb in WAYS if expected_status(verb, who, state) < 300}, who
            edit = client.patch(
                f"/api/v1/projects/{project.pk}", {"aim": "X"}, headers={"If-Match": f'"{project.version}"'}
            )
            assert (edit.status_code == 200) == ("edit" in named), who


@pytest.mark.parametrize("state", S)
def test_who_edits_in_which_state(people, project_in, state):
    may = {"holder": {S.DRAFT, S.RETURNED}, "support": set(S) - {S.COMPLETED, S.WITHDRAWN, S.CANCELLED}}
    project = project_in(state)
    version = {"If-Match": f'"{project.version}"'}
    for who, client in people.items():
        if who in ("admin", "nobody"):
            status = 403
        elif not sees(who, state):
            status = 404
        elif who not in may:
            status = 403
        else:
            status = 200 if state in may[who] else 409
        with attempt():
            response = client.patch(f"/api/v1/projects/{project.pk}", {"aim": "X"}, headers=version)
            assert response.status_code == status, (who, response.content)
            assert (reread(project).aim == "X") == (status == 200)


@pytest.mark.parametrize("state", S)
def test_who_reads_a_project_and_what_is_below_it(people, project_in, state):
    project = project_in(state)
    for who, address in itertools.product(people, ("", "/remarks", "/status-reports", "/attachments")):
        status = 200 if sees(who, state) else 404
        if who in ("admin", "nobody") or (
            address == "/remarks" and status == 200 and who not in HOLDER_AND_SUPPORT | {"council member"}
        ):
            status = 403
        response = people[who].get(f"/api/v1/projects/{project.pk}{address}")
        assert response.status_code == status, (who, address)


def test_an_answer_is_the_project_with_its_new_state_version_and_number(people, project_in):
    project = project_in()

    response = people["holder"].post(f"/api/v1/projects/{project.pk}/submission")

    body = response.json()
    assert (body["id"], body["state"], body["version"]) == (project.pk, "submitted", 2)
    assert body["code"]
    assert response["ETag"] == '"2"'
    assert body["allowed_verbs"] == ["withdrawal", "remarks"]


def test_what_an_assignment_lacks_is_said_by_step(people, project_in):
    project = project_in(aim="", leader="", starts_on=None)

    response = people["holder"].post(f"/api/v1/projects/{project.pk}/submission")

    assert fields_of(response, 422) == ["people", "planning", "purpose"]
    assert reread(project).state == S.DRAFT


@pytest.mark.parametrize(
    ("verb", "state", "body"),
    [
        ("submission", S.DRAFT, None),
        ("withdrawal", S.SUBMITTED, {"reason": "R"}),
        ("start", S.ACCEPTED, None),
        ("completion-request", S.RUNNING, {"closing_note": "All."}),
        ("remarks", S.RUNNING, {"text": "Look."}),
        ("status-reports", S.RUNNING, REPORT),
    ],
)
def test_a_repeated_request_is_carried_out_once(people, project_in, verb, state, body):
    project, same = project_in(state), key()
    changes = project.state_changes.count()

    first, second = (
        people["holder"].post(f"/api/v1/projects/{project.pk}/{verb}", body, headers=same) for _ in range(2)
    )

    assert (first.status_code, second.status_code) == (WAYS[verb][3], 200)
    assert first.json() == second.json()
    assert project.state_changes.count() - changes <= 1
    assert Remark.objects.count() <= 1
    assert StatusReport.objects.count() <= 1


def test_a_repeated_request_answers_the_project_as_it_is_by_then(people, project_in):
    project, same = project_in(), key()
    people["holder"].post(f"/api/v1/projects/{project.pk}/submission", headers=same)
    withdraw_project(project, by=people["support"].user)

    again = people["holder"].post(f"/api/v1/projects/{project.pk}/submission", headers=same)

    assert (again.status_code, again.json()["state"]) == (200, "withdrawn")


def test_a_key_of_another_request_is_refused(people, project_in):
    project, other, same = project_in(), project_in(S.RUNNING), key()
    people["holder"].post(f"/api/v1/projects/{project.pk}/submission", headers=same)

    withdrawal = people["holder"].post(f"/api/v1/projects/{project.pk}/withdrawal", {}, headers=same)
    assert fields_of(withdrawal, 422) == ["Idempotency-Key"]
    assert reread(project).state == S.SUBMITTED

    for verb, body in (("remarks", {"text": "Look."}), ("status-reports", REPORT)):
        running = project_in(S.RUNNING)
        people["holder"].post(f"/api/v1/projects/{running.pk}/{verb}", body, headers=same)
        elsewhere = people["holder"].post(f"/api/v1/projects/{other.pk}/{verb}", body, headers=same)
        assert fields_of(elsewhere, 422) == ["Idempotency-Key"]
        of_someone_else = people["support"].post(f"/api/v1/projects/{running.pk}/{verb}", body, headers=same)
        assert fields_of(of_someone_else, 422) == ["Idempotency-Key"]


@pytest.mark.parametrize(
    "wrong", ["", "1", "x" * 36, "\x00", "{ba30b454-16b6-4271-ab41-6e1b9c1526cf}", "9" * 10_000]
)
def test_a_key_that_is_no_uuid_is_refused(people, project_in, wrong):
    project = project_in()
    response = people["holder"].post(
        f"/api/v1/projects/{project.pk}/submission", headers={"Idempotency-Key": wrong}
    )
    assert fields_of(response) == ["Idempotency-Key"]
    assert reread(project).state == S.DRAFT


def test_a_withdrawal_keeps_its_reason_and_needs_no_body(people, project_in):
    for body, reason in (({"reason": "Not needed"}, "Not needed"), ({}, ""), (None, "")):
        project = project_in()
        assert people["holder"].post(f"/api/v1/projects/{project.pk}/withdrawal", body).status_code == 200
        assert StateChange.objects.get(project=project).reason == reason


def test_asking_completion_says_what_was_delivered(people, project_in):
    project = project_in(S.RUNNING)
    address = f"/api/v1/projects/{project.pk}/completion-request"

    for wrong in ({}, {"closing_note": ""}, {"closing_note": " "}):
        assert fields_of(people["holder"].post(address, wrong)) == ["closing_note"]
    body = people["holder"].post(address, {"closing_note": "Everything."}).json()

    assert body["closing_note"] == "Everything."
    assert body["completion_asked_at"]
    assert body["state"] == "running"


def test_a_holder_whose_period_ended_is_no_holder_any_more(people, project_in):
    project = project_in()
    PortfolioHolder.objects.filter(user=people["holder"].user).update(ends_on="2025-12-31")

    assert people["holder"].get(f"/api/v1/projects/{project.pk}").status_code == 404
    assert people["holder"].post(f"/api/v1/projects/{project.pk}/submission").status_code == 404


def test_remarks_come_in_order_with_who_made_them(people, project_in):
    project = project_in(S.SUBMITTED)
    for who in ("council member", "support"):
        people[who].post(f"/api/v1/projects/{project.pk}/remarks", {"text": f"By {who}"})

    page = people["holder"].get(f"/api/v1/projects/{project.pk}/remarks").json()

    assert page["count"] == 2
    assert [remark["text"] for remark in page["results"]] == ["By council member", "By support"]
    assert set(page["results"][0]) == {"id", "author", "text", "created_at"}
    assert page["results"][0]["author"] == {
        "id": people["council member"].user.pk,
        "name": people["council member"].user.name,
    }


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_what_happened_is_not_changed_or_deleted(people, project_in, method):
    project = project_in(S.RUNNING)
    for below in ("submission", "withdrawal", "start", "completion-request", "remarks", "status-reports"):
        address = f"/api/v1/projects/{project.pk}/{below}"
        response = getattr(people["support"], method)(address, {})
        assert response.status_code == 405
    if method != "patch":
        assert getattr(people["support"], method)(f"/api/v1/projects/{project.pk}", {}).status_code == 405


def test_a_verb_is_done_with_post_alone(people, project_in):
    project = project_in()
    for verb in ("submission", "withdrawal", "start", "completion-request"):
        response = people["holder"].get(f"/api/v1/projects/{project.pk}/{verb}")
        problem_of(response, 405)
        assert response["Allow"] == "POST, OPTIONS"
    assert reread(project).state == S.DRAFT


def test_a_session_needs_its_csrf_token_for_each_verb_and_a_token_does_not(people, project_in):
    from rest_framework.test import APIClient

    project = project_in()
    by_session = APIClient(enforce_csrf_checks=True)
    by_session.force_login(people["holder"].user)
    address = f"/api/v1/projects/{project.pk}/submission"

    assert "CSRF" in problem_of(by_session.post(address), 403)["detail"]
    assert reread(project).state == S.DRAFT
    by_session.get("/")
    token = by_session.cookies["csrftoken"].value
    assert by_session.post(address, headers={"X-CSRFToken": token}).status_code == 200


def test_who_holds_two_roles_may_what_either_may(token_client):
    both = token_client(Role.RCDV, Role.COUNCIL_MEMBER)
    project = ProjectFactory(in_state=S.SUBMITTED)
    assert both.post(f"/api/v1/projects/{project.pk}/remarks", {"text": "Look."}).status_code == 201
