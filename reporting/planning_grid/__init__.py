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
from reporting.planning_grid.reading import chosen_filters, chosen_labels, read_grid_of, read_planning_grid
from reporting.planning_grid.viewpoint import Viewpoint, viewpoint_of, viewpoint_of_report

__all__ = [
    "GoalReference",
    "GridCell",
    "ObjectiveRow",
    "PillarGroup",
    "PlanningGrid",
    "ProjectCosts",
    "ThemeGroup",
    "Viewpoint",
    "YearColumn",
    "YearMoney",
    "chosen_filters",
    "chosen_labels",
    "numbers_in_short",
    "read_grid_of",
    "read_planning_grid",
    "viewpoint_of",
    "viewpoint_of_report",
]
