"""The measures of each region that the legal formula asks for (Besluit veiligheidsregio's, bijlage 2 and art. 8.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext as _

from budget.amount_cells import shown_measure, to_measure
from budget.key_sheets.region_rows import RegionNames, RegionRows, find_region_rows, region_column
from organisation.spreadsheets.columns import Column, FoundTable, find_table
from organisation.spreadsheets.findings import Findings
from organisation.spreadsheets.opening import read_table
from organisation.spreadsheets.values import WrongValue

# What the columns are also called, beside the names of bijlage 2 and their labels.
OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "woonruimten": ("aantal woonruimten", "dwellings"),
    "oppbeb": ("oppervlakte bebouwd", "bebouwde oppervlakte", "oppervlakte bebouwing", "built-up area"),
    "OAD": ("omgevingsadressendichtheid", "address density"),
    "kernen": ("aantal kernen", "settlements"),
    "opptot": ("totale oppervlakte", "oppervlakte totaal", "total area"),
    "hoofdvaar": ("hoofdvaarwegen", "hoofdvaarweg", "main waterways"),
    "BRZO": ("BRZO-bedrijven", "BRZO-inrichtingen", "Seveso sites"),
    "inwoners": ("inwonertal", "aantal inwoners", "inhabitants"),
    "vast_bedrag": ("vast bedrag", "vaste bedrag", "fixed amount"),
}
# A density: what a row with totals says of it is no sum.
NOT_ADDED = frozenset({"OAD"})


@dataclass(frozen=True, slots=True)
class MeasuresSheet:
    """The measures by code of the region and name of the measure; whole only without problems."""

    measures: Mapping[str, Mapping[str, Decimal]]
    findings: Findings


def read_measures_sheet(
    source: BinaryIO, name: str, *, regions: Mapping[str, str], measures: Mapping[str, str]
) -> MeasuresSheet:
    """Read the measures of all regions from an Excel workbook or a CSV file.

    `regions` has the names of all regions by their code, `measures` the labels of the measures that are asked by their
    name. Values are zero or more, with at most six decimals. What is wrong stands in the findings, with its place.
    Raises `UnreadableFile` for a file that can't be read at all.
    """
    findings = Findings()
    table = find_table(read_table(source, name), _columns(measures), findings)
    if table is None:
        return MeasuresSheet({}, findings)
    places = [place for measure in measures for place in table.places_of(measure)]
    rows = find_region_rows(table, RegionNames(regions), places, findings)
    read: dict[int, dict[str, Decimal]] = {}
    for row in rows.counted:
        found = read[row.number] = {}
        for measure in measures:
            value = table.value(row, measure)
            try:
                if value is None:
                    raise WrongValue(_("The measure is missing. Fill it in; write 0 where there is none."))
                found[measure] = to_measure(value)
            except WrongValue as wrong:
                findings.refuse(table.problem(str(wrong), row.number, measure))
    _check_totals(table, rows, measures, read, findings)
    return MeasuresSheet({code: read[row.number] for code, row in sorted(rows.by_region.items())}, findings)


def _columns(measures: Mapping[str, str]) -> tuple[Column, ...]:
    return (
        region_column(),
        *(
            Column(measure, _name(measure, label), (measure, label, *OTHER_WORDS.get(measure, ())))
            for measure, label in measures.items()
        ),
    )


def _name(measure: str, label: str) -> str:
    return measure if measure == label else f"{measure} ({label})"


def _check_totals(
    table: FoundTable,
    rows: RegionRows,
    measures: Mapping[str, str],
    read: Mapping[int, Mapping[str, Decimal]],
    findings: Findings,
) -> None:
    """Compare the sheet's own totals with what its rows add up to, per measure of which all are known."""
    if rows.total is None:
        return
    for measure in measures:
        value = table.value(rows.total, measure)
        if value is None or measure in NOT_ADDED:
            continue
        try:
            written = to_measure(value)
        except WrongValue as wrong:
            findings.refuse(table.problem(str(wrong), rows.total.number, measure))
            continue
        known = [found[measure] for found in read.values() if measure in found]
        if len(known) == len(read) and (added := sum(known, Decimal(0))) != written:
            findings.refuse(
                table.problem(
                    _(
                        "The total says %(total)s, and the rows add up to %(sum)s. Correct the rows or the total."
                    )
                    % {"total": shown_measure(written), "sum": shown_measure(added)},
                    rows.total.number,
                    measure,
                )
            )
