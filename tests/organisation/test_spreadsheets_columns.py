"""Finding a table by the names of its columns, and refusing what its reader wouldn't see."""

import io

import pytest
from openpyxl import Workbook

from organisation.spreadsheets.columns import Column, find_table, is_total, years_in
from organisation.spreadsheets.findings import Findings
from organisation.spreadsheets.opening import read_table
from organisation.spreadsheets.reading import Row
from tests.organisation.workbooks import saved

pytestmark = pytest.mark.usefixtures("english")
COLUMNS = (
    Column("code", "code", ("code", "regio")),
    Column("amount", "bedrag", ("bedrag", "amount"), is_many=True),
    Column("note", "opmerking", ("opmerking",), is_needed=False),
)


def found_in(content: bytes):
    findings = Findings()
    return find_table(read_table(io.BytesIO(content), "sheet.csv"), COLUMNS, findings), findings


def messages_of(content: bytes) -> list[str]:
    return [problem.text for problem in found_in(content)[1].problems]


def book_of(*rows) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def test_the_header_is_found_under_a_title_and_by_any_of_its_words():
    table, findings = found_in(b"Verdeling;\nBron: bedrag;\nRegio;Bedrag 2026 (in EUR);Anders\nVR01;1;x\n")
    assert not findings.problems
    assert (table.title, table.header_row) == (("Verdeling", "Bron: bedrag"), 3)
    assert [(row.number, table.value(row, "code"), table.value(row, "amount")) for row in table.rows] == [
        (4, "VR01", "1")
    ]
    assert [(note.column, note.header) for note in findings.notes] == [("C", "Anders")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x;y\n1;2", "These are needed: code, bedrag."),
        (b"\n" * 5 + b"title\n" * 10 + b"code;bedrag", "These are needed"),
        (b"code;opmerking\nVR01;x", "The column “bedrag” is missing"),
        (b"code;regio;bedrag\nVR01;VR01;1", "there twice, also as column A"),
        (b"code,bedrag\nVR01,1,50", "more cells than there are columns"),
    ],
    ids=["none", "too low", "missing", "twice", "too many cells"],
)
def test_what_is_not_such_a_table_is_told(content, says):
    [message] = messages_of(content)
    assert says in message


def test_what_a_reader_does_not_see_is_refused():
    book = book_of(["Title"], ["code", "bedrag"], ["VR01", 1], ["VR02", 2], ["VR03", 3])
    sheet = book.active
    sheet.merge_cells("A1:B1")
    assert messages_of(saved(book)) == []
    sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.merge_cells("A4:A5")
    hidden, column, merged = messages_of(saved(book))
    assert ("3–4" in hidden, "column is hidden" in column, "A4:A5" in merged) == (True, True, True)


def test_a_hidden_sheet_is_refused_when_there_is_no_other():
    book = book_of(["code", "bedrag"], ["VR01", 1])
    other = book.create_sheet("Other")
    book.active.sheet_state = "hidden"
    [message] = messages_of(saved(book))
    assert "sheet is hidden" in message
    other.append(["code", "bedrag"])
    assert messages_of(saved(book)) == []


def test_two_sheets_that_could_be_meant_are_named():
    book = book_of(["code", "bedrag"])
    book.create_sheet("Last year").append(["code", "bedrag"])
    [message] = messages_of(saved(book))
    assert "“Sheet”, “Last year”" in message


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("BDUR 2026", {2026}),
        ("bdur2025-2026", {2025, 2026}),
        ("Vastgesteld op 12 juni 2025", set()),
        ("2025-06-12, 12-06-2025", set()),
        ("20250612 or 12026", set()),
    ],
)
def test_years_are_those_that_are_no_part_of_a_day(text, years):
    assert years_in(text) == years


@pytest.mark.parametrize(
    ("cells", "is_one"),
    [
        ({1: "Totaal", 2: 1.0}, True),
        ({2: "TOTAAL 2026:", 3: 1.0}, True),
        ({1: "Totaalregio", 2: 1.0}, False),
        ({1: 1.0}, False),
    ],
)
def test_a_total_is_told_by_its_label(cells, is_one):
    assert is_total(Row(1, cells)) is is_one
