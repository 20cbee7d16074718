"""Importing bookings: what a file would do, that it is booked once and whole, and that no file breaks the door."""

import datetime
import io
import time
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import load_workbook

from budget.bookkeeping.columns import HEADINGS, booking_columns
from budget.bookkeeping.examining import examine_bookings
from budget.bookkeeping.reading import MOST_BOOKINGS
from budget.line_standing import read_standings
from budget.models import Expenditure, Upload
from budget.services import NewExpenditure, book_expenditure, book_upload, set_budget, withdraw_expenditure
from organisation.choices import Role
from portfolio.choices import ProjectState
from portfolio.services import withdraw_project
from tests.budget.bookings import HEADER, file_of, make_lines, row
from tests.budget.sheets import HOSTILE, xlsx_of
from tests.portfolio.workbooks import upload

pytestmark = pytest.mark.django_db
ADDRESS = "/budget/expenditure/import"
TODAY = timezone.localdate()


@pytest.fixture
def lines(support, budget_2026):
    """The line of central support and that of a running project, each of €10,000 for hired capacity in 2026."""
    return make_lines(support, state=ProjectState.RUNNING)


@pytest.fixture
def client(client_as, lines):
    return client_as(Role.SUPPORT, language="en")


def send(client, content: bytes, name: str = "bookings.csv"):
    return client.post(ADDRESS, {"file": upload(content, name)})


def preview(client, *rows) -> str:
    """Upload a file of these rows without problems; gives the address of its preview."""
    response = send(client, file_of(*rows))
    assert response.status_code == 302, response.context["findings"]
    return response.url


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_every_problem_is_shown_with_its_place_and_nothing_is_kept(client, lines):
    content = file_of(
        row("B-1", amount="tien"), row("B-2", project="2026-999"), row("B-3", category="materials")
    )
    response = send(client, content, "mijn <lijst>.csv")
    page = text_of(response)
    assert "mijn &lt;lijst&gt;.csv" in page
    assert "3 problems" in page
    assert [(problem.column, problem.row) for problem in response.context["findings"].problems_in_order] == [
        ("B", 2),
        ("D", 3),
        ("F", 4),
    ]
    assert "Central support has no budget line for materials in 2026. Plan it" in page
    assert not Upload.objects.exists()
    assert not Expenditure.objects.exists()


def test_a_project_that_the_vakraad_did_not_accept_is_refused(client, support):
    set_budget(2027, Decimal("625000.00"), by=support)
    make_lines(support, year=2027, state=ProjectState.SUBMITTED)
    from portfolio.models import Project

    submitted = Project.objects.get(state=ProjectState.SUBMITTED)
    # A number comes with acceptance; a project whose acceptance was corrected keeps it.
    Project.objects.filter(pk=submitted.pk).update(code="2026-777")
    response = send(client, file_of(row(project="2026-777", year="2027")))
    [problem] = response.context["findings"].problems
    assert problem.column == "D"
    assert "has not accepted project 2026-777" in problem.text


def test_a_project_without_a_line_of_that_year_is_told_what_to_do(client, lines):
    response = send(client, file_of(row(project=lines[1].project.code, year="2027")))
    [problem] = response.context["findings"].problems
    assert problem.column == "F"
    assert "has no budget line for hired capacity in 2027. Plan it in the costs" in problem.text


def test_a_preview_shows_what_each_line_would_have_left_and_books_nothing(client, lines, support):
    book_expenditure(
        NewExpenditure(lines[0], datetime.date(2026, 2, 1), Decimal("500"), "B-0", "x"), by=support
    )
    address = preview(
        client, row("B-1"), row("B-2", amount="-250,50"), row("B-3", project=lines[1].project.code)
    )
    for _look in range(2):
        response = client.get(address)
        page = text_of(response)
        assert "Book these 3 bookings" in page
        central, project = response.context["examined"].effects
        assert (central.spent, central.added, central.left) == (500, 1000, 8500)
        assert (project.spent, project.added, project.left) == (0, Decimal("1250.50"), Decimal("8749.50"))
        for amount in ("€8,500.00", "€8,749.50", "-€250.50", "€2,250.50"):
            assert amount in page
    assert "more is spent than planned" not in page
    assert Expenditure.objects.count() == 1


def test_a_preview_warns_of_a_line_on_which_more_would_be_spent_than_planned(client):
    page = text_of(client.get(preview(client, row(amount="10.000,01"))))
    assert "€0.01 more is spent than planned" in page
    assert "more than planned" in page


def test_the_button_books_once_in_the_name_of_who_pressed_it(client, lines):
    address = preview(client, row("B-1"), row("B-2", project=lines[1].project.code, description=""))
    for _click in range(2):
        response = client.post(address)
        assert (response.status_code, response.url) == (302, address)
    first, second = Expenditure.objects.order_by("reference")
    assert (first.line, second.line) == tuple(lines)
    assert (first.amount, first.booked_on, first.description) == (
        Decimal("1250.50"),
        datetime.date(2026, 3, 1),
        "Ondersteuner maart",
    )
    assert second.description == "hired capacity, without description"
    done = Upload.objects.get()
    assert {first.booked_by, second.booked_by} == {client.user}
    assert {first.upload, second.upload} == {done}
    assert [(record.history_user, record.history_type) for record in first.history.all()] == [
        (client.user, "+")
    ]
    page = text_of(client.get(address))
    assert "2 bookings were made." in page
    assert "€2,501.00" in page
    assert not done.file
    assert "2 bookings, by" in text_of(client.get(ADDRESS))


def test_the_same_file_is_not_booked_again_and_is_told_by_whom(client, client_as):
    address = preview(client, row())
    other = client_as(Role.SUPPORT, language="en")
    theirs = preview(other, row())
    assert theirs != address
    client.post(address)
    response = send(client, file_of(row()))
    assert f"{client.user} booked this very file on" in text_of(response)
    # Theirs waited meanwhile.
    response = other.post(theirs)
    assert (response.status_code, response.url) == (302, ADDRESS)
    assert "booked this very file" in text_of(other.get(ADDRESS))
    assert Expenditure.objects.count() == 1


def test_a_reference_that_is_booked_is_not_booked_by_another_file(client, lines):
    first, second = preview(client, row("B-1")), preview(client, row("B-0"), row("b-1"))
    client.post(first)
    for response in (client.post(second), client.get(second)):
        page = text_of(response)
        assert "something changed since the file was checked" in page
        assert "“b-1” is booked already: €1,250.50 on 1 March 2026" in page
    assert Expenditure.objects.count() == 1


def test_a_reference_that_was_withdrawn_can_be_booked_anew(client, support):
    client.post(preview(client, row("B-1")))
    withdraw_expenditure(Expenditure.objects.get(), by=support, reason="Verkeerd bedrag")
    client.post(preview(client, row("B-1", amount="1250,00")))
    assert Expenditure.objects.counted().get().amount == 1250


def test_a_line_that_went_since_the_preview_stops_the_whole_file(client, lines, support):
    from budget.services import plan_central_support

    address = preview(client, row("B-1", project=lines[1].project.code), row("B-2"))
    plan_central_support(2026, [], by=support)
    assert "Central support has no budget line" in text_of(client.post(address))
    assert not Expenditure.objects.exists()


def test_a_file_that_waits_is_its_owner_s_alone_and_what_was_booked_is_not(client, client_as):
    address = preview(client, row())
    other = client_as(Role.SUPPORT)
    assert other.get(address).status_code == other.post(address).status_code == 404
    assert "bookings.csv" not in text_of(other.get(ADDRESS))
    client.post(address)
    assert other.get(address).status_code == 200
    assert other.post(address).status_code == 302
    assert Expenditure.objects.count() == 1


def test_a_file_that_is_no_longer_kept_leads_back_to_the_upload(client):
    gone, expired = preview(client, row("B-1")), preview(client, row("B-2"))
    first, second = Upload.objects.order_by("pk")
    first.file.storage.delete(first.file.name)
    Upload.objects.filter(pk=second.pk).update(created_at=timezone.now() - datetime.timedelta(hours=25))
    for address in (gone, expired):
        for response in (client.get(address), client.post(address)):
            assert (response.status_code, response.url) == (302, ADDRESS)
        assert "Upload it again" in text_of(client.get(ADDRESS))
    # The one that expired is cleared away by then.
    assert Upload.objects.count() == 1
    assert not Expenditure.objects.exists()


@pytest.mark.parametrize(("content", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_at_the_field(client, content, code):
    for name in ("bookings.csv", "../../etc/passwd\0.xlsx"):
        response = send(client, content, name)
        page = text_of(response)
        assert 'aria-invalid="true"' in page
        assert response.context["form"].errors.as_data()["file"][0].code == code
    assert not Upload.objects.exists()


def test_a_name_that_is_a_path_or_a_script_is_kept_as_a_text(client):
    response = send(client, file_of(row()), "<script>x</script>.csv")
    page = text_of(client.get(response.url))
    assert "<script>x" not in page
    assert len(Upload.objects.get().name) <= 200


@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.SUPPORT)])
def test_nobody_but_support_uploads_or_books(client_as, lines, support, role):
    waiting = Upload.objects.create(kind="bookings", owner=support, name="x.csv", sha256="0" * 64)
    client = client_as(*[role] if role else [])
    assert send(client, file_of(row())).status_code == 403
    assert client.post(f"/budget/expenditure/uploads/{waiting.pk}").status_code == 403
    with pytest.raises(PermissionDenied):
        book_upload(waiting, by=client.user)
    assert Upload.objects.count() == 1
    assert not Expenditure.objects.exists()


def test_an_upload_of_another_kind_is_no_file_with_bookings(client):
    sheet = Upload.objects.create(kind="key_sheet", owner=client.user, name="x.csv", sha256="0" * 64)
    assert client.get(f"/budget/expenditure/uploads/{sheet.pk}").status_code == 404
    with pytest.raises(ValidationError, match=r"bewaard|kept"):
        book_upload(sheet, by=client.user)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_template_filled_in_is_taken(client_as, lines, language):
    client = client_as(Role.SUPPORT, language=language)
    client.cookies["django_language"] = language
    response = client.get("/budget/expenditure/template")
    book = load_workbook(io.BytesIO(response.getvalue()))
    sheet, choices = book.worksheets
    assert [cell.value for cell in sheet[1]] == [heading[language == "en"] for heading in HEADINGS.values()]
    listed = [[cell.value for cell in line] for line in choices.iter_rows(min_row=2)]
    assert [line[0] for line in listed] == ["CO", lines[1].project.code]
    for number, (project, _what, category, year, *_amounts) in enumerate(listed, start=1):
        sheet.append([datetime.date(2026, 3, 1), 10, f"B-{number}", project, year, category, "x"])
    content = io.BytesIO()
    book.save(content)
    with translation.override(language):
        examined = examine_bookings(io.BytesIO(content.getvalue()), "x.xlsx", TODAY)
    assert examined.findings.problems == []
    assert len(examined.bookings) == 2


def test_the_headings_of_the_template_are_those_that_are_looked_for():
    for column in booking_columns():
        assert {heading.casefold() for heading in HEADINGS[column.field]} <= set(column.words)


def test_a_formula_in_an_excel_file_is_not_carried_out(client):
    content = xlsx_of([HEADER, row(description="=HYPERLINK(1)")])
    client.post(send(client, content, "x.xlsx").url)
    assert Expenditure.objects.get().description == "=HYPERLINK(1)"


def test_a_full_file_is_booked_in_seconds_and_few_queries(client, lines):
    codes = ["CO", lines[1].project.code]
    rows = [
        row(f"B-{number}", amount="1,00", project=codes[number % 2]) for number in range(MOST_BOOKINGS - 1)
    ]
    started = time.monotonic()
    address = preview(client, *rows)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(address).status_code == 302
    took = time.monotonic() - started
    assert Expenditure.objects.count() == Expenditure.history.count() == MOST_BOOKINGS - 1
    # As many as there are blocks of rows, which are small in SQLite.
    assert len(queries) < MOST_BOOKINGS / 20
    assert took < 60


def test_pages_take_as_many_queries_for_many_rows_as_for_one(client, lines):
    def queries_of(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            text_of(client.get(address))
        return len(queries)

    one = preview(client, row("A-1"))
    many = preview(
        client,
        *(
            row(f"B-{number}", project=lines[number % 2].project.code if number % 2 else "CO")
            for number in range(60)
        ),
    )
    assert queries_of(one) == queries_of(many) <= 12
    for address in (one, many):
        client.post(address)
        client.get(address)
    assert queries_of(one) == queries_of(many) <= 10
    assert queries_of(ADDRESS) <= 9


def test_cancelled_projects_can_still_be_paid_for_and_withdrawn_ones_not(support, budget_2026):
    cancelled = make_lines(support, state=ProjectState.CANCELLED)[1]
    draft = make_lines(support, state=ProjectState.DRAFT)[-1]
    withdraw_project(draft.project, by=support)
    owners = {standing.line.project: standing.owner for standing in read_standings([2026])}
    with translation.override("en"):
        assert owners.keys() == {None, cancelled.project}
        assert owners[cancelled.project].endswith(("(cancelled)", "(stopgezet)"))


def test_all_bookings_of_a_file_are_made_or_none(client, lines, support, monkeypatch):
    from budget.services import spending

    address = preview(client, row("B-1"), row("B-2"))
    made = []

    def fail(objects, *args, **options):
        made.extend(objects)
        raise ValidationError("On purpose")

    monkeypatch.setattr(spending, "bulk_create_with_history", fail)
    assert client.post(address).status_code == 302
    assert len(made) == 2
    assert not Expenditure.objects.exists()
    assert Upload.objects.get().taken_over_at is None
