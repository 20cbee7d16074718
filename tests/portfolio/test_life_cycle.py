"""The life of a project: who can bring it from which state to which, and what is kept of it."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from organisation.choices import Role
from portfolio.choices import Outcome, ProjectState
from portfolio.errors import NotAllowedInThisState, NotComplete
from portfolio.models import Project, StateChange
from portfolio.services import (
    ask_completion,
    record_decision,
    start_project,
    submit_project,
    withdraw_project,
)
from tests.factories import (
    PortfolioFactory,
    ProjectFactory,
    UserFactory,
    decide,
    reread,
)

pytestmark = pytest.mark.django_db
S = ProjectState


@pytest.fixture
def people():
    """One person per kind: who holds the project's portfolio, who holds another one, and one per other role."""
    return {
        "holder": UserFactory(roles=[Role.PORTFOLIO_HOLDER]),
        "other holder": UserFactory(roles=[Role.PORTFOLIO_HOLDER]),
        "council member": UserFactory(roles=[Role.COUNCIL_MEMBER]),
        "regional staff": UserFactory(roles=[Role.REGIONAL_STAFF]),
        "rcdv": UserFactory(roles=[Role.RCDV]),
        "support": UserFactory(roles=[Role.SUPPORT]),
        "admin": UserFactory(roles=[Role.ADMIN]),
        "nobody": UserFactory(roles=[]),
    }


@pytest.fixture
def project_in(people):
    def make(state: ProjectState) -> Project:
        PortfolioFactory(held_by=people["other holder"])
        return ProjectFactory.create(
            portfolio=PortfolioFactory.create(held_by=people["holder"]), in_state=state
        )

    return make


def decided(outcome: Outcome):
    def verb(project: Project, by) -> None:
        record_decision(
            by=by,
            number="2026-09",
            meeting_on=datetime.date(2026, 9, 3),
            outcome=outcome,
            wording="So decided.",
            projects=[project],
        )

    return verb


VERBS = {
    "submit": lambda project, by: submit_project(project, by=by),
    "withdraw": lambda project, by: withdraw_project(project, by=by),
    "start": lambda project, by: start_project(project, by=by),
    "ask completion": lambda project, by: ask_completion(project, by=by, closing_note="All of it."),
    "accept": decided(Outcome.ACCEPT),
    "return": decided(Outcome.RETURN),
    "cancel": decided(Outcome.CANCEL),
    "complete": decided(Outcome.COMPLETE),
}
HOLDER_AND_SUPPORT, SUPPORT = {"holder", "support"}, {"support"}
# Verb → who may, and from which state to which.
WAYS = {
    "submit": (HOLDER_AND_SUPPORT, {S.DRAFT: S.SUBMITTED, S.RETURNED: S.SUBMITTED}),
    "withdraw": (HOLDER_AND_SUPPORT, {S.DRAFT: S.WITHDRAWN, S.SUBMITTED: S.WITHDRAWN}),
    "start": (HOLDER_AND_SUPPORT, {S.ACCEPTED: S.RUNNING}),
    "ask completion": (HOLDER_AND_SUPPORT, {S.RUNNING: S.RUNNING}),
    "accept": (SUPPORT, {S.SUBMITTED: S.ACCEPTED}),
    "return": (SUPPORT, {S.SUBMITTED: S.RETURNED}),
    "cancel": (SUPPORT, {S.ACCEPTED: S.CANCELLED, S.RUNNING: S.CANCELLED}),
    "complete": (SUPPORT, {S.RUNNING: S.COMPLETED}),
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("verb", WAYS)
def test_who_brings_a_project_from_which_state_to_which(project_in, people, verb, state):
    allowed, ways = WAYS[verb]
    project = project_in(state)
    changes = project.state_changes.count()
    for who, person in people.items():
        if who in allowed and state in ways:
            continue
        refusal = NotAllowedInThisState if who in allowed else PermissionDenied
        with pytest.raises(refusal) as refused:
            VERBS[verb](project, person)
        assert str(refused.value)
    assert reread(project).state == state
    assert project.state_changes.count() == changes
    for who in sorted(allowed) if state in ways else ():
        fresh = project_in(state)
        VERBS[verb](fresh, people[who])
        assert reread(fresh).state == ways[state]
        if verb != "ask completion":
            last = fresh.state_changes.last()
            assert (last.from_state, last.to_state, last.by) == (state, ways[state], people[who])
            assert bool(last.decision) == (allowed == SUPPORT)


def test_an_assignment_that_lacks_something_is_not_submitted_and_hears_what(people):
    project = ProjectFactory(aim="", leader=" ", starts_on=None)
    with pytest.raises(NotComplete) as refused:
        submit_project(project, by=people["support"])
    assert set(refused.value.missing) == {"purpose", "planning", "people"}
    assert reread(project).state == S.DRAFT
    assert not project.code


def test_numbers_count_on_within_a_year(people, settings):
    first, second = ProjectFactory.create_batch(2)
    submit_project(first, by=people["support"])
    submit_project(second, by=people["support"])
    year = datetime.date.today().year  # noqa: DTZ011
    assert [reread(first).code, reread(second).code] == [f"{year}-001", f"{year}-002"]
    decide(first, outcome=Outcome.RETURN)
    submit_project(first, by=people["support"])
    assert reread(first).code == f"{year}-001"


def test_the_same_request_changes_the_state_once(people):
    project, key = ProjectFactory(), uuid.uuid4()
    for _ in range(2):
        submit_project(project, by=people["support"], request_key=key)
    assert StateChange.objects.filter(project=project).count() == 1


def test_decision_on_several_projects_is_carried_out_on_all_or_none(people):
    ready, running = ProjectFactory(in_state=S.SUBMITTED), ProjectFactory(in_state=S.RUNNING)
    with pytest.raises(ValidationError):
        decide(ready, running, outcome=Outcome.ACCEPT, number="2026-01")
    assert reread(ready).state == S.SUBMITTED
    assert not ready.decisions.filter(number="2026-01").exists()
