"""Reading CSV files, and the door that tells them from workbooks by what they hold."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from organisation.spreadsheets.csv_reading import read_csv
from organisation.spreadsheets.opening import read_table
from organisation.spreadsheets.parts import LONGEST_CELL
from organisation.spreadsheets.reading import MOST_COLUMNS
from organisation.spreadsheets.unfolding import LARGEST_FILE, MOST_ROWS, OLD_OFFICE, UnreadableFile
from tests.organisation.workbooks import package, saved, sheet_xml, zipped

pytestmark = pytest.mark.usefixtures("english")


def cells_of(content: bytes) -> list[tuple[int, dict]]:
    return [(row.number, row.cells) for row in read_csv(io.BytesIO(content), "table").rows]


def refusal(content: bytes, name: str = "table.csv") -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refused:
        read_table(io.BytesIO(content), name)
    assert refused.value.messages[0]
    return refused.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"], ids=["semicolon", "comma", "tab"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_every_common_way_of_writing_gives_the_same_cells(encoding, separator, line_end):
    lines = (("code", "naam", "bedrag"), ("VR02", "Fryslân", "€ 1000"))
    text = line_end.join(separator.join(line) for line in lines)
    assert cells_of(text.encode(encoding)) == [
        (1, {1: "code", 2: "naam", 3: "bedrag"}),
        (2, {1: "VR02", 2: "Fryslân", 3: "€ 1000"}),
    ]


@pytest.mark.parametrize(
    ("text", "second_row"),
    [
        ("naam;bedrag\nGroningen;25.000,00\nDrenthe;1,50", {1: "Groningen", 2: "25.000,00"}),
        ('name,amount\nGroningen,"25,000.00"', {1: "Groningen", 2: "25,000.00"}),
        ("BDUR, 2026, voorlopig\nnaam;bedrag\nGroningen;1", {1: "naam", 2: "bedrag"}),
        ("alone\nword", {1: "word"}),
        ("a,b\n1;2,3;4", {1: "1;2", 2: "3;4"}),
    ],
    ids=["Dutch amounts", "English amounts", "title with commas", "one column", "other in cells"],
)
def test_the_separator_is_told_from_the_first_lines(text, second_row):
    assert cells_of(text.encode())[1] == (2, second_row)


def test_a_line_that_says_the_separator_is_believed_and_is_no_row():
    assert cells_of(b"sep=,\r\na;b,c\r\n") == [(1, {1: "a;b", 2: "c"})]
    assert cells_of(b'"sep=;"\na;b') == [(1, {1: "a", 2: "b"})]


def test_a_code_written_as_a_formula_is_the_text_that_it_gives():
    assert cells_of(b'a;b\n="0012";=1+1')[1] == (2, {1: "0012", 2: "=1+1"})


def test_rows_have_the_numbers_that_a_spreadsheet_program_shows():
    text = 'a;b\n\n"two\nlines";"say ""hi"""\n;;\n x ;'
    assert cells_of(text.encode()) == [
        (1, {1: "a", 2: "b"}),
        (3, {1: "two\nlines", 2: 'say "hi"'}),
        (5, {1: "x"}),
    ]


def test_the_sheet_has_the_name_of_the_file_without_its_folder():
    [sheet] = read_table(io.BytesIO(b"a;b"), "C:\\Temp\\BDUR 2026.csv").sheets
    assert (sheet.name, sheet.is_plain_text) == ("BDUR 2026", True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"a;b\n" * (LARGEST_FILE // 4 + 1), "too_large"),
        (b"a;b\n" * (MOST_ROWS + 1), "rows"),
        (b"a;b\n" + b";" * MOST_COLUMNS + b"x", "columns"),
        (b"a;b\n" + b"x" * (LONGEST_CELL + 1), "quotes"),
        (b"a;b\n" + b"x" * 200_000, "quotes"),
        (b'a;b\n"not closed;1\nx;y', "quotes"),
        (b'a;b\n"closed"too early;1', "quotes"),
        (b"a;b\n1;\0", "unreadable"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "unreadable"),
        (b"  <html><table><tr><td>1</td></tr></table></html>", "unreadable"),
        ("code;bedrag".encode("utf-16"), "encoding"),
        ("code;bedrag".encode("utf-16-be"), "unreadable"),
        (b"code;bedrag\n\x81\x8d;1", "encoding"),
        (b"PK\x03\x04 and nothing more", "unreadable"),
        (b"PK\x05\x06" + b"\0" * 18, "unreadable"),
        (OLD_OFFICE + b"\0" * 600, "old"),
        (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
    ids=[
        "empty",
        "large",
        "rows",
        "columns",
        "cell",
        "huge cell",
        "open quotes",
        "early quotes",
        "nul",
        "image",
        "web page",
        "utf-16",
        "utf-16 unmarked",
        "no encoding",
        "broken archive",
        "empty archive",
        "old Excel",
        "password",
    ],
)
def test_what_is_no_table_is_refused_with_what_it_is(content, code):
    assert refusal(content).code == code


def test_the_row_of_a_quotation_mark_that_is_not_closed_is_named():
    assert "row 3" in refusal(b'a;b\n1;2\n"open;1\n2;3').messages[0]


def test_blank_lines_without_number_are_no_rows():
    assert cells_of(b"a;b" + b"\n" * 1_000_000 + b"c;d")[1][0] == 1_000_001


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx", "table", ""])
def test_content_tells_what_a_file_is_whatever_its_name(name):
    book = Workbook()
    book.active.append(["code", 1])
    assert read_table(io.BytesIO(saved(book)), name).sheets[0].rows[0].cells == {1: "code", 2: 1.0}
    assert read_table(io.BytesIO(b"code;1"), name).sheets[0].rows[0].cells == {1: "code", 2: "1"}


def test_the_door_is_as_hard_on_workbooks_as_the_reader_behind_it():
    entities = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    assert refusal(zipped(package(entities))).code == "unreadable"
    assert refusal(zipped(package(sheet_xml("<a>" * 100)))).code == "too_much"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_are_refused(content):
    try:
        book = read_table(io.BytesIO(content), "x.csv")
    except UnreadableFile:
        return
    assert all(row.cells for sheet in book.sheets for row in sheet.rows)


@given(
    st.lists(st.lists(st.text("abc;,\t\"'\n é", min_size=1, max_size=5), min_size=2, max_size=5), min_size=1)
)
def test_what_python_writes_as_csv_is_read_back(rows):
    import csv

    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    found = cells_of(b"sep=;\n" + text.getvalue().encode())
    expected = [
        (number, {place: cell.strip() for place, cell in enumerate(row, start=1) if cell.strip()})
        for number, row in enumerate(rows, start=1)
    ]
    assert found == [(number, cells) for number, cells in expected if cells]
