from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BudgetConfig(AppConfig):
    """The working budget: keys, contributions of the regions, what is planned and spent."""

    name = "budget"
    verbose_name = _("budget")

    def ready(self) -> None:
        """Fill the places that lower apps keep for what only the budget knows."""
        from budget.acceptance import money_that_is_short
        from budget.cost_history import cost_history
        from budget.loading import load_budget_reference
        from budget.ports import costs_of_an_assignment, project_costs
        from pillars.loading import further_loaders
        from portfolio import ports

        further_loaders.append(load_budget_reference)
        ports.acceptance_checks.append(money_that_is_short)
        ports.costs = costs_of_an_assignment()
        ports.project_fragments.append(project_costs())
        ports.history_sources.append(cost_history())
