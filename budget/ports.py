"""What the budget puts in the places that `portfolio.ports` keeps for it on pages of a project."""

from django.utils.translation import gettext_lazy as _

from budget.cost_forms import CostsStep
from budget.cost_history import FIELDS, KIND
from budget.cost_step import cost_values, document_part, save_costs, step_notes
from portfolio.ports import CostsPort, ProjectFragment


def costs_of_an_assignment() -> CostsPort:
    """Give the step of the assignment form in which costs are planned."""
    return CostsPort(
        step_form=CostsStep,
        changes={KIND: FIELDS},
        prefetches=("budget_lines",),
        values=cost_values,
        save=save_costs,
        notes=step_notes,
        describe=document_part,
    )


def project_costs() -> ProjectFragment:
    """Give the section of a project's page with what it costs."""
    return ProjectFragment(
        key="costs", title=_("Costs"), url_name="budget:project-costs", permission="budget.view_lines"
    )
