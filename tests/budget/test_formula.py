"""The formula of the BDUR: a case by hand, its exactness, what it refuses; and its numbers as the fixture has them."""

import csv
import datetime
import string
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.coefficients import CoefficientsProblem, NoCoefficients, coefficients_on, read_coefficients
from budget.exact import NotInWholeCents, to_cents
from budget.formula import (
    CannotApplyFormula,
    Coefficient,
    Coefficients,
    FixedAmount,
    FixedAmountWithoutRegion,
    MeasureNotANumber,
    MeasureOutOfRange,
    MissingMeasure,
    NegativeMeasure,
    NoRegions,
    PointsNotPositive,
    TotalTooSmall,
    UnknownMeasure,
    apply_formula,
)
from tests.conftest import FIXTURE

D = Decimal
FORMULA = FIXTURE / "bdur_formula.toml"
NEW_YEAR = datetime.date(2016, 1, 1)

SMALL = Coefficients(
    valid_from=NEW_YEAR,
    valid_until=None,
    source="made up",
    measures=(
        Coefficient("vast_bedrag", "Vast bedrag", D(1)),
        Coefficient("kernen", "Kernen", D("447.00")),
        Coefficient("OAD", "Omgevingsadressendichtheid", D("-0.195")),
    ),
    fixed_amounts=(
        FixedAmount("VR02", D("28.00"), "Waddeneilanden"),
        FixedAmount("VR02", D("5.50"), "Schiphol"),
    ),
)
SMALL_SHEET = {
    "VR02": {"vast_bedrag": D(100), "kernen": D(2), "OAD": D(1000)},
    "VR01": {"vast_bedrag": D("0.5"), "kernen": D(1), "OAD": D(0)},
}


def test_a_small_case_comes_out_as_by_hand():
    """VR01 has 0.5 + 447 = 447.5 points, VR02 has 100 + 894 − 195 = 799: 1246.5 in all.

    1033.50 less the fixed amounts of 33.50 leaves 1000.00, which is 0.802246… a point: VR01 gets 359.00521…, VR02
    640.99478… . Rounded down to cents that leaves one, for the larger remainder: 0.521… of a cent, VR01's.
    """
    outcome = apply_formula(D("1033.50"), SMALL_SHEET, SMALL)
    assert (outcome.total, outcome.fixed_total, outcome.variable_total) == (D("1033.50"), D("33.50"), D(1000))
    assert outcome.total_points == Fraction("1246.5")
    assert outcome.payment_factor == Fraction(10_000, 12_465)
    assert outcome.payment_factor_shown() == D("0.802246")
    assert [region.region for region in outcome.regions] == ["VR01", "VR02"]

    first, second = outcome.regions
    assert [(part.measure, part.value, part.coefficient, part.points) for part in second.measures] == [
        ("vast_bedrag", D(100), D(1), 100),
        ("kernen", D(2), D("447.00"), 894),
        ("OAD", D(1000), D("-0.195"), -195),
    ]
    assert [part.label for part in first.measures] == [
        "Vast bedrag",
        "Kernen",
        "Omgevingsadressendichtheid",
    ]
    assert second.measures[2].euro == Fraction(-1_950_000, 12_465)
    assert (first.points, second.points) == (Fraction("447.5"), 799)
    assert (str(first.variable_euro), str(second.variable_euro)) == ("359.01", "640.99")
    assert (first.share.weight, second.share.weight, second.share.extra_cents) == (4475, 7990, 0)
    assert (str(first.fixed_euro), str(second.fixed_euro)) == ("0.00", "33.50")
    assert [fixed.reason for fixed in second.fixed_amounts] == ["Waddeneilanden", "Schiphol"]
    assert (str(first.euro), str(second.euro)) == ("359.01", "674.49")
    assert outcome.outcome_of("VR02") is second
    with pytest.raises(KeyError):
        outcome.outcome_of("VR03")


def test_a_total_of_just_the_fixed_amounts_leaves_nothing_to_divide():
    outcome = apply_formula(D("33.50"), SMALL_SHEET, SMALL)
    assert outcome.payment_factor == 0
    assert [region.euro for region in outcome.regions] == [0, D("33.50")]


MEASURE_NAMES = ("vast_bedrag", "woonruimten", "OAD")
NUMBERS = st.decimals(0, 10**9, places=3)


@st.composite
def sheets(draw):
    """A sheet of measures with coefficients for it; every region has more than zero points."""
    regions = draw(
        st.lists(st.text(string.digits, min_size=2, max_size=2), min_size=1, max_size=25, unique=True)
    )
    per_unit = st.decimals(D("0.001"), 10_000, places=3)
    coefficients = Coefficients(
        valid_from=NEW_YEAR,
        valid_until=None,
        source="made up",
        measures=(
            Coefficient("vast_bedrag", "", D(1)),
            Coefficient("woonruimten", "", draw(per_unit)),
            Coefficient("OAD", "", -draw(per_unit)),
        ),
        fixed_amounts=tuple(
            FixedAmount(region, draw(st.decimals(D("0.01"), 10**7, places=2)), "because")
            for region in draw(st.lists(st.sampled_from(regions), max_size=4))
        ),
    )
    most_taken_off = -coefficients.measures[2].points_per_unit
    sheet = {}
    for region in regions:
        density = draw(st.decimals(0, 10_000, places=2))
        sheet[region] = {
            "OAD": density,
            "woonruimten": draw(NUMBERS),
            "vast_bedrag": density * most_taken_off + draw(st.decimals(D("0.01"), 10**6, places=2)),
        }
    return sheet, coefficients


@given(sheets(), st.integers(0, 10**11))
def test_regions_get_the_total_to_the_cent(case, variable_cents):
    sheet, coefficients = case
    total = coefficients.fixed_total + D(variable_cents) / 100
    outcome = apply_formula(total, sheet, coefficients)
    assert sum(region.cents for region in outcome.regions) == to_cents(total)
    assert sum(region.share.cents for region in outcome.regions) == variable_cents


@given(sheets(), st.integers(0, 10**11))
def test_measures_add_up_to_what_a_region_gets_before_rounding(case, variable_cents):
    sheet, coefficients = case
    outcome = apply_formula(coefficients.fixed_total + D(variable_cents) / 100, sheet, coefficients)
    for region in outcome.regions:
        assert {part.measure for part in region.measures} == set(MEASURE_NAMES)
        for part in region.measures:
            assert part.value == sheet[region.region][part.measure]
            assert part.points == Fraction(part.value) * Fraction(part.coefficient)
        assert region.points == sum(part.points for part in region.measures)
        exact = sum(part.euro for part in region.measures)
        assert exact == region.points * outcome.payment_factor == region.share.exact_cents / 100
        assert abs(Fraction(region.variable_euro) - exact) < Fraction(1, 100)
        assert region.euro == region.variable_euro + region.fixed_euro
    assert sum(region.points for region in outcome.regions) == outcome.total_points


@given(sheets(), st.integers(0, 10**11))
def test_more_points_never_bring_less(case, variable_cents):
    sheet, coefficients = case
    outcome = apply_formula(coefficients.fixed_total + D(variable_cents) / 100, sheet, coefficients)
    for one in outcome.regions:
        for other in outcome.regions:
            assert one.points <= other.points or one.share.cents >= other.share.cents


def changed(region, **values):
    """The small sheet with other values for one region; None leaves the measure out."""
    row = {measure: value for measure, value in (SMALL_SHEET[region] | values).items() if value is not None}
    return SMALL_SHEET | {region: row}


@pytest.mark.parametrize(
    ("sheet", "error", "measure"),
    [
        (changed("VR01", brandkranen=D(1)), UnknownMeasure, "brandkranen"),
        (changed("VR01", kernen=None), MissingMeasure, "kernen"),
        (changed("VR01", kernen=D(-1)), NegativeMeasure, "kernen"),
        (changed("VR01", kernen=D("NaN")), MeasureNotANumber, "kernen"),
        (changed("VR01", kernen=D("sNaN")), MeasureNotANumber, "kernen"),
        (changed("VR01", kernen=D("Infinity")), MeasureNotANumber, "kernen"),
        (changed("VR01", kernen=D("1E+999999")), MeasureOutOfRange, "kernen"),
        (changed("VR01", kernen=D("1E-999999")), MeasureOutOfRange, "kernen"),
        (changed("VR01", OAD=D(10**6)), PointsNotPositive, None),
        (changed("VR01", vast_bedrag=D(0), kernen=D(0)), PointsNotPositive, None),
    ],
)
def test_a_sheet_that_has_no_outcome_is_refused_with_region_and_measure(sheet, error, measure):
    with pytest.raises(error) as refused:
        apply_formula(D(1000), sheet, SMALL)
    assert isinstance(refused.value, CannotApplyFormula)
    assert isinstance(refused.value, ValueError)
    assert refused.value.region == "VR01"
    assert "VR01" in str(refused.value)
    assert getattr(refused.value, "measure", None) == measure
    assert measure is None or measure in str(refused.value)


def test_a_total_below_the_fixed_amounts_is_refused_with_both():
    with pytest.raises(TotalTooSmall, match=r"33\.49 .* 33\.50") as refused:
        apply_formula(D("33.49"), SMALL_SHEET, SMALL)
    assert (refused.value.total, refused.value.fixed_total) == (D("33.49"), D("33.50"))


def test_a_fixed_amount_for_a_region_that_the_sheet_lacks_is_refused():
    with pytest.raises(FixedAmountWithoutRegion, match="VR02"):
        apply_formula(D(1000), {"VR01": SMALL_SHEET["VR01"]}, SMALL)


def test_a_sheet_without_regions_is_refused():
    with pytest.raises(NoRegions):
        apply_formula(D(1000), {}, replace(SMALL, fixed_amounts=()))


def test_a_total_in_parts_of_a_cent_is_refused():
    with pytest.raises(NotInWholeCents):
        apply_formula(D("1000.001"), SMALL_SHEET, SMALL)


def test_the_fixture_has_the_numbers_of_the_decree():
    """Typed a second time, from bijlage 2 and article 8.2."""
    (version,) = read_coefficients(FORMULA)
    assert {part.measure: part.points_per_unit for part in version.measures} == {
        "vast_bedrag": D(1),
        "woonruimten": D("0.97"),
        "oppbeb": D("46.1"),
        "OAD": D("-0.195"),
        "kernen": D(447),
        "opptot": D("1.6"),
        "hoofdvaar": D("5125.422"),
        "BRZO": D("4967.021"),
        "inwoners": D("0.21"),
    }
    with (FIXTURE / "regions.csv").open(encoding="utf-8") as file:
        names = {row["code"]: row["name"] for row in csv.DictReader(file)}
    cbrn = ("Groningen", "Noord- en Oost-Gelderland", "Brabant-Zuidoost")
    cbrn += ("Amsterdam-Amstelland", "Rotterdam-Rijnmond", "Haaglanden")
    assert sorted((names[fixed.region], fixed.amount) for fixed in version.fixed_amounts) == sorted(
        [
            ("Fryslân", D(150_000)),
            ("Noord-Holland-Noord", D(28_000)),
            ("Kennemerland", D(5_000_000)),
            ("Kennemerland", D(2_500_000)),
            *((name, D(175_000)) for name in cbrn),
        ]
    )
    assert version.fixed_total == D("8728000.00")


def test_the_numbers_of_the_fixture_divide_a_total_over_25_regions():
    (version,) = read_coefficients(FORMULA)
    sheet = {
        f"VR{number:02}": {part.measure: D(number * 100) for part in version.measures}
        for number in range(1, 26)
    }
    outcome = apply_formula(D("180000000.00"), sheet, version)
    assert sum(region.euro for region in outcome.regions) == D("180000000.00")
    assert outcome.outcome_of("VR12").fixed_euro == D("7500000.00")


VERSION = """
[[versions]]
valid_from = {valid_from}
{more}
source = "Bijlage 2"
[[versions.measures]]
measure = "kernen"
label = "Kernen"
points_per_unit = {points}
[[versions.fixed_amounts]]
region = "VR02"
amount = {amount}
reason = "Waddeneilanden"
"""


def version(valid_from="2016-01-01", more="", points="447.00", amount="150000.00"):
    return VERSION.format(valid_from=valid_from, more=more, points=points, amount=amount)


@pytest.fixture
def written(tmp_path):
    """Give a function that writes a file of coefficients."""

    def write(text):
        path = tmp_path / "formula.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_version_of_a_day_is_the_one_that_counts_on_it(written):
    path = written(
        version("2024-01-01", points="450.10")
        + version("2016-01-01", more="valid_until = 2022-12-31", points="447.00")
    )
    assert [found.valid_from.year for found in read_coefficients(path)] == [2016, 2024]
    day = datetime.date
    assert coefficients_on(path, day(2016, 1, 1)).measures[0].points_per_unit == D("447.00")
    assert coefficients_on(path, day(2022, 12, 31)).measures[0].points_per_unit == D("447.00")
    assert coefficients_on(path, day(2030, 1, 1)).measures[0].points_per_unit == D("450.10")
    for gap in (day(2015, 12, 31), day(2023, 1, 1)):
        with pytest.raises(NoCoefficients, match=gap.isoformat()):
            coefficients_on(path, gap)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("versions = [", "formula.toml: "),
        ("", "the file: versions is missing"),
        ("versions = []", "versions: not a list of tables"),
        ("versions = [1]", "versions: not a list of tables"),
        (version() + '[extra]\nname = "x"', "the file: extra is unknown"),
        (version() + version("2020-01-01"), "the version of 2016-01-01 still counts on 2020-01-01"),
        (version(more="valid_until = 2015-12-31"), "version 1 ends before it begins"),
        (version(more="valid_untill = 2020-12-31"), "version 1: valid_untill is unknown"),
        (version(valid_from="2016"), "version 1, valid_from: not a day"),
        (version(valid_from="2016-01-01T00:00:00"), "version 1, valid_from: not a day"),
        (version(points='"447"'), "version 1, measure 1, points_per_unit: not a number"),
        (version(points="nan"), "version 1, measure 1, points_per_unit: not a number"),
        (version(points="true"), "version 1, measure 1, points_per_unit: not a number"),
        (version(points="-447.00"), "version 1: no measure counts for more than zero points"),
        (version(amount="0"), "version 1, fixed amount 1, amount: not more than zero"),
        (version(amount="0.001"), "version 1, fixed amount 1, amount: 0.001 is not an amount"),
        (version().replace('"Kernen"', '" "'), "version 1, measure 1, label: not a text"),
        (version().replace('label = "Kernen"', ""), "version 1, measure 1: label is missing"),
        (
            version() + '[[versions.measures]]\nmeasure = "kernen"\nlabel = "Kernen"\npoints_per_unit = 1',
            "version 1: kernen stands there 2 times",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_place(written, text, problem):
    with pytest.raises(CoefficientsProblem) as refused:
        read_coefficients(written(text))
    assert problem in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CoefficientsProblem, match=r"away\.toml"):
        read_coefficients(tmp_path / "away.toml")
