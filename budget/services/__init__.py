"""The verbs that change the budget; the only door for views, API, commands and other apps."""

from budget.services.bookings import BookingsRefused, book_upload, receive_bookings
from budget.services.contributions import (
    adopt_contributions,
    carry_over,
    draft_contributions,
    invoice_contributions,
    mark_paid,
    set_budget,
)
from budget.services.costs import plan_central_support, set_forecast, set_project_costs
from budget.services.keys import adopt_key, keep_key
from budget.services.spending import NewExpenditure, book_expenditure, withdraw_expenditure

__all__ = [
    "BookingsRefused",
    "NewExpenditure",
    "adopt_contributions",
    "adopt_key",
    "book_expenditure",
    "book_upload",
    "carry_over",
    "draft_contributions",
    "invoice_contributions",
    "keep_key",
    "mark_paid",
    "plan_central_support",
    "receive_bookings",
    "set_budget",
    "set_forecast",
    "set_project_costs",
    "withdraw_expenditure",
]
