"""Decisions on the working budget, which name no project, and decisions that cover spending beyond it."""

import re
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisation.choices import Role
from portfolio.choices import Outcome, ProjectState
from portfolio.models import Decision, Project
from portfolio.services import foresee_decision
from tests.factories import ProjectFactory, UserFactory, decide, reread
from tests.portfolio.test_project_list import in_english

pytestmark = pytest.mark.django_db
S = ProjectState
NEW = "/decisions/new"
READERS = [Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.REGIONAL_STAFF, Role.RCDV, Role.SUPPORT]


@pytest.fixture
def support(client_as):
    return client_as(Role.SUPPORT)


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def given(*projects: Project, outcome: Outcome = Outcome.BUDGET, **fields) -> dict[str, object]:
    """What the form sends."""
    return {
        "outcome": outcome,
        "projects": [project.pk for project in projects],
        "meeting_on": "2026-11-05",
        "number": "2026-90",
        "wording": "The Vakraad **decides** so.",
        "request_key": "8f1e9f6a-3f0e-4f5e-9d3b-5f6d1f0a9a12",
    } | fields


# --- Recording ---


def test_a_decision_on_the_budget_names_no_project_and_changes_none():
    project = ProjectFactory(in_state=S.SUBMITTED)
    decision = decide(outcome=Outcome.BUDGET)
    assert not decision.subjects.exists()
    assert reread(project).state == S.SUBMITTED


def test_a_decision_on_the_budget_refuses_projects():
    project = ProjectFactory(in_state=S.SUBMITTED)
    with pytest.raises(ValidationError) as refused:
        decide(project, outcome=Outcome.BUDGET, number="2026-50")
    assert set(refused.value.message_dict) == {"projects"}
    assert not Decision.objects.filter(number="2026-50").exists()


def test_the_same_request_records_once():
    support, key = UserFactory(roles=[Role.SUPPORT]), uuid.uuid4()
    made = {decide(outcome=Outcome.BUDGET, by=support, request_key=key).pk for _ in range(2)}
    assert len(made) == 1


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome.is_on_projects])
def test_a_correction_keeps_the_kind(outcome):
    project = ProjectFactory(in_state=S.RUNNING if outcome in ("cancel", "complete") else S.SUBMITTED)
    on_project, on_budget = decide(project, outcome=outcome), decide(outcome=Outcome.BUDGET)
    before = Decision.objects.count()
    with pytest.raises(ValidationError) as refused:
        decide(outcome=Outcome.BUDGET, corrects=on_project)
    assert set(refused.value.message_dict) == {"corrects"}
    with pytest.raises(ValidationError) as refused:
        decide(project, outcome=outcome, corrects=on_budget)
    assert set(refused.value.message_dict) == {"corrects"}
    assert Decision.objects.count() == before
    assert decide(outcome=Outcome.BUDGET, corrects=on_budget).corrects == on_budget


@pytest.mark.parametrize("outcome", Outcome)
def test_only_what_commits_money_covers_an_overrun(outcome):
    projects = []
    if outcome.is_on_projects:
        state = S.RUNNING if outcome in (Outcome.CANCEL, Outcome.COMPLETE) else S.SUBMITTED
        projects = [ProjectFactory(in_state=state)]
    if outcome in (Outcome.ACCEPT, Outcome.BUDGET, Outcome.ANNUAL_PLAN):
        assert decide(*projects, outcome=outcome, covers_overrun=True).covers_overrun
        return
    with pytest.raises(ValidationError) as refused:
        decide(*projects, outcome=outcome, covers_overrun=True)
    assert set(refused.value.message_dict) == {"covers_overrun"}


def test_the_database_holds_it_too():
    decision = decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.RETURN)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE portfolio_decision SET covers_overrun = %s WHERE id = %s", [True, decision.pk])


def test_it_is_foreseen_with_no_effect():
    found = foresee_decision(
        by=UserFactory(roles=[Role.SUPPORT]),
        number="2026-50",
        meeting_on=timezone.localdate(),
        outcome=Outcome.BUDGET,
        wording="So.",
        projects=[],
    )
    assert found.effects == found.objections == []
    assert not Decision.objects.exists()


def test_on_nothing_no_project_can_be_decided():
    ProjectFactory(in_state=S.SUBMITTED)
    assert not Project.objects.can_be_decided(Outcome.BUDGET).exists()


# --- The pages ---


@pytest.mark.parametrize("role", READERS)
def test_whoever_reads_decisions_reads_those_on_the_budget(client_as, role):
    first = decide(outcome=Outcome.BUDGET, number="2026-07", wording="Adopted as it is.")
    second = decide(outcome=Outcome.BUDGET, number="2026-07.1", corrects=first)
    client = client_as(role)
    for query in ("", "?outcome=budget", "?q=adopted"):
        assert first.number in text(client.get(f"/decisions{query}"))
    for query in ("?outcome=accept", "?q=nothing"):
        assert f"/decisions/{first.pk}" not in text(client.get(f"/decisions{query}"))
    page = text(client.get(f"/decisions/{first.pk}"))
    assert "Adopted as it is." in page
    assert f"/decisions/{second.pk}" in page
    assert 'id="subjects"' not in page
    assert f"/decisions/{first.pk}" in text(client.get(f"/decisions/{second.pk}"))


def test_the_form_offers_no_projects_for_the_budget(support):
    ProjectFactory(in_state=S.SUBMITTED)
    response = support.get(f"{NEW}?outcome=budget")
    assert response.context["form"].subjects == []
    assert 'name="projects"' not in text(response)
    assert 'name="covers_overrun"' in text(response)


def test_support_checks_and_records_a_decision_on_the_budget(support):
    page = text(support.post(NEW, given(covers_overrun="on")))
    assert not Decision.objects.exists()
    assert re.search(r'<input type="hidden" name="covers_overrun" value="(on|True)"', page)
    response = support.post(NEW, given(covers_overrun="on", record="1"))
    decision = Decision.objects.get()
    assert response["Location"] == f"/decisions/{decision.pk}"
    assert (decision.outcome, decision.covers_overrun) == (Outcome.BUDGET, True)


def test_what_is_not_ticked_stays_so_through_the_check(support):
    page = text(support.post(NEW, given()))
    value = re.search(r'<input type="hidden" name="covers_overrun"(?: value="(\w*)")?', page)
    assert value is not None
    support.post(NEW, given(covers_overrun=value[1] or "", record="1"))
    assert not Decision.objects.get().covers_overrun


@pytest.mark.parametrize("outcome", Outcome)
def test_the_box_stands_there_where_it_means_something(support, outcome):
    shown = 'name="covers_overrun"' in text(support.get(f"{NEW}?outcome={outcome}"))
    assert shown == (outcome in (Outcome.ACCEPT, Outcome.BUDGET, Outcome.ANNUAL_PLAN))


def test_a_ticked_box_stays_ticked_while_one_searches(support):
    for query, ticked in (("covers_overrun=on", True), ("", False)):
        page = text(
            support.get(
                f"{NEW}?outcome=accept&q=x&{query}",
                headers={"hx-request": "true", "hx-target": "div#subjects"},
            )
        )
        box = re.search(r'<input[^>]*name="covers_overrun"[^>]*>', page)
        assert box is not None
        assert ("checked" in box[0]) == ticked


def test_a_correction_begins_as_what_it_corrects_and_offers_its_kind(support):
    wrong = decide(outcome=Outcome.BUDGET, covers_overrun=True)
    for query in ("", "&outcome=accept"):
        response = support.get(f"{NEW}?corrects={wrong.pk}{query}")
        assert response.context["form"].decided == Outcome.BUDGET
        assert response.context["form"].initial["covers_overrun"]
        offered = response.context["outcome_form"].fields["outcome"].choices
        assert [value for value, _label in offered] == ["budget"]
    accepted = decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.ACCEPT)
    response = support.get(f"{NEW}?corrects={accepted.pk}&outcome=budget")
    assert response.context["form"].decided == Outcome.ACCEPT


def test_the_form_says_that_a_correction_keeps_the_kind(support):
    wrong = decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.ACCEPT)
    response = support.post(NEW, given(corrects=wrong.pk, record="1"))
    assert response.status_code == 200
    assert response.context["form"].errors
    assert Decision.objects.get() == wrong


def test_the_page_says_that_it_covers_an_overrun(client_as):
    covering = decide(outcome=Outcome.BUDGET, covers_overrun=True)
    plain = decide(outcome=Outcome.BUDGET)
    client = in_english(client_as(Role.COUNCIL_MEMBER))
    words = "covers spending beyond the budget"
    assert words in text(client.get(f"/decisions/{covering.pk}"))
    assert words not in text(client.get(f"/decisions/{plain.pk}"))


def test_without_projects_to_decide_on_the_meeting_still_leads_to_recording(support):
    assert f'href="{NEW}"' in text(support.get("/meeting"))


def test_decisions_on_the_budget_take_no_query_more(client_as, django_assert_num_queries):
    client = client_as(Role.COUNCIL_MEMBER)
    decide(outcome=Outcome.BUDGET)
    client.get("/decisions")
    with CaptureQueriesContext(connection) as queries:
        client.get("/decisions")
    for _ in range(3):
        decide(outcome=Outcome.BUDGET)
    with django_assert_num_queries(len(queries)):
        client.get("/decisions")
