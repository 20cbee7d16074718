"""What people wrote for an annual plan or report."""

from dataclasses import dataclass

from pillars.models import Pillar
from portfolio.models import AnnualPlan, AnnualReportText, PlanParagraph, ReportParagraph
from reporting.choices import ReportKind
from reporting.content import PillarText
from reporting.reading.scope import Scope


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a report, light Markdown; `pillars` has those without text as well."""

    introduction: str = ""
    changes: str = ""
    outlook: str = ""
    pillars: tuple[PillarText, ...] = ()
    are_fictional: bool = False


def read_texts(scope: Scope, plan: AnnualPlan | None) -> Texts:
    """Read the texts of a plan (none without one), or of the report on the year. Three queries at most."""
    if scope.kind == ReportKind.ANNUAL_PLAN:
        return Texts(pillars=_pillars(scope, {})) if plan is None else _texts_of(plan)
    written = AnnualReportText.objects.filter(year=scope.year).first()
    paragraphs = ReportParagraph.objects.filter(report__year=scope.year)
    return Texts(
        introduction=written.foreword if written else "",
        outlook=written.outlook if written else "",
        pillars=_pillars(scope, dict(paragraphs.values_list("pillar", "text"))),
        are_fictional=written is not None and written.is_fictional,
    )


def _texts_of(plan: AnnualPlan) -> Texts:
    """Give the texts of a plan: of the pillars that it has a paragraph of, since its seal is compared with those."""
    paragraphs = PlanParagraph.objects.filter(plan=plan).select_related("pillar").order_by("pillar__number")
    return Texts(
        introduction=plan.introduction,
        changes=plan.changes,
        pillars=tuple(PillarText(one.pillar.number, one.pillar.name, one.text) for one in paragraphs),
        are_fictional=plan.is_fictional,
    )


def _pillars(scope: Scope, texts: dict[int, str]) -> tuple[PillarText, ...]:
    pillars = Pillar.objects.filter(programme=scope.programme)
    return tuple(PillarText(pillar.number, pillar.name, texts.get(pillar.pk, "")) for pillar in pillars)
