"""What an uploaded sheet makes as a key: the weights of the regions, or what is wrong with the sheet and where."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from budget import formula
from budget.choices import UploadKind
from budget.coefficients import from_content
from budget.formula import CannotApplyFormula, Coefficients, FormulaOutcome, apply_formula
from budget.key_sheets.amounts import read_key_sheet
from budget.key_sheets.measures import read_measures_sheet
from budget.models import FormulaCoefficients
from budget.money import format_money, format_number
from organisation.models import Region
from organisation.spreadsheets.findings import Findings, Problem
from pillars.seal import seal


@dataclass(frozen=True, slots=True)
class KeyDetails:
    """What the form asks beside the sheet. `year` is that of the sheet; `total` in euro is for the formula alone."""

    name: str
    source: str
    legal_ground: str
    first_year: int
    last_year: int
    year: int
    total: Decimal | None = None
    # The key that the new one replaces, by its id; without one, the version of this name before it.
    replaces: int | None = None

    def as_data(self) -> dict[str, Any]:
        """Give it as plain data, as an upload keeps it."""
        return asdict(self) | {"total": None if self.total is None else str(self.total)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> KeyDetails:
        """Give what `as_data` made plain data of."""
        return cls(**{**data, "total": None if data["total"] is None else Decimal(data["total"])})


@dataclass(frozen=True, slots=True)
class ExaminedKey:
    """The weights by code of the region, whole only without problems; for the formula also how they came about."""

    weights: Mapping[str, Decimal]
    findings: Findings
    outcome: FormulaOutcome | None = None
    coefficients: FormulaCoefficients | None = None
    # What a weight stores of its region: measure → value as text.
    measures: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """A short text that changes when a weight does, as when coefficients were changed since the sheet was examined."""
        return seal({code: str(weight) for code, weight in self.weights.items()})[:16]


def examine_key(kind: UploadKind, content: bytes, name: str, details: KeyDetails) -> ExaminedKey:
    """Read a sheet of amounts or of measures. Two queries at most.

    Raises `UnreadableFile` for a file that can't be read at all, and `ValidationError` by field for what the form asks.
    """
    regions = dict(Region.objects.order_by("code").values_list("code", "name"))
    if kind == UploadKind.MEASURES:
        return _examine_measures(content, name, details, regions)
    sheet = read_key_sheet(io.BytesIO(content), name, regions=regions, year=details.year)
    return ExaminedKey(dict(sheet.amounts), sheet.findings)


def coefficients_of_year(year: int) -> FormulaCoefficients:
    """Give the coefficients in force on 1 January of a year. Raises `ValidationError` for the field `year`."""
    day = datetime.date(year, 1, 1)
    for found in FormulaCoefficients.objects.filter(valid_from__lte=day).order_by("-valid_from"):
        if found.valid_until is None or day <= found.valid_until:
            return found
    raise ValidationError(
        {
            "year": _("The formula has no coefficients for %(year)s. An administrator can add them.")
            % {"year": year}
        }
    )


def _examine_measures(
    content: bytes, name: str, details: KeyDetails, regions: Mapping[str, str]
) -> ExaminedKey:
    stored = coefficients_of_year(details.year)
    coefficients = from_content(stored.content)
    labels = {one.measure: one.label for one in coefficients.measures}
    sheet = read_measures_sheet(io.BytesIO(content), name, regions=regions, measures=labels)
    if sheet.findings.problems:
        return ExaminedKey({}, sheet.findings)
    total = details.total if details.total is not None else Decimal(0)
    try:
        outcome = apply_formula(total, sheet.measures, coefficients)
    except formula.TotalTooSmall as refusal:
        raise ValidationError({"total": formula_problem(refusal, regions, coefficients)}) from refusal
    except CannotApplyFormula as refusal:
        sheet.findings.refuse(Problem(formula_problem(refusal, regions, coefficients)))
        return ExaminedKey({}, sheet.findings)
    weights = {region.region: region.euro for region in outcome.regions}
    for code, weight in weights.items():
        if weight <= 0:
            sheet.findings.refuse(
                Problem(
                    _(
                        "By this total nothing is left for %(region)s. Check the total, and the measures of the region."
                    )
                    % {"region": regions[code]}
                )
            )
    measures = {
        code: {measure: str(value) for measure, value in values.items()}
        for code, values in sheet.measures.items()
    }
    return ExaminedKey(weights, sheet.findings, outcome, stored, measures)


def formula_problem(
    refusal: CannotApplyFormula, regions: Mapping[str, str], coefficients: Coefficients
) -> str:
    """Say in the reader's language why the formula has no outcome, and what to do."""
    match refusal:
        case formula.TotalTooSmall():
            return _(
                "The total is less than the fixed amounts of article 8.2, %(fixed)s together. Check the total."
            ) % {"fixed": format_money(refusal.fixed_total)}
        case formula.PointsNotPositive():
            return _(
                "The measures of %(region)s come to %(points)s points, and a region must have more than zero. Check its row."
            ) % {
                "region": regions.get(refusal.region, refusal.region),
                "points": format_number(refusal.points, 3),
            }
        case formula.FixedAmountWithoutRegion():
            return _(
                "The coefficients have a fixed amount for %(region)s, which is not a region here. An administrator can "
                "correct the coefficients."
            ) % {"region": refusal.region}
        case formula.WrongMeasure():
            labels = {one.measure: one.label for one in coefficients.measures}
            return _("The measure “%(measure)s” of %(region)s can't be used. Correct it in the sheet.") % {
                "measure": labels.get(refusal.measure, refusal.measure),
                "region": regions.get(refusal.region, refusal.region),
            }
        case _:
            return _("There are no regions to apply the formula to.")
