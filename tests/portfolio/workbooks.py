"""Makes workbooks for tests by the template's own columns."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from portfolio.importing.columns import TABLES
from tests.organisation.workbooks import saved, write

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
                write(sheet, number, place, row.get(column.field))
    return workbook


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
                write(sheet, number, place, value)
    return saved(workbook)


def upload(content: bytes, name: str = "projects.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=XLSX)
