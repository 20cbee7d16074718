"""Compares two contents of reports."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from typing import TypeVar

from reporting.choices import ReportKind
from reporting.comparison.content import (
    AmountChange,
    Change,
    Compared,
    Comparison,
    LineChange,
    PillarTextChange,
    ProjectChange,
    RegionChange,
    TextChange,
    ValueChange,
)
from reporting.comparison.words import word_differences
from reporting.content import (
    BudgetYear,
    CapacityLine,
    CategoryCost,
    Contributions,
    CostCentreYear,
    PillarText,
    ProjectLine,
    ReportContent,
    ResultLine,
)

Line = TypeVar("Line")
TEXTS = (Compared.TITLE, Compared.REASON, Compared.AIM, Compared.CLOSING_NOTE)
VALUES = (
    Compared.STATE,
    Compared.OBJECTIVE,
    Compared.PORTFOLIO,
    Compared.HOLDERS,
    Compared.FORM_OF_WORK,
    Compared.NETWORKS,
    Compared.GOALS,
    Compared.STARTS_ON,
    Compared.ENDS_ON,
    Compared.HEALTH,
)
# What a plan doesn't say: money that was spent meanwhile makes no other plan.
ACCOUNTED = (Compared.SPENT, Compared.FORECAST)
TOTALS = (
    Compared.AMOUNT,
    Compared.CARRIED_IN,
    Compared.CARRIED_OUT,
    Compared.AVAILABLE,
    Compared.CENTRAL_SUPPORT,
    Compared.PROJECTS,
    Compared.COMMITTED,
    Compared.UNALLOCATED,
)


def compare(before: ReportContent, after: ReportContent) -> Comparison:
    """Give what the second report has, lacks or says otherwise: of two versions, or of two years.

    Projects are the same by their key, results by their title, days asked by of whom and for which expertise, costs by
    category, regions by code. Between two annual plans, what was spent meanwhile is left out.
    """
    both_plan = before.source.kind == after.source.kind == ReportKind.ANNUAL_PLAN
    accounted = () if both_plan else ACCOUNTED
    kept = {project.project_id: project for project in before.projects}
    come = {project.project_id: project for project in after.projects}
    centres = _centres(before.budget), _centres(after.budget)
    compared = (
        _project(kept[key], project, (Compared.PLANNED, *accounted), centres)
        for key, project in come.items()
        if key in kept
    )
    return Comparison(
        before=before.source,
        after=after.source,
        texts=_texts(before, after, (Compared.INTRODUCTION, Compared.OUTLOOK)),
        pillar_texts=tuple(_pillar_texts(before.pillar_texts, after.pillar_texts)),
        added=tuple(project for key, project in come.items() if key not in kept),
        gone=tuple(project for key, project in kept.items() if key not in come),
        changed=tuple(change for change in compared if change is not None),
        budget=_totals(before, after, (*TOTALS, *accounted)),
        central_support=_costs(centres[0].get(""), centres[1].get("")),
        regions=tuple(_regions(before.contributions, after.contributions)),
    )


def _texts(before: object, after: object, fields: Iterable[Compared]) -> tuple[TextChange, ...]:
    """Give which of the texts that both have under these names differ."""
    both = ((field, getattr(before, field.value), getattr(after, field.value)) for field in fields)
    return tuple(
        TextChange(field, word_differences(first, second)) for field, first, second in both if first != second
    )


def _pillar_texts(before: Iterable[PillarText], after: Iterable[PillarText]) -> Iterable[PillarTextChange]:
    kept = {text.number: text for text in before}
    come = {text.number: text for text in after}
    for number in sorted(kept.keys() | come.keys()):
        first, second = kept.get(number), come.get(number)
        texts = first.text if first else "", second.text if second else ""
        if texts[0] != texts[1]:
            name = (second or kept[number]).name
            yield PillarTextChange(number, name, word_differences(*texts))


def _project(
    before: ProjectLine,
    after: ProjectLine,
    amounts: Iterable[Compared],
    centres: tuple[dict[str, CostCentreYear], dict[str, CostCentreYear]],
) -> ProjectChange | None:
    values = ((field, getattr(before, field.value), getattr(after, field.value)) for field in VALUES)
    days = AmountChange(Compared.DAYS, Decimal(before.days), Decimal(after.days))
    numbers = [
        days,
        *(AmountChange(one, getattr(before, one.value), getattr(after, one.value)) for one in amounts),
    ]
    change = ProjectChange(
        before=before,
        after=after,
        texts=_texts(before, after, TEXTS),
        values=tuple(ValueChange(field, first, second) for field, first, second in values if first != second),
        amounts=tuple(number for number in numbers if number.is_changed),
        results=_results(before.results, after.results),
        capacity=_capacity(before.capacity, after.capacity),
        costs=_costs(centres[0].get(before.code), centres[1].get(after.code)),
    )
    is_changed = (
        change.texts or change.values or change.amounts or change.results or change.capacity or change.costs
    )
    return change if is_changed else None


def _paired(
    before: Iterable[Line], after: Iterable[Line], key: Callable[[Line], Hashable]
) -> list[tuple[Line | None, Line | None]]:
    """Pair lines by their key, of several with the same one the first with the first; those of `after` come first."""
    kept, come = _numbered(before, key), _numbered(after, key)
    gone = [(line, None) for place, line in kept.items() if place not in come]
    return [*((kept.get(place), line) for place, line in come.items()), *gone]


def _numbered(lines: Iterable[Line], key: Callable[[Line], Hashable]) -> dict[tuple[Hashable, int], Line]:
    seen: Counter[Hashable] = Counter()
    found = {}
    for line in lines:
        found[key(line), seen[key(line)]] = line
        seen[key(line)] += 1
    return found


def _results(before: Iterable[ResultLine], after: Iterable[ResultLine]) -> tuple[LineChange[ResultLine], ...]:
    pairs = (LineChange(*pair) for pair in _paired(before, after, lambda line: line.title))
    return tuple(pair for pair in pairs if pair.change != Change.SAME)


def _capacity(
    before: Iterable[CapacityLine], after: Iterable[CapacityLine]
) -> tuple[LineChange[CapacityLine], ...]:
    def asked(line: CapacityLine) -> Hashable:
        return line.region_code, line.asked_of, line.expertise

    # Between two years all lines are of another year: what counts are the days.
    return tuple(
        LineChange(first, second)
        for first, second in _paired(before, after, asked)
        if first is None or second is None or first.days != second.days
    )


def _costs(
    before: CostCentreYear | None, after: CostCentreYear | None
) -> tuple[LineChange[CategoryCost], ...]:
    """Give what is planned otherwise, by category."""
    lines = before.lines if before else (), after.lines if after else ()
    return tuple(
        LineChange(first, second)
        for first, second in _paired(*lines, lambda line: line.category)
        if first is None or second is None or (first.planned, first.note) != (second.planned, second.note)
    )


def _centres(budget: BudgetYear | None) -> dict[str, CostCentreYear]:
    return {centre.code: centre for centre in budget.centres} if budget else {}


def _totals(
    before: ReportContent, after: ReportContent, fields: Iterable[Compared]
) -> tuple[AmountChange, ...]:
    found = []
    if before.budget or after.budget:
        found += [
            AmountChange(field, _amount(before.budget, field), _amount(after.budget, field))
            for field in fields
        ]
    if before.contributions or after.contributions:
        found.append(
            AmountChange(
                Compared.CONTRIBUTIONS,
                before.contributions.total if before.contributions else None,
                after.contributions.total if after.contributions else None,
            )
        )
    return tuple(found)


def _amount(budget: BudgetYear | None, field: Compared) -> Decimal | None:
    amount: Decimal | None = getattr(budget, field.value) if budget else None
    return amount


def _regions(before: Contributions | None, after: Contributions | None) -> Iterable[RegionChange]:
    kept = {row.code: row for row in before.rows} if before else {}
    come = {row.code: row for row in after.rows} if after else {}
    for code in sorted(kept.keys() | come.keys()):
        first, second = kept.get(code), come.get(code)
        yield RegionChange(code, (second or kept[code]).name, first, second)
