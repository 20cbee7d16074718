"""The forms of this app: of the assignment, of decisions, reports, portfolios, and of the verbs on a project's page."""

from portfolio.forms.beginning import NewProjectForm
from portfolio.forms.step_form import StepForm
from portfolio.forms.steps import step_form_of

__all__ = ["NewProjectForm", "StepForm", "step_form_of"]
