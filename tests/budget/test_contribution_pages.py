"""The page of a year's contributions: who sees what, and what support does there from draft to payment."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook

from budget.choices import ContributionState, SetState
from budget.contribution_page import SettlementRow, read_contributions_page
from budget.invoice_export import as_csv
from budget.models import Contribution, ContributionSet
from budget.services import (
    adopt_contributions,
    adopt_key,
    draft_contributions,
    invoice_contributions,
    keep_key,
    mark_paid,
    plan_central_support,
    set_budget,
)
from budget.services.contributions import draft_fingerprint
from budget.services.costs import CostLine
from organisation.choices import Role
from organisation.models import Region

pytestmark = pytest.mark.django_db
PAGE = "/budget/2026/contributions"
DAY = datetime.date(2026, 1, 15)


@pytest.fixture
def draft(budget_2026, official, support):
    return draft_contributions(2026, official, by=support)


@pytest.fixture
def adopted(draft, support, decide):
    return adopt_contributions(2026, by=support, decision=decide())


@pytest.fixture
def invoiced(adopted, support):
    return invoice_contributions(2026, by=support, invoiced_on=DAY)


@pytest.fixture
def supporter(client_as):
    return client_as(Role.SUPPORT, language="en")


def read(client, address=PAGE):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def changed_key(support):
    codes = Region.objects.order_by("code").values_list("code", flat=True)
    return adopt_key(
        keep_key(
            by=support,
            name="BDUR",
            source="Circulaire, herzien",
            first_year=2026,
            last_year=2026,
            weights={code: Decimal(200 - place) for place, code in enumerate(codes)},
        ),
        by=support,
    )


def test_who_sees_the_split_sees_every_version_with_its_decision_and_verified_seal(client_as, adopted):
    for role in (Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.RCDV):
        page = read(client_as(role, language="en"))
        assert adopted.content_hash in page
        assert "seal verified" in page
        assert str(adopted.decision) in page
        assert "Invoice the regions" not in page


def test_rcdv_sees_no_draft_and_staff_of_a_region_no_page(client_as, draft, support):
    assert "Draft: version 1" in read(client_as(Role.COUNCIL_MEMBER, language="en"))
    assert "Draft: version 1" not in read(client_as(Role.RCDV, language="en"))
    region = Region.objects.first()
    assert client_as(Role.REGIONAL_STAFF, region=region).get(PAGE).status_code == 403


def test_content_that_is_not_what_was_sealed_is_said(supporter, adopted):
    # Past every guard, as by someone in the database.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE budget_contribution SET amount = amount + 1 WHERE set_id = %s", [adopted.pk])
    page = read(supporter)
    assert "seal broken" in page
    assert "is not what was adopted any more" in page


def test_support_adopts_what_they_saw(supporter, draft, decide):
    data = {"decision": decide().pk, "read_as": draft_fingerprint(draft)}
    assert data["read_as"] in read(supporter)
    assert supporter.post(f"{PAGE}/adopt", data).url == PAGE
    draft.refresh_from_db()
    assert (draft.state, draft.adopted_by) == (SetState.ADOPTED, supporter.user)
    # A second click finds no draft, and breaks nothing.
    again = supporter.post(f"{PAGE}/adopt", data)
    assert again.status_code == 200
    assert "There is no draft" in again.content.decode()


def test_draft_that_changed_meanwhile_is_not_adopted(supporter, draft, decide, support):
    data = {"decision": decide().pk, "read_as": draft_fingerprint(draft)}
    set_budget(2026, Decimal(1000), by=support, read_version=1)
    response = supporter.post(f"{PAGE}/adopt", data)
    assert "The draft changed since you opened this page" in response.content.decode()
    assert ContributionSet.objects.get().state == SetState.DRAFT


def test_indicative_key_is_refused_in_words(supporter, budget_2026, indicative, support, decide):
    draft = draft_contributions(2026, indicative, by=support)
    response = supporter.post(f"{PAGE}/adopt", {"decision": decide().pk, "read_as": draft_fingerprint(draft)})
    assert "nothing that rests on it can be adopted" in response.content.decode()


def test_what_is_allocated_beyond_the_year_needs_a_decision_that_covers_it(supporter, draft, decide, support):
    plan_central_support(2026, [CostLine(2026, "hired", Decimal("625000.01"))], by=support)
    assert "€0.01 more is allocated than there is" in read(supporter)
    data = {"decision": decide().pk, "read_as": draft_fingerprint(draft)}
    refused = supporter.post(f"{PAGE}/adopt", data)
    assert refused.context["adopt_form"].errors["decision"]
    data["decision"] = decide("2025-10", covers_overrun=True).pk
    assert supporter.post(f"{PAGE}/adopt", data).status_code == 302


@pytest.mark.parametrize("decision", ["", "0", "x"])
def test_adopting_needs_a_decision(supporter, draft, decision):
    response = supporter.post(f"{PAGE}/adopt", {"decision": decision, "read_as": draft_fingerprint(draft)})
    assert response.context["adopt_form"].errors["decision"]


def test_support_invoices_every_region_once(supporter, adopted):
    data = {"invoiced_on": "2026-01-15", "read_version": "1"}
    assert supporter.post(f"{PAGE}/invoice", data).url == PAGE
    assert Contribution.objects.filter(invoice_reference__startswith="MJP-2026-").count() == 25
    again = supporter.post(f"{PAGE}/invoice", {**data, "invoiced_on": "2026-03-01"}, follow=True)
    assert "nothing changed" in said(again)
    assert set(Contribution.objects.values_list("invoiced_on", flat=True)) == {DAY}


@pytest.mark.parametrize("day", ["", "x", "0026-01-15", "2026-02-30"])
def test_wrong_invoice_date_is_said_at_its_field(supporter, adopted, day):
    response = supporter.post(f"{PAGE}/invoice", {"invoiced_on": day, "read_version": "1"})
    assert response.context["invoice_form"].errors["invoiced_on"]
    assert not Contribution.objects.filter(state=ContributionState.INVOICED).exists()


def test_other_contributions_than_were_seen_are_not_invoiced(supporter, adopted, support, decide):
    draft_contributions(2026, changed_key(support), by=support)
    adopt_contributions(2026, by=support, decision=decide("2025-10"))
    response = supporter.post(f"{PAGE}/invoice", {"invoiced_on": "2026-01-15", "read_version": "1"})
    assert "nothing was invoiced" in response.content.decode()
    assert not Contribution.objects.filter(state=ContributionState.INVOICED).exists()


def test_what_is_wrong_with_a_payment_is_said_above_the_tables(supporter, invoiced):
    page = supporter.post(f"{PAGE}/paid", {"paid_on": ""}).content.decode()
    for link in ('href="#id_contributions"', 'href="#id_paid_on"'):
        assert page.index(link) < page.index("<table")
    assert 'id="id_contributions"' in page


def test_support_marks_invoices_as_paid_and_a_second_marking_changes_nothing(supporter, invoiced):
    data = {
        "contributions": [invoiced[0].pk, invoiced[1].pk],
        "paid_on": "2026-02-20",
        "payment_reference": "AB 77",
    }
    assert "2 invoices are marked as paid" in said(supporter.post(f"{PAGE}/paid", data, follow=True))
    data |= {"contributions": [invoiced[1].pk, invoiced[2].pk], "paid_on": "2026-03-01"}
    second = said(supporter.post(f"{PAGE}/paid", data, follow=True))
    assert "1 invoice is marked as paid" in second
    assert "1 invoice was marked as paid before; nothing changed" in second
    paid = Contribution.objects.filter(state=ContributionState.PAID).order_by("region__code")
    assert [row.paid_on.isoformat() for row in paid] == ["2026-02-20", "2026-02-20", "2026-03-01"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("paid_on", ""),
        ("paid_on", "2026-01-14"),
        ("paid_on", "2099-01-01"),
        ("contributions", []),
        ("contributions", ["0"]),
        ("contributions", ["x"]),
        ("payment_reference", "x" * 41),
    ],
)
def test_wrong_payment_is_said_at_its_field_and_marks_nothing(supporter, invoiced, field, value):
    data = {"contributions": [invoiced[0].pk], "paid_on": "2026-02-20", field: value}
    response = supporter.post(f"{PAGE}/paid", data)
    assert response.context["paid_form"].errors[field]
    assert not Contribution.objects.filter(state=ContributionState.PAID).exists()


def test_change_in_the_year_leaves_the_difference_per_region_to_settle(supporter, invoiced, support, decide):
    draft = draft_contributions(2026, changed_key(support), by=support)
    drafted = read_contributions_page(2026, support).draft
    adopt_contributions(2026, by=support, decision=decide("2025-10"))
    page = read_contributions_page(2026, support)
    in_force = page.in_force
    assert in_force.number == 2
    for shown in (drafted, in_force):
        for row, old in zip(shown.rows, invoiced, strict=True):
            assert (row.before, row.settled) == (old.amount, old.amount)
            assert row.to_settle == row.amount - old.amount == row.difference
        assert shown.to_settle == 0
    assert {row.to_settle < 0 for row in in_force.rows} == {True, False}
    # Invoices of the version that was replaced are still to be paid.
    assert len(page.open_invoices) == 25
    mark_paid([invoiced[0]], by=support, paid_on=datetime.date(2026, 2, 1))
    assert "credit" in read(supporter)
    assert draft.replaces_id == invoiced[0].set_id


def test_workbook_for_the_bookkeeping_has_a_row_per_region_with_real_numbers(supporter, invoiced):
    response = supporter.get(f"{PAGE}/export?format=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 26
    first, row = invoiced[0], rows[1]
    assert row[:5] == (first.invoice_reference, "VR01", "Groningen", 2026, 1)
    assert Decimal(str(row[7])) == first.amount
    assert row[8].date() == DAY


@pytest.mark.parametrize(
    ("language", "delimiter", "amount"), [("nl", ";", "22321,43"), ("en", ",", "22321.43")]
)
def test_csv_for_the_bookkeeping_follows_the_language(client_as, invoiced, language, delimiter, amount):
    response = client_as(Role.SUPPORT, language=language).get(f"{PAGE}/export?format=csv&version=1")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert 'filename="' in response["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=delimiter))
    assert len(rows) == 26
    assert rows[1][:3] == ["MJP-2026-VR01-1", "VR01", "Groningen"]
    assert rows[1][5:9] == [amount, amount.replace("22321", "0").replace("43", "00"), amount, "2026-01-15"]


def test_csv_keeps_a_text_that_looks_like_a_formula_a_text_and_a_credit_a_number():
    row = SettlementRow(
        1, "VR01", "=1+1", 2, Decimal(9), Decimal(5), Decimal(9), ContributionState.INVOICED, DAY, "@MJP"
    )
    with translation.override("nl"):
        line = as_csv(2026, [row]).decode("utf-8-sig").splitlines()[1]
    assert line.split(";")[:8] == ["'@MJP", "VR01", "'=1+1", "2026", "2", "5,00", "9,00", "-4,00"]


@pytest.mark.parametrize("query", ["", "?format=csv", "?version=7", "?version=x", "?version=" + "9" * 30])
def test_without_invoices_there_is_no_file_but_a_word(supporter, adopted, query):
    response = supporter.get(f"{PAGE}/export{query}", follow=True)
    assert response.redirect_chain[0][0] == PAGE
    assert "Invoice the contributions first" in said(response)


@pytest.mark.parametrize("verb", ["adopt", "invoice", "paid"])
def test_verbs_are_for_support_and_a_link_leads_to_the_page(client_as, supporter, adopted, verb):
    assert client_as(Role.COUNCIL_MEMBER).post(f"{PAGE}/{verb}", {}).status_code == 403
    assert supporter.get(f"{PAGE}/{verb}").url == PAGE
    assert supporter.post(f"/budget/2041/contributions/{verb}", {}).status_code == 404


def test_number_of_queries_stays_the_same_with_more_versions(client_as, adopted, support, decide):
    client, counts = client_as(Role.COUNCIL_MEMBER), []
    for number in ("2025-10", "2025-11"):
        with CaptureQueriesContext(connection) as queries:
            read(client)
        counts.append(len(queries))
        draft_contributions(2026, changed_key(support) if number == "2025-10" else adopted.key, by=support)
        adopt_contributions(2026, by=support, decision=decide(number))
    with CaptureQueriesContext(connection) as queries:
        read(client)
    assert [*counts, len(queries)] == [counts[0]] * 3


def test_draft_made_by_mistake_is_removed_unless_it_changed_meanwhile(
    client_as, official, indicative, budget_2026
):
    client = client_as(Role.SUPPORT)
    draft = draft_contributions(2026, indicative, by=client.user)
    seen = {"read_as": draft_fingerprint(draft)}
    draft_contributions(2026, official, by=client.user)

    client.post("/budget/2026/contributions/discard", seen)
    stored = ContributionSet.objects.get()
    for _click in "12":
        answer = client.post("/budget/2026/contributions/discard", {"read_as": draft_fingerprint(stored)})
        assert answer.status_code == 302

    assert not ContributionSet.objects.exists()
