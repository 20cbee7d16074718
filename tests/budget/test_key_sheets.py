"""Reading the official amounts per region: what is taken in, and each wrong sheet with what is said of it."""

import datetime
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget.key_sheets.amounts import KeySheet, read_key_sheet
from organisation.spreadsheets.unfolding import UnreadableFile
from tests.budget.sheets import HOSTILE, REGIONS, book_of, csv_of, only_message, told, xlsx_of
from tests.organisation.workbooks import Formula, saved

pytestmark = pytest.mark.usefixtures("english")
HEADER = ["Code", "Veiligheidsregio", "Bedrag"]


def read(content: bytes, name: str = "key.csv") -> KeySheet:
    return read_key_sheet(io.BytesIO(content), name, regions=REGIONS, year=2026)


def good_rows() -> list[list]:
    """Give a row for each region: 1000.01 euro for the first, 1000.02 for the second …"""
    return [[code, name, 1000 + number / 100] for number, (code, name) in enumerate(REGIONS.items(), start=1)]


AMOUNTS = tuple((code, Decimal(f"1000.{number:02}")) for number, code in enumerate(REGIONS, start=1))


def sheet(*changes: tuple[int, int, object], header=HEADER, below=()) -> bytes:
    """Give the good sheet with other values at a row of the sheet (the header is 1) and a place in it (A is 0)."""
    rows = [list(header), *good_rows(), *below]
    for row, place, value in changes:
        rows[row - 1][place] = value
    return xlsx_of(rows)


def test_amounts_are_read_to_the_cent_by_code():
    found = read(sheet())
    assert found.findings.problems == []
    assert found.amounts == AMOUNTS
    assert found.total == Decimal("25003.25")
    assert all(amount.as_tuple().exponent == -2 for _code, amount in found.amounts)


@pytest.mark.parametrize("separator", [";", "\t"], ids=["semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_file_gives_the_same(separator, encoding):
    amounts = ([code, name, f"€ 1.000,{number:02}"] for number, (code, name) in enumerate(REGIONS.items(), 1))
    rows = [HEADER, *amounts]
    assert read(csv_of(rows, separator, encoding)).amounts == AMOUNTS


@pytest.mark.parametrize(
    "header",
    [
        ["code", "naam", "bedrag"],
        ["Regiocode", "Regio", "Bijdrage"],
        ["CODE", "Veiligheidsregio", "BDUR"],
        ["Region code", "Region", "Amount"],
        ["Code", "Name", "Amount (EUR)"],
        ["Code", "Naam", "BDUR 2026 (in €)"],
        ["code", "onbekend", "bedrag"],
        ["onbekend", "Veiligheidsregio", "bedrag"],
    ],
    ids=lambda header: " ".join(header),
)
def test_columns_are_found_by_dutch_and_english_names(header):
    found = read(sheet(header=header))
    assert (found.findings.problems, found.amounts) == ([], AMOUNTS)


def test_the_header_may_stand_under_a_title_and_columns_in_any_order():
    rows = [["BDUR 2026"], [], ["Bron: circulaire van 12 juni 2025"], ["Bedrag", "Opmerking", "Naam"]]
    rows += [[amount, None, name] for _code, name, amount in reversed(good_rows())]
    book = book_of(rows)
    book.active.merge_cells("A1:C1")
    assert read(saved(book)).amounts == AMOUNTS


@pytest.mark.parametrize(
    "written",
    [
        "fryslân",
        "FRYSLAN",
        "Veiligheidsregio Fryslân",
        "VR Fryslân",
        "vr02",
        "VR02 Fryslân",
        "Fryslân (VR02)",
    ],
)
def test_a_region_is_known_by_code_and_by_name_however_it_is_typed(written):
    assert read(sheet((3, 0, None), (3, 1, written))).amounts == AMOUNTS


@pytest.mark.parametrize(
    "written", ["Noord en Oost Gelderland", "noord- en oost-gelderland", "NOORD–EN OOST–GELDERLAND"]
)
def test_hyphens_in_the_name_of_a_region_make_no_difference(written):
    assert read(sheet((7, 0, None), (7, 1, written))).amounts == AMOUNTS


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("25.000,50", "25000.50"),
        ("25,000.50", "25000.50"),
        ("€ 25.000,50", "25000.50"),
        ("25000", "25000.00"),
        ("25.000", "25000.00"),
        ("12,5", "12.50"),
        (25000, "25000.00"),
        (0.1 + 0.2, "0.30"),
        (9_999_999_999.99, "9999999999.99"),
    ],
)
def test_an_amount_is_taken_in_either_notation_and_as_a_number(written, amount):
    assert dict(read(sheet((2, 2, written))).amounts)["VR01"] == Decimal(amount)


@pytest.mark.parametrize("label", ["Totaal", "total", "SOM", "Totaal 2026:", "Totaal Nederland"])
@pytest.mark.parametrize("place", [0, 1])
def test_the_own_total_of_the_sheet_may_be_there_and_must_match(label, place):
    row = [None, None, 25003.25]
    row[place] = label
    assert read(sheet(below=[row])).findings.problems == []
    row[2] = 25003.26
    found = read(sheet(below=[row]))
    assert told(found.findings) == [("C", 27)]
    assert "25,003.26" in only_message(found.findings)
    assert "25,003.25" in only_message(found.findings)


def test_remarks_below_the_total_are_no_regions():
    below = [["Totaal", None, 25003.25], [], ["Bron: circulaire"], [None, None, None, "zie bijlage"]]
    assert read(sheet(below=below)).findings.problems == []


WRONG = {
    "unknown code": ([(2, 0, "VR99")], [("A", 2)], "“VR99” is not a region"),
    "unknown name": (
        [(2, 1, "Atlantis")],
        [("B", 2)],
        "“Atlantis” is not a region. Write its code or name, such as VR01",
    ),
    "two regions": ([(2, 0, "VR03")], [("B", 2)], "two regions: Drenthe and Groningen"),
    "no region": ([(2, 0, None), (2, 1, None)], [("A", 2)], "region is missing"),
    "a number as code": ([(2, 0, 1)], [("A", 2)], "“1” is not a region"),
    "negative": ([(2, 2, -5)], [("C", 2)], "more than zero"),
    "negative text": ([(2, 2, "-€ 5,00")], [("C", 2)], "more than zero"),
    "zero": ([(2, 2, 0)], [("C", 2)], "more than zero"),
    "almost zero": ([(2, 2, "0,00")], [("C", 2)], "more than zero"),
    "missing": ([(2, 2, None)], [("C", 2)], "amount is missing"),
    "blank": ([(2, 2, "  ")], [("C", 2)], "amount is missing"),
    "words": ([(2, 2, "n.n.b.")], [("C", 2)], "“n.n.b.” is not an amount"),
    "long words": ([(2, 2, "9" * 30_000)], [("C", 2)], "is not an amount"),
    "truth": ([(2, 2, True)], [("C", 2)], "TRUE or FALSE"),
    "date": ([(2, 2, datetime.date(2026, 1, 1))], [("C", 2)], "made a date"),
    "formula": ([(2, 2, Formula("=1+1"))], [("C", 2)], "paste its value"),
    "formula as text": ([(2, 2, "=1+1")], [("C", 2)], "paste its value"),
    "formula as region": ([(2, 0, Formula("=D1"))], [("A", 2)], "paste its value"),
    "three decimals": ([(2, 2, 1.005)], [("C", 2)], "more than two decimals"),
    "too much": ([(2, 2, 1e15)], [("C", 2)], "larger than"),
    "far too much": ([(2, 2, 1e300)], [("C", 2)], "larger than"),
}


@pytest.mark.parametrize(("changes", "places", "says"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_cell_is_told_with_its_place(changes, places, says):
    problems = read(sheet(*changes)).findings.problems
    # Without its name it isn't known which region the row is of.
    found = [problem for problem in problems if "missing: Groningen" not in problem.text]
    assert [(problem.column, problem.row) for problem in found] == places
    assert says in found[0].text
    assert found[0].sheet == "Sheet1"
    assert found[0].header == HEADER["ABC".index(found[0].column)]


def test_missing_regions_are_named_in_one_problem():
    rows = [HEADER, *good_rows()]
    del rows[3], rows[1]
    found = read(xlsx_of(rows)).findings
    assert told(found) == [("", None)]
    assert only_message(found) == (
        "2 regions are missing: Groningen (VR01), Drenthe (VR03). Add a row for each."
    )


def test_a_region_that_is_there_twice_is_told_with_both_rows():
    found = read(sheet(below=[["VR03", "Drenthe", 1], [None, "drenthe", 2]])).findings
    assert told(found) == [("A", 27), ("B", 28)]
    assert all("Drenthe is there twice, also in row 4" in problem.text for problem in found.problems)


def test_a_sum_without_a_label_is_no_region():
    found = read(sheet(below=[[None, None, 25003.25]])).findings
    assert told(found) == [("A", 27)]
    assert "“Totaal”" in only_message(found)


def test_a_second_total_is_told():
    total = ["Totaal", None, 25003.25]
    assert "more than one total, also in row 27" in only_message(read(sheet(below=[total, total])).findings)


def test_a_total_is_not_compared_with_amounts_that_are_not_known():
    found = read(sheet((2, 2, "x"), below=[["Totaal", None, 1]])).findings
    assert told(found) == [("C", 2)]


def test_a_total_that_is_a_formula_is_asked_as_a_value():
    found = read(sheet(below=[["Totaal", None, Formula("=SUM(C2:C26)")]])).findings
    assert told(found) == [("C", 27)]
    assert "paste its value" in only_message(found)


# Another year


def with_title(*title: str, header=HEADER, name: str = "Sheet1") -> bytes:
    return xlsx_of([*([line] for line in title), header, *good_rows()], name)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (with_title("BDUR 2025"), "name or title of the sheet says 2025, and the key is for 2026"),
        (with_title("Verdeling", "over 2027"), "says 2027"),
        (with_title(name="BDUR 2025"), "name or title of the sheet says 2025"),
        (with_title(header=["Code", "Naam", "BDUR 2025"]), "column is of 2025, and the key is for 2026"),
        (with_title("BDUR 2026", header=["Code", "Naam", "BDUR 2025"]), "column is of 2025"),
        (with_title("BDUR 2026", name="2025"), "says 2025"),
    ],
    ids=["title", "second line", "name", "header", "header under title", "name beside title"],
)
def test_the_sheet_of_another_year_is_refused(content, says):
    assert says in only_message(read(content).findings)


def test_a_csv_file_that_is_called_after_another_year_is_refused():
    content = csv_of([HEADER, *good_rows()])
    assert read(content, "BDUR 2026.csv").findings.problems == []
    assert "says 2025" in only_message(read(content, "bdur_2025.csv").findings)


@pytest.mark.parametrize(
    "content",
    [
        with_title("BDUR 2026"),
        with_title("BDUR 2026, maten van 2025"),
        with_title("BDUR 2024, 2025"),
        with_title("Vastgesteld 12 juni 2025"),
        with_title("Verdeling 2025", header=["Code", "Naam", "BDUR 2026"]),
        with_title(name="BDUR 2026"),
    ],
    ids=["this year", "among others", "several", "a day", "header says this year", "name"],
)
def test_a_title_that_names_this_year_or_none_for_certain_is_taken(content):
    assert read(content).findings.problems == []


def test_a_column_of_years_must_say_this_year():
    rows = [[*HEADER, "Jaar"], *([*row, 2026] for row in good_rows())]
    assert read(xlsx_of(rows)).amounts == AMOUNTS
    rows[3][3] = rows[4][3] = "2025"
    found = read(xlsx_of(rows)).findings
    assert told(found) == [("", None), ("D", 4)]
    assert "another year (2025): 4–5. The key is for 2026" in found.problems_in_order[1].text


def test_rows_of_more_years_are_not_taken_for_doubles():
    rows = [[*HEADER, "Jaar"], *([*row, year] for year in (2025, 2026) for row in good_rows())]
    assert "another year (2025): 2–26" in only_message(read(xlsx_of(rows)).findings)
    rows = [[*HEADER, "Jaar"], *([*row, 2025] for row in good_rows())]
    assert "another year (2025): 2–26" in only_message(read(xlsx_of(rows)).findings)


@pytest.mark.parametrize("year", ["26", "x", 2026.5, Formula("=A1")])
def test_what_is_no_year_is_told(year):
    rows = [[*HEADER, "Jaar"], *([*row, 2026] for row in good_rows())]
    rows[1][3] = year
    assert told(read(xlsx_of(rows)).findings) == [("D", 2)]


# Which column


def test_more_than_one_possible_amount_is_told_with_the_columns():
    rows = [[*HEADER, "BDUR"], *([*row, 1] for row in good_rows())]
    found = read(xlsx_of(rows))
    assert found.amounts == ()
    assert "C “Bedrag”, D “BDUR”" in only_message(found.findings)


def test_of_columns_of_several_years_the_one_of_this_year_is_read():
    rows = [["Code", "Naam", "BDUR 2025", "BDUR 2026"], *([*row[:2], 1, row[2]] for row in good_rows())]
    found = read(xlsx_of(rows))
    assert (found.findings.problems, found.amounts) == ([], AMOUNTS)
    assert [(note.column, note.header) for note in found.findings.notes] == [("C", "BDUR 2025")]


def test_a_sheet_without_header_is_told_which_columns_are_needed():
    found = read(xlsx_of(good_rows()))
    assert found.amounts == ()
    assert "These are needed: code or region, bedrag or amount" in only_message(found.findings)


def test_a_sheet_without_amounts_is_told_which_column_is_missing():
    found = read(sheet(header=["Code", "Jaar", "Onbekend"])).findings
    assert "“bedrag or amount” is missing" in only_message(found)


def test_amounts_of_thousands_are_not_taken_for_euro():
    assert read(sheet(header=["Code", "Naam", "Bedrag (x 1000)"])).amounts == ()


# What is not seen, and hostile files


def test_hidden_rows_and_merged_cells_are_refused():
    book = book_of([HEADER, *good_rows()])
    book.active.row_dimensions[5].hidden = True
    book.active.merge_cells("B7:B8")
    found = [problem.text for problem in read(saved(book)).findings.problems]
    assert any("hidden rows: 5" in text for text in found)
    assert any("B7:B8 are merged" in text for text in found)


def test_a_comma_in_an_amount_of_a_csv_file_with_commas_is_refused():
    """Else the cents would fall off."""
    rows = [HEADER, *good_rows()]
    rows[1][2] = "1000,50"
    assert told(read(csv_of(rows, ",")).findings) == [("", 2)]


@pytest.mark.parametrize(("content", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_with_what_it_is(content, code):
    with pytest.raises(UnreadableFile) as refused:
        read(content)
    assert refused.value.code == code


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.floats(allow_nan=False, allow_infinity=False),
                st.text(max_size=12),
                st.just("VR01"),
            ),
            min_size=3,
            max_size=3,
        ),
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_cells_hold_it_is_read_or_told(rows):
    printable = [
        ["".join(c for c in cell if c.isprintable()) if isinstance(cell, str) else cell for cell in row]
        for row in rows
    ]
    found = read(xlsx_of([HEADER, *printable]))
    assert found.findings.problems
    assert all(amount > 0 for _code, amount in found.amounts)
