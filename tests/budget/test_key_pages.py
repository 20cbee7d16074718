"""The pages of the distribution keys: who sees which, what they show, and what support does on them."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.models import DistributionKey, FormulaCoefficients, KeyWeight
from budget.services import draft_contributions, keep_key
from organisation.choices import Role
from organisation.models import Region
from tests.budget.keys import formula_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def keep(support):
    """Give a function that keeps a key with a weight of 10 for each region."""

    def make(name="Nieuw", **fields):
        codes = Region.objects.values_list("code", flat=True)
        given = {"source": "Circulaire", "first_year": 2026, "last_year": 2026} | fields
        return keep_key(by=support, name=name, weights=dict.fromkeys(codes, Decimal(10)), **given)

    return make


def read(client, address):
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def as_role(client_as, role):
    client = client_as(role, language="en")
    client.cookies["django_language"] = "en"
    return client


def test_list_shows_status_years_what_is_replaced_and_used(
    client_as, official, indicative, budget_2026, keep, support
):
    draft_contributions(2026, indicative, by=support)
    keep(official.name)
    page = read(as_role(client_as, Role.COUNCIL_MEMBER), "/budget/keys")
    for text in ("BDUR, version 1", "version 2", "official, adopted", "official, not adopted", "2024–2028"):
        assert text in page
    assert "indicative" in page
    assert "2026, version 1: draft" in page
    assert "New key" not in page


def test_rcdv_sees_adopted_keys_and_no_word_of_others(client_as, official, indicative, keep):
    following = keep(official.name, source="Geheim")
    client = as_role(client_as, Role.RCDV)
    assert indicative.name not in read(client, "/budget/keys")
    page = read(client, f"/budget/keys/{official.pk}")
    assert official.content_hash in page
    assert str(following) not in page
    for other in (following, indicative):
        assert client.get(f"/budget/keys/{other.pk}").status_code == 404


def test_key_shows_weight_share_and_euro_of_the_year_and_that_its_seal_holds(
    client_as, official, budget_2026
):
    page = read(as_role(client_as, Role.COUNCIL_MEMBER), f"/budget/keys/{official.pk}?year=2026")
    # The first of 25 regions weighs 100 of 2,800.
    for text in ("100.00", "3.5714%", "€22,321.43", "2,800.00", "€625,000.00", "checked now"):
        assert text in page
    assert "Adopt this key" not in page


def test_another_amount_can_be_typed_and_a_wrong_one_is_said(client_as, official):
    client = as_role(client_as, Role.COUNCIL_MEMBER)
    assert "€100.00" in read(client, f"/budget/keys/{official.pk}?year=2025&amount=2.800,00&sort=weight")
    for query in ("year=2041&amount=", "year=x&amount=1", "year=2026&amount=-1", "year=2026&amount=x"):
        page = read(client, f"/budget/keys/{official.pk}?{query}&sort=x")
        assert "utrecht-form-field--invalid" in page
        assert "No amount is set for" in page


def test_key_that_was_changed_past_the_application_says_so(client_as, official):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE budget_keyweight SET weight = 999 WHERE key_id = %s", [official.pk])
    page = read(as_role(client_as, Role.COUNCIL_MEMBER), f"/budget/keys/{official.pk}")
    assert "no longer what was adopted" in page
    assert "checked now" not in page


def test_indicative_key_says_so_and_is_not_adopted(client_as, indicative):
    client = as_role(client_as, Role.SUPPORT)
    address = f"/budget/keys/{indicative.pk}"
    page = read(client, address)
    assert "The key is indicative" in page
    assert "An indication only" in page
    assert "Adopt this key" not in page
    refused = client.post(f"{address}/adopt", follow=True)
    assert "nothing that rests on it can be adopted" in refused.content.decode()
    indicative.refresh_from_db()
    assert not indicative.is_adopted


def test_support_adopts_a_key_and_twice_is_once(client_as, keep):
    client, key = as_role(client_as, Role.SUPPORT), keep()
    assert "Adopt this key" in read(client, f"/budget/keys/{key.pk}")
    for _each in (1, 2):
        response = client.post(f"/budget/keys/{key.pk}/adopt")
        assert (response.status_code, response.url) == (302, f"/budget/keys/{key.pk}")
    assert DistributionKey.objects.get(pk=key.pk).is_adopted


def test_support_removes_a_key_that_nothing_rests_on(client_as, keep, official):
    client, key = as_role(client_as, Role.SUPPORT), keep()
    assert client.post(f"/budget/keys/{key.pk}/remove").url == "/budget/keys"
    assert not KeyWeight.objects.filter(key=key.pk).exists()
    again = client.post(f"/budget/keys/{key.pk}/remove", follow=True)
    assert "removed already" in again.content.decode()
    kept = client.post(f"/budget/keys/{official.pk}/remove", follow=True)
    assert "What was adopted doesn" in kept.content.decode()


@pytest.mark.parametrize("verb", ["adopt", "remove"])
def test_nobody_but_support_adopts_or_removes(client_as, keep, verb):
    key = keep()
    for role in Role:
        if role != Role.SUPPORT:
            assert client_as(role).post(f"/budget/keys/{key.pk}/{verb}").status_code == 403
    assert not DistributionKey.objects.get(pk=key.pk).is_adopted


def test_formula_is_shown_for_a_region_measure_by_measure(client_as, support):
    key = formula_key(support)
    client = as_role(client_as, Role.RCDV)
    assert f"/budget/keys/{key.pk}/regions/VR12" in read(client, f"/budget/keys/{key.pk}")
    page = read(client, f"/budget/keys/{key.pk}/regions/VR12")
    # Dwellings, the coefficient and the points: 200,012 × 0.97.
    for text in ("200,012", "× 0.97", "194,011.640000", "Schiphol", "+ €5,000,000.00", "+ €2,500,000.00"):
        assert text in page
    weight = key.weights.get(region__code="VR12").weight
    assert f"€{weight:,.2f}" in page
    assert client.get(f"/budget/keys/{key.pk}/regions/VR99").status_code == 404


def test_outcome_of_an_adopted_key_stays_when_coefficients_change(client_as, support):
    key = formula_key(support)
    stored = FormulaCoefficients.objects.get(pk=key.coefficients_id)
    stored.content["measures"][1]["points_per_unit"] = "5"
    stored.save()
    page = read(as_role(client_as, Role.RCDV), f"/budget/keys/{key.pk}/regions/VR12")
    assert f"€{key.weights.get(region__code='VR12').weight:,.2f}" in page


def test_key_without_measures_has_no_outcome(client_as, official):
    assert client_as(Role.RCDV).get(f"/budget/keys/{official.pk}/regions/VR01").status_code == 404


def test_split_of_a_year_leads_to_its_key(client_as, indicative, budget_2026, support):
    draft_contributions(2026, indicative, by=support)
    page = read(as_role(client_as, Role.COUNCIL_MEMBER), "/budget/2026")
    assert f'href="/budget/keys/{indicative.pk}"' in page
    assert 'href="/budget/keys"' in page
    assert "/budget/keys" not in read(as_role(client_as, Role.REGIONAL_STAFF), "/budget/2026")


def test_number_of_queries_does_not_grow_with_keys_and_contributions(
    client_as, indicative, keep, budget_2026, support
):
    client = client_as(Role.COUNCIL_MEMBER)

    def count(address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    key = keep()
    draft_contributions(2026, key, by=support)
    addresses = ("/budget/keys", f"/budget/keys/{key.pk}")
    before = [count(address) for address in addresses]
    for place in range(10):
        keep(f"Sleutel {place}", replaces=key)
    assert [count(address) for address in addresses] == before
    assert max(before) <= 14
