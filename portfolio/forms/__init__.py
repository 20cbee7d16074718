"""The forms of this app: of the assignment, of decisions, reports, portfolios, and of the verbs on a project's page."""

from portfolio.forms.beginning import NewProjectForm
from portfolio.forms.step_form import StepForm
from portfolio.forms.steps import STEP_FORMS

__all__ = ["STEP_FORMS", "NewProjectForm", "StepForm"]
