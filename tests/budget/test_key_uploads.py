"""A key from a sheet: what is wrong with it and where, what it would do, and that keeping it is once and whole."""

import datetime
import io
import re
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from budget.choices import UploadKind
from budget.key_effect import read_effect
from budget.models import DistributionKey, FormulaCoefficients, Upload
from budget.services import (
    adopt_contributions,
    draft_contributions,
    keep_uploaded_key,
    receive_key_upload,
    remove_key,
)
from budget.services.keys import verify_key
from organisation.choices import Role
from organisation.models import Region
from tests.budget.keys import MEASURES, TOTAL, amounts_csv, details, formula_key, measures_csv, received
from tests.budget.sheets import HOSTILE
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
FORM = {
    "name": "BDUR",
    "source": "Circulaire",
    "first_year": "2026",
    "last_year": "2026",
    "year": "2026",
    "total": "180.000.000,00",
}


@pytest.fixture
def client(client_as, programme):
    client = client_as(Role.SUPPORT, language="en")
    client.cookies["django_language"] = "en"
    return client


def send(client, content, kind="key_sheet", file_name="sleutel.csv", **fields):
    file = SimpleUploadedFile(file_name, content)
    return client.post(f"/budget/keys/new?kind={kind}", {**FORM, **fields, "file": file})


def said(response):
    assert response.status_code == 200
    assert not DistributionKey.objects.filter(status="official").exists()
    assert not Upload.objects.exists()
    return response.content.decode()


def test_wrong_cells_are_named_and_nothing_is_kept(client):
    page = said(send(client, amounts_csv(VR03="-5", VR07="tien", VR09="0")))
    assert "3 problems" in page
    assert "“tien” is not an amount" in page
    assert page.count("must be more than zero") == 2
    assert 'value="Circulaire"' in page


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (amounts_csv().replace(b"VR05;Twente;5.000.001,50\r\n", b""), "Twente (VR05)"),
        (amounts_csv().replace(b"VR05;Twente", b"VR04;IJsselland"), "IJsselland"),
        (amounts_csv().replace(b"VR05;Twente", b"VR99;Nergens"), "is not a region"),
        (amounts_csv() + b"\r\n;Totaal;1,00", "The total says €1.00"),
        (amounts_csv().replace(b"bedrag", b"bedrag 2025"), "the key is for 2026"),
    ],
    ids=["missing", "twice", "unknown", "total", "another year"],
)
def test_wrong_sheet_is_refused_with_what_to_do(client, content, text):
    assert text in said(send(client, content))


@pytest.mark.parametrize("kind", ["key_sheet", "measures"])
@pytest.mark.parametrize("hostile", ["bomb", "macros", "large", "rows"])
def test_hostile_file_gets_a_message(client, kind, hostile):
    page = said(send(client, HOSTILE[hostile][0], kind, "sleutel.xlsx"))
    assert "utrecht-form-field--invalid" in page


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"name": ""}, "This field is required"),
        ({"last_year": "2025"}, "before the first"),
        ({"first_year": "1"}, "greater than or equal to 2000"),
        ({"year": "2027"}, "Choose one of the years"),
        ({"total": "x"}, "not an amount"),
        ({"total": "1,00"}, "less than the fixed amounts"),
        ({"year": "2010", "first_year": "2010"}, "no coefficients for 2010"),
        ({"replaces": "9"}, "Select a valid choice"),
    ],
)
def test_form_says_what_is_wrong_with_it(client, fields, text):
    assert text in said(send(client, measures_csv(), "measures", **fields))


def test_region_whose_measures_come_to_nothing_is_named(client):
    negative = measures_csv().replace(
        b"VR01;Groningen;0;200001;12345,5;1900;90;250000,25;0;1;500000",
        (b"VR01;Groningen;0;0;0;1900;0;0;0;0;0"),
    )
    assert "Groningen come to -370.500 points" in said(send(client, negative, "measures"))


def test_nothing_left_for_a_region_is_refused(client):
    fixed = sum(Decimal(one["amount"]) for one in FormulaCoefficients.objects.get().content["fixed_amounts"])
    page = said(send(client, measures_csv(), "measures", total=str(fixed)))
    assert "nothing is left for Drenthe" in page


def test_preview_shows_the_effect_and_makes_no_key(client, official, budget_2026):
    response = send(client, amounts_csv())
    upload = Upload.objects.get()
    assert response.url == f"/budget/keys/uploads/{upload.pk}"
    page = client.get(response.url).content.decode()
    # Groningen: 100 of 2,800 before, 1,000,001.50 of 325,000,037.50 now.
    for text in (
        "BDUR, version 1",
        "€22,321.43",
        "€1,923.08",
        "-€20,398.35",
        "-91.38%",
        "€625,000.00 of 2026",
    ):
        assert text in page
    assert "becomes version 2 of the key with this name; version 1 stays" in page
    assert DistributionKey.objects.filter(status="official").count() == 1
    assert "sleutel.csv" in client.get("/budget/keys").content.decode()


def test_preview_without_amount_says_which_one_it_takes(client, indicative):
    page = client.get(send(client, amounts_csv()).url + "?sort=difference").content.decode()
    assert "No amount is set for 2026 yet" in page
    assert indicative.name in page
    assert page.index("Flevoland") < page.index("Groningen")


def test_preview_tells_of_contributions_that_were_adopted(client, official, budget_2026, support, decide):
    draft_contributions(2026, official, by=support)
    adopt_contributions(2026, by=support, decision=decide())
    assert "settles the difference" in client.get(send(client, amounts_csv()).url).content.decode()


def test_effect_is_against_the_key_replaced_or_adopted_or_used_or_indicative(
    official, indicative, budget_2026, support
):
    weights = {"VR01": Decimal(1), "VR02": Decimal(1)}
    assert read_effect(weights, 2026).previous == official
    assert read_effect(weights, 2026, replaces=indicative.pk).previous == indicative
    draft_contributions(2026, indicative, by=support)
    assert read_effect(weights, 2026).previous == official
    assert read_effect(weights, 2029).previous == indicative
    effect = read_effect(weights, 2026)
    assert sum(row.new.cents for row in effect.rows if row.new) == 62_500_000
    assert [row.difference for row in effect.rows if row.new is None] == [None] * 23


@pytest.mark.parametrize("sort", ["code", "name", "amount", "difference", "change", "x"])
def test_preview_can_be_sorted(client, sort):
    page = client.get(send(client, amounts_csv()).url + f"?sort={sort}").content.decode()
    assert (page.index("Zeeland") < page.index("Drenthe")) is (sort in {"amount", "difference", "change"})


def test_button_keeps_one_key_and_leads_to_it(client, official):
    address = send(client, amounts_csv(), legal_ground="art. 8.1").url
    answers = {client.post(address).url for _each in (1, 2)}
    key = DistributionKey.objects.get(version=2)
    assert answers == {f"/budget/keys/{key.pk}"}
    assert (key.replaces, key.made_by, key.origin, key.legal_ground) == (
        official,
        client.user,
        "sheet",
        "art. 8.1",
    )
    assert key.weights.get(region__code="VR03").weight == Decimal("3000001.50")
    upload = Upload.objects.get()
    assert not upload.file
    assert client.get(address).url == f"/budget/keys/{key.pk}"
    remove_key(key, by=client.user)
    assert client.post(address).url == "/budget/keys"


def test_formula_key_keeps_measures_and_coefficients(support):
    key = formula_key(support)
    assert sum(key.weights.values_list("weight", flat=True)) == TOTAL
    assert key.coefficients == FormulaCoefficients.objects.get()
    assert key.weights.get(region__code="VR02").measures["oppbeb"] == "12345.5"
    assert (key.origin, verify_key(key)) == ("formula", True)


def test_sheet_is_examined_anew_when_it_is_kept(client):
    address = send(client, amounts_csv()).url
    Region.objects.create(code="VR26", name="Nieuw")
    for answer in (client.post(address), client.get(address)):
        page = answer.content.decode()
        assert "something changed since" in page
        assert "Nieuw (VR26)" in page
    assert not DistributionKey.objects.filter(status="official").exists()


def test_weights_that_changed_since_the_preview_are_not_kept(client):
    address = send(client, measures_csv(), "measures").url
    read_as = re.search('name="read_as" value="([^"]+)"', client.get(address).content.decode())[1]
    stored = FormulaCoefficients.objects.get()
    stored.content["measures"][1]["points_per_unit"] = "5"
    stored.save()
    answer = client.post(address, {"read_as": read_as}, follow=True)
    assert "Look at the effect again" in answer.content.decode()
    assert not DistributionKey.objects.filter(status="official").exists()
    read_as = re.search('name="read_as" value="([^"]+)"', answer.content.decode())[1]
    client.post(address, {"read_as": read_as})
    assert DistributionKey.objects.filter(status="official").exists()


def test_key_to_replace_that_was_removed_is_said(client, support):
    old = formula_key(support, adopted=False, name="Oud")
    address = send(client, amounts_csv(), replaces=str(old.pk)).url
    remove_key(old, by=support)
    for answer in (client.get(address, follow=True), client.post(address, follow=True)):
        assert "was removed. Upload the sheet again" in answer.content.decode()


def test_expired_file_gets_a_clear_message(client):
    address = send(client, amounts_csv()).url
    upload = Upload.objects.get()
    upload.created_at -= datetime.timedelta(hours=25)
    upload.save()
    for answer in (client.get(address, follow=True), client.post(address, follow=True)):
        assert "kept for a day" in answer.content.decode()
    assert not DistributionKey.objects.filter(status="official").exists()


def test_sheet_of_someone_else_is_not_found(client, support):
    upload = received(support, amounts_csv())
    for answer in (client.get, client.post):
        assert answer(f"/budget/keys/uploads/{upload.pk}").status_code == 404
    assert client.post(f"/budget/keys/uploads/{upload.pk}/discard").status_code == 404
    assert Upload.objects.filter(pk=upload.pk).exists()
    assert "sleutel.csv" not in client.get("/budget/keys").content.decode()


def test_sheet_can_be_discarded_twice(client):
    address = send(client, amounts_csv()).url
    for _each in (1, 2):
        assert client.post(f"{address}/discard").url == "/budget/keys"
    assert not Upload.objects.exists()


def test_sheet_that_was_cleared_away_says_what_to_do(client):
    address = send(client, amounts_csv()).url
    client.post(f"{address}/discard")
    for answer in (client.get(address, follow=True), client.post(address, follow=True)):
        assert answer.redirect_chain == [("/budget/keys/new", 302)]
        assert "no longer here. Upload it again" in answer.content.decode()


def test_sheet_that_was_kept_is_not_discarded_and_leads_to_its_key(client):
    address = send(client, amounts_csv()).url
    kept = client.post(address).url
    answer = client.post(f"{address}/discard", follow=True)
    assert answer.redirect_chain[-1] == (kept, 302)
    page = answer.content.decode()
    assert "A key was made of this sheet already" in page
    assert "no key was made of it" not in page


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT])
def test_only_support_uploads_and_keeps(support, role):
    person = UserFactory.create(roles=[role])
    file = SimpleUploadedFile("a.csv", amounts_csv())
    with pytest.raises(PermissionDenied):
        receive_key_upload(UploadKind.KEY_SHEET, by=person, upload=file, details=details())
    with pytest.raises(PermissionDenied):
        keep_uploaded_key(received(support, amounts_csv()), by=person)


@pytest.mark.parametrize(("kind", "number"), [("key_sheet", 1), ("measures", len(MEASURES))])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_template_that_is_filled_in_is_read(client, kind, number, language):
    client.cookies["django_language"] = language
    book = load_workbook(
        io.BytesIO(b"".join(client.get(f"/budget/keys/template?kind={kind}").streaming_content))
    )
    sheet = book.active
    assert sheet.max_row == 26
    for row in range(2, 27):
        for column in range(3, 3 + number):
            sheet.cell(row, column, 1000 + row)
    content = io.BytesIO()
    book.save(content)
    assert send(client, content.getvalue(), kind, "sleutel.xlsx").status_code == 302


def test_new_version_takes_over_what_the_key_before_it_says(client, official):
    page = client.get(f"/budget/keys/new?replaces={official.pk}").content.decode()
    assert 'value="BDUR"' in page
    assert 'value="2024"' in page
    for unknown in ("x", "999999999999999999999", "²"):
        assert client.get(f"/budget/keys/new?kind=x&replaces={unknown}").status_code == 200


def test_number_of_queries_of_the_preview_is_fixed(client, official):
    address = send(client, amounts_csv()).url
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= 15
