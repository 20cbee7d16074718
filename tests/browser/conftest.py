"""A real Chromium before a real server on loopback, with the programme loaded."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from organisation.choices import Role

# Playwright drives the browser from this thread with an event loop of its own, which Django would take for ours.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
# What the console says of an answer or a lost connection that a test asked for.
EXPECTED = ("the server responded with a status of", "ERR_CONNECTION_REFUSED", "Failed to fetch")
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = pytest.mark.browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here, so that `-m "not browser"` leaves them out while one writes other code."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium that set-up found; without one these tests fail."""
    found = os.environ.get("MJP_CHROMIUM") or shutil.which("chromium")
    assert found, "No Chromium: run the tests by `make test`, which finds or installs one."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, live_server, programme) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page in a browser of its own; complaints in its console fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(text in message.text for text in EXPECTED):
            complaints.append(message.text)

    def open_page(
        *, as_role: Role | None = Role.COUNCIL_MEMBER, language: str = "nl", **options: object
    ) -> Page:
        context = browser.new_context(
            **{"base_url": live_server.url, "viewport": WIDE, "locale": "en-GB", **options}
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if language != "nl":
            context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        if as_role:
            from tests.factories import UserFactory

            person: Any = UserFactory(roles=[as_role], is_fictional=True, language=language)
            sign_in(page, person.email)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def page(new_page) -> Page:
    """The planning grid, before a council member."""
    page = new_page()
    page.goto("/")
    return page


def sign_in(page: Page, email: str) -> None:
    """Sign in by the form, as a person does."""
    from tests.factories import PASSWORD

    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/accounts/login/" not in address)
