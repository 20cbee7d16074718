"""What the pages of objectives and themes show of projects and portfolios, as fragments and as pages."""

import pytest
from django.urls import reverse

from organisation.choices import Role
from pillars.models import ObjectiveDependency
from portfolio.choices import ProjectState
from tests.factories import (
    ObjectiveFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProjectFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
P = ProjectState


@pytest.fixture
def objective():
    return ObjectiveFactory(title="The objective")


def projects_of(objective) -> str:
    return reverse("portfolio:objective-projects", args=[objective.pk])


def test_the_page_of_an_objective_asks_for_its_projects_and_links_to_them(client_as, objective):
    address = projects_of(objective)
    content = client_as(Role.COUNCIL_MEMBER).get(f"/objectives/{objective.pk}").content.decode()
    assert f'hx-get="{address}"' in content
    assert f'href="{address}"' in content
    assert address not in client_as(Role.ADMIN).get(f"/objectives/{objective.pk}").content.decode()


def test_projects_of_an_objective_are_those_that_the_reader_may_see(client_as, objective):
    holder = UserFactory(name="Hugo", roles=[Role.PORTFOLIO_HOLDER])
    portfolio = PortfolioFactory(name="Information", held_by=holder)
    ProjectFactory(objective=objective, title="A draft", portfolio=portfolio)
    ProjectFactory(objective=objective, title="A submission", portfolio=portfolio, in_state=P.SUBMITTED)
    ProjectFactory(objective=objective, title="A running one", portfolio=portfolio, in_state=P.RUNNING)
    ProjectFactory(title="Of another objective", in_state=P.RUNNING)
    for role, titles in (
        (Role.COUNCIL_MEMBER, {"A submission", "A running one"}),
        (Role.SUPPORT, {"A draft", "A submission", "A running one"}),
        (Role.RCDV, {"A running one"}),
    ):
        page = client_as(role).get(projects_of(objective))
        assert {line.title for line, *_ in page.context["projects"]} == titles
        assert "Hugo" in page.content.decode()


def test_htmx_gets_the_list_alone(client_as, objective):
    answer = client_as(Role.COUNCIL_MEMBER).get(
        projects_of(objective), headers={"HX-Request": "true", "HX-Target": "section#objective-projects"}
    )
    assert "<html" not in answer.content.decode()
    assert 'id="objective-projects"' in answer.content.decode()


def test_a_conflict_with_a_predecessor_is_shown(client_as, objective):
    before = ObjectiveFactory(theme=objective.theme, title="Comes first")
    ObjectiveDependency.objects.create(objective=objective, predecessor=before)
    PlanVersionFactory(
        programme=objective.theme.pillar.programme,
        years={before: [2025, 2026], objective: [2026]},
        adopted=True,
    )
    client = client_as(Role.COUNCIL_MEMBER)
    assert "Comes first" in client.get(projects_of(objective)).content.decode()
    assert "mjp-conflicts" not in client.get(projects_of(before)).content.decode()


def test_an_objective_that_does_not_exist_is_not_found(client_as):
    assert client_as(Role.SUPPORT).get("/objectives/999999/projects").status_code == 404
    assert client_as(Role.SUPPORT).get("/themes/no-such/portfolios").status_code == 404


def test_a_theme_shows_the_portfolios_that_hold_it_or_have_a_project_of_it(client_as, objective):
    theme = objective.theme
    holder = UserFactory(name="Hugo", roles=[Role.PORTFOLIO_HOLDER])
    holding = PortfolioFactory(name="Holding", themes=[theme], held_by=holder)
    PortfolioFactory(name="Unrelated")
    working = PortfolioFactory(name="Working")
    ProjectFactory(objective=objective, portfolio=working, in_state=P.SUBMITTED)
    ProjectFactory(objective=objective, portfolio=holding)
    address = reverse("portfolio:theme-portfolios", args=[theme.slug])
    page = client_as(Role.COUNCIL_MEMBER).get(address)
    assert [(found.name, count) for found, count in page.context["portfolios"]] == [
        ("Holding", 0),
        ("Working", 1),
    ]
    assert "Hugo" in page.content.decode()
    fragment = client_as(Role.ADMIN).get(
        address, headers={"HX-Request": "true", "HX-Target": "section#theme-portfolios"}
    )
    assert "<html" not in fragment.content.decode()
    assert f'hx-get="{address}"' in client_as(Role.ADMIN).get(f"/themes/{theme.slug}").content.decode()


def test_organisation_leads_to_the_portfolios(client_as):
    assert 'href="/portfolios"' in client_as(Role.RCDV).get("/organisation").content.decode()
