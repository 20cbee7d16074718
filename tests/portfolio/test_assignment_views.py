"""The assignment form: what each step saves, refuses and shows, and what happens when two people edit."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisation.choices import Role
from portfolio.choices import Outcome, ProjectState
from portfolio.models import Project
from portfolio.services import CapacityLine, ProjectLines, ResultLine, edit_project, submit_project
from portfolio.steps import StepName, fingerprint, offered, step_values
from tests.factories import (
    LacGoalFactory,
    NetworkFactory,
    ObjectiveFactory,
    PlanVersionFactory,
    PortfolioFactory,
    PortfolioHolderFactory,
    ProjectFactory,
    RegionFactory,
    SignedInClient,
    UserFactory,
    decide,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder():
    return UserFactory(roles=[Role.PORTFOLIO_HOLDER])


@pytest.fixture
def client(holder):
    return SignedInClient(holder)


@pytest.fixture
def project(holder):
    return ProjectFactory(portfolio=PortfolioFactory(held_by=holder))


def address(project, step):
    return reverse("portfolio:project-step", args=[project.pk, step])


def read_now(project, step):
    """The fingerprint that a page which is opened now carries."""
    return fingerprint(step_values(Project.objects.for_document().get(pk=project.pk), step))


def send(client, project, step, action="stay", read_as=None, **values):
    sent = {"read_as": read_as or read_now(project, step), "action": action, **values}
    return client.post(address(project, step), sent)


def rows(*lines, **first):
    """The lines of a step as a browser sends them."""
    sent = {"rows-TOTAL_FORMS": len(lines), "rows-INITIAL_FORMS": 0}
    for number, line in enumerate(lines):
        sent |= {f"rows-{number}-{name}": value for name, value in line.items()}
    return sent | first


def good_input(project, holder):
    """Good input for every step."""
    goal, network = LacGoalFactory(theme=project.objective.theme), NetworkFactory()
    region, other = RegionFactory(), ProjectFactory(portfolio=project.portfolio, objective=project.objective)
    return {
        "objective": {
            "title": "New title",
            "portfolio": project.portfolio_id,
            "objective": project.objective_id,
            "lac_goals": [goal.pk],
        },
        "purpose": {"reason": "R", "aim": "A", "boundaries": "B"},
        "results": rows({"title": "One", "due_on": "2026-05-01"}, {"title": "Two", "due_on": "2026-06-01"}),
        "form": {"form_of_work": "working_group", "networks": [network.pk]},
        "planning": {"starts_on": "2026-02-01", "ends_on": "2026-12-31", "predecessors": [other.pk]},
        "capacity": rows({"year": 2026, "asked_of": f"r-{region.pk}", "expertise": "Planner", "days": 4}),
        "risks": rows({"description": "Rain", "likelihood": 3, "impact": 2, "measure": "Umbrella"}),
        "people": {"leader": "L", "secretary": "S"},
    }


def test_every_step_saves_what_was_filled_in_and_leads_to_the_next(client, project, holder):
    values = good_input(project, holder)
    assert set(values) == set(offered())
    for number, step in enumerate(offered()):
        response = send(client, project, step, "next", **values[step])
        following = [*offered(), None][number + 1]
        expected = address(project, following) if following else f"/projects/{project.pk}/preview"
        assert (response.status_code, response.url) == (302, expected), (step, response.content[:2000])
    project.refresh_from_db()
    assert (project.title, project.reason, project.form_of_work) == ("New title", "R", "working_group")
    assert [result.title for result in project.results.all()] == ["One", "Two"]
    assert project.capacity_requests.get().days == 4
    assert project.risks.get().measure == "Umbrella"
    assert (project.lac_goals.count(), project.networks.count(), project.dependencies.count()) == (1, 1, 1)
    assert project.ends_on.isoformat() == "2026-12-31"
    assert project.leader == "L"


@pytest.mark.parametrize(
    ("step", "values", "says"),
    [
        ("objective", {"title": ""}, "vereist"),
        ("planning", {"starts_on": "tomorrow"}, "datum"),
        ("planning", {"starts_on": "2027-01-01", "ends_on": "2026-01-01"}, ""),
        ("results", rows({"title": "", "due_on": "2026-01-01"}), "vereist"),
        ("results", rows({"title": "x" * 301}), "300"),
        ("capacity", rows({"year": "2026", "asked_of": "r-999999", "expertise": "x", "days": 1}), ""),
        ("capacity", rows({"year": "2026", "asked_of": "", "expertise": "x", "days": -1}), ""),
        ("form", {"form_of_work": "miracle"}, ""),
    ],
)
def test_a_wrong_value_keeps_the_person_there_with_what_they_typed(client, project, step, values, says):
    before = project.version
    response = send(client, project, step, "next", **values)
    assert response.status_code == 200
    assert re.search("error-message|utrecht-alert--error", response.content.decode())
    assert says in response.content.decode()
    project.refresh_from_db()
    assert project.version == before


def test_a_number_that_no_database_holds_is_no_error_of_ours(client, project):
    # SQLite can't compare with such a number; PostgreSQL finds that nothing has it.
    assert send(client, project, "form", networks=["9" * 20]).status_code in (200, 400)
    assert not project.networks.exists()


def test_typing_is_saved_without_leaving_the_page(client, project):
    response = send(client, project, "results", "autosave", **rows({"title": "One"}))
    answer = response.json()
    assert answer["state"] == "saved"
    key = answer["keys"]["rows-0-key"]
    again = send(
        client, project, "results", "autosave", answer["read_as"], **rows({"title": "One more", "key": key})
    )
    assert again.json()["state"] == "saved"
    assert project.results.get().pk == key
    assert project.results.get().title == "One more"


def test_a_line_that_was_saved_while_typing_stays_when_another_is_added(client, project):
    first = send(client, project, "results", "autosave", **rows({"title": "One"})).json()
    lines = ({"title": "One", "key": first["keys"]["rows-0-key"]}, {"title": "Two"})
    send(client, project, "results", "autosave", first["read_as"], **rows(*lines))
    assert [result.title for result in project.results.all()] == ["One", "Two"]


def test_a_line_that_is_not_stored_has_no_key_for_the_page_of_who_types(client, project):
    stored = list(project.results.values_list("pk", flat=True))
    lines = rows(*({"title": f"Line {number}"} for number in range(len(stored) + 1)))
    answer = send(client, project, "results", "autosave", **lines, **{"take-lines": "stored"}).json()
    assert (answer["state"], f"rows-{len(stored)}-key" in answer["keys"]) == ("saved", False)
    assert list(project.results.values_list("pk", flat=True)) == stored


def test_typing_something_wrong_is_said_at_its_field_and_not_saved(client, project):
    answer = send(client, project, "results", "autosave", **rows({"title": "x" * 301})).json()
    assert answer["state"] == "invalid"
    assert list(answer["problems"]) == ["rows-0-title"]


def test_going_on_from_an_incomplete_step_says_what_it_lacks(client, project):
    response = client.post(
        address(project, "purpose"),
        {
            "read_as": read_now(project, "purpose"),
            "action": "next",
            "reason": "",
            "aim": "A",
        },
        follow=True,
    )
    assert "“Waarom en doel” ontbreekt nog iets" in response.content.decode()


def conflicting(project, holder, client, **mine):
    """Edit a step that someone else changed after the person had opened it."""
    read_as = read_now(project, "purpose")
    support = UserFactory(roles=[Role.SUPPORT], name="Sam Support")
    edit_project(project, by=support, fields={"aim": "Their aim"})
    return send(client, project, "purpose", "next", read_as, **mine)


def test_who_is_late_sees_both_versions_and_nothing_is_saved(client, project, holder):
    response = conflicting(project, holder, client, reason="My reason", aim="My aim")
    page = response.content.decode()
    assert response.status_code == 409
    for text in ("My aim", "Their aim", "My reason", project.reason, "Sam Support"):
        assert text in page
    project.refresh_from_db()
    assert project.aim == "Their aim"


def test_who_is_late_takes_either_version_per_field(client, project, holder):
    response = conflicting(project, holder, client, reason="My reason", aim="My aim")
    page = response.content.decode()
    sent = dict(re.findall(r'name="([a-z_]+)"\s+value="([^"]*)"', page))
    sent |= {"action": "resolve", "take-aim": "stored", "take-reason": "mine"}
    assert client.post(address(project, "purpose"), sent).status_code == 302
    project.refresh_from_db()
    assert (project.reason, project.aim) == ("My reason", "Their aim")


def test_each_field_is_proposed_as_who_changed_it_left_it(client, project):
    edit_project(project, by=client.user, fields={"boundaries": "Of old"})
    read_as = read_now(project, "purpose")
    support = UserFactory(roles=[Role.SUPPORT])
    edit_project(project, by=support, fields={"aim": "Their aim", "boundaries": "Their bounds"})
    mine = {"reason": "My reason", "aim": project.aim, "boundaries": "My bounds"}
    found = send(client, project, "purpose", "next", read_as, **mine).context["differences"]
    assert {difference.name: str(difference.changed_by) for difference in found} == {
        "reason": "me",
        "aim": "them",
        "boundaries": "both",
    }
    assert {difference.name for difference in found if difference.takes_stored} == {"aim"}


def test_the_one_who_changed_this_step_is_named_and_not_who_changed_another(client, project):
    read_as = read_now(project, "results")
    sam, pat = (UserFactory(roles=[Role.SUPPORT], name=name) for name in ("Sam Support", "Pat Support"))
    edit_project(project, by=sam, lines=ProjectLines(results=[ResultLine("Theirs")]))
    edit_project(project, by=pat, fields={"leader": "L"})
    page = send(client, project, "results", "next", read_as, **rows({"title": "Mine"})).content.decode()
    assert "Sam Support" in page
    assert "Pat Support" not in page


def test_a_list_of_lines_is_taken_as_a_whole(client, project):
    read_as = read_now(project, "results")
    theirs = ProjectLines(results=[ResultLine("Theirs")])
    edit_project(project, by=UserFactory(roles=[Role.SUPPORT]), lines=theirs)
    for side, left in (("stored", ["Theirs"]), ("mine", ["Mine", "Mine too"])):
        mine = rows({"title": "Mine"}, {"title": "Mine too"})
        page = send(client, project, "results", "next", read_as, **mine)
        sent = {**mine, "read_as": page.context["read_as"], "action": "resolve", "take-lines": side}
        assert client.post(address(project, "results"), sent).status_code == 302
        assert [result.title for result in project.results.all()] == left


def test_a_change_between_two_versions_and_the_choice_is_compared_again(client, project):
    page = conflicting(project, None, client, reason="My reason", aim="My aim")
    edit_project(project, by=UserFactory(roles=[Role.SUPPORT]), fields={"aim": "Yet another"})
    sent = {"reason": "My reason", "aim": "My aim", "read_as": page.context["read_as"], "action": "resolve"}
    again = client.post(address(project, "purpose"), sent)
    assert again.status_code == 409
    assert "Yet another" in again.content.decode()


def test_someone_who_types_hears_of_a_conflict_and_nothing_is_saved(client, project):
    read_as = read_now(project, "people")
    edit_project(project, by=UserFactory(roles=[Role.SUPPORT]), fields={"leader": "Theirs"})
    answer = send(client, project, "people", "autosave", read_as, leader="Mine", secretary="S").json()
    assert answer == {"state": "conflict"}
    project.refresh_from_db()
    assert (project.leader, project.secretary) == ("Theirs", "")


def test_the_same_lines_sent_again_are_known_by_their_keys(client, project):
    """An answer that was lost on its way is asked for again with the same text."""
    read_as = read_now(project, "results")
    lines = rows({"title": "One"}, {"title": "Two"})
    first = send(client, project, "results", "autosave", read_as, **lines).json()
    again = send(client, project, "results", "autosave", read_as, **lines).json()
    assert (again["state"], again["keys"], again["read_as"]) == ("saved", first["keys"], first["read_as"])
    assert project.results.count() == 2


def test_an_edit_of_another_step_is_no_conflict(client, project, holder):
    read_as = read_now(project, "people")
    edit_project(project, by=UserFactory(roles=[Role.SUPPORT]), fields={"aim": "Their aim"})
    assert send(client, project, "people", "stay", read_as, leader="Me").status_code == 302
    project.refresh_from_db()
    assert (project.aim, project.leader) == ("Their aim", "Me")


def test_the_same_text_from_two_sides_is_no_conflict(client, project, holder):
    stale = "of before"
    values = {"reason": project.reason, "aim": project.aim}
    assert send(client, project, "purpose", "stay", stale, **values).status_code == 302


def test_every_region_gets_a_line(client, project):
    RegionFactory.create_batch(3)
    every = {"every-year": 2026, "every-expertise": "Planner", "every-days": 2}
    assert send(client, project, "capacity", "every-region", **rows(), **every).status_code == 302
    assert [line.days for line in project.capacity_requests.all()] == [2, 2, 2]


def test_a_second_click_adds_no_second_line_for_each_region(client, project):
    RegionFactory.create_batch(3)
    read_as = read_now(project, "capacity")
    every = {"every-year": 2026, "every-expertise": "Planner", "every-days": 2}
    for _ in range(2):
        answer = send(client, project, "capacity", "every-region", read_as, **rows(), **every)
        assert answer.status_code == 302
    assert project.capacity_requests.count() == 3


def test_lines_for_each_region_survive_the_comparison_of_two_versions(client, project):
    regions = RegionFactory.create_batch(2)
    read_as = read_now(project, "capacity")
    theirs = ProjectLines(capacity=[CapacityLine(2026, "Writer", 1, region=regions[0].pk)])
    edit_project(project, by=UserFactory(roles=[Role.SUPPORT]), lines=theirs)
    every = {"every-year": 2026, "every-expertise": "Planner", "every-days": 2}
    page = send(client, project, "capacity", "every-region", read_as, **rows(), **every)
    assert page.status_code == 409
    sent = dict(page.context["kept"]) | {"read_as": page.context["read_as"], "action": "resolve"}
    assert client.post(address(project, "capacity"), sent).status_code == 302
    assert {(line.expertise, line.days) for line in project.capacity_requests.all()} == {("Planner", 2)}
    assert project.capacity_requests.count() == 2


def test_what_is_lacking_and_what_clashes_comes_with_what_was_saved(client, project):
    before = ProjectFactory(objective=project.objective, in_state=ProjectState.RUNNING)
    values = {"starts_on": "2026-02-01", "ends_on": "", "predecessors": [before.pk]}
    parts = send(client, project, "planning", "autosave", **values).json()["parts"]
    assert before.title in parts["assignment-notes"]
    assert str(StepName.PLANNING.label) in parts["assignment-steps"]
    assert "assignment-goals" not in parts


def test_another_objective_brings_its_lac_goals(client, project):
    other = ObjectiveFactory(theme=project.objective.theme)
    other.lac_goals.add(LacGoalFactory(theme=other.theme, text="Of the other"))
    values = {"title": "T", "portfolio": project.portfolio_id, "objective": other.pk}
    parts = send(client, project, "objective", "autosave", **values).json()["parts"]
    assert "Of the other" in parts["assignment-goals"]


def test_days_are_added_up_by_year(client, project):
    lines = [
        {"year": year, "asked_of": f"r-{RegionFactory().pk}", "expertise": "x", "days": days}
        for year, days in ((2026, 4), (2026, 5), (2027, 1))
    ]
    answer = send(client, project, "capacity", "autosave", **rows(*lines)).json()
    assert client.get(address(project, "capacity")).context["days_per_year"] == [(2026, 9), (2027, 1)]
    assert ">2026</dt>" in answer["parts"]["assignment-notes"]


def test_a_line_that_is_not_finished_is_no_mistake_while_one_types(client, project):
    answer = send(client, project, "capacity", "autosave", **rows({"year": 2026, "expertise": "x"})).json()
    assert answer["state"] == "waiting"
    assert "1" in answer["text"]
    page = send(client, project, "capacity", "next", **rows({"year": 2026, "expertise": "x"}))
    assert "rows-0-days_error" in page.content.decode()


def test_searching_saves_what_was_filled_in_and_shows_what_was_found(client, project):
    far = ProjectFactory(in_state=ProjectState.RUNNING, title="Far away")
    values = {"starts_on": "2026-03-01", "ends_on": "2026-04-01"}
    page = send(client, project, "planning", "find", find="far", **values)
    assert far.title in page.content.decode()
    project.refresh_from_db()
    assert project.starts_on.isoformat() == "2026-03-01"


def test_what_was_submitted_stays_complete(client, project):
    submit_project(project, by=client.user)
    support = SignedInClient(UserFactory(roles=[Role.SUPPORT]))
    values = {"reason": "", "aim": project.aim}
    page = send(support, project, "purpose", "stay", **values)
    assert page.status_code == 200
    assert page.context["form"].non_field_errors()
    assert send(support, project, "purpose", "autosave", **values).json()["state"] == "invalid"
    assert send(support, project, "purpose", "stay", reason="R", aim=project.aim).status_code == 302


def test_who_may_no_longer_edit_gets_a_refusal_while_typing(client, project):
    read_as = read_now(project, "people")
    submit_project(project, by=client.user)
    assert send(client, project, "people", "autosave", read_as, leader="L").status_code == 403


def test_more_lines_come_without_a_script(client, project):
    response = send(
        client, project, "risks", "more-rows", **rows({"description": "Rain", "likelihood": 1, "impact": 1})
    )
    assert response.content.decode().count("data-row>") >= 6
    assert project.risks.count() == 1


class TestBeginning:
    @pytest.fixture
    def objective(self):
        objective = ObjectiveFactory()
        PlanVersionFactory(
            programme=objective.theme.pillar.programme, years={objective: [2026, 2027]}, adopted=True
        )
        return objective

    def test_objective_year_and_portfolio_come_along(self, client, holder, objective):
        portfolio = PortfolioFactory(held_by=holder, themes=[objective.theme])
        PortfolioFactory(held_by=holder)
        form = client.get(f"/projects/new?objective={objective.pk}&year=2027").context["form"]
        assert form.initial["portfolio"] == portfolio.pk
        sent = {"objective": objective.pk, "portfolio": portfolio.pk, "title": "T", "year": 2027}
        sent["request_key"] = str(form.initial["request_key"])
        answers = [client.post("/projects/new", sent) for _ in range(2)]
        made = Project.objects.get()
        assert {answer.url for answer in answers} == {f"/projects/{made.pk}/edit/objective"}
        assert (made.starts_on.isoformat(), made.ends_on.isoformat()) == ("2027-01-01", "2027-12-31")

    def test_a_portfolio_that_was_held_before_is_not_proposed(self, client, holder, objective):
        PortfolioHolderFactory(
            portfolio=PortfolioFactory(themes=[objective.theme]),
            user=holder,
            ends_on=datetime.date(2025, 1, 1),
        )
        now = [PortfolioFactory(held_by=holder, themes=[objective.theme]), PortfolioFactory(held_by=holder)]
        form = client.get(f"/projects/new?objective={objective.pk}").context["form"]
        assert form.initial["portfolio"] == now[0].pk

    def test_a_portfolio_of_someone_else_can_not_be_chosen(self, client, holder, objective):
        PortfolioFactory(held_by=holder)
        sent = {"objective": objective.pk, "portfolio": PortfolioFactory().pk, "title": "T"}
        assert client.post("/projects/new", sent).status_code == 200
        assert not Project.objects.exists()

    def test_support_files_on_behalf_of_a_holder(self, holder, objective):
        support = SignedInClient(UserFactory(roles=[Role.SUPPORT]))
        portfolio, other = PortfolioFactory(held_by=holder), PortfolioFactory()
        sent = {"objective": objective.pk, "title": "T", "on_behalf_of": holder.pk}
        refused = support.post("/projects/new", {**sent, "portfolio": other.pk})
        assert list(refused.context["form"].errors) == ["on_behalf_of"]
        assert support.post("/projects/new", {**sent, "portfolio": portfolio.pk}).status_code == 302
        assert Project.objects.get().on_behalf_of == holder

    @pytest.mark.parametrize(
        "query", ["objective=9999999999999999999999", "objective=x&year=99999", "year=²", "objective=²"]
    )
    def test_a_strange_address_opens_an_empty_form(self, client, holder, query):
        PortfolioFactory(held_by=holder)
        assert client.get(f"/projects/new?{query}").status_code == 200


@pytest.mark.parametrize("path", ["edit", "edit/purpose", "preview"])
class TestWhoMay:
    def test_another_portfolios_draft_does_not_exist(self, path):
        other = ProjectFactory()
        someone = UserFactory(roles=[Role.PORTFOLIO_HOLDER])
        PortfolioFactory(held_by=someone)
        assert SignedInClient(someone).get(f"/projects/{other.pk}/{path}").status_code == 404

    def test_a_submitted_one_is_read_by_its_holder_and_edited_by_support(self, client, project, path):
        submit_project(project, by=client.user)
        support = SignedInClient(UserFactory(roles=[Role.SUPPORT]))
        assert client.get(f"/projects/{project.pk}/{path}").status_code == (200 if path == "preview" else 403)
        assert support.get(f"/projects/{project.pk}/{path}").status_code in (200, 302)


def test_the_reasons_of_a_return_stand_above_each_step(client, project):
    submit_project(project, by=client.user)
    decide(project, outcome=Outcome.RETURN, wording="Say what it **costs**.")
    for step in offered():
        assert "<strong>costs</strong>" in client.get(address(project, step)).content.decode()


def test_the_reasons_are_those_of_the_decision_that_holds(client, project):
    submit_project(project, by=client.user)
    first = decide(project, outcome=Outcome.RETURN, wording="Say what it costs.")
    decide(project, outcome=Outcome.RETURN, wording="Say who leads it.", corrects=first)
    page = client.get(address(project, StepName.PURPOSE)).content.decode()
    assert "Say who leads it." in page
    assert "Say what it costs." not in page


def test_editing_goes_on_where_something_is_lacking(client, project):
    edit_project(project, by=client.user, fields={"aim": ""})
    assert client.get(f"/projects/{project.pk}/edit").url == address(project, "purpose")
    edit_project(project, by=client.user, fields={"aim": "A"})
    assert client.get(f"/projects/{project.pk}/edit").url == f"/projects/{project.pk}/preview"


def test_a_step_that_is_not_there_is_not_found(client, project):
    assert client.get(f"/projects/{project.pk}/edit/money").status_code == 404


@pytest.mark.parametrize("step", [step for step in StepName if step != StepName.COSTS])
def test_number_of_queries_of_a_step_does_not_grow(client, project, holder, step):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(address(project, step)).status_code == 200
        return len(found)

    send(client, project, step, **good_input(project, holder)[step])
    before = queries()
    for _ in range(5):
        ProjectFactory(objective=project.objective, in_state=ProjectState.RUNNING)
        values = good_input(project, holder)
        LacGoalFactory(theme=project.objective.theme)
    lines = [values[step] for _ in range(5)]
    if "rows-TOTAL_FORMS" in values[step]:
        many = [
            {
                name.removeprefix("rows-0-"): value
                for name, value in line.items()
                if name.startswith("rows-0-")
            }
            for line in lines
        ]
        send(client, project, step, **rows(*many))
    assert queries() <= before <= 30


def test_a_draft_is_no_document_of_others(project):
    assert project.state == ProjectState.DRAFT
    member = SignedInClient(UserFactory(roles=[Role.COUNCIL_MEMBER]))
    assert member.get(f"/projects/{project.pk}/preview").status_code == 404
