"""What a higher app finds in the way of accepting assignments: asked before anything changes, and heeded."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from organisation.choices import Role
from portfolio import ports
from portfolio.choices import Outcome, ProjectState
from portfolio.errors import AcceptanceBlocked
from portfolio.models import Decision, Project
from portfolio.services import foresee_decision
from tests.factories import ProjectFactory, UserFactory, decide, reread

pytestmark = pytest.mark.django_db
S = ProjectState
SHORT = "In 2026 € 5.000 is short."


@pytest.fixture
def asked():
    """Register a check that finds money short for expensive projects; give the projects that it was asked about."""
    calls: list[list[Project]] = []

    def money_is_short(projects):
        assert connection.in_atomic_block
        # It may lock what it reads.
        list(Project.objects.select_for_update().filter(pk__in=[project.pk for project in projects]))
        assert {project.state for project in projects} <= {S.SUBMITTED, S.RETURNED}
        calls.append(list(projects))
        return [SHORT] if any("Expensive" in project.title for project in projects) else []

    ports.acceptance_checks.append(money_is_short)
    return calls


def foresee(*projects, **fields):
    return foresee_decision(
        by=UserFactory(roles=[Role.SUPPORT]),
        number="2026-50",
        meeting_on=datetime.date(2026, 11, 5),
        outcome=fields.pop("outcome", Outcome.ACCEPT),
        wording="So.",
        projects=projects,
        **fields,
    )


def test_accepting_what_is_too_much_is_refused_and_changes_nothing(asked, english):
    cheap, expensive = (ProjectFactory(in_state=S.SUBMITTED, title=title) for title in ("Cheap", "Expensive"))
    with pytest.raises(AcceptanceBlocked) as refused:
        decide(cheap, expensive, outcome=Outcome.ACCEPT)
    assert refused.value.objections == [SHORT]
    texts = refused.value.message_dict["covers_overrun"]
    assert texts[0] == SHORT
    assert "covers spending beyond the budget" in texts[1]
    assert asked == [[cheap, expensive]]
    assert reread(cheap).state == reread(expensive).state == S.SUBMITTED
    assert not Decision.objects.exists()


def test_a_decision_that_covers_it_is_carried_out(asked):
    expensive = ProjectFactory(in_state=S.SUBMITTED, title="Expensive")
    assert decide(expensive, outcome=Outcome.ACCEPT, covers_overrun=True).covers_overrun
    assert reread(expensive).state == S.ACCEPTED


def test_what_is_not_too_much_needs_nothing(asked):
    cheap = ProjectFactory(in_state=S.SUBMITTED, title="Cheap")
    decide(cheap, outcome=Outcome.ACCEPT)
    assert reread(cheap).state == S.ACCEPTED
    assert asked == [[cheap]]


def test_all_checks_are_asked(asked):
    ports.acceptance_checks.append(lambda _projects: ["And that."])
    with pytest.raises(AcceptanceBlocked) as refused:
        decide(ProjectFactory(in_state=S.SUBMITTED, title="Expensive"), outcome=Outcome.ACCEPT)
    assert refused.value.objections == [SHORT, "And that."]


def test_other_decisions_ask_nothing(asked):
    decide(ProjectFactory(in_state=S.SUBMITTED, title="Expensive"), outcome=Outcome.RETURN)
    decide(outcome=Outcome.BUDGET)
    assert asked == []


def test_what_cannot_be_accepted_at_all_is_said_first(asked):
    with pytest.raises(ValidationError) as refused:
        decide(ProjectFactory(title="Expensive"), outcome=Outcome.ACCEPT)
    assert set(refused.value.message_dict) == {"projects"}
    assert asked == []


def test_a_correction_asks_only_about_what_becomes_accepted(asked):
    accepted = ProjectFactory(in_state=S.SUBMITTED, title="Expensive")
    first = decide(accepted, outcome=Outcome.ACCEPT, covers_overrun=True)
    added = ProjectFactory(in_state=S.SUBMITTED, title="Cheap")
    asked.clear()
    second = decide(accepted, outcome=Outcome.ACCEPT, corrects=first)
    assert asked == []
    decide(accepted, added, outcome=Outcome.ACCEPT, corrects=second)
    assert asked == [[added]]


def test_a_return_that_is_corrected_into_an_acceptance_is_asked_about(asked):
    project = ProjectFactory(in_state=S.SUBMITTED, title="Expensive")
    first = decide(project, outcome=Outcome.RETURN)
    with pytest.raises(AcceptanceBlocked):
        decide(project, outcome=Outcome.ACCEPT, corrects=first)
    assert reread(project).state == S.RETURNED


@pytest.mark.django_db(transaction=True)
def test_it_is_foreseen_in_a_transaction_of_its_own(asked):
    expensive = ProjectFactory(in_state=S.SUBMITTED, title="Expensive")
    asked.clear()
    with pytest.raises(AcceptanceBlocked):
        foresee(expensive)
    found = foresee(expensive, covers_overrun=True)
    assert found.objections == [SHORT]
    assert [effect.after for effect in found.effects] == [S.ACCEPTED]
    assert reread(expensive).state == S.SUBMITTED


def test_the_form_says_what_is_short_at_the_box_and_warns_once_it_is_ticked(asked, client_as):
    expensive = ProjectFactory(in_state=S.SUBMITTED, title="Expensive")
    support = client_as(Role.SUPPORT)
    given = {
        "outcome": "accept",
        "projects": [expensive.pk],
        "meeting_on": "2026-11-05",
        "number": "2026-90",
        "wording": "So.",
        "request_key": "8f1e9f6a-3f0e-4f5e-9d3b-5f6d1f0a9a13",
    }
    for button in ({}, {"record": "1"}):
        response = support.post("/decisions/new", given | button)
        assert SHORT in response.context["form"].errors["covers_overrun"]
        page = re.sub(r"\s+", " ", response.content.decode())
        assert re.search(rf'id="id_covers_overrun_error">.*?{SHORT}', page)
        assert 'href="#id_covers_overrun"' in page
    response = support.post("/decisions/new", given | {"covers_overrun": "on"})
    assert response.context["objections"] == [SHORT]
    assert SHORT in response.content.decode()
    assert reread(expensive).state == S.SUBMITTED
    support.post("/decisions/new", given | {"covers_overrun": "on", "record": "1"})
    assert reread(expensive).state == S.ACCEPTED
