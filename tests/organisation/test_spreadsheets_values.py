"""Dates, numbers and texts of cells: what is taken, and what is refused because it could be something else."""

import contextlib
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisation.spreadsheets.reading import Oddity
from organisation.spreadsheets.values import (
    WrongValue,
    normalise,
    shorten,
    to_date,
    to_text,
    to_whole_number,
    to_year,
)

pytestmark = pytest.mark.usefixtures("english")
FIRST_OF_MARCH = datetime.date(2026, 3, 1)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01",
        "2026-3-1",
        "2026-03-01 00:00:00",
        "01-03-2026",
        "1-3-2026",
        "1.3.2026",
        "1 maart 2026",
        "1 Maart 2026",
        " 1  mrt.  2026 ",
        "1 mrt 2026",
        "1 March 2026",
        "1 Mar 2026",
        "March 1, 2026",
        "1. maart 2026",
    ],
)
def test_a_date_that_can_be_read_in_one_way_is_taken(written):
    assert to_date(written) == FIRST_OF_MARCH


@pytest.mark.parametrize(
    ("written", "day"), [("13/03/2026", 13), ("03/13/2026", 13), ("03/03/2026", 3), ("31-12-2026", 31)]
)
def test_slashes_are_taken_where_only_one_reading_is_a_day(written, day):
    assert to_date(written).day == day


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("01/03/2026", "two ways"),
        ("1-3-26", "two digits"),
        ("1 mrt 26", "two digits"),
        ("31-02-2026", "no day"),
        ("2026-02-30", "no day"),
        ("2026-99-99", "no day"),
        ("13/13/2026", "no day"),
        ("0000-01-01", "no day"),
        ("1 foo 2026", "not a date"),
        ("Q1 2026", "not a date"),
        ("maart 2026", "not a date"),
        ("2026", "not a date"),
        ("morgen", "not a date"),
        ("²-3-2026", "not a date"),
        ("x" * 40_000, "not a date"),
        (2026.0, "number"),
        (True, "number"),
        (Oddity.FORMULA, "formula"),
        (Oddity.ERROR, "error"),
    ],
)
def test_another_date_is_refused_with_what_to_do(written, says):
    with pytest.raises(WrongValue, match=says) as refused:
        to_date(written)
    assert len(str(refused.value)) < 250


@given(st.dates(min_value=datetime.date(2000, 1, 1)))
def test_every_day_is_read_back_in_each_form(day):
    months = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
    for written in (
        day.isoformat(),
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day} {months[day.month - 1]} {day.year}",
    ):
        assert to_date(written) == day


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_is_refused(text):
    with contextlib.suppress(WrongValue):
        assert isinstance(to_date(text), datetime.date)


@pytest.mark.parametrize("written", [26, 26.0, "26", 0.0])
def test_a_year_of_two_digits_is_refused(written):
    with pytest.raises(WrongValue, match="four digits"):
        to_year(float(written), range(2024, 2029))


@pytest.mark.parametrize("written", [2023.0, 2029.0, 20266.0, 1e14])
def test_a_year_outside_the_programme_is_refused_with_its_years(written):
    with pytest.raises(WrongValue, match="2024 up to and including 2028"):
        to_year(written, range(2024, 2029))


@pytest.mark.parametrize("written", [2026.0, "2026"])
def test_a_year_is_taken_as_number_and_as_text(written):
    assert to_year(written, range(2024, 2029)) == 2026


@pytest.mark.parametrize("written", ["x", 2026.5, True, "2026 ", Oddity.UNREADABLE])
def test_what_is_no_year_is_refused(written):
    with pytest.raises(WrongValue):
        to_year(written, range(2024, 2029))


@pytest.mark.parametrize("written", [0.0, -1.0, 2.5, 10_000.0, "1e3", "tien", True, 1e300])
def test_days_are_whole_and_within_limits(written):
    with pytest.raises(WrongValue):
        to_whole_number(written, 1, 9_999)
    assert to_whole_number("12", 1, 9_999) == to_whole_number(12.0, 1, 9_999) == 12


def test_a_number_is_no_text_but_for_keys():
    with pytest.raises(WrongValue, match="number"):
        to_text(2026.0, 10)
    assert to_text(12.0, 10, number_is_text=True) == "12"
    with pytest.raises(WrongValue):
        to_text(1.5, 10, number_is_text=True)


def test_what_excel_made_a_date_of_is_no_text():
    with pytest.raises(WrongValue, match="date of this"):
        to_text(datetime.datetime(2026, 7, 1), 20, number_is_text=True)  # noqa: DTZ001 (as Excel has it)


def test_too_long_a_text_is_refused_with_both_lengths():
    assert to_text("x" * 20, 20) == "x" * 20
    with pytest.raises(WrongValue, match="21 characters; at most 20"):
        to_text("x" * 21, 20)


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x9f", "\ud800", "￾", "￿"])
def test_what_can_not_be_shown_is_refused_with_its_place(character):
    with pytest.raises(WrongValue, match=rf"Character 3 .*U\+{ord(character):04X}"):
        to_text(f"ab{character}c", 20)


@pytest.mark.parametrize("text", ["=1+1", "+31", "-5", "@x", "=cmd|'/c calc'!A1"])
def test_text_that_looks_like_a_formula_stays_text(text):
    assert to_text(text, 50) == text


def test_lines_are_kept_where_there_is_room_for_them():
    assert to_text("a\n b", 100) == "a b"
    assert to_text("a\n b", 100, one_line=False) == "a\n b"


@given(st.text(max_size=300))
def test_what_is_named_in_a_message_can_be_shown(text):
    shown = shorten(text)
    assert len(shown) <= 60
    assert shown.encode().decode() == shown
    assert normalise(f" {shown}!") == normalise(shown)
