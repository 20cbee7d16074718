"""Support takes a year's contributions from draft to payment, with the file for the bookkeeping; on a phone and wide."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from budget.choices import ContributionState
from budget.models import Contribution
from budget.services import (
    adopt_contributions,
    adopt_key,
    draft_contributions,
    invoice_contributions,
    keep_key,
    mark_paid,
    plan_central_support,
    set_budget,
    set_project_costs,
)
from budget.services.costs import CostLine
from organisation.choices import Role
from organisation.models import Region, User
from pillars.models import Objective
from portfolio.choices import Outcome, ProjectState
from portfolio.services import record_decision
from tests.browser.conftest import PHONE, WIDE
from tests.browser.test_accessibility import violations
from tests.factories import ProjectFactory, UserFactory


@pytest.fixture
def person(programme) -> User:
    return UserFactory.create(roles=[Role.SUPPORT])


@pytest.fixture
def key(person):
    codes = Region.objects.order_by("code").values_list("code", flat=True)
    made = keep_key(
        by=person,
        name="BDUR",
        source="Circulaire",
        first_year=2024,
        last_year=2028,
        weights={code: Decimal(100 + place) for place, code in enumerate(codes)},
    )
    return adopt_key(made, by=person)


@pytest.fixture
def decision(person):
    return record_decision(
        by=person,
        number="2025-09",
        meeting_on=datetime.date(2025, 11, 6),
        outcome=Outcome.BUDGET,
        wording="De Vakraad stelt de bijdragen vast.",
        projects=[],
    )


def test_from_draft_to_payment(new_page, person, key, decision, tmp_path: Path):
    set_budget(2026, Decimal(625000), by=person)
    page = new_page(as_role=Role.SUPPORT, language="en")
    page.goto("/budget/2026/contributions")
    page.get_by_role("link", name="Split the amount by a key").click()
    page.get_by_label("Distribution key").select_option(str(key.pk))
    page.get_by_role("button", name="Split as a draft").click()
    page.get_by_role("navigation", name="Pages of the budget").get_by_role(
        "link", name="Contributions"
    ).click()
    expect(page.get_by_role("heading", name="Draft: version 1")).to_be_visible()
    page.get_by_label("Decision on the working budget").select_option(str(decision.pk))
    page.get_by_role("button", name="Adopt the contributions").click()
    expect(page.get_by_role("heading", name="In force: version 1")).to_be_visible()
    expect(page.get_by_text("seal verified")).to_be_visible()
    page.get_by_label("Invoice date").fill("2026-01-15")
    page.get_by_role("button", name="Invoice the regions").click()
    expect(page.get_by_role("status").filter(has_text="25 regions are invoiced")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel of version 1").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert load_workbook(file).active.max_row == 26
    page.get_by_role("checkbox", name="MJP-2026-VR01-1").check()
    page.get_by_label("Paid on").fill("2026-02-20")
    page.get_by_label("Payment reference").fill("AB 77")
    page.get_by_role("button", name="Mark as paid").click()
    expect(page.get_by_role("status").filter(has_text="1 invoice is marked as paid")).to_be_visible()
    paid = Contribution.objects.get(state=ContributionState.PAID)
    assert (paid.region.code, paid.payment_reference) == ("VR01", "AB 77")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing(new_page, person, key, decision, viewport, language):
    set_budget(2026, Decimal(625000), by=person)
    set_budget(2027, Decimal(1000), by=person)
    draft_contributions(2026, key, by=person)
    adopt_contributions(2026, by=person, decision=decision)
    invoiced = invoice_contributions(2026, by=person, invoiced_on=datetime.date(2026, 1, 15))
    mark_paid(invoiced[:3], by=person, paid_on=datetime.date(2026, 2, 1))
    draft_contributions(2026, key, by=person)
    plan_central_support(2026, [CostLine(2026, "hired", Decimal(1000))], by=person)
    for state in (ProjectState.SUBMITTED, ProjectState.RUNNING):
        project = ProjectFactory(objective=Objective.objects.first(), in_state=state)
        set_project_costs(project, [CostLine(2026, "hired", Decimal(10))], by=person)
    page = new_page(as_role=Role.SUPPORT, language=language, viewport=viewport, bypass_csp=True)
    found = {}
    for address in (
        "/budget/2026",
        "/budget/2026/contributions",
        "/budget/2026/central-support",
        "/budget/2026/forecast/central-support",
        "/budget/2026/carry-over",
    ):
        page.goto(address)
        found[address] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
    page.locator("main form[method=post] button[type=submit]").click()
    found["carry-over refused"] = violations(page)
    page.goto("/budget/2026/contributions")
    page.locator("form[action$=paid] button[type=submit]").click()
    found["payment refused"] = violations(page)
    assert found == {place: [] for place in found}
