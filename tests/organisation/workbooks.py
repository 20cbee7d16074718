"""Makes workbooks for tests, and parts to build broken ones from."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Formula(str):
    """A text that a cell holds as a formula; others that begin with = are texts."""


def write(sheet: Any, row: int, column: int, value: Any) -> None:
    cell = sheet.cell(row, column, value)
    if isinstance(value, str) and not isinstance(value, Formula):
        cell.data_type = "s"


def saved(workbook: Workbook) -> bytes:
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


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
