"""The planning grid as one typed content object, from which page, panel and print view are made alike.

Whoever shows the grid asks `read_planning_grid` and nothing else, so that no two views of it can disagree.
"""

from reporting.planning_grid.content import (
    GoalReference,
    GridCell,
    ObjectiveRow,
    PillarGroup,
    PlanningGrid,
    ThemeGroup,
    YearColumn,
    numbers_in_short,
)
from reporting.planning_grid.money import ProjectCosts, YearMoney
from reporting.planning_grid.reading import chosen_filters, chosen_labels, read_planning_grid

__all__ = [
    "GoalReference",
    "GridCell",
    "ObjectiveRow",
    "PillarGroup",
    "PlanningGrid",
    "ProjectCosts",
    "ThemeGroup",
    "YearColumn",
    "YearMoney",
    "chosen_filters",
    "chosen_labels",
    "numbers_in_short",
    "read_planning_grid",
]
