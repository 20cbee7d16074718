"""Makes sheets with a row per region for tests."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from organisation.spreadsheets.findings import Findings
from tests.organisation.workbooks import package, saved, sheet_xml, write, zipped

# Typed here once more, independent of the fixture.
REGIONS: Mapping[str, str] = {
    "VR01": "Groningen",
    "VR02": "Fryslân",
    "VR03": "Drenthe",
    "VR04": "IJsselland",
    "VR05": "Twente",
    "VR06": "Noord- en Oost-Gelderland",
    "VR07": "Gelderland-Midden",
    "VR08": "Gelderland-Zuid",
    "VR09": "Utrecht",
    "VR10": "Noord-Holland-Noord",
    "VR11": "Zaanstreek-Waterland",
    "VR12": "Kennemerland",
    "VR13": "Amsterdam-Amstelland",
    "VR14": "Gooi en Vechtstreek",
    "VR15": "Haaglanden",
    "VR16": "Hollands-Midden",
    "VR17": "Rotterdam-Rijnmond",
    "VR18": "Zuid-Holland-Zuid",
    "VR19": "Zeeland",
    "VR20": "Midden- en West-Brabant",
    "VR21": "Brabant-Noord",
    "VR22": "Brabant-Zuidoost",
    "VR23": "Limburg-Noord",
    "VR24": "Zuid-Limburg",
    "VR25": "Flevoland",
}
Rows = Sequence[Sequence[Any]]


def book_of(rows: Iterable[Sequence[Any]], title: str = "Sheet1") -> Workbook:
    """Give a workbook of one sheet with these rows."""
    book = Workbook()
    book.active.title = title
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            write(book.active, number, column, value)
    return book


def xlsx_of(rows: Iterable[Sequence[Any]], title: str = "Sheet1") -> bytes:
    return saved(book_of(rows, title))


def csv_of(rows: Iterable[Sequence[Any]], separator: str = ";", encoding: str = "utf-8") -> bytes:
    lines = (separator.join("" if value is None else str(value) for value in row) for row in rows)
    return "\r\n".join(lines).encode(encoding)


def source_of(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


def told(findings: Findings) -> list[tuple[str, int | None]]:
    """Give the problems as column and row, in the order of the file."""
    return [(problem.column, problem.row) for problem in findings.problems_in_order]


def only_message(findings: Findings) -> str:
    [problem] = findings.problems
    return problem.text


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
HOSTILE: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "bomb": (zipped(package(sheet_xml(" " * 40_000_000))), "too_much"),
    "entities": (zipped(package(ENTITIES)), "unreadable"),
    "deep": (zipped(package(sheet_xml("<a>" * 1_000))), "too_much"),
    "macros": (
        zipped({"[Content_Types].xml": b"<T/>", "xl/workbook.xml": b"<a/>", "xl/vbaProject.bin": b""}),
        "macros",
    ),
    "password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old"),
    "broken": (xlsx_of([["code", "bedrag"]])[:-100], "unreadable"),
    "rows": (b"code;bedrag\n" + b"VR01;1\n" * 100_000, "rows"),
    "rows in Excel": (zipped(package(sheet_xml("<row><c><v>1</v></c></row>" * 100_000))), "rows"),
    "columns": (zipped(package(sheet_xml('<row r="1"><c r="XFD1"><v>1</v></c></row>'))), "columns"),
    "nul": (b"code;bedrag\nVR01;\0", "unreadable"),
    "utf-16": ("code;bedrag".encode("utf-16"), "encoding"),
    "open quotes": (b'code;bedrag\n"VR01;1', "quotes"),
    "large": (b"x" * (5 * 1024 * 1024 + 1), "too_large"),
    "web page": (b"<html><table></table></html>", "unreadable"),
}
