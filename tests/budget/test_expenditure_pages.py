"""The list of what was spent, a booking by hand, its document, and its withdrawal: who sees and does what."""

import datetime
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from budget.allocation import read_year
from budget.models import Expenditure
from budget.services import NewExpenditure, book_expenditure, withdraw_expenditure
from organisation.choices import Role
from portfolio.choices import ProjectState
from tests.budget.bookings import make_lines

pytestmark = pytest.mark.django_db
LIST = "/budget/2026/expenditure"
NEW = "/budget/2026/expenditure/new"
PDF = b"%PDF-1.4 an invoice\n%%EOF"
READERS = (Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT)


@pytest.fixture
def lines(support, budget_2026):
    """The line of central support and that of a running project, each of €10,000 for hired capacity in 2026."""
    return make_lines(support, state=ProjectState.RUNNING)


@pytest.fixture
def book(support):
    """Give a function that books on a line."""

    def make(line, amount="100.00", reference="B-1", day=1, description="Zandzakken", **options):
        new = NewExpenditure(line, datetime.date(2026, 3, day), Decimal(amount), reference, description)
        return book_expenditure(new, by=support, **options)

    return make


@pytest.fixture
def client(client_as, lines):
    return client_as(Role.SUPPORT, language="en")


def form_for(on, **changes):
    given = {
        "line": str(on.pk),
        "booked_on": "2026-03-01",
        "amount": "1.250,50",
        "reference": "2026-00123",
        "description": "Zandzakken",
    }
    return given | changes


def invoice(content=PDF, name="factuur.pdf"):
    return SimpleUploadedFile(name, content)


def read(client, address=LIST):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("role", READERS)
def test_who_steers_sees_bookings_newest_first_with_their_total(client_as, lines, book, role, support):
    book(lines[0], "100.00", "B-1", 1, document=invoice())
    book(lines[1], "-20.50", "B-2", 3)
    page = read(client_as(role, language="en"))
    assert page.index("B-2") < page.index("B-1")
    assert page.count("€79.50") >= 2
    assert "factuur.pdf" in page
    assert lines[1].project.title in page
    assert str(support) in page
    assert ("Book by hand" in page) is (role == Role.SUPPORT)


def test_what_was_withdrawn_is_shown_with_its_reason_and_not_counted(client, lines, book, support):
    book(lines[0], "100.00", "B-1")
    withdraw_expenditure(book(lines[0], "40.00", "B-2"), by=support, reason="Dubbel betaald")
    page = read(client)
    assert "<s>€40.00</s>" in page
    assert "Dubbel betaald" in page
    assert "€140.00" not in page
    assert "1 is withdrawn" in page
    response = client.get(f"{LIST}?withdrawn=yes")
    assert [booking.reference for booking in response.context["page"].object_list] == ["B-2"]
    response = client.get(f"{LIST}?withdrawn=no")
    assert [booking.reference for booking in response.context["page"].object_list] == ["B-1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"B-1", "B-2", "B-3"}),
        ("project=support", {"B-1", "B-3"}),
        ("project={project}", {"B-2"}),
        ("category=hired", {"B-1", "B-2", "B-3"}),
        ("category=events", set()),
        ("q=zand b-3", {"B-3"}),
        ("q={code}", {"B-2"}),
        ("q=onvindbaar", set()),
        ("project=999999&category=x&withdrawn=x", {"B-1", "B-2", "B-3"}),
    ],
)
def test_filters_choose_bookings_and_what_they_add_up_to(client, lines, book, query, found):
    book(lines[0], "1.00", "B-1", description="Ondersteuner")
    book(lines[1], "2.00", "B-2")
    book(lines[0], "4.00", "B-3")
    address = f"{LIST}?" + query.format(project=lines[1].project_id, code=lines[1].project.code)
    response = client.get(address)
    amounts = {"B-1": 1, "B-2": 2, "B-3": 4}
    assert {booking.reference for booking in response.context["page"].object_list} == found
    assert response.context["spending"].found.amount == sum(amounts[reference] for reference in found)
    assert response.context["spending"].whole_year.amount == 7


def test_only_bookings_on_lines_of_the_year_are_listed(client, lines, book):
    book(lines[0], reference="B-2026")
    assert "B-2026" not in read(client, "/budget/2027/expenditure")
    assert "Nothing was booked on the lines of 2027 yet" in read(client, "/budget/2027/expenditure")
    assert client.get("/budget/2041/expenditure").status_code == 404


def test_the_workbook_holds_what_the_list_shows(client, lines, book, support):
    book(lines[0], "100.00", "=B-1", description="=1+1")
    book(lines[1], "50.00", "B-2")
    withdraw_expenditure(book(lines[0], "40.00", "B-3"), by=support, reason="Dubbel")
    response = client.get(f"{LIST}/excel?project=support")
    sheet, origin = load_workbook(io.BytesIO(response.getvalue())).worksheets
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [(row[2], row[1]) for row in rows[:-1]] == [("B-3", 40), ("=B-1", 100)]
    assert rows[-1][1] == 100
    assert {cell.data_type for cell in sheet["G"]} == {"s", "n"}
    assert "Central support" in {cell.value for cell in origin["B"]}


def test_a_booking_by_hand_is_made_once_however_often_it_is_sent(client, lines):
    key = client.get(NEW).context["form"].initial["request_key"]
    for _click in range(2):
        response = client.post(
            NEW, form_for(lines[1], request_key=key, document=invoice(), amount="-1.250,50")
        )
        booked = Expenditure.objects.get()
        assert (response.status_code, response.url) == (302, f"/budget/expenditure/{booked.pk}")
    assert (booked.line, booked.amount, booked.booked_by) == (lines[1], Decimal("-1250.50"), client.user)
    assert (booked.document_name, booked.document.read()) == ("factuur.pdf", PDF)
    assert booked.history.get().history_user == client.user
    assert read_year(2026).total.spent == Decimal("-1250.50")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"line": ""}, "line"),
        ({"line": "999999"}, "line"),
        ({"booked_on": "x"}, "booked_on"),
        ({"booked_on": "2999-01-01"}, "booked_on"),
        ({"booked_on": "0026-01-01"}, "booked_on"),
        ({"amount": "0"}, "amount"),
        ({"amount": "tien"}, "amount"),
        ({"amount": "99999999999"}, "amount"),
        ({"reference": "x" * 41}, "reference"),
        ({"reference": " "}, "reference"),
        ({"description": "x\0"}, "description"),
        ({"document": SimpleUploadedFile("factuur.pdf", b"MZ a program")}, "document"),
        ({"document": SimpleUploadedFile("factuur.pdf", b"")}, "document"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_booked(client, lines, changes, field):
    response = client.post(NEW, form_for(lines[0], **changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Expenditure.objects.exists()


@pytest.mark.parametrize("again", ["f-2026-é1", "F-2026-É1", " f-2026-É1 "])
def test_a_reference_is_booked_once_on_a_line_whatever_its_case(client, lines, book, again):
    booked = book(lines[0], reference="F-2026-É1")
    response = client.post(NEW, form_for(lines[0], reference=again))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reference"]
    assert "entered on this line already" in response.content.decode()
    assert client.post(NEW, form_for(lines[1], reference=again)).status_code == 302
    withdraw_expenditure(booked, by=client.user, reason="Fout")
    assert client.post(NEW, form_for(lines[0], reference=again)).status_code == 302


def test_lines_to_choose_from_say_what_is_left_and_leave_out_what_is_asked(client, lines, book, support):
    book(lines[0], "400.00")
    asked = make_lines(support, state=ProjectState.SUBMITTED)[-1]
    page = read(client, NEW)
    assert "hired capacity: €10,000.00 planned, €400.00 spent, €9,600.00 left" in page
    assert f'<optgroup label="{lines[1].project}">' in page
    assert asked.project.title not in page
    assert client.post(NEW, form_for(asked)).context["form"].errors["line"]


def test_a_year_without_lines_tells_where_to_make_one(client):
    page = read(client, "/budget/2027/expenditure/new")
    assert "There is no budget line of 2027" in page
    assert "Make the line first" in page
    assert 'enctype="multipart/form-data"' not in page


def test_a_booking_is_withdrawn_with_a_reason_and_once(client, lines, book):
    booked = book(lines[0])
    address = f"/budget/expenditure/{booked.pk}"
    response = client.post(f"{address}/withdraw", {"reason": " "})
    assert response.status_code == 422
    assert "Say why the booking is withdrawn." in response.content.decode()
    for reason in ("Verkeerd project", "Nog eens"):
        response = client.post(f"{address}/withdraw", {"reason": reason})
        assert (response.status_code, response.url) == (302, address)
    booked.refresh_from_db()
    assert (booked.withdrawn_by, booked.withdrawn_reason) == (client.user, "Verkeerd project")
    assert "no longer counts" in read(client, address)
    assert read_year(2026).total.spent == 0


def test_a_document_is_given_to_keep_to_who_may_see_the_booking(client_as, lines, book):
    address = f"/budget/expenditure/{book(lines[0], document=invoice()).pk}/document"
    for role in Role:
        response = client_as(role).get(address)
        assert response.status_code == (200 if role in READERS else 403)
        if role in READERS:
            assert response.getvalue() == PDF
            assert response["Content-Disposition"] == 'attachment; filename="factuur.pdf"'
            assert response["Content-Type"] == "application/pdf"
            assert response["X-Content-Type-Options"] == "nosniff"


def test_a_document_that_is_not_there_is_not_found(client, lines, book):
    without = book(lines[0], reference="B-1")
    lost = book(lines[0], reference="B-2", document=invoice())
    lost.document.storage.delete(lost.document.name)
    assert client.get(f"/budget/expenditure/{without.pk}/document").status_code == 404
    response = client.get(f"/budget/expenditure/{lost.pk}/document")
    assert response.status_code == 404
    assert "not where it was kept" in response.content.decode()


def test_pages_take_as_many_queries_for_many_bookings_as_for_one(client, lines, book, support):
    addresses = [LIST, f"{LIST}?q=zand&project=support", NEW, f"/budget/expenditure/{book(lines[0]).pk}"]
    counts = []
    for round_number in (1, 2):
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                read(client, address)
            found.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{LIST}/excel").getvalue()
        counts.append([*found, len(queries)])
        for number in range(30):
            made = book(lines[number % 2], reference=f"C-{round_number}-{number}")
            if number % 10 == 0:
                withdraw_expenditure(made, by=support, reason="x")
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 11


def test_htmx_gets_the_results_alone(client, lines, book):
    book(lines[0])
    response = client.get(LIST, headers={"hx-request": "true", "hx-target": "div#results"})
    page = response.content.decode()
    assert "B-1" in page
    assert "<html" not in page


def test_the_list_comes_in_pages_that_keep_the_filters(client, lines):
    moment = timezone.now()
    Expenditure.objects.bulk_create(
        Expenditure(
            line=lines[0],
            booked_on=datetime.date(2026, 1, 1),
            amount=Decimal("0.01"),
            reference=f"B-{number}",
            description="x",
            booked_by=client.user,
            entered_at=moment,
        )
        for number in range(51)
    )
    page = read(client, f"{LIST}?project=support&page=2")
    assert "?project=support&amp;page=1" in page
    assert "€0.51" in page
    assert client.get(f"{LIST}?page=x").status_code == 200
