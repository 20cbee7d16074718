"""The working budget: keys, contributions, planned costs, what was spent."""

from budget.models.contributions import AnnualBudget, CarryOver, Contribution, ContributionSet
from budget.models.keys import DistributionKey, FormulaCoefficients, KeyWeight
from budget.models.spending import BudgetLine, Expenditure, Forecast
from budget.models.uploads import Upload

__all__ = [
    "AnnualBudget",
    "BudgetLine",
    "CarryOver",
    "Contribution",
    "ContributionSet",
    "DistributionKey",
    "Expenditure",
    "Forecast",
    "FormulaCoefficients",
    "KeyWeight",
    "Upload",
]
