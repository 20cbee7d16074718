"""A holder plans what an assignment costs, sees what is left, and submits it."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from budget.models import BudgetLine
from budget.services import set_budget
from organisation.choices import Role
from portfolio.choices import ProjectState
from tests.browser.conftest import PHONE, WIDE, sign_in
from tests.browser.test_accessibility import violations
from tests.factories import PortfolioFactory, ProjectFactory, UserFactory


@pytest.fixture
def holder(programme):
    support = UserFactory.create(roles=[Role.SUPPORT])
    set_budget(2026, Decimal(625_000), by=support)
    return UserFactory.create(roles=[Role.PORTFOLIO_HOLDER])


@pytest.fixture
def project(holder):
    return ProjectFactory.create(portfolio=PortfolioFactory.create(held_by=holder))


def saved(page: Page) -> None:
    expect(page.locator("#assignment-saved")).to_have_attribute("data-state", "saved")


def test_a_holder_plans_costs_sees_what_is_left_and_submits(new_page, holder, project):
    page = new_page(as_role=None)
    sign_in(page, holder.email)
    page.goto(f"/projects/{project.pk}/edit/costs")
    row = page.locator("[data-row]").first
    row.get_by_label("Jaar").select_option("2026")
    row.locator("select[name$=category]").select_option("hired")
    row.locator("input[name$=amount]").fill("€ 700.000,50")
    row.locator("input[name$=note]").fill("Onderzoek")
    saved(page)
    expect(page.locator("#assignment-notes .utrecht-alert--warning")).to_contain_text("75.000,50")
    row.locator("input[name$=amount]").fill("12.500,50")
    expect(page.locator("#assignment-notes .utrecht-alert--warning")).to_have_count(0)
    expect(page.locator("#assignment-part")).to_contain_text("612.499,50")
    page.locator("[data-add-row]").click()
    second = page.locator("[data-row]").nth(1)
    second.locator("select[name$=category]").select_option("events")
    second.locator("input[name$=amount]").fill("1.000")
    expect(page.locator("#assignment-part")).to_contain_text("611.499,50")
    page.locator("button[value=next]").click()
    page.wait_for_url(re.compile("/edit/risks$"))
    amounts = set(BudgetLine.objects.filter(project=project).values_list("category", "amount"))
    assert amounts == {("hired", Decimal("12500.50")), ("events", Decimal(1000))}
    page.goto(f"/projects/{project.pk}/preview")
    expect(page.locator(".document")).to_contain_text("13.500,50")
    page.locator("form[action$=submit] button").click()
    page.wait_for_url(re.compile(f"/projects/{project.pk}$"))
    expect(page.locator("#costs-part")).to_contain_text("13.500,50")
    project.refresh_from_db()
    assert project.state == ProjectState.SUBMITTED


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing_on_a_full_step_and_on_the_section_of_the_project(
    new_page, holder, project, viewport
):
    for category, amount in (("hired", 700_000), ("events", 10)):
        BudgetLine(
            project=project, year=2026, category=category, amount=Decimal(amount), note="Onderzoek"
        ).save_by(holder)
    page = new_page(as_role=None, viewport=viewport, bypass_csp=True)
    sign_in(page, holder.email)
    found = {}
    for path in (f"{project.pk}/edit/costs", f"{project.pk}", f"{project.pk}/costs", f"{project.pk}/preview"):
        page.goto(f"/projects/{path}")
        page.wait_for_load_state("networkidle")
        expect(page.locator("main")).to_contain_text("700.010,00")
        found[path] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert found == {path: [] for path in found}
