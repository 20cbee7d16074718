"""What a cell of the planning grid says, as a table: every state of a project × its dates × its health × the year."""

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.cell_states import ORDER, ProjectFacts, cell_summary, project_states, row_summaries
from portfolio.choices import COUNTED, CellState, Health, ProjectState

TODAY = datetime.date(2026, 11, 24)
PLANNED = (2025, 2026, 2027)
YEARS = range(2024, 2029)
D = datetime.date
P, C, H = ProjectState, CellState, Health
BEFORE_BEGUN = (P.DRAFT, P.SUBMITTED, P.RETURNED)

# Start and end, in words.
BEHIND = (D(2024, 3, 1), D(2025, 6, 30))
NOW = (D(2025, 3, 1), D(2027, 6, 30))
ENDED_THIS_YEAR = (D(2025, 3, 1), D(2026, 6, 30))
ENDS_TODAY = (D(2025, 3, 1), TODAY)
STARTS_TODAY = (TODAY, D(2027, 6, 30))
AHEAD = (D(2027, 1, 1), D(2028, 6, 30))
UNKNOWN = (None, None)
START_AHEAD = (D(2027, 1, 1), None)
END_AHEAD = (None, D(2027, 6, 30))
LATE = C.LATE


def row(**years: CellState) -> dict[int, CellState]:
    return {int(year.removeprefix("y")): state for year, state in years.items()}


# State, start and end, health, due dates of what isn't delivered → what each year says.
TABLE = [
    # Not begun although its start has passed: late from then up to now.
    *(
        (state, BEHIND, None, (), row(y2024=LATE, y2025=LATE, y2026=LATE))
        for state in (*BEFORE_BEGUN, P.ACCEPTED)
    ),
    *((state, NOW, None, (), row(y2025=LATE, y2026=LATE, y2027=C.PROPOSED)) for state in BEFORE_BEGUN),
    (P.ACCEPTED, NOW, None, (), row(y2025=LATE, y2026=LATE, y2027=C.ACCEPTED)),
    # In time.
    *((state, STARTS_TODAY, None, (), row(y2026=C.PROPOSED, y2027=C.PROPOSED)) for state in BEFORE_BEGUN),
    (P.ACCEPTED, STARTS_TODAY, None, (), row(y2026=C.ACCEPTED, y2027=C.ACCEPTED)),
    *((state, AHEAD, None, (), row(y2027=C.PROPOSED, y2028=C.PROPOSED)) for state in BEFORE_BEGUN),
    (P.ACCEPTED, AHEAD, None, (), row(y2027=C.ACCEPTED, y2028=C.ACCEPTED)),
    # Without dates: the years of the objective from this one on, never those behind.
    *((state, UNKNOWN, None, (), row(y2026=C.PROPOSED, y2027=C.PROPOSED)) for state in BEFORE_BEGUN),
    *((state, START_AHEAD, None, (), row(y2027=C.PROPOSED)) for state in BEFORE_BEGUN),
    *((state, END_AHEAD, None, (), row(y2026=C.PROPOSED, y2027=C.PROPOSED)) for state in BEFORE_BEGUN),
    (P.DRAFT, (D(2026, 1, 1), None), None, (), row(y2026=LATE, y2027=C.PROPOSED)),
    (P.DRAFT, (None, D(2025, 6, 30)), None, (), row(y2026=LATE)),
    # Results are owed while a project runs, not before.
    (P.ACCEPTED, AHEAD, None, (D(2026, 1, 1),), row(y2027=C.ACCEPTED, y2028=C.ACCEPTED)),
    # Running: how it goes is of this year; before it: done, after it: accepted.
    *(
        (P.RUNNING, NOW, health, (), row(y2025=C.DONE, y2026=state, y2027=C.ACCEPTED))
        for health, state in ((None, C.GREEN), (H.GREEN, C.GREEN), (H.AMBER, C.AMBER), (H.RED, C.RED))
    ),
    *((P.RUNNING, ENDS_TODAY, health, (), row(y2025=C.DONE, y2026=C[health.name])) for health in H),
    # Over its end: late from then up to now, whatever the last report said.
    *((P.RUNNING, BEHIND, health, (), row(y2024=C.DONE, y2025=LATE, y2026=LATE)) for health in (None, *H)),
    *((P.RUNNING, ENDED_THIS_YEAR, health, (), row(y2025=C.DONE, y2026=LATE)) for health in (None, *H)),
    # A result that is owed: late from its year up to now.
    (P.RUNNING, NOW, H.GREEN, (D(2025, 12, 31),), row(y2025=LATE, y2026=LATE, y2027=C.ACCEPTED)),
    (P.RUNNING, NOW, H.GREEN, (D(2026, 11, 23),), row(y2025=C.DONE, y2026=LATE, y2027=C.ACCEPTED)),
    (P.RUNNING, NOW, H.GREEN, (TODAY,), row(y2025=C.DONE, y2026=C.GREEN, y2027=C.ACCEPTED)),
    (P.RUNNING, NOW, H.RED, (D(2027, 1, 1),), row(y2025=C.DONE, y2026=C.RED, y2027=C.ACCEPTED)),
    # Begun before its time: this year is one of its years.
    (P.RUNNING, AHEAD, H.GREEN, (), row(y2026=C.GREEN, y2027=C.ACCEPTED, y2028=C.ACCEPTED)),
    # Completed: done in its own years, never late.
    *(
        (P.COMPLETED, dates, health, (D(2024, 1, 1),), dict.fromkeys(years, C.DONE))
        for health in (None, H.RED)
        for dates, years in (
            (BEHIND, (2024, 2025)),
            (NOW, (2025, 2026, 2027)),
            (ENDED_THIS_YEAR, (2025, 2026)),
            (AHEAD, (2027, 2028)),
        )
    ),
    # Stopped: no longer of any year.
    *(
        (state, dates, None, (), {})
        for state in (P.WITHDRAWN, P.CANCELLED)
        for dates in (BEHIND, NOW, AHEAD, UNKNOWN)
    ),
]


@pytest.mark.parametrize(("state", "dates", "health", "owed", "expected"), TABLE)
def test_what_a_project_says_of_each_year(state, dates, health, owed, expected):
    assert project_states(ProjectFacts(state, health, *dates, owed), PLANNED, TODAY) == expected


def test_every_state_is_in_the_table():
    assert {state for state, *_ in TABLE} == set(ProjectState)


@pytest.mark.parametrize(
    ("planned", "years"), [((2024, 2025), [2025]), ((), [2026]), ((2024, 2028), [2028]), ((2027,), [2027])]
)
def test_a_project_without_dates_belongs_to_the_nearest_planned_years(planned, years):
    assert list(ProjectFacts(P.DRAFT).years(planned, TODAY)) == years


@pytest.mark.parametrize(
    ("year", "state"),
    [(2024, C.NOT_PLANNED), (2025, C.MISSING), (2026, C.MISSING), (2027, C.NONE_YET), (2028, C.NOT_PLANNED)],
)
def test_a_cell_without_projects_says_whether_its_year_has_begun(year, state):
    found = cell_summary([], year, PLANNED, TODAY)
    assert (found.state, found.counts, found.project_count) == (state, (), 0)


def test_projects_show_in_a_year_that_is_not_planned():
    assert cell_summary([ProjectFacts(P.COMPLETED, None, *BEHIND)], 2024, PLANNED, TODAY).state == C.DONE


def test_what_was_stopped_leaves_the_cell_without_assignment():
    stopped = [ProjectFacts(state, None, *NOW) for state in (P.WITHDRAWN, P.CANCELLED)]
    assert cell_summary(stopped, 2026, PLANNED, TODAY).state == C.MISSING


def test_a_cell_counts_by_state_and_says_what_needs_attention_most():
    projects = [
        ProjectFacts(P.RUNNING, H.GREEN, *NOW),
        ProjectFacts(P.RUNNING, H.RED, *NOW),
        ProjectFacts(P.SUBMITTED, None, *STARTS_TODAY),
        ProjectFacts(P.RUNNING, H.GREEN, *NOW),
        ProjectFacts(P.RUNNING, H.GREEN, *ENDED_THIS_YEAR),
    ]
    found = cell_summary(projects, 2026, PLANNED, TODAY)
    assert found.state == C.LATE
    assert found.counts == ((C.LATE, 1), (C.RED, 1), (C.GREEN, 2), (C.PROPOSED, 1))
    assert found.project_count == 5


@pytest.mark.parametrize(("first", "second"), list(itertools.pairwise(ORDER)))
def test_of_two_states_the_one_that_needs_attention_more_is_shown(first, second):
    examples = {
        C.LATE: ProjectFacts(P.ACCEPTED, None, *NOW),
        C.RED: ProjectFacts(P.RUNNING, H.RED, *NOW),
        C.AMBER: ProjectFacts(P.RUNNING, H.AMBER, *NOW),
        C.GREEN: ProjectFacts(P.RUNNING, H.GREEN, *NOW),
        C.PROPOSED: ProjectFacts(P.DRAFT),
        C.ACCEPTED: ProjectFacts(P.ACCEPTED, None, *STARTS_TODAY),
        C.DONE: ProjectFacts(P.COMPLETED, None, *NOW),
    }
    found = cell_summary([examples[second], examples[first]], 2026, PLANNED, TODAY)
    assert (found.state, found.counts) == (first, ((first, 1), (second, 1)))


days = st.dates(D(2023, 1, 1), D(2029, 12, 31))


@st.composite
def facts(draw):
    start, end = draw(st.none() | days), draw(st.none() | days)
    if start and end and end < start:
        start, end = end, start
    return ProjectFacts(
        draw(st.sampled_from(P)),
        draw(st.none() | st.sampled_from(H)),
        start,
        end,
        tuple(draw(st.lists(days, max_size=3))),
    )


@given(st.lists(facts(), max_size=6), st.sets(st.sampled_from(YEARS)).map(sorted), days)
def test_a_row_says_the_same_as_its_cells_and_loses_no_project(projects, planned, today):
    years = range(2020, 2035)
    found = row_summaries(projects, years, planned, today)
    assert found == {year: cell_summary(projects, year, planned, today) for year in years}
    counted = [project for project in projects if project.state in COUNTED]
    assert sum(cell.project_count for cell in found.values()) >= len(counted)
    for cell in found.values():
        assert cell.state in ORDER if cell.counts else cell.state in (C.NOT_PLANNED, C.MISSING, C.NONE_YET)


@given(facts(), days)
def test_what_is_late_shows_as_late_this_year(project, today):
    if project.lateness(today):
        assert project_states(project, PLANNED, today)[today.year] == C.LATE


@given(facts(), days)
def test_what_runs_shows_in_this_year(project, today):
    if project.state == P.RUNNING:
        assert project_states(project, PLANNED, today)[today.year] in (C.LATE, C.RED, C.AMBER, C.GREEN)


@given(facts(), days)
def test_no_year_to_come_is_late_or_running(project, today):
    states = project_states(project, PLANNED, today)
    ahead = {state for year, state in states.items() if year > today.year}
    assert ahead <= {C.PROPOSED, C.ACCEPTED, C.DONE}
