"""Unfolds an Excel workbook within limits, whatever its archive says about itself.

Nothing here builds a tree: parts are read in pieces, and what grows with the content of a hostile file is counted and
capped: bytes, elements, depth, names, and the length of one tag.
"""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, Protocol
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

# In bytes.
LARGEST_FILE = 5 * 1024 * 1024
LARGEST_UNFOLDED = 32 * 1024 * 1024
PIECE = 64 * 1024
LONGEST_TAG = 1024 * 1024
MOST_PARTS = 1_000
# Rows that hold something, over all sheets, unless the caller says otherwise: so that a request that makes records of
# them ends in time.
MOST_ROWS = 2_000
# Over all parts that are read: about 300,000 cells, most of them blank but coloured.
MOST_ELEMENTS = 1_000_000
DEEPEST = 50
# A workbook uses a few hundred names of elements and attributes.
MOST_NAMES = 2_000
PACKED_WITH = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCRYPTED = 0x1

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# In the directory of an old Office file that wraps a new one with a password.
PASSWORD_MARK = "EncryptedPackage".encode("utf-16-le")


class UnreadableFile(ValidationError):
    """A file that is no Excel workbook, or that goes beyond what is read; the message says what to do."""


class Handler(Protocol):
    """What listens to the elements of a part; names come without their namespace."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


class Package:
    """An opened workbook: the names of its parts, and a way to walk through one."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._sizes = {part.filename: part.file_size for part in archive.infolist()}
        self._unfolded = 0
        self._elements = 0
        self._names: set[str] = set()

    @property
    def parts(self) -> frozenset[str]:
        """The names of the parts."""
        return frozenset(self._sizes)

    def walk(self, part: str, handler: Handler) -> None:
        """Tell the handler what the part holds. Raises `UnreadableFile`."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        depth = 0
        heard = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, heard
            depth += 1
            heard += 1
            if depth > DEEPEST:
                raise too_much()
            self._count_names(name, attributes)
            handler.start(name.rpartition(":")[2], attributes)

        def end(name: str) -> None:
            nonlocal depth, heard
            depth -= 1
            heard += 1
            handler.end(name.rpartition(":")[2])

        def text(found: str) -> None:
            nonlocal heard
            heard += 1
            handler.text(found)

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        # No workbook has a document type. Without one there are no entities, so none that unfold or reach outside.
        parser.StartDoctypeDeclHandler = _refuse_document_type
        quiet, heard_before = 0, 0
        for piece in self._pieces(part):
            parser.Parse(piece)
            quiet = quiet + len(piece) if heard == heard_before else 0
            heard_before = heard
            if quiet > LONGEST_TAG:
                raise too_much()
        parser.Parse(b"", True)

    def _pieces(self, part: str) -> Iterator[bytes]:
        with self._archive.open(part) as source:
            while piece := source.read(PIECE):
                self._unfolded += len(piece)
                if self._unfolded > LARGEST_UNFOLDED:
                    raise too_much()
                yield piece

    def _count_names(self, name: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise too_much()
        if name not in self._names or not self._names.issuperset(attributes):
            self._names |= {name, *attributes}
            if len(self._names) > MOST_NAMES:
                raise too_much()


@contextmanager
def unfold(source: BinaryIO, *, largest_file: int = LARGEST_FILE) -> Iterator[Package]:
    """Open a workbook. What turns out to be broken while it is read raises `UnreadableFile` too."""
    refuse_size(source, largest_file)
    _refuse_other_kinds(source)
    try:
        with zipfile.ZipFile(source) as archive:
            _check_directory(archive)
            yield Package(archive)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise unreadable() from error
    except (NotImplementedError, RuntimeError, LookupError, ValueError) as error:
        # What zipfile and expat say of names, parts and encodings that no workbook has.
        raise unreadable() from error


def unreadable() -> UnreadableFile:
    """Give the refusal of something that is no whole workbook."""
    return UnreadableFile(
        _("This is not an Excel workbook, or it is damaged. Open it in Excel and save it again as .xlsx."),
        code="unreadable",
    )


def too_much() -> UnreadableFile:
    """Give the refusal of something that unfolds to more than a workbook that people fill in does."""
    return UnreadableFile(
        _(
            "The file unfolds to far more than its rows need. Copy your rows into a new workbook and upload that."
        ),
        code="too_much",
    )


def _refuse_document_type(*_declaration: object) -> None:
    raise unreadable()


def refuse_size(source: BinaryIO, largest_file: int) -> None:
    """Raise `UnreadableFile` for an empty file, and for one of more bytes than this."""
    source.seek(0, 2)
    size = source.tell()
    source.seek(0)
    if size == 0:
        raise UnreadableFile(_("The file is empty. Choose the one that you filled in."), code="empty")
    if size > largest_file:
        raise UnreadableFile(
            _("The file is larger than %(most)s. Leave out images and what isn't needed, or split it."),
            code="too_large",
            params={"most": filesizeformat(largest_file)},
        )


def _refuse_other_kinds(source: BinaryIO) -> None:
    beginning = source.read(len(OLD_OFFICE))
    if beginning == OLD_OFFICE:
        # No more than the largest file, as was just found.
        is_locked = PASSWORD_MARK in source.read()
        raise (
            UnreadableFile(
                _("The file is protected by a password. Take the password off in Excel and save it."),
                code="password",
            )
            if is_locked
            else UnreadableFile(
                _("This is an Excel file of the old kind (.xls). Open it in Excel and save it as .xlsx."),
                code="old",
            )
        )
    source.seek(0)


def _check_directory(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNFOLDED:
        raise too_much()
    if len(names) < len(parts) or any(
        part.flag_bits & ENCRYPTED or part.compress_type not in PACKED_WITH for part in parts
    ):
        raise unreadable()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableFile(
            _("The file holds macros. Save it as “Excel Workbook (.xlsx)”, without them."), code="macros"
        )
    if "xl/workbook.bin" in names or "mimetype" in names:
        raise UnreadableFile(
            _("This is a spreadsheet of another kind. Save it as “Excel Workbook (.xlsx)”."),
            code="other_kind",
        )
    if "xl/workbook.xml" not in names:
        raise unreadable()
