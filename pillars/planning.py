"""An objective across the years of its programme, as pages draw it. Plain functions on plain data."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pillars.choices import YearState


@dataclass(frozen=True, slots=True)
class ObjectiveYear:
    """A year of an objective. `starts` and `ends` tell whether a run of planned years begins or stops here."""

    year: int
    state: YearState
    starts: bool
    ends: bool

    @property
    def is_planned(self) -> bool:
        """Whether the objective is active in this year."""
        return self.state != YearState.NOT_PLANNED


def objective_years(
    planned: Collection[int], years: Iterable[int], this_year: int
) -> tuple[ObjectiveYear, ...]:
    """Give the years of a programme for an objective that is planned in some of them, seen from this year."""
    return tuple(
        ObjectiveYear(
            year=year,
            state=year_state(year in planned, year, this_year),
            starts=year in planned and year - 1 not in planned,
            ends=year in planned and year + 1 not in planned,
        )
        for year in years
    )


def year_state(is_planned: bool, year: int, this_year: int) -> YearState:
    """Give the state of an objective in a year."""
    if not is_planned:
        return YearState.NOT_PLANNED
    if year < this_year:
        return YearState.PAST
    return YearState.CURRENT if year == this_year else YearState.AHEAD
