"""Reading a workbook: what it takes in, and that no file takes the application down."""

import datetime
import io
import struct
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image

from organisation.spreadsheets import unfolding
from organisation.spreadsheets.parts import MOST_TEXT
from organisation.spreadsheets.reading import MOST_COLUMNS, Oddity, read_workbook
from organisation.spreadsheets.unfolding import LARGEST_FILE, LARGEST_UNFOLDED, MOST_ROWS, UnreadableFile
from tests.organisation.workbooks import package, saved, sheet_xml, zipped

MEBIBYTE = 1024 * 1024


def read(content: bytes):
    return read_workbook(io.BytesIO(content), lambda name: name != "Notes")


def refusal(content: bytes) -> UnreadableFile:
    """Give why a file is not read; within 200 MB, whatever it is."""
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile) as refused:
            read(content)
        assert tracemalloc.get_traced_memory()[1] < 200 * MEBIBYTE
    finally:
        tracemalloc.stop()
    assert refused.value.messages[0]
    return refused.value


def office(*names: str) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", **dict.fromkeys(names, b"<a/>")})


def compound(*marks: str) -> bytes:
    """What begins like an Office file of before 2007."""
    return unfolding.OLD_OFFICE + b"\0" * 600 + b"".join(mark.encode("utf-16-le") for mark in marks)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"Sleutel;Titel\nP1;Iets\n", "unreadable"),
        (b"PK\x03\x04 and nothing more", "unreadable"),
        (zipped({"readme.txt": b"hello"}), "unreadable"),
        (zipped({}), "unreadable"),
        (office("word/document.xml"), "unreadable"),
        (office("xl/workbook.bin"), "other_kind"),
        (office("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "other_kind"),
        (compound("Workbook"), "old"),
        (compound("EncryptionInfo", "EncryptedPackage"), "password"),
        (b"x" * (LARGEST_FILE + 1), "too_large"),
        (saved(Workbook())[:-200], "unreadable"),
        (zipped(package(b"<worksheet><sheetData><row></sheetData>")), "unreadable"),
        (zipped(package(b"")), "unreadable"),
        (zipped(package(b'<?xml version="1.0" encoding="utf-7"?><worksheet/>')), "unreadable"),
        (zipped({"xl/workbook.xml": b"<workbook/>"}), "unreadable"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_workbook_is_refused_with_what_it_is(content, code):
    assert refusal(content).code == code


def test_zip_that_asks_for_a_password_is_refused():
    content = bytearray(zipped(package(sheet_xml())))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    assert refusal(bytes(content)).code == "unreadable"


def test_zip_packed_in_a_way_that_excel_does_not_use_is_refused():
    parts = io.BytesIO()
    with zipfile.ZipFile(parts, "w", zipfile.ZIP_LZMA) as archive:
        for name, part in package(sheet_xml()).items():
            archive.writestr(name, part)
    assert refusal(parts.getvalue()).code == "unreadable"


def test_part_that_is_there_twice_is_refused():
    content = io.BytesIO(zipped(package(sheet_xml())))
    with zipfile.ZipFile(content, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", b"<other/>")
    assert refusal(content.getvalue()).code == "unreadable"


# Bombs


@pytest.fixture(scope="module")
def bomb(tmp_path_factory) -> bytes:
    """A sheet of 200 MB of spaces, in some 200 kB."""
    path = tmp_path_factory.mktemp("bomb") / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in package(b"").items():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, part)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for _ in range(200):
                sheet.write(b" " * MEBIBYTE)
            sheet.write(b"</sheetData></worksheet>")
    assert path.stat().st_size < MEBIBYTE
    return path.read_bytes()


def claiming(content: bytes, size: int) -> bytes:
    """The same archive, whose directory says that its last part unfolds to so many bytes."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = changed.rfind(mark)
        changed[at + place : at + place + 4] = struct.pack("<I", size)
    return bytes(changed)


def test_bomb_of_200_mb_is_refused(bomb):
    assert refusal(bomb).code == "too_much"


def test_bomb_that_claims_to_be_small_is_refused_as_well(bomb):
    assert refusal(claiming(bomb, 1000)).code == "unreadable"


def test_unfolded_bytes_are_counted_whatever_the_directory_says(monkeypatch):
    """Also where the directory would be believed."""
    monkeypatch.setattr(unfolding, "_check_directory", lambda archive: None)
    spaces = sheet_xml(" " * (LARGEST_UNFOLDED + 1))
    assert refusal(zipped(package(spaces))).code == "too_much"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
@pytest.mark.parametrize("part", ["sharedStrings", "styles", "worksheets/sheet1", "workbook"])
def test_entities_are_refused_in_every_part(declaration, part):
    hostile = f"{declaration}<x>&b;</x>".encode()
    assert refusal(zipped(package(sheet_xml(), **{part: hostile}))).code == "unreadable"


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 2_000_000,
        "<row>" + "<c/>" * 2_000_000 + "</row>",
        "".join(f"<a{number}/>" for number in range(100_000)),
        "".join(f'<c a{number}=""/>' for number in range(100_000)),
        "".join(f'<c xmlns:a{number}="b"/>' for number in range(100_000)),
        "<c " + "".join(f'a{number}="" ' for number in range(1_000_000)) + "/>",
        '<c r="' + "A" * (8 * MEBIBYTE) + '"/>',
        "<!--" + "-x" * (4 * MEBIBYTE) + "-->",
    ],
    ids=["deep", "wide", "names", "attributes", "namespaces", "one tag", "one attribute", "comment"],
)
def test_what_would_unfold_in_memory_is_refused(inside):
    assert refusal(zipped(package(sheet_xml(inside)))).code == "too_much"


def test_more_text_than_people_write_is_refused():
    """In cells and in shared texts, of which 10,000 characters may take 40 kB."""
    times = MOST_TEXT // 10_000 + 1
    cell = f'<row><c t="inlineStr"><is><t>{"é" * 10_000}</t></is></c></row>'
    assert refusal(zipped(package(sheet_xml(cell * times)))).code == "text"
    text = "a" * 9_999 + "\N{GRINNING FACE}"
    strings = f"<sst>{f'<si><t>{text}</t></si>' * times}</sst>".encode()
    assert refusal(zipped(package(sheet_xml(), sharedStrings=strings))).code == "text"


def test_a_text_that_many_cells_share_is_kept_once():
    strings = f"<sst><si><t>{'x' * 30_000} </t></si></sst>".encode()
    row = "<row>" + '<c t="s"><v>0</v></c>' * 150 + "</row>"
    tracemalloc.start()
    try:
        book = read(zipped(package(sheet_xml(row * 1_000), sharedStrings=strings)))
        assert tracemalloc.get_traced_memory()[1] < 100 * MEBIBYTE
    finally:
        tracemalloc.stop()
    assert len(book.sheets[0].rows) == 1_000


@pytest.mark.parametrize("number", [MOST_ROWS + 1, 100_000])
def test_too_many_rows_are_refused_with_the_most_that_are_read(number):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Rows")
    for row in range(number):
        sheet.append([f"P{row}", "Titel"])
    refused = refusal(saved(book))
    assert refused.code == "rows"
    assert f"{MOST_ROWS:,}"[:1] in refused.messages[0]
    assert "000" in refused.messages[0]


def test_blank_rows_below_are_no_rows():
    row = '<row r="{}"><c r="A{}" s="3"/><c r="B{}" t="inlineStr"><is><t> </t></is></c></row>'
    inside = "".join(row.format(number, number, number) for number in range(1, 100_000))
    assert read(zipped(package(sheet_xml(inside)))).sheets[0].rows == []


def test_a_huge_dimension_is_not_believed():
    content = b'<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
    [row] = read(zipped(package(content))).sheets[0].rows
    assert (row.number, row.cells) == (1_048_576, {1: 1.0})


@pytest.mark.parametrize("place", ["ZZZ1", "XFD1", "GT1"])
def test_something_far_to_the_right_is_refused_with_its_place(place):
    refused = refusal(zipped(package(sheet_xml(f'<row r="1"><c r="{place}"><v>1</v></c></row>'))))
    assert refused.code == "columns"
    assert place[:-1] in refused.messages[0]


def test_a_million_columns_are_refused():
    cells = "<c><v>1</v></c>" * 300_000
    assert refusal(zipped(package(sheet_xml(f"<row>{cells}</row>")))).code == "columns"
    assert MOST_COLUMNS < 300_000


# Values


def only_row(content: bytes):
    [row] = read(content).sheets[0].rows
    return row


@pytest.mark.parametrize(
    "value", ["tekst", "=1+1", "+31 6", "-5 °C", "@naam", "‘é’ 😀", "regel\nregel", 12, 2.5, True]
)
def test_a_value_comes_in_as_it_was_typed(value):
    book = Workbook()
    book.active.title = "Projects"
    cell = book.active.cell(1, 1, value)
    if isinstance(value, str):
        cell.data_type = "s"
    assert only_row(saved(book)).cells == {1: value}


@pytest.mark.parametrize("epoch", [1900, 1904])
def test_a_date_is_a_date_in_both_ways_that_excel_counts(epoch):
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

    book = Workbook()
    book.epoch = CALENDAR_MAC_1904 if epoch == 1904 else CALENDAR_WINDOWS_1900
    book.active.title = "Projects"
    book.active["B3"] = datetime.date(2026, 3, 1)
    row = only_row(saved(book))
    assert (row.number, row.cells) == (3, {2: datetime.datetime(2026, 3, 1)})  # noqa: DTZ001 (as Excel has it)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c t="s"><v>7</v></c>', Oddity.UNREADABLE),
        ('<c t="s"><v>-1</v></c>', Oddity.UNREADABLE),
        ('<c t="s"><v>²</v></c>', Oddity.UNREADABLE),
        ("<c><v>1e999</v></c>", Oddity.UNREADABLE),
        ("<c><v>nan</v></c>", Oddity.UNREADABLE),
        (f"<c><v>{'9' * 5000}</v></c>", Oddity.UNREADABLE),
        ("<c><v>x</v></c>", Oddity.UNREADABLE),
        ('<c s="99999999999999999999"><v>1</v></c>', 1.0),
        ('<c t="other"><v>1</v></c>', Oddity.UNREADABLE),
        ('<c t="e"><v>#N/A</v></c>', Oddity.ERROR),
        ('<c t="d"><v>2026-03-01T00:00:00Z</v></c>', datetime.datetime(2026, 3, 1)),  # noqa: DTZ001
        ('<c t="d"><v>2026-13-01</v></c>', Oddity.UNREADABLE),
        ("<c><f>1+1</f><v>2</v></c>", Oddity.FORMULA),
        ('<c><f t="shared" si="0"/><v>2</v></c>', Oddity.FORMULA),
        (
            '<c t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r><rPh><t>x</t></rPh></is></c>',
            "a b",
        ),
        ('<c t="str"><v>a_x000D_\nb_x0041_</v></c>', "a\nbA"),
        ('<x:c xmlns:x="y" t="b"><x:v>1</x:v></x:c>', True),
    ],
)
def test_a_cell_gives_its_value_or_what_is_odd_about_it(cell, value):
    assert only_row(zipped(package(sheet_xml(f'<row r="1">{cell}</row>')))).cells == {1: value}


def test_a_number_that_no_calendar_has_is_unreadable_as_a_date():
    styles = b'<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    for number in ("1e300", "99999999", "0.5"):
        row = f'<row><c s="1"><v>{number}</v></c></row>'
        assert only_row(zipped(package(sheet_xml(row), styles=styles))).cells == {1: Oddity.UNREADABLE}


def test_rows_without_number_count_on():
    rows = '<row r="4"><c><v>1</v></c></row><row><c/><c><v>2</v></c></row><row r="x"><c r="C9"><v>3</v></c></row>'
    found = read(zipped(package(sheet_xml(rows)))).sheets[0].rows
    assert [(row.number, row.cells) for row in found] == [(4, {1: 1.0}), (5, {2: 2.0}), (6, {3: 3.0})]


# What can't be seen


def test_what_is_hidden_or_merged_is_told():
    book = Workbook()
    sheet = book.active
    sheet.title = "Projects"
    for row in (["Key", "Title"], ["P1", "One"], ["P2", "Two"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet.merge_cells("D2:E3")
    book.create_sheet("Risks").sheet_state = "veryHidden"
    found = {sheet.name: sheet for sheet in read(saved(book)).sheets}
    assert [row.is_hidden for row in found["Projects"].rows] == [False, False, True]
    assert found["Projects"].hidden_columns == {3}
    assert found["Projects"].merged == ["D2:E3"]
    assert [sheet.name for sheet in found.values() if sheet.is_hidden] == ["Risks"]


def test_images_and_links_outside_are_seen_and_not_opened(tmp_path):
    book = Workbook()
    (tmp_path / "dot.png").write_bytes(PNG)
    try:
        book.active.add_image(Image(tmp_path / "dot.png"))
        content = saved(book)
    except ImportError:
        # openpyxl measures images by Pillow, which we don't need otherwise.
        content = with_part(saved(book), "xl/media/image1.png", PNG)
    content = with_part(content, "xl/externalLinks/externalLink1.xml", b"<!DOCTYPE x><externalLink/>")
    found = read(content)
    assert (found.has_images, found.has_links_outside) == (True, True)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    changed = io.BytesIO(content)
    with zipfile.ZipFile(changed, "a") as archive:
        archive.writestr(name, part)
    return changed.getvalue()


def test_only_sheets_that_are_wanted_are_read():
    book = Workbook()
    book.create_sheet("Notes").append([1, 2, 3])
    found = read(saved(book))
    assert [sheet.name for sheet in found.sheets] == ["Sheet"]
    assert found.other_sheets == ["Notes"]


def test_most_rows_and_largest_file_are_the_callers_to_say():
    book = Workbook()
    for number in range(11):
        book.active.append([number])
    content = saved(book)
    assert len(read_workbook(io.BytesIO(content), most_rows=11).sheets[0].rows) == 11
    for limits, code in (({"most_rows": 10}, "rows"), ({"largest_file": len(content) - 1}, "too_large")):
        with pytest.raises(UnreadableFile) as refused:
            read_workbook(io.BytesIO(content), **limits)
        assert refused.value.code == code


def test_a_sheet_of_which_the_part_is_missing_is_not_read():
    parts = package(sheet_xml())
    del parts["xl/worksheets/sheet1.xml"]
    assert refusal(zipped(parts)).code == "unreadable"


def test_reading_agrees_with_openpyxl_on_a_workbook_of_all_sorts():
    book = Workbook()
    for number in range(200):
        book.active.append(
            [f"P{number}", None, f"Titel {number}", datetime.date(2026, 1, number % 28 + 1), number / 7]
        )
    book.create_sheet("Days").append([2026, "é", True])
    content = saved(book)
    other = load_workbook(io.BytesIO(content))
    for sheet in read(content).sheets:
        expected = [
            {cell.column: cell.value for cell in row if cell.value is not None}
            for row in other[sheet.name].iter_rows()
        ]
        assert [row.cells for row in sheet.rows] == expected
