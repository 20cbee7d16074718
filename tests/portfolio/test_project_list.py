"""The list of projects: who sees what, filters and sorting in the address, and that its size costs no queries."""

import datetime
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisation.choices import Role
from pillars.models import Objective, Programme
from portfolio.attention import objectives_to_tend
from portfolio.choices import Health, ProjectState
from portfolio.filters.projects import ProjectFilter
from portfolio.models import CapacityRequest, Portfolio, Project, Result
from portfolio.tables import PER_PAGE, ProjectTable
from tests.factories import (
    NetworkFactory,
    ObjectiveFactory,
    PlanVersionFactory,
    PortfolioFactory,
    PortfolioHolderFactory,
    ProgrammeFactory,
    ProjectFactory,
    RegionFactory,
    ThemeFactory,
    UserFactory,
    report,
)

pytestmark = pytest.mark.django_db
S = ProjectState
HTMX = {"hx-request": "true", "hx-target": "div#results"}


@pytest.fixture
def support(client_as):
    return client_as(Role.SUPPORT)


def titles(client, query: str = "") -> list[str]:
    """Give the titles of the projects listed, in their order."""
    response = client.get(f"/projects?{query}")
    assert response.status_code == 200
    return [row.project.title for row in response.context["rows"]]


def in_english(client):
    client.cookies["django_language"] = "en"
    return client


def make_projects(number: int) -> None:
    """So many submitted and running projects with results, spread over 20 objectives and 5 portfolios."""
    person = UserFactory.create(roles=[Role.PORTFOLIO_HOLDER])
    portfolios = [PortfolioFactory.create(held_by=person) for _ in range(5)]
    theme = ThemeFactory.create()
    objectives = [ObjectiveFactory.create(theme=theme) for _ in range(20)]
    now = timezone.now()
    made = Project.objects.bulk_create(
        Project(
            code=f"2026-{place:03}",
            title=f"Project {place}",
            portfolio=portfolios[place % 5],
            objective=objectives[place % 20],
            state=S.RUNNING if place % 2 else S.SUBMITTED,
            reason="Because. " * 100,
            starts_on=datetime.date(2026, 1, 1),
            ends_on=datetime.date(2025 + place % 4, 12, 31) if place % 4 else datetime.date(2026, 6, 30),
            filed_by=person,
            submitted_at=now,
            accepted_at=now,
        )
        for place in range(1, number + 1)
    )
    region, network = RegionFactory.create(), NetworkFactory.create()
    Result.objects.bulk_create(
        Result(project=project, title=f"Result {step}", due_on=datetime.date(2026, 3 + step, 1))
        for project in made
        for step in (1, 2)
    )
    CapacityRequest.objects.bulk_create(
        CapacityRequest(project=project, year=2026, region=region, expertise="x", days=3) for project in made
    )
    links = Project.networks.through
    links.objects.bulk_create(links(project=project, network=network) for project in made)


# --- Who sees what -----------------------------------------------------------------------------------------------------


def test_everyone_sees_what_section_6_says_and_no_more(client_as):
    holder = client_as(Role.PORTFOLIO_HOLDER)
    own, other = PortfolioFactory.create(held_by=holder.user), PortfolioFactory.create()
    ProjectFactory.create(title="own draft", portfolio=own)
    ProjectFactory.create(title="other draft", portfolio=other)
    ProjectFactory.create(title="submitted", portfolio=other, in_state=S.SUBMITTED)
    ProjectFactory.create(title="running", portfolio=other, in_state=S.RUNNING)
    assert set(titles(holder)) == {"own draft", "submitted", "running"}
    assert set(titles(client_as(Role.COUNCIL_MEMBER))) == {"submitted", "running"}
    assert set(titles(client_as(Role.REGIONAL_STAFF))) == {"submitted", "running"}
    assert set(titles(client_as(Role.RCDV))) == {"running"}
    assert set(titles(client_as(Role.SUPPORT))) == {"own draft", "other draft", "submitted", "running"}


def test_facts_count_only_what_the_reader_may_see(client_as):
    ProjectFactory.create(starts_on=datetime.date(2024, 1, 1))
    ProjectFactory.create(in_state=S.SUBMITTED, starts_on=datetime.date(2024, 1, 1))
    ProjectFactory.create(in_state=S.RUNNING)
    counts = client_as(Role.RCDV).get("/projects").context["counts"]
    assert (counts.total, counts.running, counts.late, counts.awaiting, counts.report_due) == (1, 1, 0, 0, 1)
    assert client_as(Role.COUNCIL_MEMBER).get("/projects").context["counts"].late == 1


# --- Filters -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(support):
    """Two projects that differ in all that can be filtered on; the address of the first one's value by filter."""
    holder = UserFactory.create(name="Anna")
    first = ProjectFactory.create(
        title="Zandzak",
        portfolio=PortfolioFactory.create(slug="moto"),
        in_state=S.RUNNING,
        starts_on=datetime.date(2025, 1, 1),
        ends_on=datetime.date(2025, 12, 31),
    )
    PortfolioHolderFactory.create(portfolio=first.portfolio, user=holder)
    report(first, Health.RED, reported_on=datetime.date(2025, 3, 1))
    ProjectFactory.create(
        title="Other", starts_on=datetime.date(2027, 1, 1), ends_on=datetime.date(2027, 12, 31)
    )
    contributing, asked = NetworkFactory.create(), NetworkFactory.create()
    first.networks.add(contributing)
    region = RegionFactory.create()
    CapacityRequest.objects.create(project=first, year=2025, region=region, expertise="x", days=1)
    CapacityRequest.objects.create(project=first, year=2025, network=asked, expertise="x", days=1)
    theme = first.objective.theme
    # Pillars are numbered per programme: give the first one's a number that the other has not.
    type(theme.pillar).objects.filter(pk=theme.pillar_id).update(number=2)
    return {
        "pillar": 2,
        "theme": theme.slug,
        "objective": first.objective_id,
        "portfolio": "moto",
        "holder": holder.pk,
        "network": contributing.slug,
        "network (asked)": asked.slug,
        "region": region.code,
        "state": "running",
        "health": "red",
        "year": 2025,
        "attention": "late",
        "attention (report)": "report",
        "q": "zandzak",
    }


def test_each_filter_finds_the_project_that_has_its_value_and_no_other(support, two):
    found = {name: titles(support, f"{name.split(' ')[0]}={value}") for name, value in two.items()}
    assert found == {name: ["Zandzak"] for name in two}
    assert len(titles(support)) == 2
    whole = "&".join(f"{name}={value}" for name, value in two.items() if "(" not in name)
    assert titles(support, whole) == ["Zandzak"]


def test_every_filter_is_tried(two):
    assert {name.split(" ")[0] for name in two} == set(ProjectFilter.base_filters)


@pytest.mark.parametrize("name", sorted(set(ProjectFilter.base_filters) - {"q"}))
@pytest.mark.parametrize("wrong", ["nonsense", "99999999999999999999999", "1'--", "%00", "é"])
def test_wrong_value_gets_a_message_and_is_left_aside(support, name, wrong):
    ProjectFactory.create(title="Shown")
    response = support.get(f"/projects?{name}={wrong}")
    assert response.status_code == 200
    assert [row.project.title for row in response.context["rows"]] == ["Shown"]
    assert response.context["filterset"].form.errors[name]
    assert response.context["chosen"] == []
    # The Excel sheet leaves it aside as well.
    assert support.get(f"/projects/excel?{name}={wrong}").status_code == 200


def test_what_awaits_a_decision_is_submitted_or_asks_completion(support):
    ProjectFactory.create(title="draft")
    ProjectFactory.create(title="submitted", in_state=S.SUBMITTED)
    done = ProjectFactory.create(title="done", in_state=S.RUNNING)
    ProjectFactory.create(title="running", in_state=S.RUNNING)
    Project.objects.filter(pk=done.pk).update(completion_asked_at=timezone.now())
    assert set(titles(support, "attention=decision")) == {"submitted", "done"}


def test_filter_on_a_holder_goes_by_who_holds_the_portfolio_today(support):
    person, today = UserFactory.create(), timezone.localdate()
    then, now = PortfolioFactory.create(), PortfolioFactory.create()
    PortfolioHolderFactory.create(portfolio=then, user=person, ends_on=today - datetime.timedelta(days=1))
    PortfolioHolderFactory.create(portfolio=now, user=person)
    ProjectFactory.create(title="then", portfolio=then)
    ProjectFactory.create(title="now", portfolio=now)
    assert titles(support, f"holder={person.pk}") == ["now"]


def test_chosen_filters_are_said_and_each_can_be_left_out(support, two):
    response = in_english(support).get("/projects?state=running&portfolio=moto&sort=-period&page=1")
    assert response.context["chosen"] == [
        ("State", "running", "portfolio=moto&sort=-period"),
        ("Portfolio", Portfolio.objects.get(slug="moto").name, "state=running&sort=-period"),
    ]
    content = response.content.decode()
    assert 'href="/projects?portfolio=moto&amp;sort=-period"' in content
    assert 'href="/projects/excel?state=running&amp;portfolio=moto&amp;sort=-period"' in content


def test_empty_result_says_what_to_change(support, two):
    response = in_english(support).get("/projects?q=nothinghasthis")
    assert "No project fits these filters" in response.content.decode()
    assert "Excel of this list" not in response.content.decode()


def test_without_any_project_the_page_says_what_comes(client_as):
    content = in_english(client_as(Role.RCDV)).get("/projects").content.decode()
    assert "There are no projects yet that you may see" in content


def test_htmx_gets_the_results_alone(support, two):
    part = support.get("/projects?state=running", headers=HTMX).content.decode()
    assert part.lstrip().startswith('<div id="results"')
    assert "<form" not in part
    assert "Zandzak" in part


# --- Sorting and pages -------------------------------------------------------------------------------------------------


def test_each_column_sorts_both_ways_with_what_is_empty_last(support):
    theme = ThemeFactory.create()
    first, second = (
        ObjectiveFactory.create(theme=theme, position=1),
        ObjectiveFactory.create(theme=theme, position=2),
    )
    a = ProjectFactory.create(
        title="A",
        objective=second,
        portfolio=PortfolioFactory.create(name="Zeta"),
        in_state=S.RUNNING,
        starts_on=datetime.date(2025, 1, 1),
        ends_on=datetime.date(2028, 1, 1),
    )
    report(a, Health.RED)
    ProjectFactory.create(
        title="B",
        objective=first,
        portfolio=PortfolioFactory.create(name="Alpha"),
        in_state=S.SUBMITTED,
        starts_on=datetime.date(2024, 1, 1),
        ends_on=datetime.date(2027, 1, 1),
    )
    c = ProjectFactory.create(
        title="C", objective=first, portfolio=PortfolioFactory.create(name="Mu"), starts_on=None
    )
    c.results.all().delete()
    expected = {
        "project": ["A", "B", "C"],
        # Of the same objective, a draft before what has a number.
        "objective": ["C", "B", "A"],
        "portfolio": ["B", "C", "A"],
        "state": ["C", "B", "A"],
        "health": ["A", "B", "C"],
        "period": ["B", "A", "C"],
        "next_result": ["B", "A", "C"],
        "late": ["B", "C", "A"],
    }
    found = {name: titles(support, f"sort={name}") for name in expected}
    # Without a report, neither comes before the other.
    found["health"] = found["health"][:1] + sorted(found["health"][1:])
    assert found == expected
    assert set(expected) == set(ProjectTable.base_columns)
    assert titles(support, "sort=-portfolio") == ["A", "C", "B"]
    assert titles(support, "sort=-period") == ["A", "B", "C"]
    assert titles(support, "sort=-next_result") == ["A", "B", "C"]


def test_number_after_999_comes_after_it(support):
    for code in ("2026-1000", "2026-999", "2027-001", "2025-500"):
        project = ProjectFactory.create(title=code, in_state=S.SUBMITTED)
        Project.objects.filter(pk=project.pk).update(code=code)
    assert titles(support, "sort=project") == ["2025-500", "2026-999", "2026-1000", "2027-001"]


@pytest.mark.parametrize(
    "sort", ["nonsense", "password", "filed_by__password", "-", "state,project", "%00", "--state"]
)
def test_only_real_columns_sort(support, sort):
    ProjectFactory.create(title="Shown")
    assert titles(support, f"sort={sort}") == ["Shown"]


@pytest.mark.parametrize(
    ("page", "number"), [("", 1), ("1", 1), ("2", 2), ("99", 2), ("0", 2), ("-1", 2), ("x", 1), ("9" * 40, 2)]
)
def test_pages_are_of_fifty_and_a_wrong_one_shows_a_real_one(support, page, number):
    make_projects(60)
    response = support.get(f"/projects?sort=project&page={page}")
    assert response.context["table"].page.number == number
    assert len(response.context["rows"]) == (PER_PAGE if number == 1 else 10)
    # Nobody asks for a page of a million rows.
    assert len(support.get("/projects?per_page=1000").context["rows"]) == PER_PAGE


# --- Size --------------------------------------------------------------------------------------------------------------


# Address → its number of queries: session, person and roles are among them.
ADDRESSES = {
    "/projects": 18,
    "/projects?sort=-late": 18,
    "/projects?sort=next_result&page=3": 18,
    "/projects?attention=late&year=2026&state=running&q=project": 18,
    "/projects?attention=report&network=none&region=VR99&holder=1&objective=0&health=purple": 18,
}


def plan_all() -> None:
    """Plan every objective for this year, so that the plan in force has them."""
    programme = Programme.objects.get()
    objectives = Objective.objects.for_programme(programme.pk)
    PlanVersionFactory.create(programme=programme, years={item: [2026] for item in objectives}, adopted=True)


def count_queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("number", [10, 10_000])
def test_number_of_queries_is_the_same_for_10_and_for_10_000_projects(client_as, number):
    member = client_as(Role.COUNCIL_MEMBER)
    make_projects(number)
    plan_all()
    begun = time.perf_counter()
    found = {address: count_queries(member, address) for address in ADDRESSES}
    assert found == ADDRESSES
    # A tenth of a second each; generous, for a busy machine.
    assert time.perf_counter() - begun < 2 * len(ADDRESSES)


def test_long_texts_of_the_assignments_are_not_read_for_the_list(support):
    make_projects(1)
    with CaptureQueriesContext(connection) as queries:
        support.get("/projects")
    assert not [query for query in queries if '"reason"' in query["sql"]]


# --- Objectives that nobody carries ------------------------------------------------------------------------------------


def test_objectives_of_this_year_without_assignment_or_holder_are_named():
    today = datetime.date(2026, 11, 24)
    programme = ProgrammeFactory.create()
    held, unheld = (
        ThemeFactory.create(pillar__programme=programme, pillar__number=number) for number in (1, 2)
    )
    PortfolioFactory.create(themes=[held], held_by=UserFactory.create())
    past = PortfolioFactory.create(themes=[unheld])
    PortfolioHolderFactory.create(portfolio=past, ends_on=today - datetime.timedelta(days=1))
    objectives = {
        name: ObjectiveFactory.create(theme=theme, title=name)
        for name, theme in {
            "carried": held,
            "nothing": unheld,
            "no holder": unheld,
            "holder by project": unheld,
            "only withdrawn": held,
            "project of another year": held,
            "project without dates": held,
            "only a draft": held,
            "not this year": unheld,
        }.items()
    }
    years = {objective: [2025, 2026] for objective in objectives.values()}
    years[objectives["not this year"]] = [2027]
    PlanVersionFactory.create(programme=programme, years=years, adopted=True)
    ProjectFactory.create(objective=objectives["carried"], in_state=S.RUNNING)
    ProjectFactory.create(objective=objectives["no holder"], in_state=S.SUBMITTED)
    ProjectFactory.create(
        objective=objectives["holder by project"],
        portfolio=PortfolioFactory.create(held_by=UserFactory.create()),
        in_state=S.SUBMITTED,
    )
    ProjectFactory.create(objective=objectives["only withdrawn"], in_state=S.WITHDRAWN)
    ProjectFactory.create(
        objective=objectives["project of another year"],
        in_state=S.SUBMITTED,
        starts_on=datetime.date(2027, 1, 1),
    )
    undated = ProjectFactory.create(objective=objectives["project without dates"], in_state=S.SUBMITTED)
    Project.objects.filter(pk=undated.pk).update(starts_on=None, ends_on=None)
    ProjectFactory.create(objective=objectives["only a draft"])
    member = UserFactory.create(roles=[Role.COUNCIL_MEMBER])
    found = {
        item.objective.title: (item.lacks_assignment, item.lacks_holder)
        for item in objectives_to_tend(member, today)
    }
    assert found == {
        "nothing": (True, True),
        "no holder": (False, True),
        "only withdrawn": (True, False),
        "project of another year": (True, False),
        "only a draft": (True, False),
    }
    # Who sees the draft isn't told that there is nothing.
    support = UserFactory.create(roles=[Role.SUPPORT])
    assert "only a draft" not in {item.objective.title for item in objectives_to_tend(support, today)}


def test_objectives_to_tend_are_shown_to_who_steers(client_as, programme):
    for role in Role:
        response = client_as(role).get("/projects")
        if role in {Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT}:
            assert len(response.context["to_tend"]) > 0, role
            first = response.context["to_tend"][0].objective.pk
            assert f"?cell={first}-{timezone.localdate().year}" in response.content.decode()
        else:
            assert response.status_code == 403 or response.context["to_tend"] == [], role
