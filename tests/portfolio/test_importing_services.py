"""Importing a workbook: all or nothing, once, by its owner, and checked anew."""

import datetime
import io
import os
import threading
import uuid
from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import load_workbook
from post_office.models import Email

from organisation.choices import Role
from organisation.models import Network, Region
from pillars.models import LacGoal, Objective
from portfolio.choices import Health, Outcome, ProjectState
from portfolio.importing.columns import EXAMPLE_KEYS, TABLES
from portfolio.importing.examining import examine
from portfolio.importing.known import read_known
from portfolio.importing.template import build_template
from portfolio.models import Decision, Project, ProjectImport, Result, StateChange
from portfolio.services import (
    ImportRefused,
    import_projects,
    receive_import,
    remove_expired_imports,
    start_draft,
)
from tests.factories import PortfolioFactory, UserFactory, decide
from tests.organisation.workbooks import saved
from tests.portfolio.workbooks import filled_template, upload, workbook_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = datetime.date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda value=None, tz=None: value.date() if value else TODAY)


@pytest.fixture
def support():
    return UserFactory(roles=[Role.SUPPORT], name="Sam Ondersteuner")


@pytest.fixture
def portfolio(programme):
    holder = UserFactory(roles=[Role.PORTFOLIO_HOLDER])
    return PortfolioFactory(name="MOTO", held_by=holder)


@pytest.fixture
def rows(portfolio):
    """A project of each state, with what belongs to it; by the fields of the columns."""
    objective = Objective.objects.get(title__startswith="Als ‘partner’")
    draft = {
        "key": "A1",
        "title": "=Concept",
        "portfolio": portfolio.name,
        "objective": objective.title,
        "state": "draft",
    }
    submitted = draft | {
        "key": "A2",
        "title": "Ingediend",
        "state": "submitted",
        "lac_goals": "1.1, 1.10",
        "reason": "- Omdat.\n- Daarom.",
        "aim": "+ Dat het er is.",
        "boundaries": "@ De rest.",
        "form_of_work": "working_group",
        "networks": "MOTO; KCR2",
        "starts_on": datetime.date(2025, 1, 1),
        "ends_on": "31-12-2026",
        "leader": "A. Jansen",
        "secretary": "B. de Vries",
    }
    accepted = submitted | {
        "key": "A3",
        "title": "Aanvaard",
        "state": "accepted",
        "decision_number": "2025-01",
        "decided_on": "2 januari 2025",
        "wording": "De Vakraad stemt in.",
    }
    running = accepted | {
        "key": "A4",
        "title": "Lopend",
        "state": "running",
        "health": "amber",
        "health_note": "Het wacht op een besluit.",
    }
    completed = accepted | {
        "key": "A5",
        "title": "Afgerond",
        "state": "completed",
        "completion_number": "2026-05",
        "completed_on": datetime.date(2026, 5, 20),
        "completion_wording": "De Vakraad rondt af.",
        "closing_note": "Alles is geleverd.",
        "health": "green",
        "health_note": "Klaar.",
    }
    projects = [draft, submitted, accepted, running, completed]
    results = [
        {"key": row["key"], "title": f"Resultaat {number}", "due_on": "1 juli 2026"}
        for row in projects[1:]
        for number in (1, 2)
    ]
    for result in results:
        if result["key"] == "A5" or result == results[4]:
            result |= {"delivered_on": "2026-06-15", "delivered_note": "Vastgesteld."}
        if result["key"] == "A3":
            result.pop("delivered_on", None)
            result.pop("delivered_note", None)
    capacity = [
        {"key": "A4", "year": 2026, "region": "VR01", "expertise": "planner", "days": 10},
        {"key": "A4", "year": 2025, "network": "MOTO", "expertise": "trainer", "days": "5"},
    ]
    risks = [
        {"key": "A4", "description": "Het regent", "likelihood": "hoog", "impact": 1, "measure": "Paraplu"}
    ]
    return {"projects": projects, "results": results, "capacity": capacity, "risks": risks}


@pytest.fixture
def content(rows):
    return saved(workbook_of(**rows))


def receive(support, content, name="projecten.xlsx"):
    examined, waiting = receive_import(by=support, upload=upload(content, name))
    assert [problem.text for problem in examined.findings.problems] == []
    return waiting


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_template_filled_in_imports_in_both_languages(support, rows, language):
    with translation.override(language):
        template = build_template(read_known(TODAY))
        waiting = receive(support, filled_template(template, **rows))
    with translation.override("en" if language == "nl" else "nl"):
        import_projects(waiting, by=support)
    assert Counter(Project.objects.values_list("state", flat=True)) == Counter(
        ["draft", "submitted", "accepted", "running", "completed"]
    )


def test_what_stands_in_the_file_is_made(support, content, rows):
    done = import_projects(receive(support, content), by=support)
    assert set(done.projects.all()) == set(Project.objects.all())
    by_title = {project.title: project for project in Project.objects.all()}
    assert set(by_title) == {row["title"] for row in rows["projects"]}
    running = by_title["Lopend"]
    assert (running.reason, running.aim, running.boundaries) == (
        "- Omdat.\n- Daarom.",
        "+ Dat het er is.",
        "@ De rest.",
    )
    assert (running.starts_on, running.ends_on) == (datetime.date(2025, 1, 1), datetime.date(2026, 12, 31))
    assert {goal.number for goal in running.lac_goals.select_related("pillar")} == {"1.1", "1.10"}
    assert {network.abbreviation for network in running.networks.all()} == {"MOTO", "KCR2"}
    assert [
        (line.year, str(line.asked_of), line.days) for line in running.capacity_requests.order_by("year")
    ] == [
        (2025, Network.objects.get(abbreviation="MOTO").name, 5),
        (2026, Region.objects.get(code="VR01").name, 10),
    ]
    assert [(risk.description, risk.likelihood, risk.impact) for risk in running.risks.all()] == [
        ("Het regent", 3, 1)
    ]
    assert running.health == Health.AMBER
    report = running.status_reports.get()
    assert (report.author, report.time_reason, report.done) == (support, *["Het wacht op een besluit."] * 2)
    delivered = Result.objects.filter(delivered_on__isnull=False)
    assert Counter(delivered.values_list("project__title", flat=True)) == {"Lopend": 1, "Afgerond": 2}
    completed = by_title["Afgerond"]
    assert completed.closing_note == "Alles is geleverd."
    assert by_title["=Concept"].code == ""
    assert all(project.code for project in Project.objects.exclude(state=ProjectState.DRAFT))


def test_decisions_are_recorded_once_with_all_their_projects(support, content):
    import_projects(receive(support, content), by=support)
    accepted, completed = Decision.objects.order_by("meeting_on")
    assert (accepted.number, accepted.meeting_on, accepted.outcome) == (
        "2025-01",
        datetime.date(2025, 1, 2),
        Outcome.ACCEPT,
    )
    assert accepted.wording == "De Vakraad stemt in."
    assert {project.title for project in accepted.projects.all()} == {"Aanvaard", "Lopend", "Afgerond"}
    assert (completed.number, completed.outcome) == ("2026-05", Outcome.COMPLETE)
    assert {project.title for project in completed.projects.all()} == {"Afgerond"}


def test_all_is_recorded_as_done_by_the_supporter_and_nobody_is_written_to(support, content):
    import_projects(receive(support, content), by=support)
    assert {project.filed_by for project in Project.objects.all()} == {support}
    assert {change.by for change in StateChange.objects.all()} == {support}
    assert {record.history_user for record in Project.history.all()} == {support}
    assert not Email.objects.exists()


def test_after_an_import_people_are_written_to_again(support, content, portfolio):
    import_projects(receive(support, content), by=support)
    decide(Project.objects.get(title="Ingediend"), outcome=Outcome.RETURN, by=support)
    assert Email.objects.exists()


# All or nothing


def test_a_dry_run_makes_nothing(support, content):
    examined, waiting = receive_import(by=support, upload=upload(content))
    assert len(examined.checked.projects) == 5
    assert waiting.imported_at is None
    assert not Project.objects.exists()
    assert not Decision.objects.exists()


def test_a_file_with_a_problem_is_not_kept(support, rows):
    rows["projects"][-1]["completed_on"] = "ooit"
    examined, waiting = receive_import(by=support, upload=upload(saved(workbook_of(**rows))))
    assert examined.findings.problems
    assert waiting is None
    assert not ProjectImport.objects.exists()


def test_a_failure_in_the_last_row_leaves_nothing(support, content, monkeypatch):
    """Something that only a verb finds out: here the last decision is refused by the database's own rules."""
    waiting = receive(support, content)
    monkeypatch.setattr(Decision._meta.get_field("number"), "choices", [("2025-01", "")])
    with pytest.raises(ImportRefused) as refused:
        import_projects(waiting, by=support)
    [problem] = refused.value.findings.problems
    assert (problem.row, bool(problem.text)) == (6, True)
    for model in (Project, Decision, StateChange, Result):
        assert not model._base_manager.exists(), model
    assert not Project.history.exists()
    waiting.refresh_from_db()
    assert waiting.imported_at is None
    assert waiting.file.storage.exists(waiting.file.name)


def test_what_was_made_meanwhile_is_found_before_the_import(support, content, portfolio):
    waiting = receive(support, content)
    objective = Objective.objects.get(title__startswith="Als ‘partner’")
    start_draft(by=support, portfolio=portfolio, objective=objective, title="lopend")
    with pytest.raises(ImportRefused) as refused:
        import_projects(waiting, by=support)
    assert [problem.row for problem in refused.value.findings.problems] == [5]
    assert Project.objects.count() == 1


def test_what_was_removed_or_decided_meanwhile_is_found_before_the_import(
    support, content, portfolio, programme
):
    waiting = receive(support, content)
    portfolio.name = "Anders"
    portfolio.save_by(support)
    LacGoal.objects.filter(sequence=10).delete()
    with pytest.raises(ImportRefused) as refused:
        import_projects(waiting, by=support)
    assert {problem.header for problem in refused.value.findings.problems} == {"Portefeuille", "LAC-doelen"}
    assert not Project.objects.exists()


# Once


def test_a_second_click_makes_nothing_more(support, content):
    waiting = receive(support, content)
    first = import_projects(waiting, by=support)
    again = import_projects(waiting, by=support)
    assert first == again
    assert Project.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_the_projects_once(support, content):
    waiting = receive(support, content)
    refusals: list[Exception] = []

    def click() -> None:
        try:
            import_projects(waiting, by=support)
        except Exception as error:  # noqa: BLE001 (told below, whatever it is)
            refusals.append(error)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(3)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert refusals == []
    assert Project.objects.count() == 5


def test_the_same_file_is_imported_once_whoever_sends_it(support, content):
    other = UserFactory(roles=[Role.SUPPORT])
    waiting_too = receive(other, content)
    import_projects(receive(support, content), by=support)
    for attempt in (
        lambda: receive_import(by=other, upload=upload(content, "anders.xlsx")),
        lambda: import_projects(waiting_too, by=other),
    ):
        with pytest.raises(ValidationError, match="Sam Ondersteuner"):
            attempt()
    assert Project.objects.count() == 5


def test_the_same_projects_in_another_file_are_refused_row_by_row(support, rows, content):
    import_projects(receive(support, content), by=support)
    book = workbook_of("en", **rows)
    examined, waiting = receive_import(by=support, upload=upload(saved(book)))
    assert waiting is None
    titles = [problem for problem in examined.findings.problems if problem.header == "Title"]
    assert [problem.row for problem in titles] == [2, 3, 4, 5, 6]
    numbers = {problem.row for problem in examined.findings.problems if problem.header == "Decision number"}
    assert numbers == {4}


def test_a_file_that_waits_is_kept_once_per_person(support, content):
    assert receive(support, content) == receive(support, content)
    assert receive(UserFactory(roles=[Role.SUPPORT]), content) != receive(support, content)
    assert ProjectImport.objects.count() == 2


# The file


def test_the_file_stands_where_no_one_else_reads_it_and_goes_after_the_import(
    support, content, django_capture_on_commit_callbacks
):
    waiting = receive(support, content, "../../etc/passwd\0.xlsx")
    assert waiting.name == "passwd.xlsx"
    path = waiting.file.path
    assert uuid.UUID(os.path.basename(path).removesuffix(".xlsx"))  # noqa: PTH119 (a name alone)
    assert os.stat(path).st_mode & 0o077 == 0  # noqa: PTH116
    with django_capture_on_commit_callbacks(execute=True):
        done = import_projects(waiting, by=support)
    assert not done.file
    assert not os.path.exists(path)  # noqa: PTH110


def test_a_file_waits_a_day(support, content, django_capture_on_commit_callbacks):
    waiting = receive(support, content)
    path = waiting.file.path
    ProjectImport.objects.update(created_at=timezone.now() - datetime.timedelta(hours=24, minutes=1))
    with pytest.raises(ValidationError, match="kept for a day"):
        import_projects(ProjectImport.objects.get(), by=support)
    with django_capture_on_commit_callbacks(execute=True):
        remove_expired_imports()
    assert not ProjectImport.objects.exists()
    assert not os.path.exists(path)  # noqa: PTH110
    assert not Project.objects.exists()


def test_a_file_that_is_gone_is_asked_for_again(support, content):
    waiting = receive(support, content)
    waiting.file.storage.delete(waiting.file.name)
    with pytest.raises(ValidationError, match="Upload it again"):
        import_projects(waiting, by=support)


# Who


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT])
def test_nobody_but_support_imports(role, support, content):
    other = UserFactory(roles=[role])
    waiting = receive(support, content)
    with pytest.raises(PermissionDenied):
        receive_import(by=other, upload=upload(content))
    with pytest.raises(PermissionDenied):
        import_projects(waiting, by=other)


def test_nobody_imports_the_file_of_someone_else(support, content):
    waiting = receive(support, content)
    with pytest.raises(ProjectImport.DoesNotExist):
        import_projects(waiting, by=UserFactory(roles=[Role.SUPPORT]))


# The template


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_template_holds_examples_that_are_left_out_and_would_import(support, portfolio, language):
    with translation.override(language):
        template = build_template(read_known(TODAY))
        examined = examine(io.BytesIO(template), TODAY)
    assert [problem.sheet for problem in examined.findings.problems] == [TABLES[0].name(language)]
    assert "example" in examined.findings.notes[0].text or language == "nl"
    book = load_workbook(io.BytesIO(template))
    for table in TABLES:
        sheet = book[table.name(language)]
        assert [cell.value for cell in sheet[1]] == [column.name(language) for column in table.columns]
        assert sheet.freeze_panes == "B2"
        assert sheet["A2"].value == EXAMPLE_KEYS[language]
        sheet["A2"] = "X1"
    with translation.override(language):
        examined = examine(io.BytesIO(saved(book)), TODAY)
    assert [problem.text for problem in examined.findings.problems] == []
    assert len(examined.checked.projects) == 1


def test_a_name_that_begins_like_a_formula_is_text_in_the_template(programme):
    for name in ("=1+1", "+31", "-5", "@x", "=cmd|'/c calc'!A1"):
        PortfolioFactory(name=name)
    with translation.override("en"):
        book = load_workbook(io.BytesIO(build_template(read_known(TODAY))))
    cells = [cell for cell in book["Values"]["A"] if cell.value and cell.value[0] in "=+-@"]
    assert len(cells) == 5
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}
    assert not [
        cell.coordinate
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_lists_to_choose_from_hold_every_choice(programme):
    PortfolioFactory(name="MOTO")
    with translation.override("nl"):
        book = load_workbook(io.BytesIO(build_template(read_known(TODAY))))
    values = book["Waarden"]
    columns = {
        cell.column: [c.value for c in values[cell.column_letter][1:] if c.value] for cell in values[1]
    }
    sizes = sorted(len(column) for column in columns.values())
    assert {1, 25, Objective.objects.count(), Network.objects.count()} <= set(sizes)
    for sheet in book:
        for validation in sheet.data_validations.dataValidation:
            name, _, cells = validation.formula1.lstrip("=").partition("!")
            chosen = [cell.value for (cell,) in book[name.strip("'")][cells.replace("$", "")]]
            assert all(chosen), (sheet.title, validation.sqref)


def test_what_is_read_of_the_database_takes_a_fixed_number_of_queries(support, content):
    with CaptureQueriesContext(connection) as few:
        examine(io.BytesIO(content), TODAY)
    import_projects(receive(support, content), by=support)
    PortfolioFactory.create_batch(5)
    with CaptureQueriesContext(connection) as many:
        examine(io.BytesIO(content), TODAY)
    assert len(few) == len(many) == 7
