"""The official key: a sheet with the amount of each region (BDUR, Besluit veiligheidsregio's, art. 8.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext as _

from budget.amount_cells import to_amount
from budget.key_sheets.region_rows import RegionNames, RegionRows, find_region_rows, region_column
from budget.money import format_money
from organisation.spreadsheets.columns import Column, FoundTable, Place, find_table, years_in
from organisation.spreadsheets.findings import Findings, Problem, ranges
from organisation.spreadsheets.opening import read_table
from organisation.spreadsheets.reading import Row, Value
from organisation.spreadsheets.values import WrongValue, refuse_oddity


@dataclass(frozen=True, slots=True)
class KeySheet:
    """The amount of each region in euro, with two places, by code of the region; whole only without problems."""

    amounts: tuple[tuple[str, Decimal], ...]
    findings: Findings

    @property
    def total(self) -> Decimal:
        """What the amounts add up to."""
        return sum((amount for _code, amount in self.amounts), Decimal("0.00"))


def read_key_sheet(source: BinaryIO, name: str, *, regions: Mapping[str, str], year: int) -> KeySheet:
    """Read the amounts of all regions for a year from an Excel workbook or a CSV file.

    `regions` has the names of all regions by their code. What is wrong stands in the findings, with its place. Raises
    `UnreadableFile` for a file that can't be read at all.
    """
    findings = Findings()
    table = find_table(read_table(source, name), _columns(), findings)
    place = _amount_place(table, year, findings) if table is not None else None
    if table is None or place is None:
        return KeySheet((), findings)
    _refuse_named_year(table, place, year, findings)
    table = _of_the_year(table, year, findings)
    rows = find_region_rows(table, RegionNames(regions), [place], findings)
    amounts = {row.number: _amount(table, row, place, findings) for row in rows.counted}
    _check_total(table, rows, place, amounts, findings)
    read = ((code, amounts[row.number]) for code, row in sorted(rows.by_region.items()))
    return KeySheet(tuple((code, amount) for code, amount in read if amount is not None), findings)


def _columns() -> tuple[Column, ...]:
    return (
        region_column(),
        Column(
            "amount",
            _("bedrag or amount"),
            (
                "bedrag",
                "amount",
                "bijdrage",
                "contribution",
                "BDUR",
                "BDUR-bijdrage",
                "bijdrage BDUR",
                "bedrag BDUR",
                "BDUR-bedrag",
                "totale bijdrage",
                "totaalbedrag",
            ),
            is_many=True,
        ),
        Column("year", _("jaar or year"), ("jaar", "year"), is_needed=False),
    )


def _amount_place(table: FoundTable, year: int, findings: Findings) -> Place | None:
    """Give the column with the amounts: the only one, or the only one of this year among those of other years."""
    places = table.places_of("amount")
    if len(places) == 1:
        return places[0]
    of_year = [place for place in places if year in years_in(place.header)]
    others = [place for place in places if place not in of_year]
    if len(of_year) == 1 and all(years_in(place.header) for place in others):
        for place in others:
            findings.note(
                Problem(
                    _("This column is of another year and is not read."),
                    table.sheet,
                    None,
                    place.letter,
                    place.header,
                )
            )
        return of_year[0]
    findings.refuse(
        Problem(
            _("More than one column could hold the amount: %(columns)s. Keep one of them.")
            % {"columns": ", ".join(place.label for place in places)},
            table.sheet,
            table.header_row,
        )
    )
    return None


def _refuse_named_year(table: FoundTable, place: Place, year: int, findings: Findings) -> None:
    """Refuse a sheet that calls itself one of another year: in the name of its column, its own name or its title."""
    in_title = frozenset[int]().union(*(years_in(text) for text in table.title))
    by_header, by_name = years_in(place.header), years_in(table.sheet)
    if by_header and year not in by_header and len(by_header) == 1:
        text = _("The column is of %(other)s, and the key is for %(year)s. Choose the sheet of %(year)s.")
        [other] = by_header
        problem = table.problem_at(text % {"other": other, "year": year}, table.header_row, place)
        findings.refuse(problem)
        return
    # A title may name other years too; what the column says comes first.
    for named in (by_name,) if year in by_header else (by_name, in_title):
        if len(named) == 1 and year not in named:
            [other] = named
            findings.refuse(
                Problem(
                    _(
                        "The name or title of the sheet says %(other)s, and the key is for %(year)s. Choose the sheet of "
                        "%(year)s."
                    )
                    % {"other": other, "year": year},
                    table.sheet,
                )
            )
            return


def _of_the_year(table: FoundTable, year: int, findings: Findings) -> FoundTable:
    """Give the table without the rows that are of another year by its column of years."""
    others: dict[int, int] = {}
    for row in table.rows:
        value = table.value(row, "year")
        if value is None:
            continue
        try:
            refuse_oddity(value)
            written = _year(value)
        except WrongValue as wrong:
            findings.refuse(table.problem(str(wrong), row.number, "year"))
            continue
        if written != year:
            others[row.number] = written
    if others:
        findings.refuse(
            table.problem(
                _("Rows of another year (%(others)s): %(rows)s. The key is for %(year)s; remove them.")
                % {
                    "others": ranges(list(others.values())),
                    "rows": ranges(list(others)),
                    "year": year,
                },
                min(others),
                "year",
            )
        )
    kept = tuple(row for row in table.rows if row.number not in others)
    # A sheet that is of another year as a whole still gets its other problems told.
    return table if not kept else _with_rows(table, kept)


def _with_rows(table: FoundTable, rows: tuple[Row, ...]) -> FoundTable:
    return FoundTable(table.sheet, table.title, table.header_row, table.places, rows)


def _year(value: Value) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 4:
        return int(value)
    if isinstance(value, float) and value.is_integer() and 1000 <= value <= 9999:
        return int(value)
    raise WrongValue(_("This is not a year. Write it with four digits, such as 2026."))


def _amount(table: FoundTable, row: Row, place: Place, findings: Findings) -> Decimal | None:
    value = row.cells.get(place.number)
    try:
        if value is None:
            raise WrongValue(_("The amount is missing. Fill it in."))
        amount = to_amount(value)
        if amount <= 0:
            raise WrongValue(_("The amount of a region must be more than zero."))
    except WrongValue as wrong:
        findings.refuse(table.problem_at(str(wrong), row.number, place))
        return None
    return amount


def _check_total(
    table: FoundTable,
    rows: RegionRows,
    place: Place,
    amounts: Mapping[int, Decimal | None],
    findings: Findings,
) -> None:
    """Compare the sheet's own total, to the cent, with what its rows add up to."""
    if rows.total is None or place.number not in rows.total.cells:
        return
    try:
        written = to_amount(rows.total.cells[place.number])
    except WrongValue as wrong:
        findings.refuse(table.problem_at(str(wrong), rows.total.number, place))
        return
    if None in amounts.values():
        # What the rows add up to isn't known before these are corrected.
        return
    added = sum((amount for amount in amounts.values() if amount is not None), Decimal("0.00"))
    if added != written:
        findings.refuse(
            table.problem_at(
                _("The total says %(total)s, and the rows add up to %(sum)s. Correct the rows or the total.")
                % {"total": format_money(written), "sum": format_money(added)},
                rows.total.number,
                place,
            )
        )
