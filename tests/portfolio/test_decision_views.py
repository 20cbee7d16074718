"""The pages on which decisions are read and recorded."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from organisation.choices import Role
from portfolio.choices import Outcome, ProjectState
from portfolio.models import Decision, Project
from portfolio.services import ask_completion, next_number, start_project
from tests.factories import PortfolioFactory, ProjectFactory, UserFactory, decide, reread

pytestmark = pytest.mark.django_db
S = ProjectState
NEW = "/decisions/new"
HTMX = {"hx-request": "true", "hx-target": "div#subjects"}


@pytest.fixture
def support(client_as):
    return client_as(Role.SUPPORT)


@pytest.fixture
def member(client_as):
    return client_as(Role.COUNCIL_MEMBER)


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def given(*projects: Project, outcome: Outcome = Outcome.ACCEPT, **fields) -> dict[str, object]:
    """What the form sends."""
    return {
        "outcome": outcome,
        "projects": [project.pk for project in projects],
        "meeting_on": "2026-11-05",
        "number": "2026-90",
        "wording": "The Vakraad **decides** so.",
        "request_key": "8f1e9f6a-3f0e-4f5e-9d3b-5f6d1f0a9a11",
    } | fields


# --- The list and a decision ---


def test_list_has_the_newest_meeting_first_with_its_projects(member):
    first, second = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    decide(first, outcome=Outcome.ACCEPT, number="2026-08", meeting_on=datetime.date(2026, 3, 1))
    decide(second, outcome=Outcome.RETURN, number="2026-07", meeting_on=datetime.date(2026, 4, 1))
    page = text(member.get("/decisions"))
    assert page.index("2026-07") < page.index("2026-08")
    assert str(first) in page
    assert reverse("portfolio:project", args=[first.pk]) in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"2025-01", "2026-01", "2026-02"}),
        ("?year=2025", {"2025-01"}),
        ("?outcome=return", {"2026-02"}),
        ("?q=special", {"2026-01"}),
        ("?q=fireworks", {"2025-01"}),
        ("?q=2026-02", {"2026-02"}),
        ("?year=2025&outcome=return", set()),
        ("?year=2026&q=vakraad+decides", {"2026-02"}),
    ],
)
def test_list_is_filtered_by_year_outcome_and_words(member, query, found):
    decide(
        ProjectFactory(in_state=S.SUBMITTED, title="Fireworks"),
        outcome=Outcome.ACCEPT,
        number="2025-01",
        meeting_on=datetime.date(2025, 5, 1),
    )
    decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.ACCEPT, number="2026-01", wording="Special.")
    decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.RETURN, number="2026-02")
    response = member.get(f"/decisions{query}")
    assert {decision.number for decision in response.context["page"]} == found
    if not found:
        assert reverse("portfolio:decisions") in text(response)


def test_list_comes_in_pages_that_keep_the_filters(member):
    for _ in range(26):
        decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.ACCEPT)
    first = text(member.get("/decisions?outcome=accept"))
    assert "?outcome=accept&amp;page=2" in first
    assert len(member.get("/decisions?outcome=accept&page=2").context["page"]) == 1
    for odd in ("0", "99", "x"):
        assert member.get(f"/decisions?page={odd}").status_code == 200


@pytest.mark.parametrize("query", ["?year=x", "?outcome=x", "?q=" + "x" * 300, "?q=%00"])
def test_list_says_what_is_wrong_with_a_filter(member, query):
    decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.ACCEPT)
    response = member.get(f"/decisions{query}")
    assert response.status_code == 200
    assert response.context["filterset"].form.errors


def test_htmx_gets_the_list_alone(member):
    response = member.get("/decisions", headers={"hx-request": "true", "hx-target": "div#results"})
    assert "<html" not in response.content.decode()
    assert "HX-Target" in response["Vary"]


def test_only_decisions_on_what_the_person_sees_are_shown_and_others_are_not_found(client_as):
    seen, hidden = (
        ProjectFactory(in_state=S.RUNNING),
        ProjectFactory(in_state=S.SUBMITTED, title="Hidden one"),
    )
    decide(seen, outcome=Outcome.COMPLETE, number="2026-01")
    returned = decide(hidden, outcome=Outcome.RETURN, number="2026-99")
    reader = client_as(Role.RCDV)
    page = text(reader.get("/decisions"))
    assert "2026-01" in page
    assert "2026-99" not in page
    assert "Hidden one" not in page
    assert reader.get(f"/decisions/{returned.pk}").status_code == 404
    assert "2026-99" not in text(reader.get("/decisions?q=hidden"))


def test_a_subject_that_the_person_may_not_see_is_not_named(client_as):
    kept, dropped = (
        ProjectFactory(in_state=S.SUBMITTED),
        ProjectFactory(in_state=S.SUBMITTED, title="Dropped"),
    )
    first = decide(kept, dropped, outcome=Outcome.ACCEPT, number="2026-07")
    second = decide(kept, outcome=Outcome.ACCEPT, number="2026-07.1", corrects=first)
    for role, is_named in ((Role.RCDV, False), (Role.COUNCIL_MEMBER, True)):
        reader = client_as(role)
        for address in ("/decisions", f"/decisions/{first.pk}", f"/decisions/{second.pk}"):
            assert ("Dropped" in text(reader.get(address))) == is_named


def test_a_decision_says_what_it_changed_and_how_that_stands_now(member):
    project = ProjectFactory(in_state=S.SUBMITTED)
    decision = decide(project, outcome=Outcome.ACCEPT, wording="- first\n- **second** <script>")
    start_project(project, by=UserFactory(roles=[Role.SUPPORT]))
    page = text(member.get(f"/decisions/{decision.pk}"))
    assert "<li>first</li>" in page
    assert "<script>" not in page.replace('<script type="module"', "")
    assert "mjp-state--running" in page
    assert str(decision.recorded_by) in page
    assert "?corrects=" not in page


def test_a_decision_and_its_correction_name_each_other_and_support_corrects_the_last(support):
    project = ProjectFactory(in_state=S.SUBMITTED)
    first = decide(project, outcome=Outcome.ACCEPT, number="2026-07")
    assert f"{NEW}?corrects={first.pk}" in text(support.get(f"/decisions/{first.pk}"))
    second = decide(project, outcome=Outcome.RETURN, number="2026-07.1", corrects=first)
    page = text(support.get(f"/decisions/{first.pk}"))
    assert f'href="/decisions/{second.pk}"' in page
    assert "?corrects=" not in page
    page = text(support.get(f"/decisions/{second.pk}"))
    assert f'href="/decisions/{first.pk}"' in page
    assert f"{NEW}?corrects={second.pk}" in page
    assert "mjp-badge--gap" in text(support.get("/decisions"))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_decision_takes_no_change(support, method):
    decision = decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.ACCEPT)
    assert getattr(support, method)(f"/decisions/{decision.pk}").status_code == 405


# --- Recording ---


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT])
def test_only_support_is_asked_and_records(client_as, role):
    project = ProjectFactory(in_state=S.SUBMITTED)
    client = client_as(role)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, given(project, record="1")).status_code == 403
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "states"),
    [
        (Outcome.ACCEPT, {S.SUBMITTED}),
        (Outcome.RETURN, {S.SUBMITTED}),
        (Outcome.CANCEL, {S.ACCEPTED, S.RUNNING}),
        (Outcome.COMPLETE, {S.RUNNING}),
    ],
)
def test_only_projects_on_which_it_is_possible_are_offered(support, outcome, states):
    for state in ProjectState:
        ProjectFactory(in_state=state)
    offered = support.get(f"{NEW}?outcome={outcome}").context["form"].subjects
    assert {subject.project.state for subject in offered} == states
    assert all(subject.effect.after for subject in offered)


def test_without_an_outcome_it_is_asked_first(support):
    ProjectFactory(in_state=S.SUBMITTED)
    for address in (NEW, f"{NEW}?outcome=x"):
        response = support.get(address)
        assert response.context["form"].subjects == []
        assert text(response).count('type="radio"') == len(Outcome)


def test_projects_that_ask_completion_come_first(support):
    first, second = ProjectFactory.create_batch(2, in_state=S.RUNNING)
    ask_completion(second, by=UserFactory(roles=[Role.SUPPORT]), closing_note="All.")
    offered = support.get(f"{NEW}?outcome=complete").context["form"].subjects
    assert [subject.project for subject in offered] == [second, first]


def test_a_link_chooses_outcome_project_and_the_next_number(support):
    chosen, other = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    response = support.get(f"{NEW}?outcome=accept&project={chosen.pk}")
    assert [subject.project for subject in response.context["form"].subjects if subject.is_chosen] == [chosen]
    assert f'value="{next_number(timezone.localdate().year)}"' in text(response)
    assert str(other) in text(response)


def test_words_choose_among_many_projects_and_keep_what_is_chosen(support):
    chosen = ProjectFactory(in_state=S.SUBMITTED, title="Chosen")
    ProjectFactory(in_state=S.SUBMITTED, title="Needle")
    ProjectFactory(in_state=S.SUBMITTED, title="Straw")
    form = support.get(f"{NEW}?outcome=accept&q=needle&projects={chosen.pk}").context["form"]
    assert {subject.project.title for subject in form.subjects} == {"Chosen", "Needle"}


@pytest.mark.parametrize("query", ["corrects=999", "corrects=x", "corrects=" + "9" * 40])
def test_a_correction_of_what_is_not_there_is_not_found(support, query):
    assert support.get(f"{NEW}?{query}").status_code == 404


@pytest.mark.parametrize(
    "query", ["project=x", "project=" + "9" * 40, "q=%00", "project=999", "q=" + "x" * 400]
)
def test_an_odd_address_is_no_error(support, query):
    assert support.get(f"{NEW}?outcome=accept&{query}").status_code == 200


def test_htmx_gets_the_projects_alone(support):
    project = ProjectFactory(in_state=S.SUBMITTED)
    page = support.get(f"{NEW}?outcome=accept", headers=HTMX).content.decode()
    assert "<html" not in page
    assert str(project) in page
    assert 'name="outcome" value="accept"' in page


def test_before_recording_it_is_shown_what_it_will_do(support):
    project = ProjectFactory(in_state=S.SUBMITTED)
    page = text(support.post(NEW, given(project)))
    assert "mjp-state--submitted" in page
    assert "mjp-state--accepted" in page
    assert "<strong>decides</strong>" in page
    assert not Decision.objects.exists()
    assert reread(project).state == S.SUBMITTED


def test_what_was_shown_is_recorded_by_sending_it_on(support):
    first, second = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    page = support.post(NEW, given(first, second, wording="Line one\n\n- “two” & <three>")).content.decode()
    from html import unescape

    hidden = re.findall(r'<input type="hidden" name="([a-z_]+)"(?: value="([^"]*)")?', page)
    sent: dict[str, list[str]] = {}
    for name, value in hidden:
        sent.setdefault(name, []).append(unescape(value))
    response = support.post(NEW, sent | {"record": ["1"]})
    decision = Decision.objects.get()
    assert response.url == f"/decisions/{decision.pk}"
    assert decision.wording.replace("\r", "") == "Line one\n\n- “two” & <three>"
    assert decision.recorded_by == support.user
    assert {reread(first).state, reread(second).state} == {S.ACCEPTED}


def test_a_double_click_records_once(support):
    project = ProjectFactory(in_state=S.SUBMITTED)
    addresses = {support.post(NEW, given(project, record="1")).url for _ in range(2)}
    assert addresses == {f"/decisions/{Decision.objects.get().pk}"}


def test_changing_it_brings_back_what_was_filled_in(support):
    project = ProjectFactory(in_state=S.SUBMITTED)
    page = text(support.post(NEW, given(project, change="1")))
    assert 'value="2026-90"' in page
    assert 'value="2026-11-05"' in page
    assert "**decides**" in page
    assert re.search(rf'value="{project.pk}"[^>]*checked', page)
    assert 'role="alert"' not in page.replace('id="unreachable"', "").split("<main")[1].split("</p>", 2)[2]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"projects": []}, "projects"),
        ({"projects": ["x"]}, "projects"),
        ({"number": ""}, "number"),
        ({"number": "n" * 21}, "number"),
        ({"meeting_on": ""}, "meeting_on"),
        ({"meeting_on": "yesterday"}, "meeting_on"),
        ({"meeting_on": "2999-01-01"}, "meeting_on"),
        ({"wording": ""}, "wording"),
        ({"outcome": ""}, "outcome"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_recorded(support, wrong, field):
    project = ProjectFactory(in_state=S.SUBMITTED)
    response = support.post(NEW, given(project, record="1") | wrong)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Decision.objects.exists()
    assert reread(project).state == S.SUBMITTED


def test_a_number_that_exists_is_said_before_it_is_recorded(support):
    decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.ACCEPT, number="2026-90")
    response = support.post(NEW, given(ProjectFactory(in_state=S.SUBMITTED)))
    assert "number" in response.context["form"].errors


def test_a_project_that_changed_meanwhile_is_named_and_nothing_is_recorded(support):
    ready, gone = ProjectFactory(in_state=S.SUBMITTED), ProjectFactory(in_state=S.SUBMITTED)
    decide(gone, outcome=Outcome.RETURN)
    response = support.post(NEW, given(ready, gone, record="1"))
    assert "projects" in response.context["form"].errors
    assert reread(ready).state == S.SUBMITTED


# --- Correcting ---


def test_a_correction_begins_as_what_it_corrects(support):
    project, other = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    first = decide(project, outcome=Outcome.ACCEPT, number="2026-07", wording="As it was.")
    response = support.get(f"{NEW}?corrects={first.pk}")
    form = response.context["form"]
    assert form.decided == Outcome.ACCEPT
    assert [(subject.project, subject.is_chosen) for subject in form.subjects] == [
        (project, True),
        (other, False),
    ]
    page = text(response)
    assert 'value="2026-07.1"' in page
    assert "As it was." in page


def test_a_correction_shows_what_becomes_of_a_project_that_is_left_out(support):
    wrong, right = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    first = decide(wrong, outcome=Outcome.ACCEPT)
    page = text(support.post(NEW, given(right, corrects=first.pk)))
    assert str(wrong) in page
    assert page.index("mjp-state--accepted") < page.rindex("mjp-state--submitted")
    support.post(NEW, given(right, corrects=first.pk, record="1"))
    assert (reread(wrong).state, reread(right).state) == (S.SUBMITTED, S.ACCEPTED)


def test_a_correction_that_can_not_be_carried_out_says_so_at_the_projects(support):
    wrong, right = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    first = decide(wrong, outcome=Outcome.ACCEPT)
    start_project(wrong, by=support.user)
    response = support.post(NEW, given(right, corrects=first.pk))
    assert str(wrong) in str(response.context["form"].errors["projects"])


def test_a_decision_that_was_corrected_meanwhile_is_not_corrected_again(support):
    project = ProjectFactory(in_state=S.SUBMITTED)
    first = decide(project, outcome=Outcome.ACCEPT)
    decide(project, outcome=Outcome.ACCEPT, corrects=first, number="2026-07.1")
    response = support.post(NEW, given(project, corrects=first.pk, record="1"))
    assert "2026-07.1" in str(response.context["form"].errors["corrects"])
    assert Decision.objects.count() == 2


# --- Queries ---

# Session, person and roles are among them.
QUERIES = {
    "/decisions": 8,
    "/decisions?year=2026&outcome=accept&q=vakraad+decides": 8,
    "/decisions/{last}": 7,
    f"{NEW}?outcome=accept": 7,
    f"{NEW}?outcome=accept&q=project+a": 7,
    f"{NEW}?corrects={{last}}": 20,
}


@pytest.mark.parametrize("address", QUERIES)
def test_number_of_queries_does_not_grow(support, address, django_assert_num_queries):
    for number in (2, 8):
        ProjectFactory.create_batch(number, in_state=S.SUBMITTED)
        decide(
            *ProjectFactory.create_batch(number, in_state=S.SUBMITTED, portfolio=PortfolioFactory()),
            outcome=Outcome.ACCEPT,
        )
        last = Decision.objects.order_by("-pk")[0]
        with django_assert_num_queries(QUERIES[address]):
            assert support.get(address.format(last=last.pk)).status_code == 200
