"""Packs a workbook: with the date of the edition on every part, and with the values that its formulas give.

openpyxl dates the parts by the clock, and leaves formulas without a value until a program calculates them; one that only
shows a file, such as the preview of a mail program or Excel's protected view, would show nothing.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

# Of a sheet's name in the workbook, the values of its formulas in the order in which they were written.
FormulaValues = Mapping[str, Sequence[int | Decimal]]

_BLOCK = 1 << 20
_END_OF_CELL = b"</c>"
# A formula whose value is still empty, as lxml and Python's own library write it.
_NO_VALUE = re.compile(rb"</f><v(?:></v>| ?/>)")


def packed(book: Workbook, moment: datetime.datetime, values: FormulaValues) -> bytes:
    """Give a write-only workbook as a file. `moment` is in UTC, without saying so, as the format wants it."""
    # ExcelWriter numbers the sheets in this order.
    by_path = defaultdict(
        list, {f"xl/worksheets/sheet{n}.xml": values[name] for n, name in enumerate(book.sheetnames, 1)}
    )
    file = BytesIO()
    ExcelWriter(book, _DatedArchive(file, moment, by_path)).save()
    return file.getvalue()


def discard(book: Workbook) -> None:
    """Remove the temporary files of a write-only workbook that is not going to be packed."""
    for sheet in book.worksheets:
        if sheet._writer is not None:
            Path(sheet._writer.out).unlink(missing_ok=True)


class _DatedArchive(ZipFile):
    """A zip file whose parts all have one date, for ExcelWriter to write in."""

    def __init__(
        self, file: BinaryIO, moment: datetime.datetime, values: Mapping[str, Sequence[int | Decimal]]
    ) -> None:
        super().__init__(file, "w", ZIP_DEFLATED)
        self._moment = moment.timetuple()[:6]
        self._values = values

    def _part(self, name: str) -> ZipInfo:
        part = ZipInfo(name, self._moment)
        part.compress_type = ZIP_DEFLATED
        return part

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_arguments: Any, **_options: Any) -> None:
        """Add a part from memory."""
        super().writestr(self._part(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *_arguments: Any, **_options: Any) -> None:
        """Add a sheet from its temporary file, with the values of its formulas."""
        values = iter(self._values[arcname])
        with Path(filename).open("rb") as source, self.open(self._part(arcname), "w") as target:
            for block in _blocks_of_cells(source):
                target.write(_NO_VALUE.sub(lambda _found: b"</f><v>%s</v>" % _digits(next(values)), block))


def _blocks_of_cells(source: BinaryIO) -> Iterator[bytes]:
    """Give a sheet in pieces that end where a cell ends, so that a formula and its value are in one piece."""
    rest = b""
    while block := source.read(_BLOCK):
        rest += block
        if end := rest.rfind(_END_OF_CELL) + 1:
            end += len(_END_OF_CELL) - 1
            yield rest[:end]
            rest = rest[end:]
    yield rest


def _digits(value: int | Decimal) -> bytes:
    return (format(value, "f") if isinstance(value, Decimal) else str(value)).encode()
