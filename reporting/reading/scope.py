"""What a report is about: its programme and year, seen from a day, with what its parts share."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from budget.allocation import YearAllocation
from pillars.models import PlanVersion, Programme
from portfolio.overview import PortfolioLine
from reporting.choices import ReportKind
from reporting.planning_grid import PlanningGrid


@dataclass(frozen=True, slots=True)
class Scope:
    """What the parts of a report are read with; `version` and `grid` are None without an adopted planning."""

    kind: ReportKind
    year: int
    today: datetime.date
    programme: Programme
    version: PlanVersion | None
    grid: PlanningGrid | None
    allocations: Mapping[int, YearAllocation]
    portfolios: Mapping[int, PortfolioLine]

    @property
    def allocation(self) -> YearAllocation:
        """The money of the year."""
        return self.allocations[self.year]
