"""How many queries a page takes: the same for 21 and for 2,100 objectives, for 10 and for 10,000 projects, and never more than query_counts.json says.

The counts are of a signed-in council member's page: session, person and roles are among them.
"""

import datetime
import itertools
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.models import BudgetLine
from organisation.choices import Role
from organisation.models import Region
from pillars.models import (
    LacGoal,
    Objective,
    Pillar,
    PlannedYear,
    PlanVersion,
    Programme,
    ProgrammeYear,
    Theme,
)
from pillars.services import adopt_plan_version
from portfolio.choices import Health, ProjectState
from portfolio.models import CapacityRequest, Project, ProjectDependency, Result
from tests.factories import NetworkFactory, PortfolioFactory, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db
COUNTS: dict[str, int] = json.loads(Path(__file__).with_name("query_counts.json").read_text())
GRID_LIMIT = 19
HTMX = {"hx-request": "true"}


@pytest.fixture
def member(client_as):
    return client_as(Role.COUNCIL_MEMBER)


def count(client, address: str, **headers: str) -> int:
    """Give the number of queries of a page that is shown."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, headers=headers).status_code == 200
    return len(queries)


def addresses():
    objective = Objective.objects.order_by("pk").first()
    theme = objective.theme
    region = Region.objects.order_by("pk").first()
    return {
        "planning grid": "/",
        "planning grid, filtered": f"/?pillar={theme.pillar.number}&theme={theme.slug}&year=2025&lead=none&q=e",
        "planning grid, wrong filters": "/?pillar=9&theme=x&year=1&lead=x&q=" + "x" * 300,
        "planning grid with a cell open": f"/?cell={objective.pk}-2025",
        "print view": "/print",
        "theme": f"/themes/{theme.slug}",
        "objective": f"/objectives/{objective.pk}",
        "LAC goals": "/lac-goals",
        "organisation": "/organisation",
        "what awaits someone": "/awaiting",
        "portfolios": "/portfolios",
        "capacity": "/capacity",
        "capacity of a region": f"/capacity?of={region.code}" if region else "/capacity?of=",
        "budget of a year": "/budget/2026",
        "region": f"/regions/{region.code}?year=2026",
        "expenditure of a year": "/budget/2026/expenditure",
        "annual plan, not begun": "/annual-plans/2026",
        "reports": "/reports",
        "projects of an objective": f"/objectives/{objective.pk}/projects",
        "portfolios of a theme": f"/themes/{theme.slug}/portfolios",
        # Without projects; with 10,000 of them in tests/portfolio/test_project_list.py.
        "projects": "/projects",
        "projects, wrong filters": "/projects?pillar=9&theme=x&holder=x&year=1&state=x&sort=x&page=x",
    }


def make_large_programme(objectives: int) -> None:
    """A programme of 3 pillars and 12 themes in which so many objectives are planned, each with two goals."""
    programme = Programme.objects.create(slug="large", name="Large", first_year=2024, last_year=2028)
    pillars = [
        Pillar.objects.create(programme=programme, number=number, name=f"P{number}") for number in (1, 2, 3)
    ]
    themes = Theme.objects.bulk_create(
        Theme(pillar=pillars[number % 3], position=number, slug=f"theme-{number}", name=f"Theme {number}")
        for number in range(12)
    )
    goals = LacGoal.objects.bulk_create(
        LacGoal(pillar=theme.pillar, theme=theme, sequence=10 * number + 1, text="Text")
        for number, theme in enumerate(themes)
    )
    made = Objective.objects.bulk_create(
        Objective(theme=themes[number % 12], position=number, title=f"Objective {number}")
        for number in range(objectives)
    )
    links = Objective.lac_goals.through
    links.objects.bulk_create(
        links(objective=objective, lacgoal=goals[(number + step) % 12])
        for number, objective in enumerate(made)
        for step in (0, 3)
    )
    version = PlanVersion.objects.create(programme=programme, number=1, title="Large")
    years = {row.year: row for row in ProgrammeYear.objects.filter(programme=programme)}
    PlannedYear.objects.bulk_create(
        PlannedYear(version=version, objective=objective, programme_year=years[2024 + (number + step) % 5])
        for number, objective in enumerate(made)
        for step in (0, 1)
    )
    adopt_plan_version(version, datetime.date(2024, 6, 1), by=None)


@pytest.mark.parametrize("page", COUNTS)
def test_page_takes_as_many_queries_as_noted(member, programme, page):
    make_many_projects(10)
    assert count(member, addresses()[page]) == COUNTS[page]


def test_every_page_counted_has_a_note():
    assert set(COUNTS) == set(PAGES)


PAGES = (
    "planning grid",
    "planning grid, filtered",
    "planning grid, wrong filters",
    "planning grid with a cell open",
    "print view",
    "theme",
    "objective",
    "LAC goals",
    "organisation",
    "what awaits someone",
    "portfolios",
    "capacity",
    "capacity of a region",
    "budget of a year",
    "region",
    "expenditure of a year",
    "annual plan, not begun",
    "reports",
    "projects of an objective",
    "portfolios of a theme",
    "projects",
    "projects, wrong filters",
)


def make_many_projects(number: int) -> None:
    """So many projects in all states over the objectives of the programme, with results, days asked, costs and an order."""
    objectives = list(Objective.objects.values_list("pk", flat=True))
    portfolios = [
        PortfolioFactory.create(
            themes=Theme.objects.filter(position=place),
            held_by=UserFactory.create(roles=["portfolio_holder"]),
        )
        for place in (1, 2, 3)
    ]
    region, network = Region.objects.first() or RegionFactory.create(), NetworkFactory.create()
    person, moment = UserFactory.create(), datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    states = list(ProjectState)
    made = Project.objects.bulk_create(
        Project(
            title=f"Project {place}",
            code=f"2025-{place:05}",
            portfolio=portfolios[place % 3],
            objective_id=objectives[place % len(objectives)],
            filed_by=person,
            state=states[place % len(states)],
            health=["", *Health][place % 4],
            starts_on=datetime.date(2024 + place % 4, 1 + place % 12, 1),
            ends_on=datetime.date(2025 + place % 4, 1 + place % 12, 28),
            submitted_at=moment,
            accepted_at=moment,
        )
        for place in range(number)
    )
    Result.objects.bulk_create(
        Result(project=project, title="R", due_on=project.ends_on) for project in made for _each in (1, 2)
    )
    CapacityRequest.objects.bulk_create(
        CapacityRequest(project=project, year=2024 + place % 4, expertise="x", days=3, **of)
        for place, project in enumerate(made)
        for of in ({"region": region}, {"network": network})
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(project=project, year=2024 + place % 4, category="hired", amount=100)
        for place, project in enumerate(made)
    )
    ProjectDependency.objects.bulk_create(
        ProjectDependency(project=project, predecessor=made[place]) for place, project in enumerate(made[1:])
    )


@pytest.mark.parametrize("number", [10, 10_000])
def test_number_of_queries_does_not_grow_with_the_projects(member, programme, number):
    make_many_projects(number)
    found = {page: count(member, address) for page, address in addresses().items()}
    assert found == COUNTS


@pytest.mark.parametrize("number", [21, 2100])
def test_number_of_queries_does_not_grow_with_the_objectives(member, number):
    make_large_programme(number)
    make_many_projects(10)
    found = {page: count(member, address) for page, address in addresses().items()}
    assert found == COUNTS
    assert max(found[page] for page in found if page.startswith(("planning grid", "print"))) <= GRID_LIMIT


@pytest.mark.parametrize("target", ["panel", "planning"])
def test_part_of_the_grid_takes_no_more_queries_than_the_page(member, programme, target):
    address = addresses()["planning grid with a cell open"]
    assert count(member, address, **HTMX, **{"hx-target": target}) <= COUNTS["planning grid"]


def test_no_combination_of_filters_takes_more_queries_than_the_grid_may(member, programme):
    options = {
        "pillar": ("1", "9"),
        "theme": ("crisiscommunicatie", "nafase-en-herstel", "x"),
        "year": ("2025", "1999"),
        "lead": ("none", "nipv_vakraad", "x"),
        "state": ("missing", "x"),
        "holder": ("none", "x"),
        "q": ("programma", "nothing has this"),
        "cell": ("1-2025", "999999-2025", "x"),
    }
    chosen = itertools.product(*((None, *values) for values in options.values()))
    for values in itertools.islice(chosen, 0, None, 97):
        query = "&".join(f"{name}={value}" for name, value in zip(options, values, strict=True) if value)
        with CaptureQueriesContext(connection) as queries:
            assert member.get(f"/?{query}").status_code == 200
        assert len(queries) <= GRID_LIMIT, query
