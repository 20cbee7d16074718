"""What an annual plan lacks."""

from dataclasses import replace
from decimal import Decimal

import pytest

from portfolio.choices import ProjectState
from reporting.choices import ReportKind
from reporting.content import PillarText
from reporting.plan_check import LackKind, lacking, objections
from tests.reporting.example import example_content

PLAN = example_content(ReportKind.ANNUAL_PLAN)


def complete():
    """A plan of 2025 that lacks nothing: its first project carries the one objective that is active."""
    project = PLAN.projects[0]
    (row,) = [row for row in PLAN.planning.rows if row.objective_id == project.objective_id]
    (pillar, *_others) = PLAN.planning.pillars
    (theme, *_others) = pillar.themes
    pillars = (replace(pillar, themes=(replace(theme, rows=(row,)),)),)
    return replace(
        PLAN,
        planning=replace(PLAN.planning, pillars=pillars),
        projects=(project,),
        pillar_texts=(PillarText(1, "Voorbereiding", "Er gebeurt veel."),),
    )


def with_project(**fields):
    plan = complete()
    return replace(plan, projects=(replace(plan.projects[0], **fields),))


def kinds(content):
    return [lack.kind for lack in lacking(content)]


def with_amount(amount):
    return replace(complete(), budget=replace(PLAN.budget, amount=amount))


def over_allocated():
    return with_amount(Decimal(1000))


def test_a_complete_plan_lacks_nothing():
    assert lacking(complete()) == []
    assert objections(complete()) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (over_allocated(), LackKind.OVER_ALLOCATION),
        (with_amount(None), LackKind.AMOUNT),
        (replace(complete(), projects=()), LackKind.ASSIGNMENT),
        (with_project(holders=()), LackKind.HOLDER),
        (with_project(results=()), LackKind.RESULTS),
        # Still owed of last year, or without a day: nothing that the year brings.
        (with_project(results=PLAN.projects[0].results[2:]), LackKind.RESULTS),
        (with_project(planned=Decimal(0)), LackKind.COSTS),
        (replace(complete(), introduction=" \n"), LackKind.INTRODUCTION),
        (replace(complete(), pillar_texts=(PillarText(1, "Voorbereiding", ""),)), LackKind.PARAGRAPH),
    ],
)
def test_what_lacks_is_told(content, expected):
    assert kinds(content) == [expected]


def test_what_is_over_lacks_nothing_more():
    assert (
        lacking(with_project(state=ProjectState.COMPLETED, holders=(), results=(), planned=Decimal(0))) == []
    )


def test_only_over_allocation_stands_in_the_way(english):
    bare = replace(over_allocated(), projects=(), introduction="", pillar_texts=())
    assert len(lacking(bare)) > 2
    assert lacking(bare)[0].blocks
    short = -bare.budget.unallocated
    assert objections(bare) == [f"€{short:,} more is committed for 2025 than there is."]


def test_a_plan_without_planning_has_no_objective_to_carry():
    assert lacking(replace(complete(), planning=None, projects=())) == []


@pytest.mark.parametrize("kind", LackKind)
def test_each_lack_is_a_sentence_about_its_subject(kind, english):
    found = {
        lack.kind: lack
        for content in (
            over_allocated(),
            with_project(holders=(), results=(), planned=Decimal(0)),
            replace(
                PLAN,
                introduction="",
                projects=(),
                budget=replace(PLAN.budget, amount=None),
            ),
        )
        for lack in lacking(content)
    }
    lack = found[kind]
    assert lack.text.endswith(".")
    assert lack.subject in lack.text
