from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BudgetConfig(AppConfig):
    """The working budget: keys, contributions of the regions, what is planned and spent."""

    name = "budget"
    verbose_name = _("budget")

    def ready(self) -> None:
        """Fill the places that lower apps keep for what only the budget knows."""
        from budget.acceptance import money_that_is_short
        from budget.loading import load_budget_reference
        from pillars.loading import further_loaders
        from portfolio.ports import acceptance_checks

        further_loaders.append(load_budget_reference)
        acceptance_checks.append(money_that_is_short)
