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
    expect(page.locator("#announcer")).to_contain_text("2 opgaven getoond")
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


def test_leaving_the_search_field_is_no_step_to_go_back_over(page: Page):
    steps = page.evaluate("history.length")
    page.get_by_label("Zoeken").fill("netwerkevent")
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Zoeken").press("Enter")
    page.get_by_label("Zoeken").press("Tab")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("history.length") == steps + 1


def test_a_filter_that_leaves_nothing_says_what_to_change(page: Page):
    page.get_by_label("Thema").select_option("crisiscommunicatie")
    page.get_by_label("Actief in").select_option("2028")
    expect(page.get_by_role("heading", name="Geen opgave past bij deze filters")).to_be_visible()
    expect(page.locator("#planning")).to_contain_text("Actief in: 2028")
    expect(page.locator("#announcer")).to_contain_text("Geen opgave")


def test_a_wrong_value_in_the_address_gives_a_message_and_the_grid(page: Page):
    page.goto("/?year=1999&pillar=2")
    expect(page.locator("#planning").get_by_role("alert")).to_contain_text("1999")
    expect(rows(page)).to_have_count(4)
    page.get_by_label("Actief in").select_option("2024")
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_text("1999")).to_have_count(0)
    expect(page.locator("[aria-invalid]")).to_have_count(0)


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
    expect(page.locator(cell_of("Als ‘partner’", 2028))).to_be_focused()
    page.keyboard.press("Home")
    expect(page.get_by_role("link", name="Als ‘partner’")).to_be_focused()
    page.locator(cell_of("Als ‘partner’", 2026)).focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('td').cellIndex") == 3, (
        "across a theme's row the year is kept"
    )
    page.keyboard.press("Control+Home")
    expect(page.get_by_role("columnheader", name="Opgave")).to_be_focused()
    page.keyboard.press("Control+End")
    expect(page.get_by_role("gridcell").last).to_be_focused()
    expect(page.get_by_role("gridcell").last).to_contain_text("2028")
    expect(grid.locator('[tabindex="0"]')).to_have_count(1)


def test_enter_opens_a_cell_and_escape_returns_to_it(page: Page):
    cell = page.locator(cell_of("Landelijke curriculum", 2025))
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel").get_by_role("heading", level=2)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(cell).to_be_focused()


def test_a_cell_that_is_not_planned_opens_too(page: Page):
    cell = page.locator(cell_of("Als ‘partner’", 2028))
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_contain_text("niet gepland")
    page.keyboard.press("Escape")
    expect(cell).to_be_focused()


def test_escape_in_the_search_field_leaves_the_panel_open(page: Page):
    page.locator(cell_of("Als ‘partner’", 2026)).click()
    expect(page.locator("#panel").get_by_role("heading", level=2)).to_be_focused()
    page.get_by_label("Zoeken").press("Escape")
    expect(page.locator("#panel")).to_be_visible()


def test_escape_finds_a_place_for_the_focus_when_the_cell_is_folded_away(page: Page):
    page.locator(cell_of("Als ‘partner’", 2026)).click()
    expect(page.locator("#panel").get_by_role("heading", level=2)).to_be_focused()
    page.get_by_role("button", name="Pijler 1").click()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.get_by_role("button", name="Pijler 1")).to_be_focused()


def test_on_a_phone_the_arrow_keys_pass_over_what_is_not_shown(new_page):
    page = new_page(viewport=PHONE)
    page.goto("/")
    last_planned = page.locator(cell_of("Als ‘partner’", 2026))
    last_planned.focus()
    page.keyboard.press("ArrowRight")
    expect(last_planned).to_be_focused()
    page.keyboard.press("End")
    expect(last_planned).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(last_planned).not_to_be_focused()
    expect(page.get_by_role("grid").locator('[tabindex="0"]')).to_be_visible()


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


def test_what_a_filter_hides_stays_folded(page: Page):
    page.get_by_role("button", name="Pijler 3").click()
    page.get_by_label("Pijler").select_option("1")
    expect(rows(page)).to_have_count(7)
    page.get_by_role("button", name="Crisiscommunicatie").click()
    expect(rows(page)).to_have_count(5)
    page.get_by_role("link", name="Filters wissen").click()
    expect(page.get_by_role("button", name="Pijler 3")).to_have_attribute("aria-expanded", "false")
    expect(rows(page)).to_have_count(9)


def test_the_planning_fits_on_one_sheet_of_a3(page: Page):
    page.goto("/print")
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    box = re.search(rb"/MediaBox\s*\[0 0 ([0-9.]+) ([0-9.]+)\]", sheet)
    assert box
    width, height = (float(side) for side in box.groups())
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (420, 297), (
        "A3, landscape, in millimetres"
    )


def test_a_lost_connection_is_said(page: Page):
    page.route("**/*", lambda route: route.abort("connectionrefused"))
    page.get_by_label("Pijler").select_option("2")
    expect(page.locator("#unreachable")).to_contain_text("niet bereikbaar")
    page.unroute("**/*")
    page.get_by_label("Pijler").select_option("3")
    expect(rows(page)).to_have_count(10)
    expect(page.locator("#unreachable")).to_be_empty()


def test_switching_language_keeps_the_filters(page: Page):
    page.get_by_label("Pijler").select_option("2")
    expect(rows(page)).to_have_count(4)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("columnheader", name="Objective")).to_be_visible()
    expect(rows(page)).to_have_count(4)


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


def test_of_two_quick_clicks_the_last_one_counts(page: Page):
    first, last = cell_of("Als ‘partner’", 2025), cell_of("Landelijke curriculum", 2026)
    page.evaluate(f"document.querySelector('{first}').click(); document.querySelector('{last}').click()")
    expect(page.locator("#panel")).to_contain_text("Landelijke curriculum")
    expect(page.locator(last)).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile(last.removeprefix("#cell-")))


def test_on_a_phone_the_grid_reads_as_a_list_and_the_panel_covers_it(new_page):
    page = new_page(viewport=PHONE)
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    cell = page.locator(cell_of("Organiseren landelijk", 2028))
    expect(cell).to_contain_text("2028")
    cell.click()
    expect(page.locator("#panel").get_by_role("heading", level=2)).to_be_in_viewport()


def test_an_expired_session_leads_to_the_sign_in_page_and_back(page: Page):
    expect(page.locator("#awaiting b")).to_be_visible()
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
