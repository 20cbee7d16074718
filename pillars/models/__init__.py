"""The programme: what it consists of, and which objective is planned in which year."""

from pillars.models.planning import ObjectiveDependency, PlannedYear, PlanVersion
from pillars.models.programme import (
    FIRST_CALENDAR_YEAR,
    LAST_CALENDAR_YEAR,
    LacGoal,
    LoadedRecord,
    Objective,
    Pillar,
    Programme,
    ProgrammeYear,
    Theme,
)

__all__ = [
    "FIRST_CALENDAR_YEAR",
    "LAST_CALENDAR_YEAR",
    "LacGoal",
    "LoadedRecord",
    "Objective",
    "ObjectiveDependency",
    "Pillar",
    "PlanVersion",
    "PlannedYear",
    "Programme",
    "ProgrammeYear",
    "Theme",
]
