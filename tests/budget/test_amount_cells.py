"""Amounts and measures of cells: exact, in either notation, and refused where they could be something else."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.amount_cells import to_amount, to_measure
from organisation.spreadsheets.values import WrongValue

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("-25,00", "-25.00"),
        ("−25,00", "-25.00"),
        ("- 25", "-25.00"),
        ("-€ 1.000,50", "-1000.50"),
        ("€ -1.000,50", "-1000.50"),
        ("EUR -5", "-5.00"),
        ("(1,000.50)", "-1000.50"),
        ("1.000,50-", "-1000.50"),
        ("5-", "-5.00"),
        ("25,-", "25.00"),
        ("-25,-", "-25.00"),
        (-12.34, "-12.34"),
        (-0.0, "0.00"),
        ("-0", "0.00"),
    ],
)
def test_a_credit_is_negative_however_it_is_written(written, amount):
    found = to_amount(written)
    assert (str(found), found.is_signed()) == (amount, amount.startswith("-"))


@pytest.mark.parametrize(
    "written", ["--5", "-(5)", "(-5)", "5-5", "-", "()", "€", "1e5", "5%", "=1", "1.00.0", "²"]
)
def test_what_is_no_amount_is_refused(written):
    with pytest.raises(WrongValue):
        to_amount(written)


@given(st.integers(-(10**12) + 1, 10**12 - 1))
def test_every_amount_in_cents_comes_back_from_the_number_that_excel_keeps(cents):
    amount = Decimal(cents) / 100
    assert to_amount(float(amount)) == amount
    assert to_amount(f"{amount:.2f}".replace(".", ",")) == amount


@pytest.mark.parametrize(
    ("written", "measure"),
    [
        (0.0, "0"),
        (1234.0, "1234"),
        (0.1 + 0.2, "0.3"),
        (12.3456, "12.3456"),
        ("0", "0"),
        ("596000", "596000"),
        ("596.000.000", "596000000"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("0,195", "0.195"),
        ("1234,567", "1234.567"),
    ],
)
def test_a_measure_is_taken_exactly(written, measure):
    assert str(to_measure(written)) == measure


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("596.000", "two ways"),
        ("1,234", "two ways"),
        ("-1", "zero or more"),
        (-0.5, "zero or more"),
        (1e12, "larger than"),
        ("x", "not a number"),
        ("1,2,3", "not a number"),
        ("1.0000001", "not a number"),
        (True, "TRUE or FALSE"),
    ],
)
def test_another_measure_is_refused_with_what_to_do(written, says):
    with pytest.raises(WrongValue, match=says):
        to_measure(written)


@given(st.one_of(st.text(max_size=50), st.floats(allow_nan=False, allow_infinity=False)))
def test_any_value_is_an_amount_or_is_refused(value):
    with contextlib.suppress(WrongValue):
        assert to_amount(value).as_tuple().exponent == -2
    with contextlib.suppress(WrongValue):
        assert to_measure(value) >= 0
