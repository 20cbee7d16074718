"""The steps of the assignment form: their order, how far each is, and whether it is still as someone read it."""

import datetime

import pytest

from organisation.choices import Role
from portfolio.completeness import missing
from portfolio.history_page import FIELDS
from portfolio.models import Project
from portfolio.services import CapacityLine, ProjectLines, ResultLine, RiskLine, edit_project
from portfolio.steps import (
    CHANGES,
    LINES,
    StepName,
    changed_since,
    fingerprint,
    first_to_do,
    neighbour,
    offered,
    progress,
    step_values,
)
from tests.factories import (
    LacGoalFactory,
    NetworkFactory,
    ObjectiveFactory,
    PortfolioFactory,
    ProjectFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def support():
    return UserFactory(roles=[Role.SUPPORT])


@pytest.fixture
def project():
    return ProjectFactory()


def read(project):
    return Project.objects.for_document().get(pk=project.pk)


def prints(project):
    stored = read(project)
    return {step: fingerprint(step_values(stored, step)) for step in offered()}


def edits():
    """A change of everything that each step holds: fields and lines for `edit_project`."""
    return {
        "objective": [
            ({"title": "Other"}, None),
            ({"portfolio": PortfolioFactory()}, None),
            ({"objective": ObjectiveFactory()}, None),
            ({"lac_goals": [LacGoalFactory()]}, None),
        ],
        "purpose": [({"reason": "Other"}, None), ({"aim": "Other"}, None), ({"boundaries": "Other"}, None)],
        "results": [
            ({}, ProjectLines(results=[ResultLine("Other", datetime.date(2026, 5, 1))])),
            ({}, ProjectLines(results=[])),
        ],
        "form": [({"form_of_work": "process"}, None), ({"networks": [NetworkFactory()]}, None)],
        "planning": [
            ({"starts_on": datetime.date(2026, 3, 1)}, None),
            ({"ends_on": datetime.date(2026, 11, 1)}, None),
            ({}, ProjectLines(predecessors=[ProjectFactory().pk])),
        ],
        "capacity": [
            ({}, ProjectLines(capacity=[CapacityLine(2026, "Planner", 4, region=RegionFactory().pk)])),
        ],
        "risks": [({}, ProjectLines(risks=[RiskLine("Rain", measure="Umbrella")]))],
        "people": [({"leader": "Other"}, None), ({"secretary": "Other"}, None)],
    }


def test_a_fingerprint_changes_with_everything_that_its_step_holds_and_with_nothing_else(project, support):
    for step, changes in edits().items():
        for fields, lines in changes:
            before = prints(project)
            edit_project(project, by=support, fields=fields, lines=lines)
            after = prints(project)
            assert {name for name in offered() if before[name] != after[name]} == {step}, (fields, lines)


def test_what_changed_is_named_field_by_field(project, support):
    before = prints(project)["purpose"]
    edit_project(project, by=support, fields={"aim": "Other", "boundaries": "Other"})
    assert changed_since(before, step_values(read(project), "purpose")) == {"aim", "boundaries"}


@pytest.mark.parametrize("read_as", ["", "nonsense", "aim", "aim.", "😀.1 = ; aim.12"])
def test_a_fingerprint_that_says_nothing_means_that_all_may_have_changed(project, read_as):
    assert changed_since(read_as, step_values(read(project), "purpose")) == {"reason", "aim", "boundaries"}


def test_line_ends_of_a_browser_are_no_change():
    assert not changed_since(fingerprint({"aim": "one\ntwo"}), {"aim": "one\r\ntwo"})


def test_the_order_of_results_matters_and_that_of_capacity_does_not(project):
    values = {LINES: [(1, "One", None), (2, "Two", None)]}
    assert changed_since(fingerprint(values), {LINES: values[LINES][::-1]}) == {LINES}
    first, second = RegionFactory(), RegionFactory()
    one = ProjectLines(
        capacity=[
            CapacityLine(2026, "x", 1, region=first.pk),
            CapacityLine(2025, "x", 1, region=second.pk),
        ]
    )
    edit_project(project, by=UserFactory(roles=[Role.SUPPORT]), lines=one)
    keys = [line[0] for line in step_values(read(project), "capacity")[LINES]]
    assert keys == sorted(keys)


def test_each_step_names_in_the_history_what_it_changes():
    assert set(CHANGES) == set(offered())
    for fields in CHANGES.values():
        for kind, names in fields.items():
            assert set(names) <= set(FIELDS[kind][1])


def test_the_list_of_steps_says_how_far_each_is(project, support):
    edit_project(
        project,
        by=support,
        fields={"aim": "", "leader": "", "secretary": ""},
        lines=ProjectLines(risks=[RiskLine("Rain")]),
    )
    stored = read(project)
    steps = {step.name: step for step in progress(stored, missing(stored), "purpose")}
    assert list(steps) == offered()
    assert [step.number for step in steps.values()] == list(range(1, 9))
    assert [name for name, step in steps.items() if step.is_current] == ["purpose"]
    assert (len(steps["purpose"].missing), steps["purpose"].is_empty) == (1, False)
    assert (len(steps["people"].missing), steps["people"].is_empty) == (1, True)
    assert (steps["capacity"].missing, steps["capacity"].is_empty) == ((), True)
    assert (steps["risks"].missing, steps["risks"].is_empty) == ((), False)


def test_one_goes_on_at_the_first_step_that_lacks_something():
    assert first_to_do({"people": ["…"], "results": ["…"]}) == StepName.RESULTS
    assert first_to_do({}) == StepName.OBJECTIVE


def test_steps_have_neighbours_up_to_both_ends():
    assert neighbour(StepName.OBJECTIVE, -1) is None
    assert neighbour(StepName.OBJECTIVE, 1) == StepName.PURPOSE
    assert neighbour(StepName.PEOPLE, 1) is None
