"""Reads a CSV file into the same plain cells as a workbook: texts that know their row and column.

Programs write CSV in many ways and say in which nowhere. What can be told from the content is: encoding and separator.
"""

import codecs
import csv
import io
import re
from collections import Counter
from typing import BinaryIO

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from organisation.spreadsheets.parts import LONGEST_CELL
from organisation.spreadsheets.reading import MOST_COLUMNS, Budget, Row, Sheet, too_many_columns
from organisation.spreadsheets.unfolding import LARGEST_FILE, MOST_ROWS, UnreadableFile, refuse_size

# In the order in which they are preferred: a comma stands in Dutch amounts and in titles as well.
SEPARATORS = ";\t,"
# The separator is told from so many filled lines; a title may stand above the names of the columns.
LINES_TO_TELL_FROM = 10
# Excel's own way of saying which separator a file has; it doesn't show this line as a row.
SAYS_SEPARATOR = "sep="
# So programs write a code that Excel would otherwise take for a number.
TEXT_BY_FORMULA = re.compile('="([^"]*)"')
# What Windows writes for "Unicode text"; UTF-32 begins with the same bytes.
OTHER_UNICODE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ESTIMATED_BYTES_OF_A_LINE = 4_096


def read_csv(
    source: BinaryIO, name: str, *, most_rows: int = MOST_ROWS, largest_file: int = LARGEST_FILE
) -> Sheet:
    """Read a CSV file as a sheet of this name.

    UTF-8 with or without a mark, else Windows-1252; separated by semicolons, tabs or commas. Rows are numbered as a
    spreadsheet program shows them: blank lines count, and a cell of several lines is in one row. Raises
    `UnreadableFile` for what is no text, or too much of it.
    """
    refuse_size(source, largest_file)
    text = _decoded(source.read())
    separator, text = _separated(text)
    budget = Budget(most_rows)
    sheet = Sheet(name, is_plain_text=True)
    number = 0
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), start=1
        ):
            row = _row(number, cells, name)
            if row.cells:
                budget.use_row()
                budget.use_text(sum(len(str(value)) for value in row.cells.values()))
                sheet.rows.append(row)
    except csv.Error as error:
        raise _wrong_quotes(number + 1) from error
    return sheet


def _row(number: int, cells: list[str], name: str) -> Row:
    row = Row(number, {})
    for column, cell in enumerate(cells, start=1):
        # A cell that goes on for ever is one of which the quotation mark isn't closed.
        if len(cell) > LONGEST_CELL:
            raise _wrong_quotes(number)
        if found := TEXT_BY_FORMULA.fullmatch(written := cell.strip()):
            written = found[1].strip()
        if written:
            if column > MOST_COLUMNS:
                raise too_many_columns(name, column, number)
            row.cells[column] = written.replace("\r\n", "\n").replace("\r", "\n")
    return row


def _decoded(content: bytes) -> str:
    if content.startswith(OTHER_UNICODE):
        raise UnreadableFile(
            _("The file is text in UTF-16, as “Unicode Text” is saved. Save it as “CSV UTF-8”."),
            code="encoding",
        )
    if b"\0" in content or content.lstrip()[:1] == b"<":
        # Among these web pages and XML, which some programs give the name of a spreadsheet.
        raise UnreadableFile(
            _("This is neither an Excel workbook nor a CSV file. Save it as .xlsx or as “CSV UTF-8”."),
            code="unreadable",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("The characters of the file can't be told apart. Save it as “CSV UTF-8”."), code="encoding"
        ) from error


def _separated(text: str) -> tuple[str, str]:
    """Give the separator, and the text without the line that says it."""
    first, _end, rest = text.partition("\n")
    first = first.rstrip("\r").strip('"')
    if (
        len(first) == len(SAYS_SEPARATOR) + 1
        and first.lower().startswith(SAYS_SEPARATOR)
        and first[-1] in SEPARATORS
    ):
        return first[-1], rest
    return _told_separator(text), text


def _told_separator(text: str) -> str:
    """Give the separator that stands as often in most of the first lines, outside quotation marks."""
    counts: dict[str, Counter[int]] = {separator: Counter() for separator in SEPARATORS}
    for line in _first_lines(text):
        unquoted = "".join(line.split('"')[::2])
        for separator in SEPARATORS:
            if times := unquoted.count(separator):
                counts[separator][times] += 1

    def evidence(separator: str) -> tuple[int, int]:
        [(times, lines)] = counts[separator].most_common(1) or [(0, 0)]
        return lines, times

    # Of equals, max() gives the first.
    return max(SEPARATORS, key=evidence)


def _first_lines(text: str) -> list[str]:
    beginning = text[: LINES_TO_TELL_FROM * ESTIMATED_BYTES_OF_A_LINE]
    return [line for line in beginning.splitlines() if line.strip()][:LINES_TO_TELL_FROM]


def _wrong_quotes(row: int) -> UnreadableFile:
    return UnreadableFile(
        _(
            "In row %(row)s a quotation mark is not closed, or a cell holds more than %(most)s characters. Correct it, or "
            "save the table as .xlsx."
        ),
        code="quotes",
        params={"row": row, "most": number_format(LONGEST_CELL, force_grouping=True)},
    )
