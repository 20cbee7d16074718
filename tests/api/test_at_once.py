"""Requests of the same moment, each in a thread and on a connection of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from organisation.choices import Role
from portfolio.models import Decision, Project, Remark, StatusReport
from tests.api.scene import S, key
from tests.factories import ObjectiveFactory, PortfolioFactory, ProjectFactory

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 4


@pytest.fixture
def at_once(token_client):
    """Give a function that sends the same request a number of times at once, and gives the statuses."""
    from rest_framework.test import APIClient

    support = token_client(Role.SUPPORT)

    def send(method, address, bodies, headers):
        start = threading.Barrier(len(bodies))

        def request(body):
            client = APIClient()
            client.credentials(**support._credentials)
            start.wait()
            try:
                return getattr(client, method)(f"/api/v1/{address}", body, headers=headers).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(len(bodies)) as threads:
            return sorted(threads.map(request, bodies))

    return send


def test_the_same_request_at_once_files_one_assignment(at_once):
    body = {
        "portfolio": PortfolioFactory().slug,
        "objective": ObjectiveFactory().pk,
        "title": "T",
        "aim": "A",
    }
    statuses = at_once("post", "projects", [body] * TIMES, key())
    assert Project.objects.count() == 1
    assert statuses[-1] == 201 or set(statuses) == {200}
    assert set(statuses) <= {200, 201}


@pytest.mark.parametrize(
    ("below", "body", "model"),
    [
        ("remarks", {"text": "Look."}, Remark),
        ("status-reports", {"scope": "green", "time": "green", "money": "green", "done": "X"}, StatusReport),
    ],
)
def test_the_same_request_at_once_says_it_once(at_once, below, body, model):
    project = ProjectFactory(in_state=S.RUNNING)
    statuses = at_once("post", f"projects/{project.pk}/{below}", [body] * TIMES, key())
    assert model.objects.count() == 1
    assert set(statuses) <= {200, 201}


def test_a_verb_at_once_is_carried_out_once_and_the_others_hear_that_it_was(at_once):
    project = ProjectFactory()
    statuses = at_once("post", f"projects/{project.pk}/submission", [None] * TIMES, {})
    assert statuses == [200, 409, 409, 409]
    assert project.state_changes.count() == 1
    other = ProjectFactory()
    assert at_once("post", f"projects/{other.pk}/submission", [None] * TIMES, key()) == [200] * TIMES
    assert other.state_changes.count() == 1


def test_two_decisions_with_one_number_at_once_are_one(at_once):
    projects = [ProjectFactory(in_state=S.SUBMITTED) for _ in range(TIMES)]
    bodies = [
        {
            "number": "2026-01",
            "meeting_on": "2026-01-08",
            "outcome": "accept",
            "wording": "So.",
            "projects": [project.pk],
        }
        for project in projects
    ]
    assert at_once("post", "decisions", bodies, {}) == [201, 400, 400, 400]
    assert Decision.objects.count() == 1


def test_of_changes_of_one_version_at_once_one_is_saved(at_once):
    project = ProjectFactory()
    bodies = [{"aim": f"Aim {number}"} for number in range(TIMES)]
    statuses = at_once("patch", f"projects/{project.pk}", bodies, {"If-Match": '"1"'})
    assert statuses == [200, 412, 412, 412]
