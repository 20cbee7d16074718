"""What the verbs of the budget share: who may, and one at a time per year."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from budget.errors import NoAmount
from budget.models import AnnualBudget
from organisation.models import User


def require(user: User, permission: str) -> None:
    """Raise `PermissionDenied` unless the rules allow it."""
    if not user.has_perm(permission):
        raise PermissionDenied(_("Your account may not do this."))


def locked_budget(year: int) -> AnnualBudget:
    """Give the budget of a year, locked until the transaction ends. Raises `NoAmount`."""
    budget = AnnualBudget.objects.select_for_update().filter(year=year).first()
    if budget is None:
        raise NoAmount(year)
    return budget
