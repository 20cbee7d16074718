"""Keeping and adopting keys, and what stays as it was once they are adopted."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet

from budget.errors import KeyIsIndicative
from budget.models import DistributionKey, FormulaCoefficients, KeyWeight
from budget.services import adopt_key, keep_key
from budget.services.keys import remove_key, verify_key
from organisation.choices import Role
from organisation.models import Region
from pillars.errors import AdoptedIsFrozen
from tests.budget.keys import formula_key
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def weights(**changes):
    found = dict.fromkeys(Region.objects.values_list("code", flat=True), Decimal(10))
    return found | changes


def test_programme_brings_an_indicative_key_and_the_formula(indicative):
    assert (indicative.status, indicative.weights.count()) == ("indicative", 25)
    assert indicative.weights.get(region__code="VR08").weight == 581
    assert FormulaCoefficients.objects.get().content["measures"][1]["points_per_unit"] == "0.97"


def test_indicative_key_is_not_adopted(indicative, support):
    with pytest.raises(KeyIsIndicative):
        adopt_key(indicative, by=support)


def test_key_of_the_same_name_is_a_new_version_that_replaces_the_one_before(official, support):
    following = keep_key(
        by=support, name="BDUR", source="s", first_year=2026, last_year=2026, weights=weights()
    )
    assert (following.version, following.replaces) == (2, official)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda found: found.pop("VR01"), "missing"),
        (lambda found: found.update(VR99=Decimal(1)), "unknown"),
        (lambda found: found.update(VR02=Decimal(0)), "weight"),
        (lambda found: found.update(VR02=Decimal(-1)), "weight"),
    ],
    ids=["missing", "unknown", "zero", "negative"],
)
def test_key_that_does_not_weigh_every_region_is_refused(support, change, code):
    wrong = weights()
    change(wrong)
    with pytest.raises(ValidationError) as refusal:
        keep_key(by=support, name="X", source="s", first_year=2026, last_year=2026, weights=wrong)
    assert refusal.value.code == code
    assert not DistributionKey.objects.filter(name="X").exists()


def test_adopted_key_and_its_weights_do_not_change(official):
    assert verify_key(official)
    official.source = "another"
    row = official.weights.first()
    row.weight += 1
    for change in (
        official.save,
        official.delete,
        row.save,
        row.delete,
        lambda: KeyWeight.objects.filter(key=official).update(weight=1),
        lambda: KeyWeight.objects.filter(key=official).delete(),
        lambda: DistributionKey.objects.filter(pk=official.pk).update(name="Y"),
        lambda: KeyWeight(key=official, region=row.region, weight=1).save(),
    ):
        with pytest.raises(AdoptedIsFrozen):
            change()
    stored = DistributionKey.objects.get(pk=official.pk)
    assert verify_key(stored)


def test_change_past_the_application_shows_in_the_seal(official):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE budget_keyweight SET weight = 999 WHERE key_id = %s", [official.pk])
    assert not verify_key(DistributionKey.objects.get(pk=official.pk))


def test_adopting_twice_is_once(official, support):
    again = adopt_key(official, by=UserFactory.create(roles=[Role.SUPPORT]))
    assert again.adopted_by == support


def test_key_that_is_used_is_not_removed(official, support):
    draft = keep_key(by=support, name="Y", source="s", first_year=2026, last_year=2026, weights=weights())
    following = keep_key(by=support, name="Y", source="s", first_year=2026, last_year=2026, weights=weights())
    with pytest.raises(ValidationError):
        remove_key(draft, by=support)
    remove_key(following, by=support)
    remove_key(draft, by=support)
    with pytest.raises(AdoptedIsFrozen):
        remove_key(official, by=support)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT])
def test_only_support_makes_and_adopts_keys(official, role):
    person = UserFactory.create(roles=[role])
    with pytest.raises(PermissionDenied):
        keep_key(by=person, name="X", source="s", first_year=2026, last_year=2026, weights=weights())
    with pytest.raises(PermissionDenied):
        adopt_key(official, by=person)


@pytest.mark.parametrize(
    ("role", "adopted", "draft"),
    [
        (Role.COUNCIL_MEMBER, True, True),
        (Role.PORTFOLIO_HOLDER, True, True),
        (Role.SUPPORT, True, True),
        (Role.RCDV, True, False),
        (Role.REGIONAL_STAFF, False, False),
        (Role.ADMIN, False, False),
    ],
)
def test_who_sees_which_key(official, indicative, role, adopted, draft):
    seen = set(DistributionKey.objects.visible_to(UserFactory.create(roles=[role])))
    assert seen == {key for key, is_seen in ((official, adopted), (indicative, draft)) if is_seen}


def test_adopted_key_of_the_formula_keeps_the_coefficients_that_were_sealed(support):
    key = formula_key(support)
    coefficients = key.coefficients
    coefficients.valid_until = datetime.date(2027, 12, 31)
    coefficients.content["valid_until"] = "2027-12-31"
    coefficients.save()
    assert verify_key(DistributionKey.objects.get(pk=key.pk))

    key.content["coefficients"]["measures"][0]["points_per_unit"] = "9"
    QuerySet(DistributionKey).filter(pk=key.pk).update(content=key.content)
    assert not verify_key(DistributionKey.objects.get(pk=key.pk))


def test_key_that_came_with_the_programme_is_not_removed(support, indicative):
    with pytest.raises(ValidationError, match="kwam met het programma"):
        remove_key(indicative, by=support)
