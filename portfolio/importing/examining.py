"""The dry run: what a file would make, and what is wrong with it. Changes nothing."""

import datetime
from dataclasses import dataclass
from typing import BinaryIO

from organisation.spreadsheets.findings import Findings
from organisation.spreadsheets.reading import read_workbook
from portfolio.importing.checking import Checked, check
from portfolio.importing.known import Known, read_known
from portfolio.importing.tables import find_tables, is_wanted, place_of_sheet


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a file, and what the database knew at that moment."""

    checked: Checked
    known: Known

    @property
    def findings(self) -> Findings:
        """The problems and notes."""
        return self.checked.findings


def examine(source: BinaryIO, today: datetime.date) -> Examined:
    """Read a workbook and compare it with the database. Raises `UnreadableFile`."""
    findings = Findings(place_of_sheet=place_of_sheet)
    tables = find_tables(read_workbook(source, is_wanted), findings)
    known = read_known(today)
    return Examined(check(tables, known, findings), known)
