"""Every state and kind of projects and decisions, named once."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProjectState(models.TextChoices):
    """The life of a project (DESIGN.md, section 5). The values name the shapes in `static/public/icons.svg`."""

    DRAFT = "draft", pgettext_lazy("state of a project", "draft")
    SUBMITTED = "submitted", pgettext_lazy("state of a project", "submitted")
    RETURNED = "returned", pgettext_lazy("state of a project", "returned")
    ACCEPTED = "accepted", pgettext_lazy("state of a project", "accepted")
    RUNNING = "running", pgettext_lazy("state of a project", "running")
    COMPLETED = "completed", pgettext_lazy("state of a project", "completed")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a project", "withdrawn")
    CANCELLED = "cancelled", pgettext_lazy("state of a project", "cancelled")


# Its makers still work on the assignment.
WITH_THE_HOLDER = (ProjectState.DRAFT, ProjectState.RETURNED)
NOT_BEGUN = (ProjectState.DRAFT, ProjectState.SUBMITTED, ProjectState.RETURNED, ProjectState.ACCEPTED)
OPEN = (*NOT_BEGUN, ProjectState.RUNNING)
# What the RCDV sees: accepted and what came of it.
ACCEPTED_AND_LATER = (
    ProjectState.ACCEPTED,
    ProjectState.RUNNING,
    ProjectState.COMPLETED,
    ProjectState.CANCELLED,
)
ENDED = (ProjectState.COMPLETED, ProjectState.WITHDRAWN, ProjectState.CANCELLED)
# What fills a cell of the planning grid; what was withdrawn or cancelled doesn't.
COUNTED = (*OPEN, ProjectState.COMPLETED)


class FormOfWork(models.TextChoices):
    """How the work is organised (werkvorm): chapter 5, "Organisatie en financiering"."""

    PROJECT = "project", _("project")
    PROCESS = "process", _("process")
    NETWORK_PROGRAMME = "network_programme", _("work programme of a network")
    WORKING_GROUP = "working_group", _("working group")
    EXPERT_TEAM = "expert_team", _("expert team")
    HIRED_EXPERTISE = "hired_expertise", _("hired expertise")


class Health(models.TextChoices):
    """How something stands, from good to bad: the order is that of the list."""

    GREEN = "green", _("on course")
    AMBER = "amber", _("needs attention")
    RED = "red", _("off course")


class Level(models.IntegerChoices):
    """How likely a risk is, and how heavy its consequences."""

    LOW = 1, pgettext_lazy("level of a risk", "low")
    MEDIUM = 2, pgettext_lazy("level of a risk", "medium")
    HIGH = 3, pgettext_lazy("level of a risk", "high")


class Outcome(models.TextChoices):
    """What the Vakraad decided on its subjects."""

    ACCEPT = "accept", _("accept the assignment")
    RETURN = "return", _("return the assignment, with reasons")
    CANCEL = "cancel", _("cancel the project")
    COMPLETE = "complete", _("complete the project")
    # Adopting contributions, moving what is unspent: it names no project.
    BUDGET = "budget", _("decide on the working budget")
    # Neither does adopting the plan of a year.
    ANNUAL_PLAN = "plan", _("adopt the annual plan")

    @property
    def is_on_projects(self) -> bool:
        """Whether such a decision names projects and changes their state."""
        return self not in (Outcome.BUDGET, Outcome.ANNUAL_PLAN)

    @property
    def subject(self) -> str:
        """What such a decision is about: only one about the same can correct it."""
        return "projects" if self.is_on_projects else str(self.value)

    @property
    def can_cover_overrun(self) -> bool:
        """Whether such a decision can allow spending beyond the budget."""
        return self in (Outcome.ACCEPT, Outcome.BUDGET, Outcome.ANNUAL_PLAN)


class AnnualPlanState(models.TextChoices):
    """The life of the plan of a year (DESIGN.md, section 5). The values name the shapes in `static/public/icons.svg`."""

    DRAFT = "draft", pgettext_lazy("state of an annual plan", "draft")
    ALIGNED = "aligned", pgettext_lazy("state of an annual plan", "aligned")
    ADOPTED = "adopted", pgettext_lazy("state of an annual plan", "adopted")
    OFFERED = "offered", pgettext_lazy("state of an annual plan", "offered to the RCDV")


# Support still works on it.
WORKED_ON_PLAN = (AnnualPlanState.DRAFT, AnnualPlanState.ALIGNED)
ADOPTED_PLAN = (AnnualPlanState.ADOPTED, AnnualPlanState.OFFERED)


class Attention(models.TextChoices):
    """What a project can ask attention for."""

    LATE = "late", _("late")
    REPORT = "report", _("no status report in the last quarter")
    DECISION = "decision", _("awaits a decision")


class CellState(models.TextChoices):
    """What the projects of an objective say of a year. The values name the shapes in `static/public/icons.svg`."""

    NOT_PLANNED = "not-planned", _("not planned")
    NONE_YET = "none-yet", _("no assignment yet")
    MISSING = "missing", _("no assignment")
    PROPOSED = "proposed", pgettext_lazy("state of a cell", "being prepared")
    ACCEPTED = "accepted", pgettext_lazy("state of a cell", "accepted")
    GREEN = "running-green", _("runs, on course")
    AMBER = "running-amber", _("runs, needs attention")
    RED = "running-red", _("runs, off course")
    DONE = "done", pgettext_lazy("state of a cell", "done")
    LATE = "late", pgettext_lazy("state of a cell", "late")

    @property
    def in_short(self) -> str:
        """As it reads in a cell, where the shape says the rest."""
        return str(_IN_SHORT.get(self, self.label))


_IN_SHORT = {
    CellState.NONE_YET: pgettext_lazy("state of a cell, in short", "none yet"),
    CellState.PROPOSED: pgettext_lazy("state of a cell, in short", "proposed"),
    CellState.GREEN: pgettext_lazy("state of a cell, in short", "on course"),
    CellState.AMBER: pgettext_lazy("state of a cell, in short", "attention"),
    CellState.RED: pgettext_lazy("state of a cell, in short", "off course"),
}
