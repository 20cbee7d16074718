"""Preparing the meeting: all that awaits a decision, and nothing else."""

import datetime
import re

import pytest

from organisation.choices import Role
from portfolio.choices import Outcome, ProjectState
from portfolio.meeting import read_agenda
from portfolio.models import Project
from portfolio.services import (
    CapacityLine,
    ProjectLines,
    RiskLine,
    add_remark,
    ask_completion,
    edit_project,
)
from tests.factories import (
    NetworkFactory,
    ObjectiveFactory,
    PillarFactory,
    PortfolioFactory,
    ProgrammeFactory,
    ProjectFactory,
    RegionFactory,
    ThemeFactory,
    UserFactory,
    bring_to,
    decide,
    report,
)

pytestmark = pytest.mark.django_db
S = ProjectState
TODAY = datetime.date(2026, 11, 24)


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def full_project(support, **fields) -> Project:
    """A submitted assignment with all that the agenda summarises."""
    before = ProjectFactory.create(title="The first", ends_on=datetime.date(2026, 6, 1))
    project = ProjectFactory.create(**fields)
    edit_project(
        project,
        by=support,
        fields={"networks": [NetworkFactory.create(), NetworkFactory.create()]},
        lines=ProjectLines(
            capacity=[
                CapacityLine(2026, "planner", 5, region=RegionFactory.create().pk),
                CapacityLine(2026, "writer", 7, network=NetworkFactory.create().pk),
                CapacityLine(2027, "planner", 3, region=RegionFactory.create().pk),
            ],
            risks=[RiskLine(f"Risk {weight}", weight, weight) for weight in (1, 3, 2)]
            + [RiskLine("Small", 1, 1)],
            predecessors=[before.pk],
        ),
    )
    bring_to(project, S.SUBMITTED)
    add_remark(project, by=support, text="Is this **enough**?")
    return project


@pytest.fixture
def support():
    return UserFactory(roles=[Role.SUPPORT])


@pytest.mark.parametrize("role", Role)
def test_who_prepares_the_meeting(client_as, role):
    allowed = role in {Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT}
    assert client_as(role).get("/meeting").status_code == (200 if allowed else 403)


def test_what_awaits_a_decision_is_on_it_and_nothing_else(support):
    for state in ProjectState:
        ProjectFactory(in_state=state, title=f"Is {state}")
    asking = ProjectFactory(in_state=S.RUNNING, title="Asks completion")
    ask_completion(asking, by=support, closing_note="All.")
    agenda = read_agenda(support, TODAY)
    assert {item.project.title for item in agenda.items} == {"Is submitted", "Asks completion"}
    assert (agenda.assignments, agenda.completions) == (1, 1)
    decide(asking, outcome=Outcome.COMPLETE)
    assert read_agenda(support, TODAY).completions == 0


def test_it_stands_in_the_order_of_pillars_themes_and_objectives(support):
    programme = ProgrammeFactory()
    pillars = [PillarFactory(programme=programme) for _ in range(2)]
    themes = [ThemeFactory(pillar=pillar) for pillar in (pillars[1], pillars[0], pillars[0])]
    for theme in reversed(themes):
        for _ in range(2):
            ProjectFactory(objective=ObjectiveFactory(theme=theme), in_state=S.SUBMITTED)
    agenda = read_agenda(support, TODAY)
    assert [pillar for pillar, _themes in agenda.pillars] == pillars
    assert [theme for _pillar, found in agenda.pillars for theme, _items in found] == [
        themes[1],
        themes[2],
        themes[0],
    ]
    places = [
        (
            item.project.objective.theme.pillar.number,
            item.project.objective.theme.position,
            item.project.objective.position,
        )
        for item in agenda.items
    ]
    assert places == sorted(places)


def test_an_assignment_is_summarised(support, client_as):
    full_project(support)
    (item,) = read_agenda(support, TODAY).items
    assert item.capacity == [(2026, 12), (2027, 3)]
    assert [risk.description for risk in item.risks] == ["Risk 3", "Risk 2", "Risk 1"]
    assert item.further_risks == 1
    assert [(before.name, before.is_conflict) for before in item.predecessors] == [("The first", True)]
    page = text(client_as(Role.SUPPORT).get("/meeting"))
    assert "<strong>enough</strong>" in page
    assert f'href="#project-{item.project.pk}"' in page
    assert f"/decisions/new?project={item.project.pk}" in page


def test_a_project_that_asks_completion_says_what_came_of_it(support, client_as):
    project = ProjectFactory(in_state=S.RUNNING, results=["Guide", "Course"])
    report(project)
    ask_completion(project, by=support, closing_note="The **guide**, not the course.")
    (item,) = read_agenda(support, TODAY).items
    assert (item.asks_completion, item.undelivered) == (True, 2)
    assert item.last_report is not None
    assert "<strong>guide</strong>" in text(client_as(Role.COUNCIL_MEMBER).get("/meeting"))


def test_a_project_that_the_reader_may_not_see_is_not_named(support, client_as):
    full_project(support)
    reader = client_as(Role.COUNCIL_MEMBER)
    (item,) = read_agenda(reader.user, TODAY).items
    assert [before.name for before in item.predecessors] == [""]
    assert "The first" not in text(reader.get("/meeting"))


def test_holders_see_all_that_was_submitted(client_as):
    other = ProjectFactory(in_state=S.SUBMITTED)
    reader = client_as(Role.PORTFOLIO_HOLDER)
    PortfolioFactory(held_by=reader.user)
    page = text(reader.get("/meeting"))
    assert str(other) in page
    assert "/decisions/new" not in page


def test_an_empty_agenda_says_what_comes_here(client_as):
    page = text(client_as(Role.COUNCIL_MEMBER).get("/meeting"))
    assert 'href="/decisions"' in page
    assert "data-print" not in page


def test_number_of_queries_does_not_grow(client_as, support, django_assert_max_num_queries):
    client, found = client_as(Role.COUNCIL_MEMBER), set()
    for number in (1, 5):
        for _ in range(number):
            project = full_project(
                support, portfolio=PortfolioFactory(held_by=UserFactory(roles=[Role.PORTFOLIO_HOLDER]))
            )
            running = ProjectFactory(in_state=S.RUNNING, portfolio=project.portfolio)
            report(running)
            ask_completion(running, by=support, closing_note="All.")
        with django_assert_max_num_queries(40) as queries:
            assert client.get("/meeting").status_code == 200
        found.add(len(queries))
    assert len(found) == 1, found


def test_remarks_are_read_by_members_of_the_council_the_projects_holder_and_support(support):
    holder = UserFactory(roles=[Role.PORTFOLIO_HOLDER])
    project = full_project(support, portfolio=PortfolioFactory(held_by=holder))
    member = UserFactory(roles=[Role.COUNCIL_MEMBER])
    other = UserFactory(roles=[Role.PORTFOLIO_HOLDER])
    PortfolioFactory(held_by=other)

    def read(user) -> tuple[int, bool]:
        (item,) = [found for found in read_agenda(user, TODAY).items if found.project == project]
        return len(item.remarks), item.may_remark

    assert [read(user) for user in (member, holder, support)] == [(1, True)] * 3
    assert read(other) == (0, False)
