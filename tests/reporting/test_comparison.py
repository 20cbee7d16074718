"""Two reports side by side."""

import datetime
import time
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.choices import Health, ProjectState
from reporting.choices import ReportKind
from reporting.comparison import Change, Compared, Piece, PieceKind, compare, word_differences
from reporting.content import CapacityLine, PillarText, ResultLine
from tests.reporting.example import example_content

SAME, GONE, ADDED = PieceKind
REPORT = example_content(ReportKind.ANNUAL_REPORT)
PLAN = example_content(ReportKind.ANNUAL_PLAN)
WORDS = st.lists(st.sampled_from(["een", "twee", "drie", "é", "\n\n", "  ", "- ", "**vet**"]), max_size=40)
TEXT = st.one_of(st.text(max_size=200), WORDS.map(" ".join))


def with_project(content, place, **fields):
    projects = list(content.projects)
    projects[place] = replace(projects[place], **fields)
    return replace(content, projects=tuple(projects))


def changed_project(content, **fields):
    """What became of the first project, which alone has other fields."""
    comparison = compare(content, with_project(content, 0, **fields))
    assert (comparison.added, comparison.gone, len(comparison.changed)) == ((), (), 1)
    return comparison.changed[0]


@given(TEXT, TEXT)
@settings(deadline=None)
def test_the_pieces_make_up_both_texts(before, after):
    pieces = word_differences(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind != GONE) == after
    assert all(piece.text for piece in pieces)
    assert all(first.kind != second.kind for first, second in pairwise(pieces))
    assert (before == after) == all(piece.kind == SAME for piece in pieces)


def test_words_differ_not_letters():
    pieces = word_differences("De nieuwe methodiek is af.", "De beproefde methodiek is af.")
    assert pieces == (
        Piece(SAME, "De "),
        Piece(GONE, "nieuwe "),
        Piece(ADDED, "beproefde "),
        Piece(SAME, "methodiek is af."),
    )


@pytest.mark.parametrize("vocabulary", [5, 300, 100_000])
def test_the_longest_texts_are_compared_at_once(vocabulary):
    before = " ".join(f"w{number * 7919 % vocabulary}" for number in range(4_000))
    after = " ".join(f"w{number * 104_729 % vocabulary}" for number in range(4_000))
    began = time.process_time()
    word_differences(before, after)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("kind", ReportKind)
def test_a_report_is_the_same_as_itself(kind):
    content = example_content(kind)
    comparison = compare(content, content)
    assert comparison.is_same
    assert (comparison.before, comparison.after) == (content.source, content.source)


@given(
    st.sets(st.integers(0, 4)),
    st.sets(st.integers(0, 4)),
    st.lists(st.tuples(st.integers(0, 4), st.decimals(0, 10**6, places=2), TEXT), max_size=4),
)
@settings(deadline=None)
def test_seen_from_the_other_side_what_came_is_what_went(first, second, edits):
    before = replace(
        REPORT, projects=tuple(one for place, one in enumerate(REPORT.projects) if place in first)
    )
    after = REPORT
    for place, planned, aim in edits:
        after = with_project(after, place, planned=planned, aim=aim)
    after = replace(after, projects=tuple(one for place, one in enumerate(after.projects) if place in second))
    there, back = compare(before, after), compare(after, before)
    assert there.is_same == back.is_same == (before == after)
    assert (set(there.added), set(there.gone)) == (set(back.gone), set(back.added))
    assert len(there.added) == len(second - first)
    assert len(there.gone) == len(first - second)
    differences = {one.after.project_id: one for one in there.changed}
    assert differences.keys() == {one.after.project_id for one in back.changed}
    for one in back.changed:
        other = differences[one.before.project_id]
        assert [amount.difference for amount in one.amounts] == [
            -amount.difference for amount in other.amounts
        ]
        assert {text.field for text in one.texts} == {text.field for text in other.texts}


def test_fields_of_a_project_tell_what_they_were_and_are():
    change = changed_project(
        REPORT,
        title="Nieuwe methodiek",
        state=ProjectState.COMPLETED,
        holders=(),
        ends_on=None,
        health=Health.GREEN,
        spent=Decimal("61000.00"),
    )
    assert [text.field for text in change.texts] == [Compared.TITLE]
    values = {value.field: (value.before, value.after) for value in change.values}
    assert values == {
        Compared.STATE: (ProjectState.RUNNING, ProjectState.COMPLETED),
        Compared.HOLDERS: (("Annelies Vermeër", "Jürgen Öztürk"), ()),
        Compared.ENDS_ON: (datetime.date(2026, 3, 31), None),
        Compared.HEALTH: (Health.AMBER, Health.GREEN),
    }
    (amount,) = change.amounts
    assert (amount.field, amount.difference) == (Compared.SPENT, Decimal("-230.55"))


def test_results_are_the_same_by_their_title():
    first, second, third = REPORT.projects[0].results
    later = replace(second, due_on=datetime.date(2026, 1, 30))
    new = ResultLine("Handleiding", None, None, "")
    change = changed_project(REPORT, results=(first, later, new))
    assert [(line.change, line.before, line.after) for line in change.results] == [
        (Change.CHANGED, second, later),
        (Change.ADDED, None, new),
        (Change.GONE, third, None),
    ]


def test_of_results_with_one_title_each_is_compared_with_its_own():
    one = ResultLine("Bijeenkomst", datetime.date(2025, 3, 1), None, "")
    other, moved = (replace(one, due_on=datetime.date(2025, month, 1)) for month in (6, 7))
    twice = with_project(REPORT, 0, results=(one, other))
    (change,) = compare(twice, with_project(REPORT, 0, results=(one, moved))).changed[0].results
    assert (change.before, change.after) == (other, moved)


def test_days_are_compared_by_of_whom_and_for_which_expertise():
    first, second, third = REPORT.projects[0].capacity
    more = replace(first, days=45)
    new = CapacityLine(2025, "Zeeland", "VR19", "Risicoanalyse", 3)
    change = changed_project(REPORT, capacity=(more, third, new))
    assert [(line.change, line.before, line.after) for line in change.capacity] == [
        (Change.CHANGED, first, more),
        (Change.ADDED, None, new),
        (Change.GONE, second, None),
    ]
    assert [(amount.field, amount.difference) for amount in change.amounts] == [(Compared.DAYS, -12)]


def test_the_same_days_in_another_year_are_the_same():
    capacity = tuple(replace(line, year=2026) for line in REPORT.projects[0].capacity)
    assert compare(REPORT, with_project(REPORT, 0, capacity=capacity)).is_same


def test_costs_of_a_project_and_of_central_support_are_compared_by_category():
    support, project, *others = REPORT.budget.centres
    hired, events = support.lines
    dearer = replace(hired, planned=hired.planned + 5)
    centres = (replace(support, lines=(dearer,)), replace(project, lines=project.lines[:1]), *others)
    comparison = compare(REPORT, replace(REPORT, budget=replace(REPORT.budget, centres=centres)))
    assert [(line.before, line.after) for line in comparison.central_support] == [
        (hired, dearer),
        (events, None),
    ]
    (change,) = comparison.changed
    assert [line.change for line in change.costs] == [Change.GONE]
    assert change.after.code == project.code


def test_the_budget_is_compared_by_its_totals():
    smaller = replace(REPORT.budget, amount=Decimal("600000.00"), carried_out=Decimal("0.00"))
    comparison = compare(REPORT, replace(REPORT, budget=smaller))
    changed = {amount.field: amount.difference for amount in comparison.budget if amount.is_changed}
    assert changed == {
        Compared.AMOUNT: -25_000,
        Compared.CARRIED_OUT: -12_500,
        Compared.AVAILABLE: -12_500,
        Compared.UNALLOCATED: -12_500,
    }


def test_an_amount_that_was_not_set_differs_from_nothing():
    (first, *_others) = compare(
        replace(REPORT, budget=replace(REPORT.budget, amount=None)),
        replace(REPORT, budget=replace(REPORT.budget, amount=Decimal(0))),
    ).budget
    assert (first.field, first.is_changed, first.difference) == (Compared.AMOUNT, True, 0)


def test_contributions_are_compared_by_region():
    (first, second, *others) = REPORT.contributions.rows
    rows = (replace(first, amount=first.amount + 1), *others)
    after = replace(REPORT, contributions=replace(REPORT.contributions, rows=rows))
    changed = [region for region in compare(REPORT, after).regions if region.amounts.is_changed]
    assert [(region.code, region.amounts.difference) for region in changed] == [
        (first.code, 1),
        (second.code, -second.amount),
    ]


def test_a_report_without_a_split_or_a_budget_is_compared_all_the_same():
    without = replace(REPORT, budget=None, contributions=None)
    comparison = compare(without, REPORT)
    assert all(amount.before is None for amount in comparison.budget)
    assert all(region.before is None for region in comparison.regions)
    assert compare(without, without).is_same


def test_texts_are_compared_word_by_word_also_of_a_pillar_that_had_none():
    pillars = (*REPORT.pillar_texts[:2], PillarText(4, "Nieuw", "Een tekst."))
    after = replace(REPORT, introduction="Iets anders.", pillar_texts=pillars)
    comparison = compare(REPORT, after)
    assert [text.field for text in comparison.texts] == [Compared.INTRODUCTION]
    # Nothing was written of the third one.
    assert [(text.number, text.pieces) for text in comparison.pillar_texts] == [
        (4, (Piece(ADDED, "Een tekst."),))
    ]


def test_what_was_spent_meanwhile_makes_no_other_plan():
    spent = with_project(PLAN, 0, spent=Decimal(1), forecast=Decimal(2))
    assert compare(PLAN, spent).is_same
    assert Compared.SPENT not in {amount.field for amount in compare(PLAN, spent).budget}
    report = with_project(REPORT, 0, spent=Decimal(1), forecast=Decimal(2))
    assert len(compare(REPORT, report).changed[0].amounts) == 2
    assert compare(PLAN, REPORT).changed == ()


def test_a_project_that_came_or_went_is_told_whole():
    (first, *others) = PLAN.projects
    without = replace(PLAN, projects=tuple(others))
    assert compare(without, PLAN).added == compare(PLAN, without).gone == (first,)
