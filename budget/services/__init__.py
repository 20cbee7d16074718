"""The verbs that change the budget; the only door for views, API, commands and other apps."""

from budget.services.bookings import BookingsRefused, book_upload, receive_bookings
from budget.services.contributions import (
    adopt_contributions,
    carry_over,
    discard_draft,
    draft_contributions,
    invoice_contributions,
    mark_paid,
    set_budget,
    verify_contributions,
)
from budget.services.costs import plan_central_support, set_forecast, set_project_costs
from budget.services.key_uploads import (
    KeyRefused,
    discard_key_upload,
    keep_uploaded_key,
    receive_key_upload,
)
from budget.services.keys import adopt_key, keep_key, remove_key, verify_key
from budget.services.spending import NewExpenditure, book_expenditure, withdraw_expenditure

__all__ = [
    "BookingsRefused",
    "KeyRefused",
    "NewExpenditure",
    "adopt_contributions",
    "adopt_key",
    "book_expenditure",
    "book_upload",
    "carry_over",
    "discard_draft",
    "discard_key_upload",
    "draft_contributions",
    "invoice_contributions",
    "keep_key",
    "keep_uploaded_key",
    "mark_paid",
    "plan_central_support",
    "receive_bookings",
    "receive_key_upload",
    "remove_key",
    "set_budget",
    "set_forecast",
    "set_project_costs",
    "verify_contributions",
    "verify_key",
    "withdraw_expenditure",
]
