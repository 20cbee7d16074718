"""Reading bookings of the bookkeeping: what is taken in, and each wrong row with what is said of it."""

import datetime
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget.bookkeeping.reading import MOST_BOOKINGS, Booking, Bookings, KnownBookings, read_bookings
from organisation.spreadsheets.unfolding import UnreadableFile
from tests.budget.sheets import HOSTILE, book_of, csv_of, only_message, told, xlsx_of
from tests.organisation.workbooks import Formula, saved

pytestmark = pytest.mark.usefixtures("english")
HEADER = ["Boekdatum", "Bedrag", "Boekstuk", "Project", "Jaar", "Categorie", "Omschrijving"]
FIRST_OF_MARCH = datetime.date(2026, 3, 1)
KNOWN = KnownBookings(
    today=datetime.date(2026, 11, 24),
    years=range(2024, 2029),
    project_codes=["2026-014", "2025-003"],
    categories={"materiaal": "materials", "materials": "materials", "inhuur": "hired_capacity"},
    booked={("B-9", "2026-014", 2026, "materials"): "on 3 March 2026"},
)
GOOD = [FIRST_OF_MARCH, 1250.5, "B-1", "2026-014", None, "Materiaal", "Zandzakken"]


def read(content: bytes) -> Bookings:
    return read_bookings(io.BytesIO(content), "bookings.csv", known=KNOWN)


def read_row(**changes) -> Bookings:
    """Read a sheet of one good row with these cells changed, by their Dutch header in lower case."""
    row = list(GOOD)
    for header, value in changes.items():
        row[[name.lower() for name in HEADER].index(header)] = value
    return read(xlsx_of([HEADER, row]))


def test_a_booking_is_read_with_all_that_it_says():
    found = read_row()
    assert found.findings.problems == []
    assert found.bookings == (
        Booking(2, FIRST_OF_MARCH, Decimal("1250.50"), "B-1", "2026-014", 2026, "materials", "Zandzakken"),
    )


def test_a_csv_file_in_english_gives_the_same():
    header = ["description", "booking date", "amount", "reference", "project number", "category"]
    row = ["Zandzakken", "1 March 2026", '"1,250.50"', "B-1", "2026-014", "materials"]
    assert read(csv_of([header, row], ",")).bookings == read_row().bookings


@pytest.mark.parametrize("written", ["CO", "co", "Centrale ondersteuning", "central support"])
def test_central_support_has_no_project(written):
    [booking] = read_row(project=written).bookings
    assert booking.project_code == ""


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(-10, "-10.00"), ("-€ 1.000,00", "-1000.00"), ("(5)", "-5.00"), ("1.250,50-", "-1250.50")],
)
def test_a_credit_is_negative(amount, expected):
    [booking] = read_row(bedrag=amount).bookings
    assert booking.amount == Decimal(expected)


@pytest.mark.parametrize(("year", "expected"), [(None, 2026), (2025, 2025), ("2027", 2027)])
def test_the_year_is_that_of_the_date_unless_another_is_given(year, expected):
    [booking] = read_row(jaar=year).bookings
    assert booking.year == expected


def test_columns_of_year_and_description_may_be_missing():
    header = [name for name in HEADER if name not in ("Jaar", "Omschrijving")]
    [booking] = read(xlsx_of([header, [FIRST_OF_MARCH, 1, 123456, "CO", "inhuur"]])).bookings
    assert (booking.year, booking.description, booking.reference) == (2026, "", "123456")


WRONG = {
    "no date": ({"boekdatum": None}, "A", "date is missing"),
    "no day": ({"boekdatum": "31-02-2026"}, "A", "no day"),
    "date in two ways": ({"boekdatum": "01/03/2026"}, "A", "two ways"),
    "number as date": ({"boekdatum": 46082}, "A", "number, not a date"),
    "date to come": ({"boekdatum": datetime.date(2026, 11, 25)}, "A", "still to come"),
    "date before the programme": (
        {"boekdatum": datetime.date(2023, 12, 31)},
        "A",
        "not a year of the programme",
    ),
    "date of other times": (
        {"boekdatum": datetime.date(202, 3, 1).isoformat()},
        "A",
        "Give a day in the years",
    ),
    "no amount": ({"bedrag": None}, "B", "amount is missing"),
    "zero": ({"bedrag": 0}, "B", "amount is zero"),
    "amount in words": ({"bedrag": "tien"}, "B", "“tien” is not an amount"),
    "formula": ({"bedrag": Formula("=1+1")}, "B", "paste its value"),
    "formula as text": ({"bedrag": "=1+1"}, "B", "paste its value"),
    "no reference": ({"boekstuk": " "}, "C", "Fill this in"),
    "long reference": ({"boekstuk": "x" * 41}, "C", "at most 40"),
    "booked already": ({"boekstuk": "b-9"}, "C", "“b-9” is booked already: on 3 March 2026"),
    "no project": ({"project": None}, "D", "Fill this in"),
    "unknown project": ({"project": "2026-999"}, "D", "no project “2026-999”"),
    "project made a date": ({"project": datetime.date(2026, 1, 1)}, "D", "made a date"),
    "year before the programme": ({"jaar": 2023}, "E", "2024 up to and including 2028"),
    "year of two digits": ({"jaar": 26}, "E", "four digits"),
    "no category": ({"categorie": None}, "F", "Fill this in"),
    "unknown category": ({"categorie": "koffie"}, "F", "Write one of: materiaal, inhuur."),
    "long description": ({"omschrijving": "x" * 301}, "G", "at most 300"),
    "control character": ({"omschrijving": "a\x9fb"}, "G", "can't be shown"),
}


@pytest.mark.parametrize(("changes", "column", "says"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_cell_is_told_with_its_place(changes, column, says):
    found = read_row(**changes)
    assert found.bookings == ()
    assert told(found.findings) == [(column, 2)]
    assert says in only_message(found.findings)
    assert found.findings.problems[0].header == HEADER["ABCDEFG".index(column)]


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    found = read(xlsx_of([HEADER, ["x", "x", None, "x", "x", "x", "x"]]))
    assert told(found.findings) == [(column, 2) for column in "ABCDEF"]


def test_a_reference_that_is_there_twice_is_told_with_the_first_row():
    other = [*GOOD]
    other[2] = " b-1"
    found = read(xlsx_of([HEADER, GOOD, other]))
    assert told(found.findings) == [("C", 3)]
    assert "there twice on the same line, also in row 2" in only_message(found.findings)
    assert [booking.row for booking in found.bookings] == [2]


def test_one_reference_can_be_of_several_lines():
    rows = [["B-9" if name == "Boekstuk" else value for name, value in zip(HEADER, GOOD, strict=True)]] * 2
    rows = [[*rows[0][:5], "Inhuur", rows[0][6]], [*rows[1][:3], "CO", *rows[1][4:]]]
    found = read(xlsx_of([HEADER, *rows]))
    assert (found.findings.problems, len(found.bookings)) == ([], 2)


def test_a_total_is_no_booking_and_must_match():
    rows = [HEADER, GOOD, [None, 1250.5, None, None, None, None, "Totaal"]]
    found = read(xlsx_of(rows))
    assert (found.findings.problems, len(found.bookings)) == ([], 1)
    rows[2][1] = 1250.51
    assert told(read(xlsx_of(rows)).findings) == [("B", 3)]


def test_a_description_that_speaks_of_a_total_is_a_booking():
    assert len(read_row(omschrijving="Totaal").bookings) == 1


def test_a_file_without_bookings_is_told():
    assert "holds no booking" in only_message(read(xlsx_of([HEADER])).findings)
    assert "columns were not found" in only_message(read(xlsx_of([])).findings)


def test_a_missing_column_is_told():
    found = read(csv_of([["Datum", "Bedrag", "Boekstuk"], ["1-3-2026", "1", "B-1"]])).findings
    assert [problem.row for problem in found.problems] == [1, 1]
    assert "“project” is missing" in found.problems[0].text


def test_hidden_rows_and_merged_cells_are_refused():
    book = book_of([HEADER, GOOD])
    book.active.row_dimensions[2].hidden = True
    book.active.merge_cells("F2:G2")
    found = [problem.text for problem in read(saved(book)).findings.problems]
    assert any("hidden rows: 2" in text for text in found)
    assert any("F2:G2 are merged" in text for text in found)


def test_a_year_of_bookings_is_read_at_once():
    rows = (["1-3-2026", "1", f"B{number}", "CO", "", "inhuur", ""] for number in range(MOST_BOOKINGS - 1))
    assert len(read(csv_of([HEADER, *rows])).bookings) == MOST_BOOKINGS - 1


@pytest.mark.parametrize(("content", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_with_what_it_is(content, code):
    with pytest.raises(UnreadableFile) as refused:
        read(content)
    assert refused.value.code == code


@given(st.lists(st.lists(st.text(max_size=10), min_size=7, max_size=7), max_size=4))
@settings(max_examples=60, deadline=None)
def test_whatever_a_csv_file_holds_its_bookings_are_read_or_told(rows):
    lines = [['"' + cell.replace('"', '""').replace("\0", "") + '"' for cell in row] for row in rows]
    content = csv_of([HEADER, *lines]).decode("utf-8", "replace").encode()
    try:
        found = read(content)
    except UnreadableFile:
        # Told of the file as a whole.
        return
    assert found.findings.problems or len(found.bookings) == len(rows)
