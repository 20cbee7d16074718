"""The step "costs" of the assignment form: what it saves, refuses and says of the money."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.cost_step import years_left
from budget.models import BudgetLine
from budget.services import NewExpenditure, book_expenditure, set_budget
from budget.services.costs import CostLine
from organisation.choices import Role
from portfolio.choices import ProjectState
from portfolio.models import Project
from portfolio.services import ProjectLines, edit_project
from portfolio.steps import StepName, fingerprint, offered, step_values
from tests.factories import PortfolioFactory, ProjectFactory, SignedInClient, UserFactory, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder(programme):
    return UserFactory.create(roles=[Role.PORTFOLIO_HOLDER])


@pytest.fixture
def client(holder):
    return SignedInClient(holder)


@pytest.fixture
def project(holder):
    return ProjectFactory.create(portfolio=PortfolioFactory.create(held_by=holder))


def plan(project, by, *lines):
    return edit_project(project, by=by, lines=ProjectLines(costs=[CostLine(*line) for line in lines]))


def read_now(project):
    return fingerprint(step_values(Project.objects.for_document().get(pk=project.pk), "costs"))


def send(client, project, *lines, action="stay", read_as=None, **values):
    sent = {"read_as": read_as or read_now(project), "action": action, "rows-TOTAL_FORMS": len(lines)}
    sent["rows-INITIAL_FORMS"] = 0
    for number, line in enumerate(lines):
        for name, value in zip(("year", "category", "amount", "note", "DELETE"), line, strict=False):
            sent[f"rows-{number}-{name}"] = value
    return client.post(f"/projects/{project.pk}/edit/costs", sent | values)


def lines_of(project):
    return [
        (line.year, line.category, line.amount, line.note)
        for line in BudgetLine.objects.filter(project=project)
    ]


def said(response):
    return re.sub(r"\s+", " ", response.content.decode()).replace("\xa0", " ")


def test_the_step_stands_after_capacity():
    steps = offered()
    assert steps.index(StepName.COSTS) == steps.index(StepName.CAPACITY) + 1


def test_costs_are_planned_in_either_notation_and_lead_to_the_next_step(client, project):
    before = project.version
    response = send(
        client,
        project,
        (2026, "hired", "€ 12.500,50", "Onderzoek"),
        (2026, "events", "1,250.00", ""),
        (2026, "", "", ""),
        action="next",
    )
    assert response.url == f"/projects/{project.pk}/edit/risks"
    assert lines_of(project) == [
        (2026, "events", Decimal("1250.00"), ""),
        (2026, "hired", Decimal("12500.50"), "Onderzoek"),
    ]
    assert reread(project).version == before + 1


def test_what_is_planned_comes_back_in_the_notation_of_the_reader(client, project, support):
    plan(project, support, (2026, "hired", Decimal("12500.50")))
    assert 'value="12.500,50"' in client.get(f"/projects/{project.pk}/edit/costs").content.decode()


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([(2026, "hired", "veel", "")], "rows-0-amount"),
        ([(2026, "hired", "0", "")], "rows-0-amount"),
        ([(2026, "hired", "-5", "")], "rows-0-amount"),
        ([(2026, "hired", "1,234.567", "")], "rows-0-amount"),
        ([(2026, "hired", "9" * 40, "")], "rows-0-amount"),
        ([(1999, "hired", "5", "")], "rows-0-year"),
        ([(2026, "miracles", "5", "")], "rows-0-category"),
        ([(2026, "hired", "5", "x" * 301)], "rows-0-note"),
        ([(2026, "hired", "5", ""), (2027, "hired", "5", ""), (2026, "hired", "6", "")], "rows-2-category"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(client, project, lines, field):
    before = project.version
    answer = send(client, project, *lines, action="autosave").json()
    assert (answer["state"], list(answer["problems"])) == ("invalid", [field])
    response = send(client, project, *lines, action="next")
    assert response.status_code == 200
    assert f'id="id_{field}_error"' in response.content.decode()
    assert lines_of(project) == []
    assert reread(project).version == before


def test_a_line_that_is_half_typed_waits(client, project):
    assert send(client, project, (2026, "hired", "", ""), action="autosave").json()["state"] == "waiting"


def test_typing_is_saved_and_says_what_is_left(client, project, budget_2026):
    answer = send(client, project, (2026, "hired", "700.000", ""), action="autosave").json()
    assert (answer["state"], answer["keys"]) == ("saved", {})
    assert "€ 700.000,00" in answer["parts"]["assignment-part"].replace("\xa0", " ")
    assert "€ 75.000,00" in answer["parts"]["assignment-notes"].replace("\xa0", " ")
    again = send(
        client,
        project,
        (2026, "hired", "600.000", ""),
        action="autosave",
        read_as=answer["read_as"],
    ).json()
    assert again["state"] == "saved"
    assert "utrecht-alert" not in again["parts"]["assignment-notes"]


def test_a_line_is_removed_by_its_box_and_two_lines_change_places(client, project, support):
    plan(
        project,
        support,
        (2026, "hired", Decimal(10)),
        (2026, "events", Decimal(20)),
        (2027, "other", Decimal(5)),
    )
    send(
        client,
        project,
        (2026, "events", "10", ""),
        (2026, "hired", "20", ""),
        (2027, "other", "5", "", "on"),
    )
    assert lines_of(project) == [(2026, "events", Decimal(10), ""), (2026, "hired", Decimal(20), "")]


def test_a_line_on_which_money_was_spent_stays(support, programme):
    project = ProjectFactory.create(in_state=ProjectState.RUNNING)
    plan(project, support, (2026, "hired", Decimal(100)), (2026, "other", Decimal(100)))
    line = BudgetLine.objects.get(project=project, category="hired")
    spend(line, support, "60")
    response = send(SignedInClient(support), project, (2026, "other", "90", ""))
    assert response.status_code == 200
    assert "blijft" in said(response) or "stays" in said(response)
    assert [line[1:3] for line in lines_of(project)] == [("hired", Decimal(100)), ("other", Decimal(100))]


def spend(line, support, amount):
    import datetime

    new = NewExpenditure(line, datetime.date(2026, 3, 1), Decimal(amount), f"2026-{amount}", "Factuur")
    return book_expenditure(new, by=support)


def test_who_is_late_sees_both_versions_and_nothing_is_overwritten(client, project, support):
    plan(project, support, (2026, "hired", Decimal(10)))
    read_as = read_now(project)
    plan(project, support, (2026, "hired", Decimal("1234.50")))
    response = send(client, project, (2026, "hired", "2.000", ""), read_as=read_as)
    assert response.status_code == 409
    assert support.name in said(response)
    assert "1.234,50" in said(response)
    assert "2.000,00" in said(response)
    assert lines_of(project) == [(2026, "hired", Decimal("1234.50"), "")]
    sent = dict(re.findall(r'name="([\w-]+)"\s+value="([^"]*)"', response.content.decode()))
    client.post(f"/projects/{project.pk}/edit/costs", sent | {"action": "stay", "take-lines": "mine"})
    assert lines_of(project) == [(2026, "hired", Decimal(2000), "")]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.PORTFOLIO_HOLDER, 404),
        (Role.COUNCIL_MEMBER, 404),
        (Role.RCDV, 404),
        (Role.REGIONAL_STAFF, 404),
        (Role.SUPPORT, 200),
    ],
)
def test_others_than_the_holder_and_support_plan_no_costs_of_a_draft(project, role, status):
    other = SignedInClient(UserFactory.create(roles=[role]))
    assert other.get(f"/projects/{project.pk}/edit/costs").status_code == status
    assert send(other, project, (2026, "hired", "5", "")).status_code == (302 if status == 200 else status)


def test_once_submitted_only_support_changes_the_costs(client, holder, support):
    project = ProjectFactory.create(
        portfolio=PortfolioFactory.create(held_by=holder), in_state=ProjectState.SUBMITTED
    )
    assert send(client, project, (2026, "hired", "5", "")).status_code == 403
    assert send(SignedInClient(support), project, (2026, "hired", "5", "")).status_code == 302
    assert lines_of(project) == [(2026, "hired", Decimal(5), "")]


def test_an_assignment_without_costs_can_be_submitted(client, project):
    page = said(client.get(f"/projects/{project.pk}/preview"))
    assert "/submit" in page
    steps = {step.name: step for step in client.get(f"/projects/{project.pk}/edit/costs").context["progress"]}
    assert (steps["costs"].missing, steps["costs"].is_empty) == ((), True)


def test_what_is_left_counts_others_and_this_assignment_once(project, holder, support, budget_2026):
    accepted = ProjectFactory.create(in_state=ProjectState.RUNNING)
    plan(accepted, support, (2026, "hired", Decimal(100_000)))
    asking = ProjectFactory.create(in_state=ProjectState.SUBMITTED)
    plan(asking, support, (2026, "hired", Decimal(500_000)))
    plan(project, support, (2026, "hired", Decimal(40_000)))
    year = next(year for year in years_left(project, holder) if year.year == 2026)
    assert (year.available, year.committed, year.asked, year.planned, year.left) == tuple(
        map(Decimal, (625_000, 100_000, 500_000, 40_000, 485_000))
    )
    # Of one that is accepted, its own lines are what is committed.
    own = next(year for year in years_left(accepted, support) if year.year == 2026)
    assert (own.committed, own.planned, own.left) == (0, 100_000, 525_000)


def test_it_is_said_in_words_what_does_not_fit(client, project, holder, support, budget_2026, english):
    other = ProjectFactory.create(in_state=ProjectState.SUBMITTED)
    plan(other, support, (2026, "hired", Decimal(300_000)))
    plan(project, support, (2026, "hired", Decimal(400_000)), (2028, "other", Decimal(1)))

    def warnings():
        stored = Project.objects.for_document().get(pk=project.pk)
        return {year.year: year.warning for year in years_left(stored, holder)}

    assert "after this €225,000.00 is left" in warnings()[2026]
    assert "No budget is set for 2028" in warnings()[2028]
    set_budget(2026, Decimal(350_000), by=support, read_version=1)
    assert "€50,000.00 is short" in warnings()[2026]
    response = send(client, project, (2026, "hired", "400.000", ""), action="next")
    assert "€ 50.000,00" in said(client.get(response.url))


def test_the_document_shows_costs_to_who_may_see_them(support, programme):
    project = ProjectFactory.create(in_state=ProjectState.SUBMITTED)
    plan(project, support, (2026, "hired", Decimal("12500.50"), "Onderzoek"), (2027, "other", Decimal(10)))
    for role, sees in ((Role.COUNCIL_MEMBER, True), (Role.REGIONAL_STAFF, False)):
        page = said(SignedInClient(UserFactory.create(roles=[role])).get(f"/projects/{project.pk}/preview"))
        assert ("12.500,50" in page, "12.510,50" in page) == (sees, sees)


def test_number_of_queries_of_the_step_does_not_grow(client, project, support, budget_2026):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/projects/{project.pk}/edit/costs").status_code == 200
        return len(found)

    plan(project, support, (2026, "hired", Decimal(1)))
    before = queries()
    plan(project, support, *((2026, kind, Decimal(1)) for kind in ("hired", "other", "events")))
    for _ in range(3):
        plan(ProjectFactory.create(in_state=ProjectState.RUNNING), support, (2026, "hired", Decimal(1)))
    assert queries() <= before <= 30
