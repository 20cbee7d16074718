"""The forms of the assignment: one for its beginning, one per step."""

from portfolio.forms.beginning import NewProjectForm
from portfolio.forms.steps import STEP_FORMS, StepForm

__all__ = ["STEP_FORMS", "NewProjectForm", "StepForm"]
