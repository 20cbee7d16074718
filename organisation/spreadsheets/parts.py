"""What stands around the sheets of a workbook: their names, the texts that they share, and which styles are dates."""

import posixpath
from collections.abc import Mapping

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
from openpyxl.utils.escape import unescape

from organisation.spreadsheets.unfolding import UnreadableFile, too_much

# In characters: of one cell (Excel itself stops at 32,767), and over all sheets.
LONGEST_CELL = 33_000
MOST_TEXT = 8_000_000
MOST_SHEETS = 100


class Quiet:
    """A handler that heeds nothing, for others to build on."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        pass

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class Book(Quiet):
    """The names of the sheets, and the day from which dates are counted."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.epoch = WINDOWS_EPOCH

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = MAC_EPOCH
        elif name == "sheet":
            key = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), key, is_hidden))
            if len(self.sheets) > MOST_SHEETS:
                raise too_much()


class Relations(Quiet):
    """Which part is meant by which key."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self._kinds: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            part = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")
            self.targets[attributes.get("Id", "")] = part
            self._kinds[part] = attributes.get("Type", "")

    def of_kind(self, ending: str) -> list[str]:
        return [part for part, kind in self._kinds.items() if kind.endswith(ending)]


class Strings(Quiet):
    """The texts that cells name by their number."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.characters = 0
        self._collected = Text()
        self._heeds = False
        self._beside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "rPh":
            self._beside = True
        self._heeds = name == "t" and not self._beside

    def end(self, name: str) -> None:
        self._heeds = False
        if name == "rPh":
            self._beside = False
        elif name == "si":
            # Cells share it as it is: what they would strip, each would keep a copy of.
            text = self._collected.take().strip()
            self.characters += len(text)
            if self.characters > MOST_TEXT:
                raise too_much_text()
            self.found.append(text)

    def text(self, text: str) -> None:
        if self._heeds:
            self._collected.add(text)


class Formats(Quiet):
    """Which styles show a number as a date."""

    def __init__(self) -> None:
        self.dates: set[int] = set()
        self._own: dict[str, str] = {}
        self._is_inside = False
        self._count = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:255]
        elif name == "cellXfs":
            self._is_inside = True
        elif name == "xf" and self._is_inside:
            key = attributes.get("numFmtId", "0")
            code = self._own.get(key)
            if code is None:
                code = BUILTIN_FORMATS.get(place_or(key, 0))
            if code and is_date_format(code):
                self.dates.add(self._count)
            self._count += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_inside = False


class Text:
    """Collects the pieces of a text, and no more of them than a cell can hold."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, piece: str) -> None:
        if self._length <= LONGEST_CELL:
            self._pieces.append(piece)
            self._length += len(piece)

    def take(self) -> str:
        text = "".join(self._pieces)[: LONGEST_CELL + 1]
        self._pieces, self._length = [], 0
        return unescape(text).replace("\r\n", "\n").replace("\r", "\n") if text else ""


def place_or(written: str | None, otherwise: int) -> int:
    """Give the number of a row or column that is written, or what it would be without."""
    if written is None:
        return otherwise
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else otherwise


def too_much_text() -> UnreadableFile:
    return UnreadableFile(
        _("The file holds more text than can be read at once. Split it and import the parts one by one."),
        code="text",
    )
