"""The page of a project: who sees it, what it shows, and what can be done from it in which state."""

import datetime
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisation.choices import Role
from pillars.models import ObjectiveDependency
from portfolio.capacity_table import AskedDays, capacity_table
from portfolio.choices import Health, Outcome, ProjectState
from portfolio.completeness import missing
from portfolio.models import CapacityRequest, Project, ProjectDependency, Result, Risk
from portfolio.project_page import STEPS
from portfolio.services import (
    CapacityLine,
    Delivery,
    ProjectLines,
    ResultLine,
    RiskLine,
    add_attachment,
    add_remark,
    edit_project,
    record_decision,
)
from portfolio.verbs import allowed_verbs
from tests.factories import (
    LacGoalFactory,
    NetworkFactory,
    ObjectiveFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProjectFactory,
    RegionFactory,
    SignedInClient,
    UserFactory,
    attempt,
    decide,
    report,
    reread,
)
from tests.portfolio.test_project_list import in_english

pytestmark = pytest.mark.django_db
S = ProjectState
# How many queries the page takes: session, person and roles are among them.
QUERIES = 25


@pytest.fixture
def holder(client_as):
    return in_english(client_as(Role.PORTFOLIO_HOLDER))


@pytest.fixture
def support(client_as):
    return in_english(client_as(Role.SUPPORT))


@pytest.fixture
def own(holder):
    """Give a function that makes a project of the holder's portfolio in a state."""
    portfolio = PortfolioFactory.create(held_by=holder.user)

    def make(state: ProjectState = S.DRAFT, **fields) -> Project:
        return ProjectFactory.create(portfolio=portfolio, in_state=state, **fields)

    return make


def page(client, project: Project) -> str:
    response = client.get(f"/projects/{project.pk}")
    assert response.status_code == 200
    return response.content.decode()


def texts(client, project: Project) -> str:
    """Give the words of the page, without tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page(client, project)).split())


# --- Who sees it -------------------------------------------------------------------------------------------------------


def test_draft_of_another_portfolio_is_not_found_at_any_of_its_addresses(client_as, holder, own):
    own()
    other = ProjectFactory.create()
    for verb in ("", "/history", "/submit", "/withdraw", "/start", "/remarks", "/attachments"):
        for client in (holder, client_as(Role.COUNCIL_MEMBER), client_as(Role.RCDV)):
            assert client.get(f"/projects/{other.pk}{verb}").status_code == 404, verb
            if verb not in ("", "/history"):
                assert client.post(f"/projects/{other.pk}{verb}").status_code == 404, verb
    assert reread(other).state == S.DRAFT


@pytest.mark.parametrize("number", [0, 999_999, 10**30])
def test_number_that_no_project_has_is_not_found(support, number):
    assert support.get(f"/projects/{number}").status_code == 404
    assert support.post(f"/projects/{number}/submit").status_code == 404


# --- What can be done with it ------------------------------------------------------------------------------------------


WAYS = {
    "submit": {S.DRAFT: S.SUBMITTED, S.RETURNED: S.SUBMITTED},
    "withdraw": {S.DRAFT: S.WITHDRAWN, S.SUBMITTED: S.WITHDRAWN},
    "start": {S.ACCEPTED: S.RUNNING},
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("verb", WAYS)
def test_verb_by_role_and_state(client_as, holder, own, verb, state):
    """Holder and support may, where the state allows it; others are refused or don't see the project at all."""
    clients = {role: client_as(role) for role in Role} | {"holder": holder}
    project = own(state)
    changes = project.state_changes.count()
    for who, client in clients.items():
        sees = Project.objects.visible_to(client.user).filter(pk=project.pk).exists()
        if who == Role.ADMIN or (sees and who not in ("holder", Role.SUPPORT)):
            expected, after = 403, state
        elif not sees:
            expected, after = 404, state
        else:
            expected, after = 302, WAYS[verb].get(state, state)
        with attempt():
            response = client.post(f"/projects/{project.pk}/{verb}", {"withdraw-reason": "Because."})
            assert (response.status_code, reread(project).state) == (expected, after), who
            assert project.state_changes.count() == changes + (after != state)
            if expected == 302:
                shown = in_english(client).get(response.url).content.decode()
                assert ("utrecht-alert--ok" if after != state else "utrecht-alert--error") in shown
                assert f"/projects/{project.pk}" in response.url


@pytest.mark.parametrize("state", S)
def test_buttons_are_those_that_work(holder, own, state):
    project = own(state)
    content = page(holder, project)
    for verb, ways in WAYS.items():
        assert (f'action="/projects/{project.pk}/{verb}"' in content) == (state in ways), verb


def test_readers_have_no_buttons(client_as, own):
    project = own(S.SUBMITTED)
    content = page(client_as(Role.REGIONAL_STAFF), project)
    assert f'action="/projects/{project.pk}' not in content
    member = page(client_as(Role.COUNCIL_MEMBER), project)
    assert re.findall(rf'action="/projects/{project.pk}/(\w+)', member) == ["remarks"]


def test_what_each_may_do_in_each_state(client_as, holder, own):
    every = {"attach", "remark"}
    expected = {
        S.DRAFT: {"edit", "submit", "withdraw"},
        S.SUBMITTED: {"withdraw"},
        S.RETURNED: {"edit", "submit"},
        S.ACCEPTED: {"start"},
        S.RUNNING: {"report", "complete"},
        S.COMPLETED: set(),
        S.WITHDRAWN: set(),
        S.CANCELLED: set(),
    }
    found = {state: set(allowed_verbs(own(state), holder.user)) - every for state in S}
    assert found == expected
    support = client_as(Role.SUPPORT).user
    decided = {state for state in S if "decide" in allowed_verbs(own(state), support)}
    assert decided == {S.SUBMITTED, S.ACCEPTED, S.RUNNING}


def test_double_click_submits_once(holder, own):
    project, key = own(), {"request_key": str(uuid.uuid4())}
    for _click in range(2):
        response = holder.post(f"/projects/{project.pk}/submit", key)
        assert "utrecht-alert--error" not in holder.get(response.url).content.decode()
    assert project.state_changes.count() == 1


def test_each_form_of_the_page_has_a_key_of_its_own(holder, own):
    content = page(holder, own())
    keys = re.findall(r'name="(?:\w+-)?request_key" value="([^"]+)"', content)
    assert len(keys) == len(set(keys)) == 4


def test_withdrawing_what_was_submitted_takes_a_reason(holder, own):
    project = own(S.SUBMITTED)
    refused = holder.post(f"/projects/{project.pk}/withdraw", {"withdraw-reason": "  "})
    assert refused.status_code == 422
    assert refused.context["withdraw_form"].errors["reason"]
    assert "<details" in refused.content.decode()
    assert reread(project).state == S.SUBMITTED
    holder.post(f"/projects/{project.pk}/withdraw", {"withdraw-reason": "Not needed any more."})
    assert project.state_changes.last().reason == "Not needed any more."
    assert "Not needed any more." in texts(holder, project)


def test_draft_is_withdrawn_without_a_reason(holder, own):
    project = own()
    holder.post(f"/projects/{project.pk}/withdraw")
    assert reread(project).state == S.WITHDRAWN


def test_incomplete_draft_says_by_step_what_it_lacks(holder, client_as, own):
    project = own(reason="", leader="", form_of_work="")
    response = holder.post(f"/projects/{project.pk}/submit")
    assert (response.status_code, response.url) == (302, f"/projects/{project.pk}#missing")
    shown = holder.get(f"/projects/{project.pk}")
    assert [step for step, _label, _texts in shown.context["page"].lacks] == ["purpose", "form", "people"]
    content = shown.content.decode()
    assert 'id="missing"' in content
    assert "Say why this is needed." in content
    assert "utrecht-alert--error" in content
    assert reread(project).state == S.DRAFT
    project.refresh_from_db()
    # Who can't submit it isn't told.
    Project.objects.filter(pk=project.pk).update(submitted_at=timezone.now())
    assert client_as(Role.COUNCIL_MEMBER).get(f"/projects/{project.pk}").context["page"].lacks == []


def test_each_step_that_can_lack_something_has_a_name(own):
    project = own(title=" ", reason="", form_of_work="", leader="", results=["Late"])
    Result.objects.filter(project=project).update(due_on=datetime.date(2030, 1, 1))
    CapacityRequest.objects.create(
        project=project, year=2030, region=RegionFactory.create(), expertise="x", days=1
    )
    lacking = {*missing(project), *missing(own(starts_on=None))}
    assert lacking == set(STEPS) - {"risks"}


@pytest.mark.parametrize("verb", ["submit", "withdraw", "start", "remarks"])
def test_link_to_a_verb_leads_to_the_project_and_does_nothing(holder, own, verb):
    project = own()
    response = holder.get(f"/projects/{project.pk}/{verb}?request_key=1&withdraw-reason=x")
    assert (response.status_code, response.url) == (302, f"/projects/{project.pk}")
    assert reread(project).state == S.DRAFT
    assert holder.put(f"/projects/{project.pk}/{verb}").status_code == 405


# --- What it shows -----------------------------------------------------------------------------------------------------


def fill(project: Project, by) -> None:
    """Give a project one of everything."""
    edit_project(
        project,
        by=by,
        fields={
            "networks": [NetworkFactory.create()],
            "lac_goals": [LacGoalFactory.create(theme=project.objective.theme)],
        },
        lines=ProjectLines(
            results=[
                ResultLine("Due in March", datetime.date(2026, 3, 1)),
                ResultLine("Due later", datetime.date(2027, 3, 1)),
            ],
            capacity=[
                CapacityLine(2026, "advice", 10, region=RegionFactory.create(name="Utrecht").pk),
                CapacityLine(2027, "training", 5, network=NetworkFactory.create(name="MOTO").pk),
            ],
            risks=[RiskLine("Light risk", 1, 1), RiskLine("Heavy risk", 3, 3, "A measure")],
        ),
    )
    reread(project)


def test_page_shows_the_whole_project(support, own):
    project = own(
        S.RUNNING,
        reason="It is **needed**.",
        aim="- one\n- two",
        boundaries="Not this.",
        secretary="S. Ecretary",
    )
    fill(project, support.user)
    due = project.results.first()
    report(
        project,
        Health.AMBER,
        done="Much *was* done.",
        deliveries=[Delivery(due.pk, datetime.date(2026, 4, 1), "The report")],
    )
    add_remark(project, by=support.user, text="First line\n<script>alert(1)</script>")
    content, words = page(support, project), texts(support, project)
    assert "<strong>needed</strong>" in content
    assert "<li>one</li>" in content
    assert "<em>was</em>" in content
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content
    for text in (
        "Not this.",
        "S. Ecretary",
        "A. Leader",
        "Due in March",
        "1 April 2026",
        "The report",
        "Because.",
        "needs attention",
        "Utrecht",
        "15",
        "A measure",
        "high × high",
        "Decision D-1",
        "Person",
    ):
        assert text in words, text
    assert words.index("Heavy risk") < words.index("Light risk")


def test_overdue_results_and_lateness_are_said_in_words(support, own):
    project = own(S.RUNNING, starts_on=datetime.date(2024, 1, 1), ends_on=datetime.date(2025, 1, 31))
    words = texts(support, project)
    assert "should have ended on 31 January 2025" in words
    assert "1 result overdue, due on 31 January 2025" in words
    # While it doesn't run, no result is overdue.
    draft = own(starts_on=datetime.date(2024, 1, 1), ends_on=datetime.date(2025, 1, 31))
    words = texts(support, draft)
    assert "overdue" not in words
    assert "should have started on 1 January 2024" in words


def test_return_is_shown_with_its_reasons_until_it_is_answered(holder, own):
    project = own(S.SUBMITTED)
    decide(project, outcome=Outcome.RETURN, wording="The **aim** is too wide.", number="2026-44")
    content = page(holder, project)
    assert "Returned by decision 2026-44 of 5 March 2026" in content
    assert "Submit again" in content
    holder.post(f"/projects/{project.pk}/submit")
    assert "Returned by decision" not in page(holder, project)
    assert "The <strong>aim</strong> is too wide." in page(holder, project)


def test_decision_that_corrects_another_is_in_the_timeline(support, own):
    project = own(S.SUBMITTED)
    first = decide(project, outcome=Outcome.ACCEPT, number="2026-1")
    record_decision(
        by=support.user,
        number="2026-2",
        meeting_on=datetime.date(2026, 4, 1),
        outcome=Outcome.ACCEPT,
        wording="As it should have read.",
        projects=[project],
        corrects=first,
    )
    words = texts(support, project)
    assert "As it should have read." in words
    assert "corrects 2026-1" in words
    assert "corrected by 2026-2" in words
    events = support.get(f"/projects/{project.pk}").context["page"].events
    assert [event.at for event in events] == sorted((event.at for event in events), reverse=True)


def test_conflict_with_a_predecessor_is_said_on_both_pages(support, own):
    before = own(S.SUBMITTED, title="Before", ends_on=datetime.date(2026, 12, 31))
    after = own(S.SUBMITTED, title="After", starts_on=datetime.date(2026, 6, 1))
    ProjectDependency(project=after, predecessor=before).save_by(support.user)
    assert "this project is planned to start on 1 June 2026, before “" in texts(support, after)
    assert "is planned to start on 1 June 2026, before this project ends on 31 December 2026" in texts(
        support, before
    )
    Project.objects.filter(pk=after.pk).update(starts_on=datetime.date(2027, 1, 1))
    assert "Conflict" not in texts(support, after)
    assert "Conflict" not in texts(support, before)


def test_predecessor_that_the_reader_may_not_see_stays_nameless(client_as, own):
    secret = ProjectFactory.create(title="Secret draft", ends_on=datetime.date(2027, 5, 17))
    waiting = ProjectFactory.create(title="Secret waiting draft")
    project = own(S.SUBMITTED)
    person = UserFactory.create(roles=[Role.SUPPORT])
    ProjectDependency(project=project, predecessor=secret).save_by(person)
    ProjectDependency(project=waiting, predecessor=project).save_by(person)
    content = page(in_english(client_as(Role.COUNCIL_MEMBER)), project)
    assert "this project is planned to start before another project ends" in content
    assert "another project is planned to start before this one ends" in content
    for hidden in ("Secret", "17 May 2027", f"/projects/{secret.pk}", f"/projects/{waiting.pk}"):
        assert hidden not in content
    assert "Secret draft" in page(client_as(Role.SUPPORT), project)


def test_objective_that_has_to_be_finished_first_is_shown_with_a_conflict(support, own):
    project = own(S.SUBMITTED, starts_on=datetime.date(2026, 2, 1))
    programme = project.objective.theme.pillar.programme
    first = ObjectiveFactory.create(theme=project.objective.theme, title="First objective")
    version = PlanVersionFactory.create(programme=programme, years={first: [2025, 2026]}, adopted=True)
    # A scenario in which it takes longer is no plan in force.
    PlanVersionFactory.create(programme=programme, years={first: [2028]})
    ObjectiveDependency.objects.create(
        objective=project.objective, predecessor=first, reason="It builds on it."
    )
    words = texts(support, project)
    assert version.number == 1
    assert "First objective planned up to and including 2026 It builds on it." in words
    assert "while that objective is planned up to and including 2026" in words
    Project.objects.filter(pk=project.pk).update(starts_on=datetime.date(2027, 1, 1))
    assert "Conflict" not in texts(support, project)


def test_portfolio_without_a_holder_today_is_said(support):
    assert "nobody holds it today" in texts(support, ProjectFactory.create())


def test_capacity_is_added_up_per_body_and_year():
    table = capacity_table(
        [
            AskedDays("Zeeland", True, "advice", 2026, 3),
            AskedDays("MOTO", False, "advice", 2026, 5),
            AskedDays("Drenthe", True, "advice", 2027, 2),
            AskedDays("Drenthe", True, "training", 2026, 1),
            AskedDays("Zeeland", True, "advice", 2026, 4),
        ]
    )
    assert table.years == (2026, 2027)
    assert [(row.asked_of, row.expertise, row.days, row.total) for row in table.rows] == [
        ("Drenthe", "advice", (0, 2), 2),
        ("Drenthe", "training", (1, 0), 1),
        ("Zeeland", "advice", (7, 0), 7),
        ("MOTO", "advice", (5, 0), 5),
    ]
    assert (table.totals, table.total) == ((13, 2), 15)
    assert capacity_table([]).rows == ()


# --- Remarks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COUNCIL_MEMBER, Role.SUPPORT, Role.REGIONAL_STAFF, Role.RCDV])
def test_remarks_are_between_the_council_and_who_has_the_project_in_hand(client_as, own, role):
    project = own(S.RUNNING)
    add_remark(project, by=UserFactory(roles=[Role.SUPPORT]), text="Is this enough?")
    page = client_as(role).get(f"/projects/{project.pk}").content.decode()
    assert ("Is this enough?" in page) == (role in {Role.COUNCIL_MEMBER, Role.SUPPORT})


def test_council_member_leaves_a_remark_once(client_as, own):
    project, member = own(S.SUBMITTED), client_as(Role.COUNCIL_MEMBER)
    fields = {"remark-text": " Have you asked Utrecht? ", "remark-request_key": str(uuid.uuid4())}
    for _click in range(2):
        response = member.post(f"/projects/{project.pk}/remarks", fields)
        assert (response.status_code, response.url) == (302, f"/projects/{project.pk}#remarks")
    assert [(remark.author, remark.text) for remark in project.remarks.all()] == [
        (member.user, "Have you asked Utrecht?")
    ]


@pytest.mark.parametrize("text", ["", "   ", "x" * 5_001, "a\0b"])
def test_remark_that_says_nothing_or_too_much_is_refused_at_the_field(support, own, text):
    project = own(S.SUBMITTED)
    response = support.post(f"/projects/{project.pk}/remarks", {"remark-text": text})
    assert response.status_code == 422
    assert response.context["remark_form"].errors["text"]
    assert not project.remarks.exists()


@pytest.mark.parametrize("role", [Role.REGIONAL_STAFF, Role.RCDV, Role.PORTFOLIO_HOLDER])
def test_who_only_reads_leaves_no_remark(client_as, own, role):
    project = own(S.RUNNING)
    assert client_as(role).post(f"/projects/{project.pk}/remarks", {"remark-text": "x"}).status_code == 403
    assert not project.remarks.exists()


# --- Size --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 25])
def test_number_of_queries_does_not_grow_with_what_a_project_has(own, number):
    project, reader = own(S.RUNNING), UserFactory.create(roles=[Role.COUNCIL_MEMBER])
    person = UserFactory.create(roles=[Role.SUPPORT])
    for place in range(number):
        Result.objects.create(project=project, title=f"R{place}", due_on=project.ends_on)
        Risk.objects.create(project=project, description=f"R{place}")
        region = RegionFactory.create()
        CapacityRequest.objects.create(project=project, year=2026, region=region, expertise="x", days=1)
        ProjectDependency.objects.create(project=project, predecessor=own(S.SUBMITTED))
        ProjectDependency.objects.create(project=own(S.SUBMITTED), predecessor=project)
        project.networks.add(NetworkFactory.create())
        project.lac_goals.add(LacGoalFactory.create(theme=project.objective.theme))
        before = ObjectiveFactory.create(theme=project.objective.theme)
        ObjectiveDependency.objects.create(objective=project.objective, predecessor=before)
        result = Result.objects.create(project=project, title=f"D{place}", due_on=project.ends_on)
        report(project, deliveries=[Delivery(result.pk, datetime.date(2026, 2, 1))])
        add_remark(project, by=person, text="x")
        add_attachment(project, by=person, upload=SimpleUploadedFile("a.pdf", b"%PDF-1.7"))
    client = SignedInClient(reader)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/projects/{project.pk}").status_code == 200
    assert len(queries) == QUERIES
