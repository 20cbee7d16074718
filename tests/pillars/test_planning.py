"""An objective across the years of its programme."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillars.choices import YearState
from pillars.planning import objective_years

NOT_PLANNED, PAST, CURRENT, AHEAD = YearState


@pytest.mark.parametrize(
    ("today", "states"),
    [
        ("2023-12-31", [AHEAD, AHEAD, NOT_PLANNED, AHEAD, AHEAD]),
        ("2024-01-01", [CURRENT, AHEAD, NOT_PLANNED, AHEAD, AHEAD]),
        ("2024-12-31", [CURRENT, AHEAD, NOT_PLANNED, AHEAD, AHEAD]),
        ("2025-01-01", [PAST, CURRENT, NOT_PLANNED, AHEAD, AHEAD]),
        ("2026-11-24", [PAST, PAST, NOT_PLANNED, AHEAD, AHEAD]),
        ("2028-12-31", [PAST, PAST, NOT_PLANNED, PAST, CURRENT]),
        ("2029-01-01", [PAST, PAST, NOT_PLANNED, PAST, PAST]),
    ],
)
def test_state_of_a_year_follows_from_plan_and_date(today, states):
    years = objective_years(
        {2024, 2025, 2027, 2028}, range(2024, 2029), datetime.date.fromisoformat(today).year
    )
    assert [year.state for year in years] == states
    assert [year.is_planned for year in years] == [True, True, False, True, True]


@pytest.mark.parametrize(
    ("planned", "starts", "ends"),
    [
        (set(), set(), set()),
        ({2024}, {2024}, {2024}),
        ({2024, 2025, 2026, 2027, 2028}, {2024}, {2028}),
        ({2024, 2026, 2027}, {2024, 2026}, {2024, 2027}),
    ],
)
def test_runs_of_years_begin_and_stop(planned, starts, ends):
    years = objective_years(planned, range(2024, 2029), 2026)
    assert {year.year for year in years if year.starts} == starts
    assert {year.year for year in years if year.ends} == ends


@given(st.sets(st.integers(2024, 2033)), st.integers(2020, 2040))
def test_every_run_that_begins_stops(planned, this_year):
    years = objective_years(planned, range(2024, 2034), this_year)
    assert sum(year.starts for year in years) == sum(year.ends for year in years)
    assert {year.year for year in years if year.is_planned} == planned
