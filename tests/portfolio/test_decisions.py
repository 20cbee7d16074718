"""Recording decisions: what they do, what a correction makes of that, and that none changes afterwards."""

import datetime
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django_fsm import can_proceed

from organisation.choices import Role
from portfolio.choices import ACCEPTED_AND_LATER, Outcome, ProjectState
from portfolio.decision_effects import WAYS, Corrected, state_after, state_when_left_out
from portfolio.errors import DecisionIsFrozen, DecisionNotPossible
from portfolio.models import Decision, DecisionSubject, Project
from portfolio.services import (
    effects,
    foresee_decision,
    next_number,
    number_of_correction,
    record_decision,
    start_project,
    submit_project,
)
from tests.factories import (
    PortfolioFactory,
    ProjectFactory,
    UserFactory,
    decide,
    reread,
)

pytestmark = pytest.mark.django_db
S = ProjectState
ON_PROJECTS = [outcome for outcome in Outcome if outcome.is_on_projects]


@pytest.fixture
def support():
    return UserFactory(roles=[Role.SUPPORT])


def correct(decision: Decision, *projects: Project, outcome: Outcome | None = None, **fields):
    """Record what corrects a decision; with the same outcome unless another is given."""
    corrected = decide(*projects, outcome=outcome or Outcome(decision.outcome), corrects=decision, **fields)
    for subject in decision.subjects.select_related("project"):
        reread(subject.project)
    return corrected


def last_change(project: Project) -> tuple[str, str, str]:
    change = project.state_changes.order_by("at", "pk").reverse()[0]
    return change.from_state, change.to_state, str(change.decision or "")


# --- What a decision does ---


@pytest.mark.parametrize("outcome", ON_PROJECTS)
@pytest.mark.parametrize("state", ProjectState)
def test_what_can_be_decided_in_which_state_is_what_the_life_of_a_project_allows(outcome, state):
    change = {
        Outcome.ACCEPT: "accept",
        Outcome.RETURN: "send_back",
        Outcome.CANCEL: "cancel",
        Outcome.COMPLETE: "complete",
    }[outcome]
    project = Project(state=state)
    allowed = can_proceed(getattr(project, change))
    assert (state_after(outcome, state) is not None) == allowed
    if allowed:
        getattr(project, change)()
        assert project.state == WAYS[outcome][1] == state_after(outcome, state)


def test_a_refusal_names_each_project_and_its_state(support):
    ready, draft, running = (
        ProjectFactory(in_state=S.SUBMITTED, title="Ready"),
        ProjectFactory(title="Sketch"),
        ProjectFactory(in_state=S.RUNNING, title="Going"),
    )
    with pytest.raises(DecisionNotPossible) as refused:
        decide(ready, draft, running, outcome=Outcome.ACCEPT, number="2026-50")
    problems = refused.value.message_dict["projects"]
    assert len(problems) == 2
    assert "Sketch" in problems[0]
    assert "Going" in problems[1]
    assert not Decision.objects.filter(number="2026-50").exists()
    assert reread(ready).state == S.SUBMITTED


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"projects": []}, "projects"),
        ({"number": ""}, "number"),
        ({"number": "taken"}, "number"),
        ({"wording": ""}, "wording"),
        ({"meeting_on": datetime.date(2999, 1, 1)}, "meeting_on"),
        ({"meeting_on": datetime.date(26, 11, 1)}, "meeting_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_recorded(support, wrong, field):
    decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.RETURN, number="taken")
    project = ProjectFactory(in_state=S.SUBMITTED)
    given = {
        "number": "2026-50",
        "meeting_on": timezone.localdate(),
        "outcome": Outcome.ACCEPT,
        "wording": "So.",
        "projects": [project],
    }
    before = Decision.objects.count()
    with pytest.raises(ValidationError) as refused:
        record_decision(by=support, **given | wrong)
    assert set(refused.value.message_dict) == {field}
    assert Decision.objects.count() == before
    assert reread(project).state == S.SUBMITTED


def test_the_same_request_records_once(support):
    project, key = ProjectFactory(in_state=S.SUBMITTED), uuid.uuid4()
    made = {
        decide(project, outcome=Outcome.ACCEPT, by=support, number="2026-50", request_key=key).pk
        for _ in range(2)
    }
    assert len(made) == 1
    assert project.state_changes.filter(to_state=S.ACCEPTED).count() == 1


def test_only_support_records(support):
    project = ProjectFactory(in_state=S.SUBMITTED)
    for role in set(Role) - {Role.SUPPORT}:
        with pytest.raises(PermissionDenied):
            decide(project, outcome=Outcome.ACCEPT, by=UserFactory(roles=[role]))


def test_a_decision_and_its_subjects_never_change_and_never_go():
    decision = decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.ACCEPT)
    subject = decision.subjects.get()
    decision.wording = "Other"
    for attempt in (
        decision.save,
        decision.delete,
        subject.save,
        subject.delete,
        lambda: Decision.objects.update(wording="Other"),
        Decision.objects.all().delete,
        lambda: DecisionSubject.objects.update(project=None),
        DecisionSubject.objects.all().delete,
        decision.state_changes.all().delete,
        lambda: Decision.objects.bulk_update([decision], ["wording"]),
    ):
        with pytest.raises(DecisionIsFrozen), transaction.atomic():
            attempt()
    assert Decision.objects.get().wording == "The Vakraad decides so."


def test_the_next_number_counts_on_within_its_year():
    assert next_number(2026) == "2026-01"
    for number in ("2026-07", "2026-7b", "2025-30", "2026-09.1", "M-2026-44"):
        decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.ACCEPT, number=number)
    assert next_number(2026) == "2026-08"
    decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.ACCEPT, number="2026-109")
    assert (next_number(2026), next_number(2025), next_number(2027)) == ("2026-110", "2025-31", "2027-01")


def test_the_number_of_a_correction_is_that_of_the_decision_counted_on():
    project = ProjectFactory(in_state=S.SUBMITTED)
    first = decide(project, outcome=Outcome.ACCEPT, number="2026-07")
    assert number_of_correction(first) == "2026-07.1"
    second = correct(first, project, number="2026-07.1")
    assert number_of_correction(second) == "2026-07.2"
    odd = decide(ProjectFactory(in_state=S.SUBMITTED), outcome=Outcome.ACCEPT, number="VR.3")
    assert number_of_correction(odd) == "VR.3.1"


# --- Correcting: a wrong number or wording ---


@pytest.mark.parametrize("outcome", ON_PROJECTS)
def test_a_correction_of_number_or_wording_leaves_the_projects_as_they_are(outcome):
    state = S.RUNNING if outcome in (Outcome.CANCEL, Outcome.COMPLETE) else S.SUBMITTED
    project = ProjectFactory(in_state=state)
    wrong = decide(project, outcome=outcome, number="2026-70")
    now, changes = project.state, project.state_changes.count()
    right = correct(wrong, project, number="2026-07", wording="As it was said.")
    assert reread(project).state == now
    assert project.state_changes.count() == changes
    assert list(wrong.corrections.all()) == [right]


def test_a_correction_of_the_wording_is_possible_long_after(support):
    project = ProjectFactory(in_state=S.SUBMITTED)
    wrong = decide(project, outcome=Outcome.ACCEPT)
    start_project(project, by=support)
    decide(project, outcome=Outcome.COMPLETE)
    correct(wrong, project, wording="As it was said.")
    assert reread(project).state == S.COMPLETED


# --- Correcting: another outcome ---


@pytest.mark.parametrize(
    ("state", "wrong", "right", "after"),
    [
        (S.SUBMITTED, Outcome.ACCEPT, Outcome.RETURN, S.RETURNED),
        (S.SUBMITTED, Outcome.RETURN, Outcome.ACCEPT, S.ACCEPTED),
        (S.RUNNING, Outcome.CANCEL, Outcome.COMPLETE, S.COMPLETED),
        (S.RUNNING, Outcome.COMPLETE, Outcome.CANCEL, S.CANCELLED),
        # Not what could be decided on what was submitted, but on what was accepted it can.
        (S.SUBMITTED, Outcome.ACCEPT, Outcome.CANCEL, S.CANCELLED),
    ],
)
def test_a_correction_of_the_outcome_brings_the_project_where_it_should_be(state, wrong, right, after):
    project = ProjectFactory(in_state=state)
    first = decide(project, outcome=wrong)
    reached = project.state
    second = correct(first, project, outcome=right)
    assert reread(project).state == after
    assert last_change(project) == (reached, after, str(second))
    assert bool(project.accepted_at) == (after in ACCEPTED_AND_LATER)


def test_an_acceptance_that_was_a_return_is_no_longer_seen_by_the_rcdv():
    project, reader = ProjectFactory(in_state=S.SUBMITTED), UserFactory(roles=[Role.RCDV])
    wrong = decide(project, outcome=Outcome.ACCEPT)
    assert project in Project.objects.visible_to(reader)
    assert wrong in Decision.objects.visible_to(reader)
    correct(wrong, project, outcome=Outcome.RETURN)
    assert project not in Project.objects.visible_to(reader)
    assert wrong not in Decision.objects.visible_to(reader)


def test_an_acceptance_under_which_the_work_began_cannot_become_a_return(support):
    project = ProjectFactory(in_state=S.SUBMITTED, title="Begun")
    wrong = decide(project, outcome=Outcome.ACCEPT)
    start_project(project, by=support)
    with pytest.raises(DecisionNotPossible, match="Begun"):
        correct(wrong, project, outcome=Outcome.RETURN)
    assert reread(project).state == S.RUNNING
    assert not wrong.corrections.exists()


def test_a_return_that_was_an_acceptance_is_put_right_also_after_submitting_again(support):
    project = ProjectFactory(in_state=S.SUBMITTED)
    wrong = decide(project, outcome=Outcome.RETURN)
    submit_project(project, by=support)
    correct(wrong, project, outcome=Outcome.ACCEPT)
    assert reread(project).state == S.ACCEPTED


# --- Correcting: a forgotten and a wrong project ---


def test_a_forgotten_project_follows_and_the_others_stay():
    named, forgotten = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    wrong = decide(named, outcome=Outcome.ACCEPT)
    correct(wrong, named, forgotten)
    assert (reread(named).state, reread(forgotten).state) == (S.ACCEPTED, S.ACCEPTED)
    assert named.state_changes.filter(to_state=S.ACCEPTED).count() == 1


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (S.SUBMITTED, Outcome.ACCEPT),
        (S.SUBMITTED, Outcome.RETURN),
        (S.ACCEPTED, Outcome.CANCEL),
        (S.RUNNING, Outcome.CANCEL),
        (S.RUNNING, Outcome.COMPLETE),
    ],
)
def test_a_wrong_project_goes_back_and_the_right_one_follows(state, outcome):
    wrong, right = ProjectFactory.create_batch(2, in_state=state)
    first = decide(wrong, outcome=outcome)
    reached = wrong.state
    second = correct(first, right)
    assert reread(wrong).state == state
    assert last_change(wrong) == (reached, state, str(second))
    assert reread(right).state == WAYS[outcome][1]
    assert [subject.project for subject in second.subjects.all()] == [right]
    assert bool(wrong.accepted_at) == (state != S.SUBMITTED)


def test_a_wrong_project_that_went_on_cannot_be_taken_back_and_it_is_said_what_to_do(support):
    wrong, right = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    first = decide(wrong, outcome=Outcome.ACCEPT, number="2026-07")
    start_project(wrong, by=support)
    with pytest.raises(DecisionNotPossible) as refused:
        correct(first, right)
    assert "2026-07" in str(refused.value)
    assert (reread(wrong).state, reread(right).state) == (S.RUNNING, S.SUBMITTED)


def test_a_wrong_return_that_was_answered_needs_no_taking_back(support):
    wrong, right = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    first = decide(wrong, outcome=Outcome.RETURN)
    submit_project(wrong, by=support)
    correct(first, right)
    assert (reread(wrong).state, reread(right).state) == (S.SUBMITTED, S.RETURNED)


def test_a_later_decision_on_the_same_project_is_not_undone_with_an_earlier_one(support):
    project, other = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    first = decide(project, outcome=Outcome.RETURN)
    submit_project(project, by=support)
    decide(project, outcome=Outcome.RETURN)
    with pytest.raises(DecisionNotPossible):
        correct(first, other)
    assert reread(project).state == S.RETURNED


# --- Correcting again ---


def test_a_decision_is_corrected_once_and_then_its_correction_is():
    project = ProjectFactory(in_state=S.SUBMITTED)
    first = decide(project, outcome=Outcome.ACCEPT, number="2026-07")
    second = correct(first, project, outcome=Outcome.RETURN, number="2026-07.1")
    with pytest.raises(ValidationError) as refused:
        correct(first, project)
    assert set(refused.value.message_dict) == {"corrects"}
    assert "2026-07.1" in str(refused.value)
    third = correct(second, project, outcome=Outcome.ACCEPT)
    assert reread(project).state == S.ACCEPTED
    assert last_change(project) == (S.RETURNED, S.ACCEPTED, str(third))


def test_a_correction_of_a_correction_takes_back_to_before_the_first():
    project, other = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    first = decide(project, outcome=Outcome.ACCEPT)
    second = correct(first, project, wording="Better said.")
    correct(second, other)
    assert (reread(project).state, reread(other).state) == (S.SUBMITTED, S.ACCEPTED)


def test_only_what_the_correction_did_itself_is_taken_back_when_others_came_between(support):
    project, other = ProjectFactory(in_state=S.SUBMITTED), ProjectFactory(in_state=S.RUNNING)
    first = decide(project, outcome=Outcome.ACCEPT)
    start_project(project, by=support)
    second = correct(first, project, outcome=Outcome.CANCEL)
    assert reread(project).state == S.CANCELLED
    correct(second, other)
    assert (reread(project).state, reread(other).state) == (S.RUNNING, S.CANCELLED)


def test_a_project_left_out_by_mistake_comes_back():
    project, other = ProjectFactory.create_batch(2, in_state=S.SUBMITTED)
    first = decide(project, outcome=Outcome.ACCEPT)
    second = correct(first, other)
    correct(second, project, other)
    assert (reread(project).state, reread(other).state) == (S.ACCEPTED, S.ACCEPTED)


def test_completing_that_is_taken_back_awaits_a_decision_again(support):
    from portfolio.services import ask_completion

    project, other = ProjectFactory.create_batch(2, in_state=S.RUNNING)
    ask_completion(project, by=support, closing_note="All of it.")
    first = decide(project, outcome=Outcome.COMPLETE)
    correct(first, other)
    assert reread(project).state == S.RUNNING
    assert project in Project.objects.awaiting_decision()


# --- What is shown before is what happens ---


def test_what_is_foretold_happens(support):
    named, left, added = ProjectFactory.create_batch(3, in_state=S.SUBMITTED)
    first = decide(named, left, outcome=Outcome.ACCEPT)
    foretold = effects(Outcome.RETURN, [reread(named), added], first)
    assert [(effect.project, effect.is_left_out) for effect in foretold] == [
        (named, False),
        (added, False),
        (left, True),
    ]
    correct(first, named, added, outcome=Outcome.RETURN)
    for effect in foretold:
        assert reread(effect.project).state == effect.after


def test_foretelling_takes_as_many_queries_for_many_projects(django_assert_num_queries):
    for number in (1, 6):
        projects = ProjectFactory.create_batch(number, in_state=S.SUBMITTED)
        first = decide(*projects, outcome=Outcome.ACCEPT)
        with django_assert_num_queries(4):
            effects(Outcome.RETURN, [], first)


@pytest.mark.parametrize("state", ProjectState)
def test_leaving_out_never_leads_anywhere_but_back(state):
    for before in ProjectState:
        for is_last in (True, False):
            found = state_when_left_out(state, Corrected(Outcome.ACCEPT, before, is_last))
            assert found in ((before,) if is_last or state == before else (None,))


# --- Who sees what ---


def test_subjects_that_someone_may_not_see_are_not_named():
    seen, hidden = ProjectFactory(in_state=S.SUBMITTED), ProjectFactory(in_state=S.SUBMITTED)
    decision = decide(seen, hidden, outcome=Outcome.ACCEPT)
    # Taken back for one of them, which the RCDV then no longer sees.
    correct(decision, seen)
    for role, expected in ((Role.RCDV, {seen}), (Role.COUNCIL_MEMBER, {seen, hidden})):
        shown = Decision.objects.visible_to(UserFactory(roles=[role])).get(pk=decision.pk)
        assert {subject.project for subject in shown.visible_subjects} == expected
    only = decide(hidden, outcome=Outcome.RETURN)
    assert not Decision.objects.visible_to(UserFactory(roles=[Role.RCDV])).filter(pk=only.pk).exists()
    assert not Decision.objects.visible_to(UserFactory()).exists()


def test_a_correction_on_other_projects_only_is_said_but_not_named():
    seen = ProjectFactory(in_state=S.SUBMITTED)
    later = ProjectFactory(in_state=S.SUBMITTED)
    decide(seen, outcome=Outcome.RETURN)
    submit_project(seen, by=UserFactory(roles=[Role.SUPPORT]))
    first = decide(seen, outcome=Outcome.RETURN)
    submit_project(seen, by=UserFactory(roles=[Role.SUPPORT]))
    second = correct(first, later)
    decide(reread(seen), outcome=Outcome.ACCEPT)
    reader = UserFactory(roles=[Role.RCDV])
    shown = Decision.objects.visible_to(reader).get(pk=first.pk)
    assert shown.is_corrected
    assert list(shown.corrections.all()) == []
    support = UserFactory(roles=[Role.SUPPORT])
    assert list(Decision.objects.visible_to(support).get(pk=first.pk).corrections.all()) == [second]
    assert Decision.objects.visible_to(support).get(pk=second.pk).corrects_is_visible


def test_words_of_a_project_find_its_decision_only_for_who_sees_the_project():
    shown = ProjectFactory(in_state=S.ACCEPTED, title="Visible")
    hidden = ProjectFactory(in_state=S.ACCEPTED, title="Secretive", portfolio=PortfolioFactory())
    decide(shown, outcome=Outcome.CANCEL, number="2026-60")
    decide(hidden, outcome=Outcome.CANCEL, number="2026-61", wording="On one.")
    nobody, member = UserFactory(), UserFactory(roles=[Role.COUNCIL_MEMBER])
    assert Decision.objects.mentioning("secretive", member).count() == 2
    assert not Decision.objects.mentioning("secretive", nobody).exists()
    assert Decision.objects.mentioning("2026-61 one", member).count() == 1


# --- At the same time ---


def at_once(act, times: int = 2) -> list[object]:
    """Do the same in threads that start together; give what each returned or raised."""
    gate = threading.Barrier(times)

    def run(number: int) -> object:
        gate.wait()
        try:
            return act(number)
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.django_db(transaction=True)
def test_a_request_that_comes_twice_at_once_records_once(support):
    project, key = ProjectFactory(in_state=S.SUBMITTED), uuid.uuid4()

    def record(_number: int) -> int:
        return record_decision(
            by=support,
            number="2026-50",
            meeting_on=datetime.date(2026, 11, 5),
            outcome=Outcome.ACCEPT,
            wording="So.",
            projects=[project],
            request_key=key,
        ).pk

    assert len(set(at_once(record))) == 1
    assert project.state_changes.filter(to_state=S.ACCEPTED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_once_one_is_refused(support):
    project = ProjectFactory(in_state=S.SUBMITTED)
    first = decide(project, outcome=Outcome.ACCEPT, number="2026-07")

    def record(number: int) -> Decision:
        return record_decision(
            by=support,
            number=f"2026-07.{number}",
            meeting_on=datetime.date(2026, 11, 5),
            outcome=Outcome.RETURN,
            wording="So.",
            projects=[project],
            corrects=first,
        )

    refusals = [found for found in at_once(record) if isinstance(found, ValidationError)]
    assert [set(refusal.message_dict) for refusal in refusals] == [{"corrects"}]
    assert first.corrections.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_decision_is_foreseen_outside_a_transaction(support):
    project = ProjectFactory(in_state=S.SUBMITTED)
    found = foresee_decision(
        by=support,
        number="2026-50",
        meeting_on=datetime.date(2026, 11, 5),
        outcome=Outcome.ACCEPT,
        wording="So.",
        projects=[project],
    )
    assert [effect.after for effect in found.effects] == [S.ACCEPTED]
