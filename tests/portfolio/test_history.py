"""The history of a project: versions drawn together into what a person changed, and what of it a reader sees."""

import datetime
import re
import time
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisation.choices import Role
from portfolio.choices import Health, Outcome, ProjectState
from portfolio.history import TOGETHER, Kind, Saved, compare_words, sessions
from portfolio.history_page import FIELDS
from portfolio.models import Project
from portfolio.services import (
    CapacityLine,
    ProjectLines,
    ResultLine,
    RiskLine,
    add_attachment,
    ask_completion,
    edit_project,
    start_project,
    submit_project,
    withdraw_attachment,
)
from tests.factories import (
    LacGoalFactory,
    NetworkFactory,
    PortfolioFactory,
    ProjectFactory,
    RegionFactory,
    UserFactory,
    decide,
    report,
    reread,
)
from tests.portfolio.test_project_list import in_english

S = ProjectState
START = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
ANNA, BO = 1, 2
PROJECT = ("project", 1)
# How many queries the page takes: session, person and roles are among them.
QUERIES = 22


def saved(minutes: float, by: int, record=PROJECT, **values) -> Saved:
    return Saved(record, START + datetime.timedelta(minutes=minutes), by, values or None)


def changes(*versions: Saved, milestones=()):
    """Give per session who, and per record its kind and fields."""
    return [
        (session.by, {record: (change.kind, change.fields) for record, change in session.records.items()})
        for session in sessions(versions, milestones)
    ]


# --- Drawing together, on plain data -----------------------------------------------------------------------------------


def test_saving_while_typing_is_one_change_from_first_to_last():
    versions = [saved(place / 10, ANNA, title="T" * place) for place in range(1, 100)]
    (session,) = sessions(versions)
    assert session.records[PROJECT].kind == Kind.ADDED
    assert session.records[PROJECT].fields == {"title": (None, "T" * 99)}
    later = [saved(60 + place / 10, ANNA, title="T" * 99 + "x" * place) for place in range(1, 100)]
    assert changes(*versions, *later)[1:] == [
        (ANNA, {PROJECT: (Kind.CHANGED, {"title": ("T" * 99, "T" * 99 + "x" * 99)})})
    ]


def test_after_half_an_hour_it_is_another_change():
    begun = saved(0, BO, title="a")
    within = changes(begun, saved(100, ANNA, title="b"), saved(130, ANNA, title="c"))
    assert within[1:] == [(ANNA, {PROJECT: (Kind.CHANGED, {"title": ("a", "c")})})]
    past = changes(begun, saved(100, ANNA, title="b"), saved(130.1, ANNA, title="c"))
    assert [fields for _who, fields in past[1:]] == [
        {PROJECT: (Kind.CHANGED, {"title": ("a", "b")})},
        {PROJECT: (Kind.CHANGED, {"title": ("b", "c")})},
    ]
    assert datetime.timedelta(minutes=30) == TOGETHER


def test_what_is_changed_back_or_added_and_removed_is_nothing():
    assert changes(saved(0, BO, title="a"), saved(60, ANNA, title="b"), saved(61, ANNA, title="a"))[1:] == []
    assert changes(saved(0, ANNA, ("risk", 1), text="x"), saved(1, ANNA, ("risk", 1))) == []
    # By another person it is something.
    found = changes(saved(0, ANNA, ("risk", 1), text="x"), saved(1, BO, ("risk", 1)))
    assert [kind for _who, records in found for kind, _fields in records.values()] == [
        Kind.ADDED,
        Kind.REMOVED,
    ]


def test_two_people_at_work_on_different_fields_are_one_change_each():
    found = changes(
        saved(0, BO, title="a", aim="a"),
        saved(60, ANNA, title="b", aim="a"),
        saved(61, BO, title="b", aim="b"),
        saved(62, ANNA, title="c", aim="b"),
        saved(63, BO, title="c", aim="c"),
    )
    assert found[1:] == [
        (ANNA, {PROJECT: (Kind.CHANGED, {"title": ("a", "c")})}),
        (BO, {PROJECT: (Kind.CHANGED, {"aim": ("a", "c")})}),
    ]


def test_two_people_at_work_on_the_same_field_are_told_apart():
    found = changes(
        saved(0, BO, title="a"),
        saved(60, ANNA, title="b"),
        saved(61, BO, title="c"),
        saved(62, ANNA, title="d"),
    )
    pairs = [records[PROJECT][1]["title"] for _who, records in found[1:]]
    assert pairs == [("a", "b"), ("b", "c"), ("c", "d")]


def test_change_of_state_parts_what_was_before_from_what_came_after():
    milestone = START + datetime.timedelta(minutes=61)
    found = changes(
        saved(0, BO, title="a"),
        saved(60, ANNA, title="b"),
        saved(62, ANNA, title="c"),
        milestones=[milestone],
    )
    assert len(found) == 3


def test_removed_record_is_known_by_what_it_was():
    (_begun, session) = sessions([saved(0, BO, ("risk", 1), text="x"), saved(60, ANNA, ("risk", 1))])
    change = session.records["risk", 1]
    assert (change.kind, change.values, change.fields) == (
        Kind.REMOVED,
        {"text": "x"},
        {"text": ("x", None)},
    )


def marked(pieces) -> str:
    return "".join(f"[{piece.text}]" if piece.is_different else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "left", "right"),
    [
        ("one two three", "one 2 three", "one [two] three", "one [2] three"),
        ("one", "one more", "one", "one[ more]"),
        ("a", "", "[a]", ""),
        ("same", "same", "same", "same"),
        ("veilig", "veiligheid", "[veilig]", "[veiligheid]"),
        ("x. y", "x, y", "x[.] y", "x[,] y"),
        ("één twee", "één drie", "één [twee]", "één [drie]"),
    ],
)
def test_whole_words_that_differ_are_marked(before, after, left, right):
    assert tuple(map(marked, compare_words(before, after))) == (left, right)


def test_comparing_the_longest_texts_takes_no_time():
    texts = ["a b " * 5_000, "b c " * 5_000, "word " * 4_000, "x" * 20_000, ""]
    begun = time.perf_counter()
    for before in texts:
        for after in texts:
            left, right = compare_words(before, after)
            assert ("".join(p.text for p in left), "".join(p.text for p in right)) == (before, after)
    assert time.perf_counter() - begun < 5


# --- The page ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def holder(client_as):
    return in_english(client_as(Role.PORTFOLIO_HOLDER, name="Hanna Holder"))


@pytest.fixture
def project(holder):
    return ProjectFactory.create(title="First title", portfolio=PortfolioFactory.create(held_by=holder.user))


def at(minutes: float):
    """Let it be so many minutes after the start, for what is saved now."""
    now = START + datetime.timedelta(days=300, minutes=minutes)
    return mock.patch("django.utils.timezone.now", return_value=now)


def words(client, project: Project, query: str = "") -> str:
    response = client.get(f"/projects/{project.pk}/history{query}")
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode().partition("<main")[2]).split())


def entries(client, project: Project):
    return client.get(f"/projects/{project.pk}/history").context["entries"]


@pytest.mark.django_db
def test_page_says_who_changed_what_with_old_and_new_value(holder, project):
    edit_project(
        project,
        by=holder.user,
        fields={"title": "Second title", "ends_on": datetime.date(2027, 12, 31), "aim": "That it is *here*."},
    )
    response = holder.get(f"/projects/{project.pk}/history")
    content, text = response.content.decode(), words(holder, project)
    assert "<mark>First</mark> title" in content
    assert "<mark>Second</mark> title" in content
    assert "That it is <mark>there</mark>." in content
    assert "<mark>30</mark> <mark>June</mark> 2027" in content
    assert "Hanna Holder" in text
    assert [field.label for field in entries(holder, project)[0].records[0].fields] == ["title", "aim", "end"]


@pytest.mark.django_db
def test_lines_and_links_are_in_it_those_that_were_removed_too(holder, project):
    region, goal, network = (
        RegionFactory.create(name="Utrecht"),
        LacGoalFactory.create(),
        NetworkFactory.create(name="Netwerk X"),
    )
    predecessor = ProjectFactory.create(title="Predecessor", in_state=S.SUBMITTED)
    with at(0):
        edit_project(
            project,
            by=holder.user,
            fields={"lac_goals": [goal], "networks": [network]},
            lines=ProjectLines(
                results=[ResultLine("New result", datetime.date(2026, 5, 1))],
                capacity=[CapacityLine(2026, "advice", 12, region=region.pk)],
                risks=[RiskLine("New risk", 3, 1, "A measure")],
                predecessors=[predecessor.pk],
            ),
        )
    with at(60):
        edit_project(
            project,
            by=holder.user,
            fields={"networks": []},
            lines=ProjectLines(results=[], capacity=[], risks=[], predecessors=[]),
        )
    removed, added = entries(holder, project)[:2]
    names = [
        "Result: New result",
        "Capacity asked: Utrecht, 2026",
        "Risk: New risk",
        f"Can only start when this is finished: {predecessor}",
    ]
    assert [record.name for record in removed.records if record.kind == Kind.REMOVED] == names
    assert [record.name for record in added.records if record.kind == Kind.ADDED] == names
    goals, networks = added.records[0].fields
    assert (goals.before, goals.after) == ("", goal.number)
    assert (networks.label, networks.after) == ("networks that contribute", "Netwerk X")
    text = words(holder, project)
    assert "Likelihood high Impact low Measure A measure" in text
    assert "Due on 1 May 2026" in text


@pytest.mark.django_db
def test_states_decisions_reports_and_files_are_entries_of_their_own(holder, project):
    submit_project(project, by=holder.user)
    decide(reread(project), outcome=Outcome.ACCEPT, number="2026-77", wording="Go **ahead**.")
    start_project(project, by=holder.user)
    file = add_attachment(project, by=holder.user, upload=SimpleUploadedFile("Plan.pdf", b"%PDF-1.7"))
    withdraw_attachment(file, by=holder.user)
    report(project, Health.RED, reported_on=datetime.date(2026, 11, 1))
    text = words(holder, project)
    order = [
        "Status report of 1 November 2026 filed: off course",
        "File “Plan.pdf” withdrawn",
        "File “Plan.pdf” added",
        "running was accepted",
        "accepted was submitted",
        "Decision 2026-77",
        "Go ahead .",
        "submitted was draft",
        "Assignment begun",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places, dict(zip(order, places, strict=True))
    assert places == sorted(places)


@pytest.mark.django_db
def test_what_the_application_keeps_for_itself_is_left_out(holder, project):
    submit_project(project, by=holder.user)
    edit = entries(holder, project)
    labels = {field.label for entry in edit for record in entry.records for field in record.fields}
    assert labels.isdisjoint({"version", "health", "state", "number", "first submitted on"})
    assert "submitted" in words(holder, project)


@pytest.mark.django_db
def test_asking_for_completion_is_in_it(holder, project):
    Project.objects.filter(pk=project.pk).update(
        state="running", code="2026-001", submitted_at=timezone.now(), accepted_at=timezone.now()
    )
    ask_completion(reread(project), by=holder.user, closing_note="All is there.")
    assert "What was delivered empty All is there." in words(holder, project)


@pytest.mark.django_db
def test_every_field_that_people_fill_in_is_followed():
    own = {
        "id", "project", "position", "delivered_in", "code", "state", "health", "filed_by", "on_behalf_of",
        "submitted_at", "accepted_at", "created_at", "changed_at", "version", "request_key",
    }  # fmt: skip
    for model, names in FIELDS.values():
        fields = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
        assert fields - own == set(names), model


@pytest.mark.django_db
def test_name_of_a_project_that_the_reader_may_not_see_stays_hidden(client_as, holder, project):
    secret = ProjectFactory.create(title="Secret draft")
    support = UserFactory.create(roles=[Role.SUPPORT])
    edit_project(project, by=support, lines=ProjectLines(predecessors=[secret.pk]))
    submit_project(project, by=holder.user)
    text = words(in_english(client_as(Role.COUNCIL_MEMBER)), project)
    assert "Can only start when this is finished: another project" in text
    assert "Secret" not in text
    assert "Secret draft" in words(client_as(Role.SUPPORT), project)


@pytest.mark.django_db
def test_text_in_the_history_is_never_code(holder, project):
    edit_project(project, by=holder.user, fields={"aim": "<script>alert(1)</script> it is there."})
    content = holder.get(f"/projects/{project.pk}/history").content.decode()
    assert "<script>alert" not in content
    assert "alert" in content


@pytest.mark.django_db
def test_pages_are_of_twenty_and_a_wrong_one_shows_a_real_one(holder, project):
    for place in range(25):
        with at(40 * place):
            edit_project(project, by=holder.user, fields={"leader": f"Leader {place}"})
    assert len(entries(holder, project)) == 20
    assert "Leader <mark>24</mark>" in holder.get(f"/projects/{project.pk}/history").content.decode()
    assert "Assignment begun" in words(holder, project, "?page=2")
    for page in ("0", "-1", "99", "x", "9" * 40):
        assert holder.get(f"/projects/{project.pk}/history?page={page}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2, 60])
def test_number_of_queries_does_not_grow_with_the_changes(client_as, holder, project, number):
    everything = ProjectLines(
        capacity=[
            CapacityLine(2026, "x", 1, region=RegionFactory.create().pk),
            CapacityLine(2026, "x", 1, network=NetworkFactory.create().pk),
        ],
        risks=[RiskLine("x")],
        predecessors=[ProjectFactory.create(in_state=S.SUBMITTED).pk],
    )
    goals = [LacGoalFactory.create(theme=project.objective.theme) for _ in range(number)]
    edit_project(
        project,
        by=holder.user,
        fields={"lac_goals": goals, "networks": [NetworkFactory.create()]},
        lines=everything,
    )
    for place in range(number):
        by = UserFactory.create(roles=[Role.SUPPORT])
        edit_project(
            project,
            by=by,
            fields={"title": f"T{place}"},
            lines=ProjectLines(results=[ResultLine(f"R{place}", datetime.date(2026, 5, 1))]),
        )
        reread(project)
        add_attachment(project, by=by, upload=SimpleUploadedFile("a.pdf", b"%PDF-1.7"))
    client = client_as(Role.SUPPORT)
    with CaptureQueriesContext(connection) as queries:
        # The page that begins the history, which names most.
        assert client.get(f"/projects/{project.pk}/history?page=99").status_code == 200
    assert len(queries) == QUERIES


@pytest.mark.django_db
def test_thousand_versions_are_read_quickly(holder, project):
    history = Project.history.model
    version = history.objects.get(id=project.pk)
    now = timezone.now()
    history.objects.bulk_create(
        history(
            **{
                field.attname: getattr(version, field.attname)
                for field in history._meta.concrete_fields
                if field.name not in {"history_id", "history_date", "aim", "history_type"}
            },
            aim=f"Word {place}. " * 500,
            history_type="~",
            history_date=now + datetime.timedelta(minutes=place),
        )
        for place in range(1_000)
    )
    begun = time.perf_counter()
    assert len(entries(holder, project)) == 20
    assert time.perf_counter() - begun < 5
