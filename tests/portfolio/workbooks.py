"""Makes workbooks for tests: good ones by the template's own columns, and parts to build broken ones from."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from portfolio.importing.columns import TABLES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Rows = Sequence[Mapping[str, Any]]


def workbook_of(language: str = "nl", **tables: Rows) -> Workbook:
    """Give a workbook with these rows, by the fields of their columns: `projects=[{"key": "P1", …}]`."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for table in TABLES:
        sheet = workbook.create_sheet(table.name(language))
        sheet.append([column.name(language) for column in table.columns])
        for row in tables.get(table.field, ()):
            unknown = row.keys() - {column.field for column in table.columns}
            assert not unknown, unknown
            number = sheet.max_row + 1
            for place, column in enumerate(table.columns, start=1):
                _write(sheet, number, place, row.get(column.field))
    return workbook


class Formula(str):
    """A text that a cell holds as a formula; others that begin with = are texts."""


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    cell = sheet.cell(row, column, value)
    if isinstance(value, str) and not isinstance(value, Formula):
        cell.data_type = "s"


def saved(workbook: Workbook) -> bytes:
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def filled_template(template: bytes, **tables: Rows) -> bytes:
    """Fill in a template as a person does: below what it holds, in the columns that it has."""
    workbook = load_workbook(io.BytesIO(template))
    for table in TABLES:
        sheet = next(workbook[name] for name in (table.dutch, table.english) if name in workbook.sheetnames)
        headers = {cell.value: cell.column for cell in sheet[1]}
        for number, row in enumerate(tables.get(table.field, ()), start=3):
            for field, value in row.items():
                column = table.column(field)
                place = headers.get(column.dutch) or headers[column.english]
                _write(sheet, number, place, value)
    return saved(workbook)


def upload(content: bytes, name: str = "projects.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=XLSX)


def zipped(parts: Mapping[str, bytes], **options: Any) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def package(sheet: bytes, **other: bytes) -> dict[str, bytes]:
    """Give the parts of a workbook whose only sheet, Projects, is this XML."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": (
            f'<workbook xmlns="{NAMESPACE}" xmlns:r="{relations}"><sheets>'
            '<sheet name="Projects" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/>'
            f'<Relationship Id="rId3" Type="{relations}/styles" Target="styles.xml"/></Relationships>'
        ).encode(),
        "xl/sharedStrings.xml": f'<sst xmlns="{NAMESPACE}"/>'.encode(),
        "xl/styles.xml": f'<styleSheet xmlns="{NAMESPACE}"/>'.encode(),
        "xl/worksheets/sheet1.xml": sheet,
    }
    return parts | {f"xl/{name}.xml": part for name, part in other.items()}


def sheet_xml(inside: str = "", after: str = "") -> bytes:
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{inside}</sheetData>{after}</worksheet>'.encode()
