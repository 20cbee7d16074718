"""The days that a project asks, as a table of who is asked against years. Plain functions on plain data."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskedDays:
    """Days asked in a year of a region or network, for a kind of expertise."""

    asked_of: str
    is_region: bool
    expertise: str
    year: int
    days: int


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """Who is asked for which expertise: the days per year of the table, in its order, and in all."""

    asked_of: str
    is_region: bool
    expertise: str
    days: tuple[int, ...]

    @property
    def total(self) -> int:
        """The days of all years."""
        return sum(self.days)


@dataclass(frozen=True, slots=True)
class CapacityTable:
    """Regions first, then networks, by name; with the total of each year."""

    years: tuple[int, ...]
    rows: tuple[CapacityRow, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """The days of each year."""
        return tuple(sum(row.days[place] for row in self.rows) for place in range(len(self.years)))

    @property
    def total(self) -> int:
        """All days."""
        return sum(self.totals)


def capacity_table(lines: Iterable[AskedDays]) -> CapacityTable:
    """Arrange lines; those of the same body, expertise and year are added up."""
    found: dict[tuple[bool, str, str], dict[int, int]] = {}
    for line in lines:
        of_years = found.setdefault((not line.is_region, line.asked_of, line.expertise), {})
        of_years[line.year] = of_years.get(line.year, 0) + line.days
    years = tuple(sorted({year for of_years in found.values() for year in of_years}))
    return CapacityTable(
        years,
        tuple(
            CapacityRow(asked_of, not is_network, expertise, tuple(of_years.get(year, 0) for year in years))
            for (is_network, asked_of, expertise), of_years in sorted(found.items())
        ),
    )
