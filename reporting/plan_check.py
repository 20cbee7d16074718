"""What an annual plan lacks: what its makers have still to do, and what stands in the way of its adoption."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.money import format_money
from portfolio.choices import OPEN
from reporting.content import ProjectLine, ReportContent

NOTHING = Decimal(0)


class LackKind(models.TextChoices):
    """What can be lacking, in the order in which it is told."""

    OVER_ALLOCATION = "over-allocation", gettext_lazy("more allocated than there is")
    AMOUNT = "amount", gettext_lazy("no working budget")
    ASSIGNMENT = "assignment", gettext_lazy("active objective without project")
    HOLDER = "holder", gettext_lazy("project without portfolio holder")
    RESULTS = "results", gettext_lazy("project without results of the year")
    COSTS = "costs", gettext_lazy("project without costs")
    INTRODUCTION = "introduction", gettext_lazy("no introduction")
    PARAGRAPH = "paragraph", gettext_lazy("pillar without text")


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that lacks. `subject` is the title or name of what it lacks of; of it, one of the keys is given.

    `amount` is in euro, and None where it is about no money.
    """

    kind: LackKind
    year: int
    subject: str = ""
    objective_id: int | None = None
    project_id: int | None = None
    pillar_number: int | None = None
    amount: Decimal | None = None

    @property
    def blocks(self) -> bool:
        """Whether the plan can't be adopted with it, unless the decision covers it (DESIGN.md, section 5)."""
        return self.kind == LackKind.OVER_ALLOCATION

    @property
    def text(self) -> str:
        """What lacks, as a sentence in the language in use."""
        values = {
            "year": self.year,
            "subject": self.subject,
            "pillar": self.pillar_number,
            "amount": format_money(self.amount or NOTHING),
        }
        match self.kind:
            case LackKind.OVER_ALLOCATION:
                text = _("%(amount)s more is committed for %(year)s than there is.")
            case LackKind.AMOUNT:
                text = _("No amount is set for the working budget of %(year)s.")
            case LackKind.ASSIGNMENT:
                text = _("“%(subject)s” is active in %(year)s and has no accepted project.")
            case LackKind.HOLDER:
                text = _("“%(subject)s” is of a portfolio that nobody holds.")
            case LackKind.RESULTS:
                text = _("“%(subject)s” has no result that is due in %(year)s.")
            case LackKind.COSTS:
                text = _("“%(subject)s” has no costs in %(year)s.")
            case LackKind.INTRODUCTION:
                text = _("The introduction isn't written yet.")
            case LackKind.PARAGRAPH:
                text = _("Nothing is written of pillar %(pillar)s, %(subject)s.")
        return text % values


def lacking(content: ReportContent) -> list[Lack]:
    """Give what an annual plan lacks, what blocks its adoption first."""
    return [*_of_money(content), *_of_objectives(content), *_of_projects(content), *_of_texts(content)]


def objections(content: ReportContent) -> list[str]:
    """Give what stands in the way of adopting a plan unless its decision covers it, a sentence each."""
    return [lack.text for lack in lacking(content) if lack.blocks]


def _of_money(content: ReportContent) -> Iterator[Lack]:
    budget, year = content.budget, content.source.year
    if budget is None or budget.amount is None:
        yield Lack(LackKind.AMOUNT, year)
    elif budget.is_over_allocated:
        yield Lack(LackKind.OVER_ALLOCATION, year, amount=-budget.unallocated)


def _of_objectives(content: ReportContent) -> Iterator[Lack]:
    year = content.source.year
    carried = {project.objective_id for project in content.projects}
    for row in content.planning.rows if content.planning else ():
        if year in row.planned_years and row.objective_id not in carried:
            yield Lack(LackKind.ASSIGNMENT, year, row.title, objective_id=row.objective_id)


def _of_projects(content: ReportContent) -> Iterator[Lack]:
    year = content.source.year
    # What is over has nothing more to plan.
    to_do = [project for project in content.projects if project.state in OPEN]
    for kind, lacks in (
        (LackKind.HOLDER, [project for project in to_do if not project.holders]),
        (LackKind.RESULTS, [project for project in to_do if not _has_result(project, year)]),
        (LackKind.COSTS, [project for project in to_do if not project.planned]),
    ):
        for project in lacks:
            yield Lack(kind, year, f"{project.code} {project.title}", project_id=project.project_id)


def _has_result(project: ProjectLine, year: int) -> bool:
    return any(result.due_on is not None and result.due_on.year == year for result in project.results)


def _of_texts(content: ReportContent) -> Iterator[Lack]:
    year = content.source.year
    if not content.introduction.strip():
        yield Lack(LackKind.INTRODUCTION, year)
    for pillar in content.pillar_texts:
        if not pillar.text.strip():
            yield Lack(LackKind.PARAGRAPH, year, pillar.name, pillar_number=pillar.number)
