"""The formula by which the Rijk divides the BDUR over the safety regions, with what each measure comes to.

Besluit veiligheidsregio's, article 8.2 and bijlage 2. A region has points: each measure × its coefficient, added up. What
is left of the total after the fixed amounts of article 8.2, divided by the points of all regions, is the payment factor
(uitkeringsfactor). A region gets its points × that factor, in whole cents, and its fixed amounts.

Plain functions on plain data, without Django. Exact: fractions, never Decimal's own arithmetic.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from budget.exact import rounded, to_cents, to_euro
from budget.split import Share, split

# On either side of the decimal sign. A value such as 1E+999999999 would take for ever to count with.
MOST_DIGITS = 18


class CannotApplyFormula(ValueError):
    """The formula has no outcome for this sheet of measures; its subclasses say why and where."""


class NoRegions(CannotApplyFormula):
    """The sheet has no region."""

    def __init__(self) -> None:
        super().__init__("there are no regions to apply the formula to")


class WrongMeasure(CannotApplyFormula):
    """Something is wrong with `measure` of the region with code `region`."""

    problem = "wrong"

    def __init__(self, region: str, measure: str) -> None:
        super().__init__(f"{region}: measure {measure} is {self.problem}")
        self.region = region
        self.measure = measure


class UnknownMeasure(WrongMeasure):
    """The formula doesn't use this measure."""

    problem = "unknown"


class MissingMeasure(WrongMeasure):
    """The region has no value for this measure."""

    problem = "missing"


class NegativeMeasure(WrongMeasure):
    """The value is less than zero."""

    problem = "less than zero"


class MeasureNotANumber(WrongMeasure):
    """The value is infinite or not a number."""

    problem = "not a number"


class MeasureOutOfRange(WrongMeasure):
    """The value has more digits before or behind the decimal sign than any measure has."""

    problem = f"longer than {MOST_DIGITS} digits before or behind the decimal sign"


class PointsNotPositive(CannotApplyFormula):
    """The measures of `region` come to `points`, zero or less, so it has no share."""

    def __init__(self, region: str, points: Fraction) -> None:
        super().__init__(
            f"{region}: the measures come to {rounded(points, 3)} points, which is not more than zero"
        )
        self.region = region
        self.points = points


class FixedAmountWithoutRegion(CannotApplyFormula):
    """Article 8.2 names `region`, which the sheet of measures lacks."""

    def __init__(self, region: str) -> None:
        super().__init__(f"{region} has a fixed amount but no measures")
        self.region = region


class TotalTooSmall(CannotApplyFormula):
    """The total is less than the fixed amounts together, both in euro."""

    def __init__(self, total: Decimal, fixed_total: Decimal) -> None:
        super().__init__(f"the total of {total} is less than the fixed amounts, {fixed_total} together")
        self.total = total
        self.fixed_total = fixed_total


@dataclass(frozen=True, slots=True)
class Coefficient:
    """What a unit of a measure counts for: points. Negative where more of it makes a region cheaper."""

    measure: str
    label: str
    points_per_unit: Decimal


@dataclass(frozen=True, slots=True)
class FixedAmount:
    """An amount in euro that a region gets by article 8.2, whatever its measures. A region can have several."""

    region: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Coefficients:
    """A version of the formula's numbers, with the first and the last day on which it counts; None is until further notice."""

    valid_from: datetime.date
    valid_until: datetime.date | None
    source: str
    measures: tuple[Coefficient, ...]
    fixed_amounts: tuple[FixedAmount, ...]

    def is_valid_on(self, day: datetime.date) -> bool:
        """Tell whether these numbers count on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def fixed_amounts_of(self, region: str) -> tuple[FixedAmount, ...]:
        """Give what article 8.2 has for a region."""
        return tuple(fixed for fixed in self.fixed_amounts if fixed.region == region)

    @property
    def fixed_total(self) -> Decimal:
        """What article 8.2 takes of the total, in euro."""
        return to_euro(sum(to_cents(fixed.amount) for fixed in self.fixed_amounts))


@dataclass(frozen=True, slots=True)
class MeasureOutcome:
    """What a measure of a region comes to: points = value × coefficient, euro = points × payment factor, both exact."""

    measure: str
    label: str
    value: Decimal
    coefficient: Decimal
    points: Fraction
    euro: Fraction


@dataclass(frozen=True, slots=True)
class RegionOutcome:
    """What a region gets in all: its points × the payment factor in whole cents, and its fixed amounts.

    `share` tells how the cents came about; its weights are points, multiplied by one power of ten to be whole.
    """

    region: str
    measures: tuple[MeasureOutcome, ...]
    points: Fraction
    share: Share
    fixed_amounts: tuple[FixedAmount, ...]

    @property
    def variable_euro(self) -> Decimal:
        """What the points bring."""
        return self.share.euro

    @property
    def fixed_cents(self) -> int:
        """What article 8.2 brings, in cents."""
        return sum(to_cents(fixed.amount) for fixed in self.fixed_amounts)

    @property
    def fixed_euro(self) -> Decimal:
        """What article 8.2 brings."""
        return to_euro(self.fixed_cents)

    @property
    def cents(self) -> int:
        """What the region gets, in cents."""
        return self.share.cents + self.fixed_cents

    @property
    def euro(self) -> Decimal:
        """What the region gets."""
        return to_euro(self.cents)


@dataclass(frozen=True, slots=True)
class FormulaOutcome:
    """The total divided over the regions, in order of region code; what they get adds up to it to the cent."""

    total: Decimal
    fixed_total: Decimal
    variable_total: Decimal
    total_points: Fraction
    coefficients: Coefficients
    regions: tuple[RegionOutcome, ...]

    @property
    def payment_factor(self) -> Fraction:
        """The uitkeringsfactor: euro per point, exact."""
        return Fraction(self.variable_total) / self.total_points

    def payment_factor_shown(self, places: int = 6) -> Decimal:
        """Give the uitkeringsfactor with so many decimals, rounded half up."""
        return rounded(self.payment_factor, places)

    def outcome_of(self, region: str) -> RegionOutcome:
        """Give the outcome of a region. Raises `KeyError` for a region that takes no part."""
        for outcome in self.regions:
            if outcome.region == region:
                return outcome
        raise KeyError(region)


def apply_formula(
    total_euro: Decimal, measures: Mapping[str, Mapping[str, Decimal]], coefficients: Coefficients
) -> FormulaOutcome:
    """Divide a total in euro over regions by their measures: region code → measure → value.

    Raises a `CannotApplyFormula` that names region and measure, and `NotInWholeCents` for the total.
    """
    total_cents = to_cents(total_euro)
    if not measures:
        raise NoRegions
    for fixed in coefficients.fixed_amounts:
        if fixed.region not in measures:
            raise FixedAmountWithoutRegion(fixed.region)
    variable_cents = total_cents - to_cents(coefficients.fixed_total)
    if variable_cents < 0:
        raise TotalTooSmall(total_euro, coefficients.fixed_total)
    points = {
        region: _points_per_measure(region, measures[region], coefficients) for region in sorted(measures)
    }
    sums = {region: sum(parts.values(), Fraction()) for region, parts in points.items()}
    for region, region_points in sums.items():
        if region_points <= 0:
            raise PointsNotPositive(region, region_points)
    total_points = sum(sums.values(), Fraction())
    factor = Fraction(variable_cents, 100) / total_points
    shares = split(variable_cents, _as_whole_numbers(sums)).shares
    return FormulaOutcome(
        total=to_euro(total_cents),
        fixed_total=coefficients.fixed_total,
        variable_total=to_euro(variable_cents),
        total_points=total_points,
        coefficients=coefficients,
        regions=tuple(
            RegionOutcome(
                region=share.code,
                measures=tuple(
                    MeasureOutcome(
                        measure=coefficient.measure,
                        label=coefficient.label,
                        value=measures[share.code][coefficient.measure],
                        coefficient=coefficient.points_per_unit,
                        points=points[share.code][coefficient.measure],
                        euro=points[share.code][coefficient.measure] * factor,
                    )
                    for coefficient in coefficients.measures
                ),
                points=sums[share.code],
                share=share,
                fixed_amounts=coefficients.fixed_amounts_of(share.code),
            )
            for share in shares
        ),
    )


def _points_per_measure(
    region: str, values: Mapping[str, Decimal], coefficients: Coefficients
) -> dict[str, Fraction]:
    used = {coefficient.measure for coefficient in coefficients.measures}
    for measure in values:
        if measure not in used:
            raise UnknownMeasure(region, measure)
    points = {}
    for coefficient in coefficients.measures:
        value = values.get(coefficient.measure)
        if value is None:
            raise MissingMeasure(region, coefficient.measure)
        if not value.is_finite():
            raise MeasureNotANumber(region, coefficient.measure)
        if value.adjusted() >= MOST_DIGITS or int(value.as_tuple().exponent) < -MOST_DIGITS:
            raise MeasureOutOfRange(region, coefficient.measure)
        if value < 0:
            raise NegativeMeasure(region, coefficient.measure)
        points[coefficient.measure] = Fraction(value) * Fraction(coefficient.points_per_unit)
    return points


def _as_whole_numbers(points: Mapping[str, Fraction]) -> dict[str, int]:
    """Give points as weights, times the least power of ten that makes all of them whole: they stay readable as points."""
    scale = 1
    while any(scale % number.denominator for number in points.values()):
        scale *= 10
    return {region: (number * scale).numerator for region, number in points.items()}
