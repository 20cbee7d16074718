"""The page of a region: who sees it, the sum behind an amount, and the years beside it."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from budget.models import Contribution
from budget.money import format_money
from budget.region_page import read_region_page, years_beside
from budget.region_sum import sum_steps
from budget.services import (
    adopt_contributions,
    adopt_key,
    draft_contributions,
    invoice_contributions,
    keep_key,
    mark_paid,
)
from organisation.choices import Role
from organisation.models import Region
from portfolio.choices import ProjectState
from tests.factories import ProjectFactory, UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/regions/VR08?year=2026"


@pytest.fixture
def own(programme):
    return Region.objects.get(code="VR08")


@pytest.fixture
def draft(budget_2026, indicative, support):
    return draft_contributions(2026, indicative, by=support)


@pytest.fixture
def adopted(budget_2026, official, support, decide):
    draft_contributions(2026, official, by=support)
    return adopt_contributions(2026, by=support, decision=decide())


def content(client, address=ADDRESS):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def read(region, user, year=2026):
    return read_region_page(region, year, years_beside(year), user)


def test_staff_see_their_own_region_and_no_other(client_as, own, draft):
    client = client_as(Role.REGIONAL_STAFF, region=own)
    assert "20.338,58" in content(client)
    for address in ("/regions/VR01", "/regions/VR01/excel", "/regions/VR01?year=2026"):
        assert client.get(address).status_code == 403
    assert client.get("/regions").url == "/regions/VR08"
    assert 'href="/regions/VR08?year=2026"' in content(client, "/budget/2026")


def test_staff_without_a_region_see_none(client_as, draft):
    client = client_as(Role.REGIONAL_STAFF)
    assert client.get("/regions/VR08").status_code == 403
    assert client.get("/regions").url == "/budget"


def test_map_tells_staff_nothing_of_other_regions_shares(own, draft, support):
    staff = UserFactory.create(roles=[Role.REGIONAL_STAFF], region=own)
    tiles = read(own, staff).map.tiles
    assert len(tiles) == 25
    assert {tile.place.code for tile in tiles if tile.place.percentage is not None} == {"VR08"}
    assert {tile.shade for tile in tiles} == {None}
    whole = read(own, support).map
    assert all(tile.place.percentage is not None for tile in whole.tiles)
    assert whole.own.code == "VR08"


@pytest.mark.parametrize("role", [Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT])
def test_who_steers_sees_any_region_and_that_it_is_a_draft_of_an_indicative_key(
    client_as, draft, role, english
):
    page = content(client_as(role, language="en"), "/regions/VR17?year=2026")
    assert "made with the indicative key" in page
    assert "chart-bars__bar--draft" in page
    assert 'href="/regions/VR01?year=2026"' in page


def test_rcdv_sees_a_region_from_adoption_on(client_as, draft, official, support, decide):
    rcdv = client_as(Role.RCDV)
    assert "20.338,58" not in content(rcdv)
    draft_contributions(2026, official, by=support)
    adopt_contributions(2026, by=support, decision=decide())
    row = Contribution.objects.get(region__code="VR08", set__state="adopted")
    page = content(rcdv)
    assert format_money(row.amount, "nl") in page
    assert "reference" not in page


@pytest.mark.parametrize("query", ["", "?year=2041", "?year=x", "?year=²⁰²⁶", "?year="])
def test_unknown_region_or_year_is_not_there(client_as, programme, query):
    client = client_as(Role.COUNCIL_MEMBER)
    assert client.get(f"/regions/VR99{query}").status_code == 404
    assert client.get(f"/regions/VR08{query}").status_code == (404 if query else 200)


def test_page_begins_with_this_year_or_the_nearest_of_the_programme(client_as, programme):
    found = client_as(Role.COUNCIL_MEMBER).get("/regions/VR08").context["page"].year
    assert found == min(max(timezone.localdate().year, 2024), 2028)


def test_sum_can_be_redone_line_by_line_on_paper(own, draft, support, english):
    page = read(own, support)
    assert [(step.key, step.text) for step in page.steps] == [
        ("weight", "581"),
        ("total", "17,854"),
        ("share", "3.2542%"),
        ("amount", "€625,000.00"),
        ("exact", "€20,338.579590"),
        ("floor", "€20,338.57"),
        ("extra", "+ €0.01"),
        ("contribution", "€20,338.58"),
    ]
    extra = page.steps[6]
    assert "last 12 cents" in extra.label
    assert "number 1 of 25, with 0.9590 cent" in extra.note
    assert page.agrees


def test_sum_of_adopted_contributions_is_made_with_the_weights_adopted(own, adopted, official, support):
    row = adopted.contributions.get(region=own)
    page = read(own, support)
    assert page.sum.weight == row.weight
    assert page.sum.share.euro == row.amount
    assert sum_steps(page.sum)[-1].value == row.amount


def test_sum_that_gives_another_amount_is_said_aloud(client_as, own, draft, english):
    draft.contributions.filter(region=own).update(amount=Decimal("20338.59"))
    page = content(client_as(Role.REGIONAL_STAFF, region=own, language="en"))
    assert 'role="alert"' in page
    assert "doesn’t give the contribution that is kept" in page


def test_sum_that_agrees_raises_no_alarm(client_as, own, adopted, english):
    assert "doesn’t give" not in content(client_as(Role.REGIONAL_STAFF, region=own, language="en"))


def test_state_has_dates_and_references(client_as, own, adopted, support):
    invoice_contributions(2026, by=support, invoiced_on=datetime.date(2026, 1, 15))
    row = adopted.contributions.get(region=own)
    mark_paid([row], by=support, paid_on=datetime.date(2026, 2, 10), payment_reference="BANK-7")
    page = content(client_as(Role.REGIONAL_STAFF, region=own))
    for text in ("MJP-2026-VR08-1", "15 januari 2026", "10 februari 2026", "BANK-7", "betaald", "2025-09"):
        assert text in page


def test_later_version_says_what_was_invoiced_and_what_is_to_settle(own, adopted, official, support, decide):
    invoice_contributions(2026, by=support, invoiced_on=datetime.date(2026, 1, 15))
    before = adopted.contributions.get(region=own).amount
    weights = {row.region.code: row.weight for row in official.weights.select_related("region")}
    changed = adopt_key(
        keep_key(
            by=support,
            name="BDUR",
            source="Herzien",
            first_year=2026,
            last_year=2026,
            weights=weights | {"VR08": Decimal(90)},
            replaces=official,
        ),
        by=support,
    )
    draft_contributions(2026, changed, by=support)
    beside = read(own, support).shown
    assert (beside.counts.version, beside.next_version.version) == (1, 2)
    assert beside.next_version.settled_before == before
    adopt_contributions(2026, by=support, decision=decide("2026-01"))
    shown = read(own, support).shown
    assert [one.version for one in shown.versions] == [2, 1]
    assert shown.counts.settled_before == before
    assert shown.counts.to_settle == shown.amount - before < 0
    assert shown.versions[1].is_replaced
    assert shown.next_version is None


def test_all_years_stand_beside_each_other_with_the_average(own, draft, support):
    page = read(own, support)
    assert [one.year for one in page.years] == [2024, 2025, 2026, 2027, 2028]
    assert [one.amount for one in page.years if one.year != 2026] == [None] * 4
    assert page.shown.average == Decimal("25000.00")
    assert page.shown.below_average == Decimal("4661.42")
    assert [bar.height > 0 for bar in page.chart.bars] == [False, False, True, False, False]


def test_demonstration_is_named_where_amount_or_key_is_fictional(client_as, own, draft, english):
    client = client_as(Role.COUNCIL_MEMBER, language="en")
    assert "is fictional" not in content(client)
    draft.budget.is_fictional = True
    draft.budget.save()
    assert "is fictional" in content(client)


def days(own, count=1):
    from pillars.models import Objective
    from portfolio.models import CapacityRequest

    for _project in range(count):
        project = ProjectFactory.create(objective=Objective.objects.first(), in_state=ProjectState.RUNNING)
        CapacityRequest.objects.create(project=project, region=own, year=2026, expertise="Oefenen", days=7)


def test_days_asked_are_shown_to_who_may_see_them(client_as, own, programme):
    days(own)
    assert "Oefenen" in content(client_as(Role.REGIONAL_STAFF, region=own))
    assert "Oefenen" in content(client_as(Role.COUNCIL_MEMBER))
    assert "Oefenen" not in content(client_as(Role.RCDV))


def test_number_of_queries_stays_the_same(client_as, own, draft, indicative, support):
    from budget.services import set_budget

    def count():
        with CaptureQueriesContext(connection) as queries:
            content(client)
        return len(queries)

    client = client_as(Role.REGIONAL_STAFF, region=own)
    before = count()
    days(own, 3)
    for year in (2024, 2025, 2027):
        set_budget(year, Decimal("625000.00"), by=support)
        draft_contributions(year, indicative, by=support)
    assert count() == before


def test_map_stands_on_the_year_for_who_sees_the_whole_split(client_as, own, draft):
    page = content(client_as(Role.COUNCIL_MEMBER), "/budget/2026")
    assert page.count('class="chart-map__link"') == 25
    assert "chart-map" not in content(client_as(Role.REGIONAL_STAFF, region=own), "/budget/2026")
    assert "chart-map" not in content(client_as(Role.RCDV), "/budget/2026")
