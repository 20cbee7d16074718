"""What people wrote for an annual plan or report."""

from dataclasses import dataclass

from pillars.models import Pillar
from portfolio.models import AnnualPlan, AnnualReportText, PlanParagraph, ReportParagraph
from reporting.choices import ReportKind
from reporting.content import PillarText
from reporting.reading.scope import Scope


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a report, light Markdown; `pillars` has every pillar of the programme, with or without text."""

    introduction: str = ""
    changes: str = ""
    outlook: str = ""
    pillars: tuple[PillarText, ...] = ()
    are_fictional: bool = False


def read_texts(scope: Scope, plan: AnnualPlan | None) -> Texts:
    """Read the texts of a plan (none without one), or of the report on the year. Three queries at most."""
    if scope.kind == ReportKind.ANNUAL_PLAN:
        planned = PlanParagraph.objects.filter(plan=plan.pk if plan else None)
        return Texts(
            introduction=plan.introduction if plan else "",
            changes=plan.changes if plan else "",
            pillars=_pillars(scope, dict(planned.values_list("pillar", "text"))),
            are_fictional=plan is not None and plan.is_fictional,
        )
    written = AnnualReportText.objects.filter(year=scope.year).first()
    paragraphs = ReportParagraph.objects.filter(report__year=scope.year)
    return Texts(
        introduction=written.foreword if written else "",
        outlook=written.outlook if written else "",
        pillars=_pillars(scope, dict(paragraphs.values_list("pillar", "text"))),
    )


def _pillars(scope: Scope, texts: dict[int, str]) -> tuple[PillarText, ...]:
    pillars = Pillar.objects.filter(programme=scope.programme)
    return tuple(PillarText(pillar.number, pillar.name, texts.get(pillar.pk, "")) for pillar in pillars)
