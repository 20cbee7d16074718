"""Making and editing an assignment: what is saved, refused and kept in the history."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from organisation.choices import Role
from portfolio.choices import ProjectState
from portfolio.errors import EditConflict, NotComplete
from portfolio.models import Project
from portfolio.services import (
    CapacityLine,
    Delivery,
    ProjectLines,
    ResultLine,
    RiskLine,
    edit_project,
    start_draft,
)
from tests.factories import (
    LacGoalFactory,
    NetworkFactory,
    ObjectiveFactory,
    PortfolioFactory,
    ProjectFactory,
    RegionFactory,
    UserFactory,
    report,
    reread,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def holder():
    return UserFactory(roles=[Role.PORTFOLIO_HOLDER])


@pytest.fixture
def project(holder):
    return ProjectFactory(portfolio=PortfolioFactory(held_by=holder))


def test_a_holder_begins_a_draft_once_however_often_the_request_comes(holder):
    portfolio, objective, key = PortfolioFactory(held_by=holder), ObjectiveFactory(), uuid.uuid4()
    made = {
        start_draft(by=holder, portfolio=portfolio, objective=objective, title="T", request_key=key).pk
        for _ in range(2)
    }
    assert made == {Project.objects.get().pk}
    assert Project.history.get().history_user == holder


def test_what_is_one_line_stays_one_line(holder, project):
    texts = "Twice\r\nBcc: someone@example.net", "A.\u2028 Bos"
    lines = ProjectLines(results=[ResultLine("A \n guide")], risks=[RiskLine("Rain\nand wind")])
    saved = edit_project(
        project, by=holder, fields=dict(zip(("title", "leader"), texts, strict=True)), lines=lines
    )
    assert (saved.title, saved.leader) == ("Twice Bcc: someone@example.net", "A. Bos")
    assert [result.title for result in saved.results.all()] == ["A guide"]
    assert [risk.description for risk in saved.risks.all()] == ["Rain and wind"]
    with pytest.raises(ValidationError) as refused:
        edit_project(project, by=holder, fields={"title": "\u2028"})
    assert set(refused.value.message_dict) == {"title"}


@pytest.mark.parametrize("year", [26, 1999, 2101, 9999])
def test_a_day_of_other_times_is_refused_at_its_field(holder, project, year):
    day = datetime.date(year, 5, 1)
    for field, changed in (
        ("starts_on", {"fields": {"starts_on": day, "ends_on": None}}),
        ("ends_on", {"fields": {"starts_on": None, "ends_on": day}}),
        ("results", {"lines": ProjectLines(results=[ResultLine("Guide", day)])}),
    ):
        with pytest.raises(ValidationError) as refused:
            edit_project(project, by=holder, **changed)
        assert "2000" in refused.value.message_dict[field][0]
    assert reread(project).version == project.version


def test_nobody_files_in_a_portfolio_that_they_do_not_hold(holder):
    PortfolioFactory(held_by=holder)
    with pytest.raises(PermissionDenied):
        start_draft(by=holder, portfolio=PortfolioFactory(), objective=ObjectiveFactory(), title="T")


def test_support_files_on_behalf_of_who_holds_the_portfolio(holder):
    support, objective = UserFactory(roles=[Role.SUPPORT]), ObjectiveFactory()
    made = start_draft(
        by=support,
        portfolio=PortfolioFactory(held_by=holder),
        objective=objective,
        title="T",
        on_behalf_of=holder,
    )
    assert (made.filed_by, made.on_behalf_of) == (support, holder)
    with pytest.raises(ValidationError, match="hold the portfolio"):
        start_draft(
            by=support, portfolio=PortfolioFactory(), objective=objective, title="T", on_behalf_of=holder
        )


def test_an_edit_saves_what_was_given_and_keeps_old_and_new_in_the_history(project, holder):
    goal, network, region = LacGoalFactory(), NetworkFactory(), RegionFactory()
    edited = edit_project(
        project,
        by=holder,
        fields={"aim": "Another aim", "lac_goals": [goal], "networks": [network.pk]},
        lines=ProjectLines(
            results=[ResultLine("First", project.ends_on), ResultLine("Second", project.ends_on)],
            capacity=[CapacityLine(2026, "planner", 5, region=region.pk)],
            risks=[RiskLine("It rains", 3, 1, "Umbrella")],
        ),
    )
    assert (edited.aim, edited.title, edited.version) == ("Another aim", project.title, 2)
    assert [result.title for result in edited.results.all()] == ["First", "Second"]
    new, old = Project.history.filter(id=project.pk).order_by("-history_id")[:2]
    changes = {change.field: (change.old, change.new) for change in new.diff_against(old).changes}
    assert changes["aim"] == ("That it is there.", "Another aim")
    assert changes["lac_goals"][0] == []
    assert [link["lacgoal"] for link in changes["lac_goals"][1]] == [goal.pk]
    assert new.history_user == holder


def test_an_edit_that_changes_nothing_makes_no_version(project, holder):
    result = project.results.get()
    edit_project(
        project,
        by=holder,
        fields={"aim": project.aim},
        lines=ProjectLines(results=[ResultLine(result.title, result.due_on, key=result.pk)]),
    )
    assert reread(project).version == 1


def test_an_edit_on_what_someone_else_changed_meanwhile_saves_nothing(project, holder):
    with pytest.raises(EditConflict):
        edit_project(project, by=holder, fields={"aim": "X"}, unless_changed=lambda stored: False)
    assert reread(project).aim != "X"


def test_a_wrong_line_is_named_and_nothing_is_saved(project, holder):
    with pytest.raises(ValidationError) as refused:
        edit_project(
            project,
            by=holder,
            fields={"aim": "X"},
            lines=ProjectLines(capacity=[CapacityLine(2026, "planner", 0, region=None)]),
        )
    assert "capacity" in refused.value.message_dict
    assert "line 1" in str(refused.value)
    assert reread(project).aim != "X"


def test_a_circle_of_projects_is_refused_and_named(project, holder):
    second = ProjectFactory(portfolio=project.portfolio, title="The second")
    third = ProjectFactory(portfolio=project.portfolio, title="The third")
    edit_project(second, by=holder, lines=ProjectLines(predecessors=[project.pk]))
    edit_project(third, by=holder, lines=ProjectLines(predecessors=[second.pk]))
    with pytest.raises(ValidationError, match="The second") as refused:
        edit_project(project, by=holder, lines=ProjectLines(predecessors=[third.pk]))
    assert "The third" in str(refused.value)
    assert not project.dependencies.exists()


@pytest.mark.parametrize("state", [s for s in ProjectState if s not in ("draft", "returned")])
def test_a_holder_edits_only_what_is_with_the_holder(holder, state):
    project = ProjectFactory(portfolio=PortfolioFactory(held_by=holder), in_state=state)
    with pytest.raises(PermissionDenied):
        edit_project(project, by=holder, fields={"aim": "X"})


def test_what_was_submitted_stays_complete():
    project, support = ProjectFactory(in_state=ProjectState.RUNNING), UserFactory(roles=[Role.SUPPORT])
    with pytest.raises(NotComplete) as refused:
        edit_project(project, by=support, fields={"aim": ""})
    assert list(refused.value.missing) == ["purpose"]
    assert reread(project).aim


def test_a_result_that_was_delivered_stays():
    project, support = ProjectFactory(in_state=ProjectState.RUNNING), UserFactory(roles=[Role.SUPPORT])
    result = project.results.get()
    report(project, deliveries=[Delivery(result.pk, result.project.starts_on)])
    lines = ProjectLines(results=[ResultLine("Another", project.ends_on)])
    with pytest.raises(ValidationError, match="was delivered"):
        edit_project(project, by=support, lines=lines)
    assert project.results.get() == result
