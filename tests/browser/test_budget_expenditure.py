"""Support takes over bookings in a real browser: a wrong cell is named, the mended file is booked, and not once more."""

import re

import pytest
from playwright.sync_api import Page, expect

from budget.models import Expenditure
from organisation.choices import Role
from portfolio.choices import ProjectState
from tests.browser.conftest import PHONE, WIDE
from tests.browser.test_accessibility import violations
from tests.budget.bookings import booked_expenditure, file_of, make_lines, row

ADDRESS = "/budget/expenditure/import"


def submit(page: Page, content: bytes) -> None:
    page.goto(ADDRESS)
    page.set_input_files(
        "input[type=file]", {"name": "bookings.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.locator("main form button[type=submit]").click()


def test_support_imports_bookings_and_mends_a_wrong_cell(new_page):
    booked_expenditure()
    page = new_page(as_role=Role.SUPPORT, language="en")
    page.goto("/budget/2026")
    page.get_by_role("link", name="Expenditure", exact=True).click()
    page.get_by_role("link", name="Import bookings").click()
    submit(page, file_of(row("B-1"), row("B-2", amount="ten")))
    problem = page.locator(".mjp-import__problems tbody tr")
    expect(problem).to_have_count(1)
    expect(problem).to_contain_text("“ten” is not an amount")
    expect(problem.locator("td").nth(1)).to_have_text("3")
    expect(problem.locator(".mjp-import__letter")).to_have_text("B")
    mended = file_of(row("B-1"), row("B-2", amount="10"))
    submit(page, mended)
    page.wait_for_url(re.compile(r"/uploads/\d+$"))
    expect(page.get_by_role("region", name="What it does to each line")).to_contain_text("€1,260.50")
    page.get_by_role("button", name="Book these 2 bookings").click()
    expect(page.get_by_text("2 bookings were made.")).to_be_visible()
    page.get_by_role("link", name="Expenditure 2026").click()
    expect(page.locator("#results tfoot")).to_contain_text("€1,360.50")
    submit(page, mended)
    expect(page.locator(".utrecht-form-field-error-message")).to_contain_text("booked this very file")
    assert Expenditure.objects.count() == 3


@pytest.mark.parametrize(
    ("viewport", "language"), [(WIDE, "nl"), (PHONE, "en")], ids=["1280 in Dutch", "390 in English"]
)
def test_axe_finds_nothing_on_the_pages_of_expenditure(new_page, viewport, language):
    booked = booked_expenditure()
    make_lines(booked.booked_by, amount="500.00", state=ProjectState.RUNNING)
    page = new_page(as_role=Role.SUPPORT, language=language, viewport=viewport, bypass_csp=True)
    found = {}

    def look(state: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        found[state] = violations(page)

    for address in (
        "/budget/2026/expenditure",
        "/budget/2026/expenditure?q=onvindbaar",
        "/budget/2026/expenditure?project=x",
        "/budget/2026/expenditure/new",
        "/budget/2027/expenditure/new",
        f"/budget/expenditure/{booked.pk}",
        ADDRESS,
    ):
        page.goto(address)
        look(address)
    page.goto("/budget/2026/expenditure/new")
    page.locator("main form button[type=submit]").click()
    look("refused")
    submit(page, file_of(row(amount="ten")))
    look("problems")
    submit(page, file_of(row(amount="1000")))
    page.wait_for_url(re.compile(r"/uploads/\d+$"))
    look("preview")
    page.locator("main form button[type=submit]").click()
    page.locator(".bookings").wait_for()
    look("booked")
    page.goto(f"/budget/expenditure/{booked.pk}")
    page.locator("[name=reason]").fill("Dubbel")
    page.locator("main form button[type=submit]").click()
    page.locator("dd s").wait_for()
    look("withdrawn")
    page.goto("/budget/2026/expenditure")
    look("list with a withdrawn one")
    assert found == {state: [] for state in found}
