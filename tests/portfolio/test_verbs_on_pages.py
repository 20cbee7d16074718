"""The verbs of the holder on the page of a project: every verb × state × person, allowed or refused with a message."""

import pytest

from organisation.choices import Role
from portfolio.choices import ProjectState
from tests.factories import PortfolioFactory, ProjectFactory, SignedInClient, UserFactory, attempt, reread

pytestmark = pytest.mark.django_db
S = ProjectState
WAYS = {
    "submit": {S.DRAFT: S.SUBMITTED, S.RETURNED: S.SUBMITTED},
    "withdraw": {S.DRAFT: S.WITHDRAWN, S.SUBMITTED: S.WITHDRAWN},
    "start": {S.ACCEPTED: S.RUNNING},
}
SUBMITTED_ONCE = set(S) - {S.DRAFT, S.WITHDRAWN}
ACCEPTED_ONCE = {S.ACCEPTED, S.RUNNING, S.COMPLETED, S.CANCELLED}
# Who → the states in which they see the project at all, and whether they may use the verbs.
PEOPLE = {
    "holder": (set(S), True),
    "support": (set(S), True),
    "other holder": (SUBMITTED_ONCE, False),
    Role.COUNCIL_MEMBER: (SUBMITTED_ONCE, False),
    Role.REGIONAL_STAFF: (SUBMITTED_ONCE, False),
    Role.RCDV: (ACCEPTED_ONCE, False),
}


@pytest.fixture
def people():
    found = {who: UserFactory(roles=[who]) for who in PEOPLE if isinstance(who, Role)}
    found |= {who: UserFactory(roles=[Role.PORTFOLIO_HOLDER]) for who in ("holder", "other holder")}
    found["support"] = UserFactory(roles=[Role.SUPPORT])
    PortfolioFactory(held_by=found["other holder"])
    return found


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("verb", WAYS)
def test_who_brings_a_project_from_which_state_to_which_on_its_page(people, verb, state):
    project = ProjectFactory(portfolio=PortfolioFactory(held_by=people["holder"]), in_state=state)
    changes = project.state_changes.count()
    for who, (seen, may) in PEOPLE.items():
        with attempt():
            answer = SignedInClient(people[who]).post(
                f"/projects/{project.pk}/{verb}", {"withdraw-reason": "Because."}, follow=True
            )
            after = WAYS[verb].get(state) if may else None
            if state not in seen:
                assert answer.status_code == 404, who
            elif not may:
                assert answer.status_code == 403, who
            elif after is None:
                assert 'role="alert"' in answer.content.decode(), who
            else:
                assert answer.redirect_chain, (who, answer.status_code)
            assert reread(project).state == (after or state), who
            assert project.state_changes.count() == changes + bool(after), who
