"""Which row of a sheet is of which region, and what is wrong with that: unknown, twice, missing."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisation.spreadsheets.columns import Column, FoundTable, Place, is_total
from organisation.spreadsheets.findings import Findings, Problem
from organisation.spreadsheets.reading import Row, Value
from organisation.spreadsheets.values import WrongValue, normalise, shorten, to_text

LONGEST_NAME = 200
# People write "Veiligheidsregio Groningen", "VR Groningen" and "Regio Groningen".
PREFIXES = ("veiligheidsregio", "safetyregion", "regio", "vr")


def region_column() -> Column:
    """Give the column that names the region, by its code or its name; a sheet may have both."""
    return Column(
        "region",
        _("code or region"),
        (
            "code",
            "regiocode",
            "code regio",
            "code veiligheidsregio",
            "region code",
            "regio",
            "regionaam",
            "naam regio",
            "veiligheidsregio",
            "naam veiligheidsregio",
            "veiligheidsregio's",
            "naam",
            "region",
            "safety region",
            "region name",
            "name",
        ),
        is_many=True,
    )


class RegionNames:
    """The codes of the regions by what people call them."""

    def __init__(self, regions: Mapping[str, str]) -> None:
        self.regions = regions
        self._codes: dict[str, str] = {}
        for code, name in regions.items():
            for text in (code, name, f"{code} {name}", f"{name} {code}"):
                self._codes[_plain(text)] = code

    def find(self, text: str) -> str | None:
        """Give the code of the region that a text names by code, name or both; None when there is none."""
        plain = _plain(text)
        if plain in self._codes:
            return self._codes[plain]
        for prefix in PREFIXES:
            if plain.startswith(prefix) and plain.removeprefix(prefix) in self._codes:
                return self._codes[plain.removeprefix(prefix)]
        return None

    @property
    def example(self) -> tuple[str, str]:
        """A code and a name, to show what is meant."""
        return next(iter(self.regions.items()), ("", ""))


@dataclass(frozen=True, slots=True)
class RegionRows:
    """The rows of a sheet that are of a region, each once, and its own total."""

    by_region: Mapping[str, Row]
    total: Row | None
    # All that count for the total: those that are there twice or of an unknown region as well.
    counted: tuple[Row, ...]


def find_region_rows(
    table: FoundTable, names: RegionNames, weights: Collection[Place], findings: Findings
) -> RegionRows:
    """Give the row of each region. What is unknown, there twice, without region or missing goes to the findings."""
    by_region: dict[str, Row] = {}
    counted: list[Row] = []
    total: Row | None = None
    for row in table.rows:
        has_weight = any(place.number in row.cells for place in weights)
        if is_total(row):
            if total is None:
                total = row
            else:
                findings.refuse(
                    table.problem(
                        _("There is more than one total, also in row %(row)s. Keep one of them.")
                        % {"row": total.number},
                        row.number,
                        "region",
                    )
                )
            continue
        named = [
            (place, row.cells[place.number])
            for place in table.places_of("region")
            if place.number in row.cells
        ]
        # Remarks beside and below the table.
        if not has_weight and (not named or total is not None):
            continue
        counted.append(row)
        code = _region_of(table, row, named, names, findings)
        if code is None:
            continue
        if code in by_region:
            findings.refuse(
                table.problem_at(
                    _("%(region)s is there twice, also in row %(row)s. Keep one of them.")
                    % {"region": names.regions[code], "row": by_region[code].number},
                    row.number,
                    named[0][0],
                )
            )
            continue
        by_region[code] = row
    _refuse_missing(table, names, by_region, findings)
    return RegionRows(by_region, total, tuple(counted))


def _region_of(
    table: FoundTable, row: Row, named: list[tuple[Place, Value]], names: RegionNames, findings: Findings
) -> str | None:
    if not named:
        findings.refuse(
            table.problem(
                _("The region is missing. Write its code or name, or “Totaal” when this is the total."),
                row.number,
                "region",
            )
        )
        return None
    found: list[tuple[Place, str]] = []
    for place, value in named:
        try:
            text = to_text(value, LONGEST_NAME, number_is_text=True)
        except WrongValue as wrong:
            findings.refuse(table.problem_at(str(wrong), row.number, place))
            return None
        code = names.find(text)
        if code is None:
            findings.refuse(
                table.problem_at(
                    _("“%(text)s” is not a region. Write its code or name, such as %(code)s or %(name)s.")
                    % {"text": shorten(text), "code": names.example[0], "name": names.example[1]},
                    row.number,
                    place,
                )
            )
            return None
        found.append((place, code))
    _place, first = found[0]
    for place, code in found[1:]:
        if code != first:
            findings.refuse(
                table.problem_at(
                    _("Code and name are of two regions: %(first)s and %(second)s. Correct one of them.")
                    % {"first": names.regions[first], "second": names.regions[code]},
                    row.number,
                    place,
                )
            )
            return None
    return first


def _refuse_missing(
    table: FoundTable, names: RegionNames, by_region: Mapping[str, Row], findings: Findings
) -> None:
    missing = [f"{name} ({code})" for code, name in names.regions.items() if code not in by_region]
    if missing:
        findings.refuse(
            Problem(
                ngettext(
                    "A region is missing: %(regions)s. Add a row for it.",
                    "%(number)s regions are missing: %(regions)s. Add a row for each.",
                    len(missing),
                )
                % {"number": len(missing), "regions": ", ".join(missing)},
                table.sheet,
            )
        )


def _plain(text: str) -> str:
    """Give a text without case, spaces, punctuation and accents: Fryslân is Fryslan."""
    return normalise(
        "".join(
            character
            for character in unicodedata.normalize("NFKD", text)
            if not unicodedata.combining(character)
        )
    )
