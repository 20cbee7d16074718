"""The same request twice at the same time: carried out once, on a database where two run side by side."""

import datetime
import threading
import uuid

import pytest
from django.db import connections

from organisation.choices import Role
from portfolio.choices import Outcome, ProjectState
from portfolio.models import Decision, Project, Remark, StateChange
from portfolio.services import add_remark, record_decision, start_draft, submit_project
from tests.factories import ObjectiveFactory, PortfolioFactory, ProjectFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
SIDE_BY_SIDE = 4


def at_once(verb) -> list:
    """Run it several times at the same moment; give what each gave."""
    results, start = [], threading.Barrier(SIDE_BY_SIDE)

    def run() -> None:
        start.wait()
        try:
            results.append(verb())
        except Exception as error:  # noqa: BLE001  # shown by the assertion
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(SIDE_BY_SIDE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def support():
    return UserFactory(roles=[Role.SUPPORT])


def test_one_draft(support):
    portfolio, objective, key = PortfolioFactory(), ObjectiveFactory(), uuid.uuid4()
    made = at_once(
        lambda: start_draft(by=support, portfolio=portfolio, objective=objective, title="T", request_key=key)
    )
    assert made == [Project.objects.get()] * SIDE_BY_SIDE


def test_one_submission_and_numbers_of_their_own(support):
    project, key = ProjectFactory(), uuid.uuid4()
    made = at_once(lambda: submit_project(project, by=support, request_key=key))
    assert made == [project] * SIDE_BY_SIDE
    assert StateChange.objects.count() == 1
    others = iter(ProjectFactory.create_batch(SIDE_BY_SIDE, objective=project.objective))
    assert (
        len({submitted.code for submitted in at_once(lambda: submit_project(next(others), by=support))}) == 4
    )


def test_one_decision(support):
    project, key = ProjectFactory(in_state=ProjectState.SUBMITTED), uuid.uuid4()
    made = at_once(
        lambda: record_decision(
            by=support,
            number="2026-01",
            meeting_on=datetime.date(2026, 1, 8),
            outcome=Outcome.ACCEPT,
            wording="So decided.",
            projects=[project],
            request_key=key,
        )
    )
    assert made == [Decision.objects.get()] * SIDE_BY_SIDE


def test_one_remark(support):
    project, key = ProjectFactory(in_state=ProjectState.SUBMITTED), uuid.uuid4()
    made = at_once(lambda: add_remark(project, by=support, text="Well done.", request_key=key))
    assert made == [Remark.objects.get()] * SIDE_BY_SIDE
