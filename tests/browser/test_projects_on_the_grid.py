"""The planning grid with projects in every state, what awaits someone, and projects beside objectives, in a browser."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from organisation.choices import Role
from pillars.models import Objective, ObjectiveDependency
from portfolio.choices import CellState, Health, ProjectState
from portfolio.models import Portfolio
from tests.browser.conftest import PHONE
from tests.factories import (
    PortfolioFactory,
    ProjectFactory,
    UserFactory,
    report,
)

P, C = ProjectState, CellState


@pytest.fixture
def objective(programme) -> Objective:
    return Objective.objects.get(title__startswith="Organiseren landelijk netwerkevent")


@pytest.fixture
def projects(programme, objective) -> dict[CellState, Objective]:
    """A project per state, each on an objective of its own that is planned this year."""
    today = timezone.localdate()
    soon, later = today + datetime.timedelta(days=1), today + datetime.timedelta(days=400)
    ago = today - datetime.timedelta(days=30)
    holder = UserFactory(name="Hugo Holder", roles=[Role.PORTFOLIO_HOLDER])
    portfolio = PortfolioFactory(name="Netwerken", slug="netwerken", held_by=holder, themes=[objective.theme])
    planned = [
        found
        for found in Objective.objects.with_adopted_years()
        if today.year in found.planned_in and found != objective
    ]
    found = {}
    for state, (life, starts_on, health) in {
        C.PROPOSED: (P.SUBMITTED, soon, None),
        C.ACCEPTED: (P.ACCEPTED, soon, None),
        C.GREEN: (P.RUNNING, ago, Health.GREEN),
        C.AMBER: (P.RUNNING, ago, Health.AMBER),
        C.RED: (P.RUNNING, ago, Health.RED),
        C.DONE: (P.COMPLETED, ago, None),
        C.LATE: (P.ACCEPTED, ago, None),
    }.items():
        found[state] = planned.pop()
        project = ProjectFactory.create(
            title=f"Project {state.value}",
            objective=found[state],
            portfolio=portfolio,
            starts_on=min(starts_on, datetime.date(today.year, 12, 31)),
            ends_on=later,
            in_state=life,
        )
        if health:
            report(project, health)
    found[C.MISSING] = planned.pop()
    ObjectiveDependency.objects.create(objective=found[C.LATE], predecessor=found[C.RED])
    return found


@pytest.fixture
def year() -> int:
    return timezone.localdate().year


@pytest.fixture
def page(new_page, projects) -> Page:
    page = new_page(language="en")
    page.goto("/")
    return page


def cell(objective: Objective, year: int) -> str:
    return f"#cell-{objective.pk}-{year}"


def test_each_state_has_its_own_words_and_shape(page: Page, projects, year):
    shapes, words = set(), set()
    for state, objective in projects.items():
        bar = page.locator(cell(objective, year))
        expect(bar).to_have_class(re.compile(rf"bar--{state.value}\b"))
        expect(bar.locator("use")).to_have_attribute("href", re.compile(rf"#{state.value}$"))
        shapes.add(bar.locator("use").get_attribute("href"))
        words.add(bar.locator(".bar__words").inner_text())
    assert len(shapes) == len(words) == len(projects)
    expect(page.locator(cell(projects[C.GREEN], year))).to_contain_text("1 project")
    expect(page.locator(cell(projects[C.MISSING], year))).not_to_contain_text("project")


def test_a_row_names_its_portfolio_holder_or_says_that_there_is_none(page: Page, projects):
    row = page.locator("tr.planning__row").filter(has=page.locator(cell(projects[C.GREEN], 2024)))
    expect(row).to_contain_text("Netwerken (Hugo Holder)")
    expect(row).to_contain_text("1 project")
    row = page.locator("tr.planning__row").filter(has=page.locator(cell(projects[C.MISSING], 2024)))
    expect(row).to_contain_text("no portfolio holder yet")


def test_a_conflict_in_the_order_is_marked_and_explained_on_demand(page: Page, projects):
    row = page.locator("tr.planning__row").filter(has=page.locator(cell(projects[C.LATE], 2024)))
    explained = row.locator(".mjp-conflicts")
    expect(explained).to_be_hidden()
    row.get_by_text("1 conflict in the order").click()
    expect(explained).to_contain_text(projects[C.RED].title)


def test_facts_lead_to_what_they_count(page: Page, year):
    fact = page.get_by_role("link", name=f"without an assignment in {year}")
    count = int(page.locator(".facts__attention b").inner_text())
    fact.click()
    expect(page).to_have_url(re.compile(rf"year={year}&state=missing"))
    expect(page.locator("tr.planning__row:visible")).to_have_count(count)
    expect(page.get_by_label("State of the projects")).to_have_value("missing")


def test_filters_on_state_holder_and_portfolio_narrow_the_grid(page: Page, projects):
    rows = page.locator("tr.planning__row:visible")
    page.get_by_label("State of the projects").select_option("running-red")
    expect(rows).to_have_count(1)
    page.get_by_label("State of the projects").select_option("")
    page.get_by_label("Portfolio", exact=True).select_option("netwerken")
    expect(page).to_have_url(re.compile(r"/\?portfolio=netwerken$"))
    expect(page.locator(cell(projects[C.DONE], 2024))).to_have_count(1)
    expect(page.locator(cell(projects[C.MISSING], 2024))).to_have_count(0)
    page.get_by_label("Portfolio holder").select_option("none")
    expect(page.get_by_role("heading", name="No objective fits these filters")).to_be_visible()


def test_by_keyboard_a_cell_opens_with_its_projects_and_escape_returns(page: Page, projects, year):
    late = page.locator(cell(projects[C.LATE], year))
    late.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=2)).to_be_focused()
    expect(panel).to_contain_text("Project late")
    expect(panel).to_contain_text("should have started on")
    expect(panel).to_contain_text("Hugo Holder")
    expect(panel).to_contain_text(projects[C.RED].title)
    page.keyboard.press("Escape")
    expect(late).to_be_focused()


def test_on_a_phone_each_cell_says_year_state_and_count(new_page, projects, year):
    page = new_page(viewport=PHONE, language="en")
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    bar = page.locator(cell(projects[C.AMBER], year))
    expect(bar).to_contain_text(re.compile(rf"{year}\s+attention\s+1 project"))
    bar.click()
    expect(page.locator("#panel").get_by_role("heading", level=2)).to_be_in_viewport()


def test_paper_has_all_states_in_words_on_one_sheet(page: Page, projects):
    page.goto("/print")
    sheet = page.locator(".sheet")
    for state in projects:
        expect(sheet.locator(f".bar--{state.value} .bar__words").first).not_to_be_empty()
    expect(sheet).to_contain_text("Netwerken (Hugo Holder)")
    expect(sheet).to_contain_text("1 conflict in the order")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_home_says_at_once_what_awaits_and_unfolds(page: Page):
    awaiting = page.locator("#awaiting")
    expect(awaiting.locator("summary")).to_contain_text("1 decision to prepare")
    item = awaiting.get_by_text("Project proposed")
    expect(item).to_be_hidden()
    awaiting.locator("summary").press("Enter")
    expect(item).to_be_visible()


def test_filtering_at_once_does_not_lose_what_awaits(page: Page):
    page.goto("/", wait_until="commit")
    page.get_by_label("Pillar").select_option("1")
    expect(page.locator("#awaiting summary")).to_be_visible()


def test_without_javascript_what_awaits_and_projects_are_behind_links(new_page, projects):
    page = new_page(java_script_enabled=False, language="en")
    page.goto("/")
    page.get_by_role("link", name="What awaits you").click()
    expect(page.get_by_text("1 decision to prepare")).to_be_visible()
    page.goto(f"/objectives/{projects[C.RED].pk}")
    page.get_by_role("link", name="The projects of this objective").click()
    expect(page.get_by_text("Project running-red")).to_be_visible()


def test_pages_of_objective_and_theme_fetch_their_projects_and_portfolios(page: Page, projects, objective):
    page.goto(f"/objectives/{projects[C.RED].pk}")
    expect(page.locator("#objective-projects")).to_contain_text("Project running-red")
    page.goto(f"/themes/{objective.theme.slug}")
    expect(page.locator("#theme-portfolios")).to_contain_text("Hugo Holder")


def test_support_hands_a_portfolio_over(new_page, projects):
    successor = UserFactory(name="Anna Next", roles=[Role.PORTFOLIO_HOLDER])
    page = new_page(as_role=Role.SUPPORT, language="en")
    page.goto("/portfolios")
    page.get_by_role("link", name="Edit Netwerken").click()
    ends = page.get_by_role("group", name="Hugo Holder").get_by_label("Up to and including")
    ends.fill("2023-01-01")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".utrecht-alert--error")).to_be_visible()
    expect(page.get_by_text("The last day can't lie before the first.")).to_be_visible()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    page.get_by_role("group", name="Hugo Holder").get_by_label("Up to and including").fill(
        yesterday.isoformat()
    )
    new = page.get_by_role("group", name="New holder").first
    new.get_by_label("Portfolio holder").select_option(str(successor.pk))
    page.get_by_role("button", name="Save").dblclick()
    expect(page).to_have_url(re.compile("/portfolios$"))
    card = page.locator("#netwerken")
    expect(card).to_contain_text("Anna Next")
    expect(card).to_contain_text("Hugo Holder")
    assert Portfolio.objects.get().holders.count() == 2


def test_capacity_filters_as_one_chooses(new_page, projects):
    page = new_page(as_role=Role.COUNCIL_MEMBER, language="en")
    page.goto("/capacity")
    page.get_by_label("Year").select_option("2027")
    expect(page).to_have_url(re.compile(r"/capacity\?year=2027$"))
    expect(page.get_by_label("Year")).to_have_value("2027")
