"""The controller of a region: finds the own amount, reads the sum, compares the years, and gets no other region's."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from budget.models import DistributionKey
from budget.services import draft_contributions, set_budget
from organisation.choices import Role
from organisation.models import Region
from tests.browser.conftest import PHONE, WIDE, sign_in
from tests.browser.test_accessibility import violations
from tests.factories import UserFactory


@pytest.fixture
def contributions(programme):
    """A draft for every year of the programme but the last, by the indicative key."""
    support = UserFactory.create(roles=[Role.SUPPORT])
    key = DistributionKey.objects.get(status="indicative")
    for year in (2024, 2025, 2026, 2027):
        set_budget(year, Decimal("625000.00"), by=support)
        draft_contributions(year, key, by=support)


@pytest.fixture
def staff(contributions):
    return UserFactory.create(
        roles=[Role.REGIONAL_STAFF], region=Region.objects.get(code="VR08"), language="en"
    )


def test_staff_find_their_amount_and_can_follow_the_sum(new_page, staff):
    page = new_page(as_role=None, language="en")
    sign_in(page, staff.email)
    page.get_by_role("link", name="My region").click()
    page.get_by_role("link", name="2026", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gelderland-Zuid")
    sum_table = page.get_by_role("table", name="How this amount was calculated")
    for text in ("581", "17,854", "3.2542%", "€20,338.579590", "+ €0.01", "€20,338.58"):
        expect(sum_table).to_contain_text(text)
    years = page.get_by_role("table", name="Contribution per year")
    expect(years.get_by_role("row")).to_have_count(6)
    expect(page.get_by_role("img", name="Contribution per year")).to_be_visible()
    assert page.goto("/regions/VR01").status == 403


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing_on_a_region_and_on_the_map_of_a_year(new_page, staff, viewport):
    member = new_page(as_role=Role.COUNCIL_MEMBER, viewport=viewport, bypass_csp=True)
    for address in ("/regions/VR08?year=2026", "/regions/VR08?year=2028", "/budget/2026"):
        member.goto(address)
        assert violations(member) == []
        assert member.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    own = new_page(as_role=None, viewport=viewport, bypass_csp=True)
    sign_in(own, staff.email)
    for address in ("/regions/VR08?year=2026", "/budget/2026"):
        own.goto(address)
        assert violations(own) == []
