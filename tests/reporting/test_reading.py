"""What reports say, read from what is stored."""

import datetime
import json
import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from budget.models import AnnualBudget, BudgetLine
from budget.services import (
    NewExpenditure,
    adopt_contributions,
    adopt_key,
    book_expenditure,
    draft_contributions,
    keep_key,
    plan_central_support,
    set_budget,
    set_project_costs,
)
from budget.services.costs import CostLine
from organisation.choices import Role
from organisation.models import Network, Region
from pillars.models import LacGoal, Objective, Pillar
from portfolio.choices import CellState, Health, Outcome, ProjectState
from portfolio.models import CapacityRequest, Project, Result
from portfolio.services import (
    adopt_plan,
    align_plan,
    begin_plan,
    record_decision,
    verify_annual_plan,
    write_plan,
    write_report_text,
)
from reporting.choices import ReportKind
from reporting.content import as_data, from_data
from reporting.errors import YearNotInProgramme
from reporting.planning_grid import read_planning_grid
from reporting.reading import read_report, snapshot
from tests.factories import (
    PillarFactory,
    PortfolioFactory,
    ProgrammeFactory,
    ProjectFactory,
    UserFactory,
    bring_to,
    decide,
    report,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 24)
D = datetime.date
P, K = ProjectState, ReportKind
# With the two of a savepoint, which a test needs in place of a transaction.
QUERIES = {K.ANNUAL_PLAN: 37, K.ANNUAL_REPORT: 41, K.BUDGET: 24, K.PLANNING_GRID: 29}
ANNUAL = (K.ANNUAL_PLAN, K.ANNUAL_REPORT)
WITH_PROJECTS = (*ANNUAL, K.PLANNING_GRID)


@pytest.fixture
def support(programme):
    return UserFactory.create(roles=[Role.SUPPORT])


def read(kind, year=2026, **options):
    return read_report(kind, year, today=TODAY, **options)


def make_project(state=P.ACCEPTED, **fields):
    fields.setdefault("objective", Objective.objects.order_by("pk").first())
    return ProjectFactory.create(in_state=state, **fields)


def titles(content):
    return [project.title for project in content.projects]


def cost(project, year, amount, by):
    set_project_costs(project, [CostLine(year, "hired", Decimal(amount))], by=by)


def spend(project, amount, by):
    line = BudgetLine.objects.get(project=project)
    booked = NewExpenditure(line, D(2026, 3, 1), Decimal(amount), f"R{project.pk}", "x")
    book_expenditure(booked, by=by)


@pytest.mark.parametrize("kind", K)
@pytest.mark.parametrize("year", [2023, 2029])
def test_a_year_that_no_programme_has_has_no_report(programme, kind, year):
    with pytest.raises(YearNotInProgramme):
        read(kind, year)


@pytest.mark.parametrize("kind", K)
def test_a_programme_without_planning_or_anything_has_empty_reports(kind, db):
    ProgrammeFactory.create(name="Empty", first_year=2024, last_year=2028)
    content = read(kind)
    assert (content.source.plan_version, content.source.plan_hash, content.planning) == (None, "", None)
    assert from_data(as_data(content)) == content


@pytest.mark.parametrize("kind", K)
def test_what_was_read_can_be_kept_and_comes_back_the_same(support, kind):
    project = make_project(P.RUNNING)
    report(project, Health.AMBER)
    set_budget(2026, Decimal(1000), by=support)
    cost(project, 2026, 300, support)
    content = read(kind)
    assert from_data(json.loads(json.dumps(as_data(content)))) == content == read(kind)
    source = content.source
    assert (source.kind, source.year, source.seen_on) == (kind, 2026, TODAY)
    assert (source.first_year, source.last_year, source.plan_version) == (2024, 2028, 1)
    assert len(source.plan_hash) == 64


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        (K.ANNUAL_PLAN, {P.ACCEPTED, P.RUNNING, P.COMPLETED}),
        (K.ANNUAL_REPORT, {P.ACCEPTED, P.RUNNING, P.COMPLETED, P.CANCELLED}),
        (K.PLANNING_GRID, {P.ACCEPTED, P.RUNNING, P.COMPLETED, P.CANCELLED}),
        (K.BUDGET, set()),
    ],
)
def test_no_report_tells_of_what_the_vakraad_did_not_accept(support, kind, states):
    goal = LacGoal.objects.order_by("pk").first()
    set_budget(2026, Decimal(100_000), by=support)
    for state in P:
        project = make_project(P.DRAFT, title=f"Secret {state}")
        project.lac_goals.add(goal)
        cost(project, 2026, 10, support)
        bring_to(project, state)
    content = read(kind)
    assert {project.state for project in content.projects} == states
    said = json.dumps(as_data(content))
    for state in (P.DRAFT, P.SUBMITTED, P.RETURNED, P.WITHDRAWN):
        assert f"Secret {state}" not in said
        for project in Project.objects.filter(state=state).exclude(code=""):
            assert project.code not in said
    if content.planning:
        # What was cancelled fills no planning, though it is in the report.
        assert sum(row.cells[2].project_count for row in content.planning.rows) == 3


@pytest.mark.parametrize(
    ("state", "period", "is_of_year"),
    [
        (P.ACCEPTED, (D(2026, 12, 31), D(2027, 6, 1)), True),
        (P.ACCEPTED, (D(2027, 1, 1), D(2027, 6, 1)), False),
        (P.COMPLETED, (D(2025, 2, 1), D(2026, 1, 1)), True),
        # The Vakraad completed or cancelled it in 2026, though it had to be over before.
        (P.COMPLETED, (D(2025, 2, 1), D(2025, 12, 31)), True),
        (P.CANCELLED, (D(2025, 2, 1), D(2025, 12, 31)), True),
        # It should have been over, but isn't.
        (P.RUNNING, (D(2025, 2, 1), D(2025, 12, 31)), True),
        (P.RUNNING, (D(2027, 2, 1), D(2027, 12, 31)), True),
    ],
)
def test_a_project_belongs_to_the_years_that_it_touches(programme, state, period, is_of_year):
    make_project(state, starts_on=period[0], ends_on=period[1])
    assert bool(read(K.ANNUAL_REPORT).projects) == is_of_year
    assert bool(read(K.PLANNING_GRID).projects)


@pytest.mark.parametrize(
    "work",
    [
        lambda project, by: Result.objects.filter(project=project).update(due_on=D(2025, 3, 1)),
        lambda project, by: Result.objects.filter(project=project).update(delivered_on=D(2025, 3, 1)),
        lambda project, by: CapacityRequest(
            project=project, year=2025, network=Network.objects.first(), expertise="x", days=1
        ).save_by(by),
        lambda project, by: cost(project, 2025, 10, by),
    ],
)
def test_a_project_belongs_to_a_year_in_which_it_delivers_asks_or_costs_something(support, work):
    project = make_project()
    assert not read(K.ANNUAL_PLAN, 2025).projects
    work(project, support)
    assert titles(read(K.ANNUAL_PLAN, 2025)) == [project.title]


def test_what_was_cancelled_before_the_year_is_of_the_year_only_with_what_it_cost(support):
    project = make_project(P.CANCELLED)
    assert titles(read(K.ANNUAL_REPORT, 2026)) == [project.title]
    assert titles(read(K.ANNUAL_REPORT, 2027)) == []
    running = make_project(P.RUNNING)
    cost(running, 2027, 100, support)
    spend(running, 20, support)
    decide(running, outcome=Outcome.CANCEL)
    (line,) = read(K.ANNUAL_REPORT, 2027).projects
    assert (line.title, line.planned, line.spent, line.forecast) == (running.title, 100, 20, 20)
    (centre,) = read(K.BUDGET, 2027).budget.centres
    assert (centre.code, centre.committed, centre.spent) == (running.code, 20, 20)


def test_a_project_says_what_it_is_and_what_it_does_in_the_year(support):
    holder = UserFactory.create(name="Hugo Hölder", roles=[Role.PORTFOLIO_HOLDER])
    region, network = Region.objects.order_by("code").first(), Network.objects.order_by("name").first()
    goals = list(LacGoal.objects.order_by("pk")[:2])
    project = make_project(
        P.RUNNING, title="Methodiek", portfolio=PortfolioFactory.create(name="Klimaat", held_by=holder)
    )
    project.lac_goals.set(goals)
    project.networks.add(network)
    days = [(2026, None, network, 7), (2026, region, None, 5), (2027, region, None, 3)]
    for year, of_region, of_network, count in days:
        CapacityRequest(
            project=project, year=year, region=of_region, network=of_network, expertise="x", days=count
        ).save_by(support)
    report(project, Health.RED, done="Old", reported_on=D(2025, 12, 1))
    report(project, Health.AMBER, done="New", reported_on=D(2026, 6, 1))
    cost(project, 2026, "12.50", support)
    (line,) = read(K.ANNUAL_REPORT).projects
    objective = project.objective
    assert (line.code, line.title, line.state) == (project.code, "Methodiek", P.RUNNING)
    assert (line.objective_id, line.objective) == (objective.pk, objective.title)
    assert (line.pillar_number, line.theme_slug) == (1, objective.theme.slug)
    assert (line.portfolio, line.holders) == ("Klimaat", ("Hugo Hölder",))
    assert (line.networks, line.goals) == ((network.name,), tuple(goal.number for goal in goals))
    assert [(one.asked_of, one.region_code, one.days) for one in line.capacity] == [
        (region.name, region.code, 5),
        (network.name, "", 7),
    ]
    assert (line.status.done, line.health) == ("New", Health.AMBER)
    assert (line.planned, str(line.planned), str(line.spent)) == (Decimal("12.50"), "12.50", "0.00")
    # A plan says what is to be done, not how it goes.
    (planned,) = read(K.ANNUAL_PLAN).projects
    assert (planned.health, planned.status, planned.aim) == (None, None, project.aim)
    (brief,) = read(K.PLANNING_GRID).projects
    assert (brief.aim, brief.results, brief.capacity, brief.goals) == ("", (), (), line.goals)


def test_results_of_a_year_are_due_or_delivered_in_it_or_still_owed(programme):
    project = make_project(
        P.RUNNING, results=["Of this year", "Next year", "Owed", "Was there", "Late", "Open"]
    )
    day = {
        "Of this year": (D(2026, 5, 1), None),
        "Next year": (D(2027, 5, 1), None),
        "Owed": (D(2025, 5, 1), None),
        "Was there": (D(2025, 5, 1), D(2025, 5, 2)),
        "Late": (D(2025, 5, 1), D(2026, 1, 2)),
        "Open": (None, None),
    }
    for title, (due, delivered) in day.items():
        Result.objects.filter(project=project, title=title).update(due_on=due, delivered_on=delivered)
    (line,) = read(K.ANNUAL_REPORT).projects
    assert [result.title for result in line.results] == ["Of this year", "Owed", "Late"]
    assert [result.title for result in line.delivered] == ["Late"]
    decide(project, outcome=Outcome.COMPLETE)
    (line,) = read(K.ANNUAL_REPORT).projects
    # Of what is over nothing is owed any more.
    assert [result.title for result in line.results] == ["Of this year", "Late"]


def test_the_figures_of_a_report_agree_with_each_other(support):
    set_budget(2026, Decimal(1000), by=support)
    set_budget(2027, Decimal(800), by=support)
    plan_central_support(2026, [CostLine(2026, "hired", Decimal(300))], by=support)
    for amount in (100, 250):
        project = make_project(P.RUNNING)
        cost(project, 2026, amount, support)
        spend(project, 40, support)
    cost(make_project(P.SUBMITTED), 2026, 500, support)
    content = read(K.ANNUAL_REPORT)
    budget = content.budget
    assert (budget.amount, budget.committed, budget.unallocated) == (1000, 650, 350)
    assert (budget.central_support, budget.projects, budget.spent, budget.unspent) == (300, 350, 80, 920)
    assert sum(project.planned for project in content.projects) == budget.projects
    assert sum(project.spent for project in content.projects) == budget.spent
    (column,) = [column for column in content.planning.years if column.year == 2026]
    assert (column.available, column.committed) == (budget.available, budget.committed)
    assert (content.next_year.year, content.next_year.amount) == (2027, 800)
    assert read(K.BUDGET).budget == read(K.ANNUAL_PLAN).budget == budget
    assert read(K.ANNUAL_REPORT, 2028).next_year is None


def test_the_planning_is_what_the_rcdv_sees(support):
    for state in P:
        make_project(state)
    planning = read(K.PLANNING_GRID).planning
    grid = read_planning_grid(TODAY, UserFactory.create(roles=[Role.RCDV]))
    shown = [(row.title, [(cell.state, cell.counts) for cell in row.cells]) for row in grid.rows]
    assert shown == [(row.title, [(cell.state, cell.counts) for cell in row.cells]) for row in planning.rows]
    assert [(year.year, year.active) for year in planning.years] == [
        (year.year, year.active) for year in grid.years
    ]
    assert planning.current_year == 2026


def test_the_planning_is_of_the_programme_of_the_year_whichever_runs_today(programme):
    content = read_report(K.PLANNING_GRID, 2026, today=D(2031, 2, 1))
    assert len(content.planning.rows) == 21
    assert content.planning.rows[0].cells[-1].state == CellState.NOT_PLANNED


def split(year, by, *, adopted=True):
    set_budget(year, Decimal("1000.01"), by=by)
    codes = Region.objects.order_by("code").values_list("code", flat=True)
    key = keep_key(
        by=by,
        name="BDUR",
        source="Circulaire",
        first_year=2024,
        last_year=2028,
        weights={code: Decimal(100 + place) for place, code in enumerate(codes)},
    )
    draft_contributions(year, adopt_key(key, by=by), by=by)
    if adopted:
        adopt_contributions(year, by=by, decision=decide(outcome=Outcome.BUDGET, by=by))


def test_the_split_is_told_region_by_region_to_the_cent(support):
    split(2026, support)
    contributions = read(K.BUDGET).contributions
    assert contributions.total == contributions.amount == Decimal("1000.01")
    assert [row.code for row in contributions.rows] == sorted(row.code for row in contributions.rows)
    assert len(contributions.rows) == 25
    first = contributions.rows[0]
    # 100 of 100 + 101 + … + 124.
    assert (first.weight, first.percentage, first.exact) == (100, Decimal("3.5714"), Decimal("35.7146"))
    assert first.amount in (Decimal("35.71"), Decimal("35.72"))
    assert (contributions.decision, contributions.key, contributions.key_version) == ("D-1", "BDUR", 1)
    assert contributions.adopted_on is not None


@pytest.mark.parametrize("kind", [*ANNUAL, K.BUDGET])
def test_only_a_plan_tells_of_a_split_that_is_not_adopted(support, kind):
    split(2026, support, adopted=False)
    contributions = read(kind).contributions
    if kind != K.ANNUAL_PLAN:
        assert contributions is None
    else:
        assert (contributions.state, contributions.decision, contributions.adopted_on) == ("draft", "", None)


def test_decisions_are_those_of_the_meetings_of_the_year_on_what_everybody_may_see(support):
    accepted, other = make_project(), make_project(P.SUBMITTED)
    decide(other, outcome=Outcome.RETURN, number="returned", wording="Secret")
    decide(outcome=Outcome.BUDGET, number="before", meeting_on=D(2025, 12, 31))
    budget = decide(outcome=Outcome.BUDGET, number="B", meeting_on=D(2026, 1, 1))
    decide(outcome=Outcome.BUDGET, number="A", meeting_on=D(2026, 1, 1), corrects=budget)
    decisions = read(K.ANNUAL_REPORT).decisions
    assert [(line.number, line.projects, line.corrects) for line in decisions] == [
        ("A", (), "B"),
        ("B", (), ""),
        ("D-1", (str(accepted),), ""),
    ]
    assert [line.number for line in read(K.ANNUAL_REPORT, 2025).decisions] == ["before"]
    assert read(K.ANNUAL_PLAN).decisions == ()


def test_coverage_has_every_goal_with_what_works_on_it(programme):
    goal, other = LacGoal.objects.order_by("pk")[:2]
    running = make_project(P.RUNNING, results=["One", "Two"])
    for project in (running, make_project(P.SUBMITTED), make_project(P.CANCELLED)):
        project.lac_goals.set([goal, other])
    Result.objects.filter(project=running, title="One").update(delivered_on=D(2024, 5, 1))
    for kind in WITH_PROJECTS:
        coverage = read(kind).coverage
        assert len(coverage) == 40
        found = {line.number: line for line in coverage}
        for number in (goal.number, other.number):
            line = found[number]
            assert (line.projects, line.results_planned, line.results_delivered) == ((running.code,), 2, 1)
        assert sum(bool(line.projects) for line in coverage) == 2
    first = found[goal.number]
    assert first.objectives == tuple(goal.objectives.values_list("title", flat=True))
    assert (first.text, first.theme_name, first.lead) == (goal.text, goal.theme.name, goal.lead)


def written_plan(by, year=2026):
    plan = begin_plan(year, by=by)
    pillar = Pillar.objects.get(number=2)
    return write_plan(
        plan,
        by=by,
        read_version=plan.version,
        introduction="Welkom",
        changes="Niets",
        paragraphs={pillar.pk: "Samen"},
    )


def test_a_plan_says_what_was_written_for_it(support):
    content = read(K.ANNUAL_PLAN, plan=written_plan(support))
    assert (content.introduction, content.changes, content.outlook) == ("Welkom", "Niets", "")
    assert [(text.number, text.text) for text in content.pillar_texts] == [(1, ""), (2, "Samen"), (3, "")]
    without = read(K.ANNUAL_PLAN)
    assert (without.introduction, [text.text for text in without.pillar_texts]) == ("", ["", "", ""])


def test_a_report_says_what_was_written_for_its_year(support):
    pillar = Pillar.objects.get(number=3)
    write_report_text(
        2026,
        by=support,
        read_version=None,
        foreword="Voorwoord",
        outlook="Straks",
        paragraphs={pillar.pk: "Kwaliteit"},
    )
    content = read(K.ANNUAL_REPORT)
    assert (content.introduction, content.changes, content.outlook) == ("Voorwoord", "", "Straks")
    assert [text.text for text in content.pillar_texts] == ["", "", "Kwaliteit"]
    assert read(K.ANNUAL_REPORT, 2025).introduction == ""


def test_an_adopted_plan_keeps_saying_what_it_said(support):
    plan = written_plan(support)
    project = make_project(title="Before")
    plan = align_plan(plan, by=support, aligned_on=D(2025, 10, 6), read_version=plan.version)
    # One more is written of in the next version alone.
    PillarFactory.create(programme=Pillar.objects.first().programme)
    content = read(K.ANNUAL_PLAN, plan=plan)
    decision = record_decision(
        by=support,
        number="J-1",
        meeting_on=D(2025, 11, 3),
        outcome=Outcome.ANNUAL_PLAN,
        wording="Vastgesteld.",
        projects=[],
    )
    adopted = adopt_plan(
        plan,
        by=support,
        decision=decision,
        content=as_data(content),
        objections=[],
        read_version=plan.version,
        read_as=None,
    )
    assert verify_annual_plan(adopted)
    Project.objects.filter(pk=project.pk).update(title="After")
    # Also for who holds the plan as it was before.
    for held in (adopted, plan):
        assert read_report(K.ANNUAL_PLAN, 2026, today=D(2027, 5, 5), plan=held) == content
    assert titles(read(K.ANNUAL_PLAN)) == ["After"]


@pytest.mark.parametrize("kind", K)
def test_a_report_of_made_up_content_says_so(support, kind):
    assert not read(kind).source.is_fictional
    set_budget(2027, Decimal(1000), by=support, is_fictional=True)
    assert read(kind).source.is_fictional
    AnnualBudget.objects.all().delete()
    assert not read(kind).source.is_fictional
    make_project(filed_by=UserFactory.create(roles=[Role.SUPPORT], is_fictional=True))
    assert read(kind).source.is_fictional


@pytest.mark.parametrize("kind", K)
def test_a_report_of_many_projects_takes_no_more_queries_than_one_of_a_few(support, kind):
    split(2026, support)
    plan = written_plan(support)

    def count():
        with CaptureQueriesContext(connection) as queries:
            content = read(kind, plan=plan if kind == K.ANNUAL_PLAN else None)
        return len(queries), len(content.projects)

    def fill(number):
        network, goals = Network.objects.first(), LacGoal.objects.all()[:3]
        for objective in Objective.objects.order_by("pk")[:number]:
            project = make_project(P.RUNNING, objective=objective, results=["One", "Two"])
            project.lac_goals.set(goals)
            project.networks.add(network)
            CapacityRequest(project=project, year=2026, network=network, expertise="x", days=1).save_by(
                support
            )
            cost(project, 2026, 10, support)
            spend(project, 5, support)
            report(project, reported_on=D(2026, 5, 1))

    fill(1)
    few = count()
    fill(8)
    many = count()
    assert few[0] == many[0] <= QUERIES[kind]
    if kind != K.BUDGET:
        assert (few[1], many[1]) == (1, 9)


def test_a_snapshot_is_not_taken_inside_another_transaction(db):
    with transaction.atomic(), pytest.raises(RuntimeError), snapshot():
        pass


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_not_read():
    """Only PostgreSQL lets someone write while another one reads: on SQLite the writer waits."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    ProgrammeFactory.create()

    def write():
        AnnualBudget.objects.create(year=2026, amount=Decimal(1))
        connection.close()

    with snapshot():
        assert AnnualBudget.objects.count() == 0
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert AnnualBudget.objects.count() == 0
    assert AnnualBudget.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_in_a_snapshot():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    from django.db.utils import InternalError

    with pytest.raises(InternalError), snapshot():
        AnnualBudget.objects.create(year=2026, amount=Decimal(1))
