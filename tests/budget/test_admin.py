"""The coefficients of the formula in the Django admin: a wrong one can't be saved, and one that was used stays."""

import json

import pytest
from django.urls import reverse

from budget.models import FormulaCoefficients
from organisation.choices import Role
from tests.budget.keys import formula_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ADD = reverse("admin:budget_formulacoefficients_add")


@pytest.fixture
def admin(client_as, programme):
    client = client_as(Role.ADMIN, language="en")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def stored(programme):
    return FormulaCoefficients.objects.get()


def sent(stored, content=None, **fields):
    """Give what a browser sends for a version from 2027 on."""
    return {
        "valid_from": "2027-01-01",
        "valid_until": "",
        "source": "Wijziging 2027",
        "content": json.dumps(stored.content if content is None else content),
        **fields,
    }


def test_next_version_is_added_once_the_one_before_it_ends(admin, stored):
    assert "Give the older of the two its last day" in admin.post(ADD, sent(stored)).content.decode()
    change = reverse("admin:budget_formulacoefficients_change", args=[stored.pk])
    read_as = admin.get(change).context["adminform"].form.initial["read_as"]
    ended = {
        "valid_from": "2016-01-01",
        "valid_until": "2026-12-31",
        "source": stored.source,
        "read_as": read_as,
    }
    assert admin.post(change, sent(stored, **ended)).status_code == 302
    assert admin.post(ADD, sent(stored)).status_code == 302
    added = FormulaCoefficients.objects.get(source="Wijziging 2027")
    assert added.content["valid_from"] == "2027-01-01"
    assert added.content["source"] == "Wijziging 2027"
    assert added.content["measures"] == stored.content["measures"]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"points_per_unit": "x"}, "measure 2, points_per_unit: not a number"),
        ({"points_per_unit": 0.97}, "measure 2, points_per_unit: not a number"),
        ({"points_per_unit": "1E+999999999"}, "longer than 18 digits"),
        ({"points_per_unit": "NaN"}, "not a number"),
        ({"label": ""}, "label: not a text"),
        ({"measure": "vast_bedrag"}, "stands there 2 times"),
        ({"price": "1"}, "price is unknown"),
    ],
)
def test_wrong_coefficient_is_not_saved(admin, stored, change, text):
    content = json.loads(json.dumps(stored.content))
    content["measures"][1] |= change
    assert text in admin.post(ADD, sent(stored, content)).content.decode()
    assert FormulaCoefficients.objects.get() == stored


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ([1], "not a table"),
        ({"x": 1}, "x is unknown"),
        ({"source": "x"}, "measures: not a list of tables"),
        ({"measures": "x"}, "not a list of tables"),
        ({"measures": [1]}, "not a list of tables"),
    ],
)
def test_content_of_another_shape_is_not_saved(admin, stored, content, text):
    assert text in admin.post(ADD, sent(stored, content)).content.decode()


def test_fixed_amount_of_a_region_that_does_not_exist_is_not_saved(admin, stored):
    content = json.loads(json.dumps(stored.content))
    content["fixed_amounts"][0]["region"] = "VR99"
    assert "no safety region VR99" in admin.post(ADD, sent(stored, content)).content.decode()


def test_version_that_a_key_was_made_with_only_gets_its_last_day(admin, stored, support):
    formula_key(support)
    change = reverse("admin:budget_formulacoefficients_change", args=[stored.pk])
    read_as = admin.get(change).context["adminform"].form.initial["read_as"]
    other = sent(stored, {"x": 1}, valid_until="2026-12-31", read_as=read_as)
    assert admin.post(change, other).status_code == 302
    kept = FormulaCoefficients.objects.get()
    assert (kept.content, kept.source, str(kept.valid_until)) == (stored.content, stored.source, "2026-12-31")
