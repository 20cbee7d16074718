"""A distribution key in a real browser: from a sheet with a wrong cell to an adopted key, and every page by axe-core."""

import re

import pytest
from playwright.sync_api import Page, expect

from budget.models import DistributionKey
from organisation.choices import Role
from tests.browser.conftest import PHONE, WIDE
from tests.browser.test_accessibility import violations
from tests.budget.keys import amounts_csv, formula_key
from tests.factories import UserFactory


def send(page: Page, content: bytes) -> None:
    page.set_input_files("[name=file]", {"name": "sleutel.csv", "mimeType": "text/csv", "buffer": content})
    page.locator("main form button[type=submit]").click()


def fill_in(page: Page) -> None:
    page.goto("/budget/keys/new")
    for name, value in {
        "name": "BDUR",
        "source": "Circulaire",
        "first_year": "2026",
        "last_year": "2026",
    }.items():
        page.fill(f"[name={name}]", value)


def test_from_a_wrong_cell_to_an_adopted_key(new_page):
    page = new_page(as_role=Role.SUPPORT, language="en")
    fill_in(page)
    send(page, amounts_csv(VR03="tien"))
    expect(page.get_by_role("alert").filter(has_text="1 problem")).to_be_visible()
    expect(page.locator("tbody tr")).to_contain_text(re.compile(r"4\s+C\s+bedrag\s+“tien” is not an amount"))
    expect(page.locator("[name=source]")).to_have_value("Circulaire")

    send(page, amounts_csv())
    expect(page.get_by_text("No problem was found")).to_be_visible()
    row = page.locator("tbody tr").filter(has_text="Groningen")
    expect(row).to_contain_text("€1,923.08")
    assert not DistributionKey.objects.filter(status="official").exists()

    page.get_by_role("button", name="Keep this key").dblclick()
    expect(page.get_by_role("heading", name="BDUR, version 1")).to_be_visible()
    page.get_by_role("button", name="Adopt this key").click()
    expect(page.get_by_text("checked now")).to_be_visible()
    assert DistributionKey.objects.get(status="official").is_adopted


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing_on_the_pages_of_keys(new_page, viewport, language):
    page = new_page(as_role=Role.SUPPORT, language=language, viewport=viewport, bypass_csp=True)
    key = formula_key(UserFactory.create(roles=[Role.SUPPORT]), adopted=False, name="Formule")
    indicative = DistributionKey.objects.get(status="indicative")
    found = {}

    def look(state: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        found[state] = violations(page)

    addresses = (
        "/budget/keys",
        f"/budget/keys/{key.pk}",
        f"/budget/keys/{indicative.pk}",
        f"/budget/keys/{key.pk}/regions/VR02",
        "/budget/keys/new?kind=measures",
    )
    for address in addresses:
        page.goto(address)
        look(address)
    fill_in(page)
    send(page, b"no table")
    look("refused")
    send(page, amounts_csv(VR03="tien"))
    look("problems")
    send(page, amounts_csv())
    page.wait_for_url(re.compile(r"/budget/keys/uploads/\d+$"))
    look("preview")
    page.goto("/budget/keys")
    look("waiting")
    assert found == {state: [] for state in found}
    assert len(found) == len(addresses) + 4
