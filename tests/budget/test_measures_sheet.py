"""Reading the measures per region: what is taken in, and each wrong sheet with what is said of it."""

import io
from decimal import Decimal

import pytest

from budget.key_sheets.measures import MeasuresSheet, read_measures_sheet
from organisation.spreadsheets.unfolding import UnreadableFile
from tests.budget.sheets import HOSTILE, REGIONS, book_of, csv_of, only_message, told, xlsx_of
from tests.organisation.workbooks import Formula, saved

pytestmark = pytest.mark.usefixtures("english")
MEASURES = {
    "woonruimten": "dwellings",
    "oppbeb": "built-up area in ha",
    "OAD": "density of addresses",
    "kernen": "settlements",
    "opptot": "area in ha",
    "hoofdvaar": "main waterways in km",
    "BRZO": "upper-tier Seveso sites",
    "inwoners": "inhabitants",
    "vast_bedrag": "fixed amount",
}
HEADER = ["Code", "Regio", *MEASURES]


def read(content: bytes) -> MeasuresSheet:
    return read_measures_sheet(io.BytesIO(content), "measures.csv", regions=REGIONS, measures=MEASURES)


def good_rows() -> list[list]:
    return [
        [code, name, 200_000 + number, 12_345.5, 1_900, 90, 250_000.25, 0, number, 500_000, 0]
        for number, (code, name) in enumerate(REGIONS.items(), start=1)
    ]


def sheet(*changes: tuple[int, int, object], header=HEADER, below=()) -> bytes:
    rows = [list(header), *good_rows(), *below]
    for row, place, value in changes:
        rows[row - 1][place] = value
    return xlsx_of(rows)


def test_measures_are_read_by_region_and_name_as_they_stand():
    found = read(sheet())
    assert found.findings.problems == []
    assert list(found.measures) == list(REGIONS)
    assert all(list(measures) == list(MEASURES) for measures in found.measures.values())
    assert found.measures["VR02"]["woonruimten"] == Decimal(200_002)
    assert found.measures["VR02"]["oppbeb"] == Decimal("12345.5")
    assert found.measures["VR02"]["vast_bedrag"] == 0


@pytest.mark.parametrize(
    "header",
    [
        ["code", "naam", *(label for label in MEASURES.values())],
        ["Code", "Naam", *(measure.upper() for measure in MEASURES)],
        [
            "Code",
            "Regio",
            "Woonruimten 2025",
            "Bebouwde oppervlakte",
            "Omgevingsadressendichtheid",
            "Aantal kernen",
            "Oppervlakte totaal",
            "Hoofdvaarwegen",
            "BRZO-bedrijven",
            "Inwonertal 2025",
            "Vast bedrag (€)",
        ],
    ],
    ids=["labels", "capitals", "other words"],
)
def test_columns_are_found_by_name_label_and_other_words(header):
    assert read(sheet(header=header)).findings.problems == []


def test_a_csv_file_gives_the_same():
    rows = [[str(cell).replace(".", ",") for cell in row] for row in [HEADER, *good_rows()]]
    assert read(csv_of(rows)).measures == read(sheet()).measures


WRONG = {
    "missing": ([(2, 2, None)], ("C", 2), "measure is missing"),
    "negative": ([(2, 3, -1)], ("D", 2), "zero or more"),
    "words": ([(2, 4, "veel")], ("E", 2), "“veel” is not a number"),
    "two ways": ([(2, 9, "500.000")], ("J", 2), "two ways"),
    "formula": ([(2, 10, Formula("=1"))], ("K", 2), "paste its value"),
    "unknown region": ([(2, 1, "Atlantis")], ("B", 2), "is not a region"),
    "two regions": ([(2, 1, "Zeeland")], ("B", 2), "two regions"),
}


@pytest.mark.parametrize(("changes", "place", "says"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_cell_is_told_with_its_place(changes, place, says):
    problems = read(sheet(*changes)).findings.problems
    [problem] = [problem for problem in problems if "missing: Groningen" not in problem.text]
    assert (problem.column, problem.row) == place
    assert says in problem.text


def test_a_measure_without_column_is_told():
    header = list(HEADER)
    header[4] = "Anders"
    assert "“OAD (density of addresses)” is missing" in only_message(read(sheet(header=header)).findings)


def test_a_measure_with_two_columns_is_told():
    rows = [[*row, 1] for row in [HEADER, *good_rows()]]
    rows[0][-1] = "Inwonertal"
    assert "there twice, also as column J" in only_message(read(xlsx_of(rows)).findings)


def test_missing_and_double_regions_are_told():
    rows = [HEADER, *good_rows()]
    rows[2] = rows[1]
    found = read(xlsx_of(rows)).findings
    assert told(found) == [("", None), ("A", 3)]
    assert "A region is missing: Fryslân (VR02)" in found.problems_in_order[0].text
    assert "also in row 2" in found.problems_in_order[1].text


def test_own_totals_must_match_but_for_what_is_no_sum():
    total = ["Totaal", None, 5_000_325, 308_637.5, 1_900, None, None, None, 325, None, None]
    assert read(sheet(below=[total])).findings.problems == []
    total[8] = 326
    found = read(sheet(below=[total])).findings
    assert told(found) == [("I", 27)]
    assert "says 326, and the rows add up to 325" in only_message(found)


def test_hidden_rows_and_merged_cells_are_refused():
    book = book_of([HEADER, *good_rows()])
    book.active.row_dimensions[5].hidden = True
    book.active.merge_cells("B7:B8")
    found = [problem.text for problem in read(saved(book)).findings.problems]
    assert any("hidden rows: 5" in text for text in found)
    assert any("B7:B8 are merged" in text for text in found)


def test_a_sheet_without_header_is_told_which_columns_are_needed():
    message = only_message(read(xlsx_of(good_rows())).findings)
    assert "These are needed: code or region, woonruimten (dwellings)" in message


@pytest.mark.parametrize(("content", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_with_what_it_is(content, code):
    with pytest.raises(UnreadableFile) as refused:
        read(content)
    assert refused.value.code == code
