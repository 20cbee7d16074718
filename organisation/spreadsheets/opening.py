"""The door for a table that people upload: an Excel workbook or a CSV file, told apart by what it holds."""

from pathlib import PurePath
from typing import BinaryIO

from organisation.spreadsheets.csv_reading import read_csv
from organisation.spreadsheets.reading import Workbook, read_workbook
from organisation.spreadsheets.unfolding import LARGEST_FILE, MOST_ROWS, OLD_OFFICE, refuse_size
from organisation.spreadsheets.values import shorten

ARCHIVE = b"PK"
# The beginning of an archive, of an empty one, and of one in parts.
ARCHIVES = tuple(ARCHIVE + mark for mark in (b"\x03\x04", b"\x05\x06", b"\x07\x08"))


def read_table(
    source: BinaryIO, name: str, *, most_rows: int = MOST_ROWS, largest_file: int = LARGEST_FILE
) -> Workbook:
    """Read an Excel workbook with all its sheets, or a CSV file as a workbook of one sheet.

    What the file is called gives a CSV file's sheet its name and decides nothing. Raises `UnreadableFile`.
    """
    refuse_size(source, largest_file)
    beginning = source.read(len(OLD_OFFICE))
    source.seek(0)
    if beginning.startswith(ARCHIVES) or beginning == OLD_OFFICE:
        return read_workbook(source, most_rows=most_rows, largest_file=largest_file)
    title = shorten(PurePath(name.replace("\\", "/")).stem)
    sheet = read_csv(source, title, most_rows=most_rows, largest_file=largest_file)
    return Workbook([sheet], [], has_images=False, has_links_outside=False)
