"""What a report says, as plain typed data, from which screen, PDF and Excel are made alike (DESIGN.md, invariant 4).

`as_data` gives it as JSON data that can be sealed, `from_data` gives it back.
"""

from reporting.content.budget import (
    BudgetYear,
    CategoryCost,
    ContributionRow,
    Contributions,
    CostCentreYear,
)
from reporting.content.edition import Edition, file_name
from reporting.content.planning import (
    Planning,
    PlanningCell,
    PlanningPillar,
    PlanningRow,
    PlanningTheme,
    PlanningYear,
)
from reporting.content.projects import (
    CapacityLine,
    DecisionLine,
    GoalLine,
    ProjectLine,
    ResultLine,
    StatusLine,
)
from reporting.content.report import PillarText, ReportContent, Source, as_data, from_data

__all__ = [
    "BudgetYear",
    "CapacityLine",
    "CategoryCost",
    "ContributionRow",
    "Contributions",
    "CostCentreYear",
    "DecisionLine",
    "Edition",
    "GoalLine",
    "PillarText",
    "Planning",
    "PlanningCell",
    "PlanningPillar",
    "PlanningRow",
    "PlanningTheme",
    "PlanningYear",
    "ProjectLine",
    "ReportContent",
    "ResultLine",
    "Source",
    "StatusLine",
    "as_data",
    "file_name",
    "from_data",
]
