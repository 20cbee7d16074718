"""The budget for programs: keys, years, contributions, costs and spending, by the same reads, rules and services as the pages."""

from budget.api.costs import ProjectCostViewSet
from budget.api.expenditure import ExpenditureViewSet
from budget.api.keys import DistributionKeyViewSet
from budget.api.years import BudgetViewSet

__all__ = ["BudgetViewSet", "DistributionKeyViewSet", "ExpenditureViewSet", "ProjectCostViewSet"]
