"""The planning grid as a council member uses it."""

import re

from playwright.sync_api import Page, expect

from organisation.choices import Role
from pillars.models import Objective, Theme
from tests.browser.conftest import PHONE, sign_in
from tests.factories import UserFactory


def rows(page: Page):
    return page.locator("tr.planning__row:visible")


def cell_of(title: str, year: int) -> str:
    return f"#cell-{Objective.objects.get(title__startswith=title).pk}-{year}"


def test_a_council_member_signs_in_and_sees_the_whole_programme(page: Page):
    expect(page.get_by_role("heading", level=1)).to_have_text("Planning 2024–2028")
    expect(rows(page)).to_have_count(21)
    expect(page.locator(".planning__theme-row")).to_have_count(12)
    expect(page.locator(".planning__total")).to_have_text(
        [re.compile(rf"\b{count}\s*$") for count in ("13", "19", "13", "8", "1")]
    )
    expect(page.locator(".planning__theme-row", has_text="Nafase en herstel")).to_contain_text("1 LAC-doel")
    expect(page.get_by_role("columnheader", name="2026")).to_contain_text("nu")


def test_a_filter_narrows_the_grid_and_stands_in_the_address(page: Page):
    page.get_by_label("Pijler").select_option("2")
    expect(rows(page)).to_have_count(4)
    expect(page).to_have_url(re.compile(r"/\?pillar=2$"))
    page.get_by_label("Actief in").select_option("2024")
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_role("status")).to_contain_text("2")
    shared = page.url
    page.goto("/organisation")
    page.goto(shared)
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_label("Pijler")).to_have_value("2")
    page.get_by_role("link", name="Filters wissen").first.click()
    expect(rows(page)).to_have_count(21)


def test_searching_as_one_types(page: Page):
    page.get_by_label("Zoeken").press_sequentially("netwerkevent", delay=20)
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_label("Zoeken")).to_be_focused()


def test_back_undoes_a_filter(page: Page):
    page.get_by_label("Pijler").select_option("3")
    expect(rows(page)).to_have_count(10)
    page.go_back()
    expect(rows(page)).to_have_count(21)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_filter_that_leaves_nothing_says_what_to_change(page: Page):
    page.get_by_label("Thema").select_option("crisiscommunicatie")
    page.get_by_label("Actief in").select_option("2028")
    expect(page.get_by_role("heading", name="Geen opgave past bij deze filters")).to_be_visible()


def test_a_wrong_value_in_the_address_gives_a_message_and_the_grid(page: Page):
    page.goto("/?year=1999&pillar=2")
    expect(page.get_by_role("alert")).to_contain_text("1999")
    expect(rows(page)).to_have_count(4)


def test_a_cell_opens_its_panel_beside_the_grid_and_the_address_names_it(page: Page):
    cell = cell_of("Als ‘partner’", 2026)
    page.locator(cell).click()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=2)).to_contain_text("KCR2")
    expect(panel.get_by_role("heading", level=2)).to_be_focused()
    expect(panel).to_contain_text("1.11")
    expect(rows(page)).to_have_count(21)
    expect(page).to_have_url(re.compile(r"cell=\d+-2026"))
    page.reload()
    expect(panel.get_by_role("heading", level=2)).to_contain_text("KCR2")
    panel.get_by_role("link", name="Sluiten").click()
    expect(panel).to_be_hidden()
    expect(page.locator(cell)).to_be_focused()
    expect(page).not_to_have_url(re.compile("cell="))


def test_the_grid_is_one_tab_stop_and_arrows_move_in_it(page: Page):
    grid = page.get_by_role("grid")
    expect(grid.locator('[tabindex="0"]')).to_have_count(1)
    page.locator(cell_of("Als ‘partner’", 2024)).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(cell_of("Als ‘partner’", 2025))).to_be_focused()
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.cellIndex") == 5, "an empty cell can have the focus"
    page.keyboard.press("Home")
    expect(page.get_by_role("link", name="Als ‘partner’")).to_be_focused()
    page.locator(cell_of("Als ‘partner’", 2026)).focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('td').cellIndex") == 3, (
        "across a theme's row the year is kept"
    )
    page.keyboard.press("Control+Home")
    expect(page.get_by_role("button", name="Pijler 1")).to_be_focused()
    page.keyboard.press("Control+End")
    assert page.evaluate("document.activeElement.closest('td').cellIndex") == 5
    expect(grid.locator('[tabindex="0"]')).to_have_count(1)


def test_enter_opens_a_cell_and_escape_returns_to_it(page: Page):
    cell = page.locator(cell_of("Landelijke curriculum", 2025))
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel").get_by_role("heading", level=2)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(cell).to_be_focused()


def test_from_sign_in_to_an_objective_by_keyboard_alone(new_page):
    page = new_page(as_role=None)
    person = UserFactory(roles=[Role.COUNCIL_MEMBER])
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    sign_in(page, person.email)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('[role=grid]'))"):
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(Objective.objects.first().title)


def test_folding_is_kept_and_paper_shows_everything(page: Page):
    page.get_by_role("button", name="Pijler 1").click()
    expect(rows(page)).to_have_count(14)
    page.get_by_role("button", name="Netwerkmanagement").click()
    expect(rows(page)).to_have_count(10)
    page.reload()
    expect(rows(page)).to_have_count(10)
    expect(page.get_by_role("button", name="Pijler 1")).to_have_attribute("aria-expanded", "false")
    page.get_by_role("link", name="Afdrukken (A3)").click()
    expect(rows(page)).to_have_count(21)


def test_the_wording_of_lac_goals_comes_on_demand(page: Page):
    row = rows(page).filter(has_text="Kaders voor gezamenlijk")
    wording = row.get_by_text("Operationele slagkracht inrichten")
    expect(wording).to_be_hidden()
    row.get_by_text("LAC 1.5").click()
    expect(wording).to_be_visible()


def test_english_is_remembered_also_after_signing_in_again(new_page):
    page = new_page(as_role=None)
    person = UserFactory(roles=[Role.COUNCIL_MEMBER])
    sign_in(page, person.email)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("columnheader", name="Objective")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    elsewhere = new_page(as_role=None)
    sign_in(elsewhere, person.email)
    expect(elsewhere.get_by_role("columnheader", name="Objective")).to_be_visible()


def test_without_javascript_every_function_works_by_links_and_forms(new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/")
    page.get_by_label("Pijler").select_option("1")
    page.get_by_role("button", name="Tonen").click()
    expect(rows(page)).to_have_count(7)
    cell = cell_of("Als ‘partner’", 2026)
    page.locator(cell).click()
    panel = page.locator("#panel")
    expect(panel).to_contain_text("KCR2")
    expect(rows(page)).to_have_count(7)
    panel.get_by_role("link", name="Sluiten").click()
    expect(panel).to_be_hidden()
    page.get_by_role("button", name="Crisiscommunicatie").click()
    expect(rows(page)).to_have_count(5)
    page.get_by_role("button", name="Crisiscommunicatie").click()
    expect(rows(page)).to_have_count(7)
    page.get_by_text("LAC 1.11").click()
    expect(rows(page).get_by_text("KCR2 verder uitbouwen")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("columnheader", name="Objective")).to_be_visible()
    expect(rows(page)).to_have_count(7)
    page.get_by_role("link", name="Print (A3)").click()
    expect(rows(page)).to_have_count(7)


def test_on_a_phone_the_grid_reads_as_a_list_and_the_panel_covers_it(new_page):
    page = new_page(viewport=PHONE)
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    cell = page.locator(cell_of("Organiseren landelijk", 2028))
    expect(cell).to_contain_text("2028")
    cell.click()
    expect(page.locator("#panel").get_by_role("heading", level=2)).to_be_in_viewport()


def test_an_expired_session_leads_to_the_sign_in_page_and_back(page: Page):
    page.context.clear_cookies()
    page.get_by_label("Pijler").select_option("2")
    expect(page.locator("input[name=password]")).to_be_visible()
    assert "next=/" in page.url


def test_every_theme_page_opens_from_the_grid(page: Page):
    names = list(Theme.objects.values_list("name", flat=True))
    assert len(names) == 12
    for name in names:
        page.locator("a.planning__theme-name", has_text=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        page.go_back()
