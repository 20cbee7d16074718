"""Checking a workbook: every problem with its place and what to do, in both languages; without the database."""

import datetime
import io
from types import SimpleNamespace

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from organisation.spreadsheets.findings import MOST_PROBLEMS, Findings
from organisation.spreadsheets.reading import read_workbook
from organisation.spreadsheets.values import normalise
from portfolio.choices import Outcome, ProjectState
from portfolio.completeness import missing
from portfolio.importing.checking import MOST_PROJECTS, check
from portfolio.importing.columns import BY_SHEET_NAME, PROJECTS, RESULTS, TABLES
from portfolio.importing.known import Known, KnownObjective
from portfolio.importing.tables import find_tables, is_wanted, place_of_sheet
from tests.organisation.workbooks import Formula, saved
from tests.portfolio.workbooks import workbook_of

TODAY = datetime.date(2026, 11, 24)
YEARS = range(2024, 2029)
DRAFT = {"key": "P1", "title": "Een project", "portfolio": "MOTO", "objective": "1.2.1", "state": "concept"}
SUBMITTED = DRAFT | {
    "state": "ingediend",
    "reason": "Omdat.",
    "aim": "Dat.",
    "form_of_work": "project",
    "starts_on": datetime.date(2026, 1, 1),
    "ends_on": datetime.date(2027, 6, 30),
    "leader": "A. Jansen",
}
ACCEPTED = SUBMITTED | {
    "state": "accepted",
    "decision_number": "2026-07",
    "decided_on": datetime.date(2026, 3, 5),
    "wording": "De Vakraad stemt in.",
}
RUNNING = ACCEPTED | {"state": "running", "health": "groen", "health_note": "De werkgroep is begonnen."}
COMPLETED = ACCEPTED | {
    "state": "completed",
    "completion_number": "2026-11",
    "completed_on": "5 november 2026",
    "completion_wording": "De Vakraad rondt af.",
    "closing_note": "Alles is er.",
}
RESULT = {"key": "P1", "title": "Een resultaat", "due_on": datetime.date(2026, 12, 1)}
CAPACITY = {"key": "P1", "year": 2026, "region": "Groningen", "expertise": "planner", "days": 10}
RISK = {"key": "P1", "description": "Het regent.", "likelihood": "hoog", "impact": 1, "measure": "Paraplu"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def known(**fields) -> Known:
    objectives = [
        KnownObjective(1, "1.2.1", "Kaders voor paraatheid", 1, YEARS),
        KnownObjective(2, "1.2.2", "Kaders voor paraatheid en meer", 1, YEARS),
        KnownObjective(3, "2.1.1", "Dubbel", 1, YEARS),
        KnownObjective(4, "2.1.2", "dubbel!", 1, YEARS),
    ]
    return Known(
        **{
            "today": TODAY,
            "portfolios": {7: "MOTO", 8: "Nafase & herstel", 9: "=Vreemd"},
            "objectives": {objective.key: objective for objective in objectives},
            "regions": {1: ("VR01", "Groningen"), 2: ("VR02", "Fryslân")},
            "networks": {
                1: ("Netwerk MOTO", "MOTO"),
                2: ("Landelijk Netwerk Evalueren, Kwaliteit en Onderzoek", ""),
                3: ("Knooppunt coördinatie regio rijk", "KCR2"),
            },
            "lac_goals": {(1, number): key for key, number in enumerate(("1.1", "1.5", "1.10", "1.12"))},
            **fields,
        }
    )


def examined(content, knows: Known | None = None):
    findings = Findings(place_of_sheet=place_of_sheet)
    tables = find_tables(
        read_workbook(io.BytesIO(content if isinstance(content, bytes) else saved(content)), is_wanted),
        findings,
    )
    return check(tables, knows or known(), findings)


def checked(*, knows: Known | None = None, language: str = "nl", **tables):
    return examined(workbook_of(language, **tables), knows)


def places(found) -> set[tuple[str, int | None, str]]:
    """Where problems are: sheet, row and the field of the column."""
    assert all(problem.text.endswith((".", "?", "…")) for problem in found.findings.problems)
    return {
        (problem.sheet, problem.row, field_of(problem.sheet, problem.header) if problem.header else "")
        for problem in found.findings.problems
    }


def field_of(sheet: str, header: str) -> str:
    return BY_SHEET_NAME[normalise(sheet)].by_name[normalise(header)].field


def texts(found) -> str:
    return "\n".join(problem.text for problem in found.findings.problems)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "project", [DRAFT, SUBMITTED, ACCEPTED, RUNNING, COMPLETED], ids=lambda row: row["state"]
)
def test_a_whole_project_of_each_state_has_no_problem(project, language):
    found = checked(
        language=language, projects=[project], results=[RESULT], capacity=[CAPACITY], risks=[RISK]
    )
    assert found.findings.problems == []
    assert found.findings.notes == []
    [made] = found.projects
    assert (made.title, made.portfolio, made.objective) == ("Een project", 7, 1)
    assert (made.results[0].due_on, made.capacity[0].region, made.risks[0].likelihood) == (
        datetime.date(2026, 12, 1),
        1,
        3,
    )


# What each state needs: a table of field × state


def without(row: dict, *fields: str) -> dict:
    return {name: value for name, value in row.items() if name not in fields}


@pytest.mark.parametrize("field", ["title", "portfolio", "objective", "state", "key"])
def test_every_project_needs(field):
    assert ("Projecten", 2, field) in places(checked(projects=[without(DRAFT, field)]))


@pytest.mark.parametrize("field", ["reason", "aim", "form_of_work", "starts_on", "ends_on", "leader"])
@pytest.mark.parametrize("row", [SUBMITTED, ACCEPTED, RUNNING, COMPLETED], ids=lambda row: row["state"])
def test_from_submitted_on_a_project_needs(field, row):
    assert places(checked(projects=[without(row, field)], results=[RESULT])) == {("Projecten", 2, field)}
    assert checked(projects=[without(row, field) | {"state": "draft"}], results=[RESULT]) is not None


@pytest.mark.parametrize("field", ["decision_number", "decided_on", "wording"])
@pytest.mark.parametrize("row", [ACCEPTED, RUNNING, COMPLETED], ids=lambda row: row["state"])
def test_from_accepted_on_a_project_needs_its_decision(field, row):
    assert ("Projecten", 2, field) in places(checked(projects=[without(row, field)], results=[RESULT]))


@pytest.mark.parametrize("field", ["completion_number", "completed_on", "completion_wording"])
def test_a_completed_project_needs_its_decision(field):
    assert ("Projecten", 2, field) in places(checked(projects=[without(COMPLETED, field)], results=[RESULT]))


@pytest.mark.parametrize(
    ("state", "field", "value"),
    [
        ("draft", "decision_number", "1"),
        ("submitted", "decided_on", datetime.date(2026, 1, 1)),
        ("submitted", "wording", "x"),
        ("accepted", "completion_number", "1"),
        ("running", "completed_on", datetime.date(2026, 1, 1)),
        ("running", "closing_note", "x"),
        ("accepted", "health", "groen"),
        ("draft", "health_note", "x"),
    ],
)
def test_what_a_state_does_not_have_is_refused(state, field, value):
    row = {"draft": DRAFT, "submitted": SUBMITTED, "accepted": ACCEPTED, "running": RUNNING}[state]
    assert places(checked(projects=[row | {field: value}], results=[RESULT])) == {("Projecten", 2, field)}


def test_a_project_without_state_is_only_asked_for_its_state():
    found = checked(projects=[COMPLETED | {"state": "klaar?"}], results=[RESULT])
    assert places(found) == {("Projecten", 2, "state")}
    assert "draft, submitted, accepted, running, completed" in texts(found)


def test_what_is_found_complete_is_complete_to_submit_as_well():
    """`portfolio.completeness` says the same of the project as made."""
    for leave_out in [
        (),
        *((field,) for field in ("title", "reason", "aim", "form_of_work", "starts_on", "ends_on", "leader")),
    ]:
        for results in ([], [RESULT], [without(RESULT, "due_on")], [RESULT | {"due_on": "1-1-2028"}]):
            for capacity in ([], [CAPACITY], [CAPACITY | {"year": 2028}]):
                found = checked(projects=[without(SUBMITTED, *leave_out)], results=results, capacity=capacity)
                [made] = found.projects
                lacking = missing(as_project(made))
                assert bool(lacking) == bool(found.findings.problems), (leave_out, results, capacity)


def as_project(made):
    """What `missing` asks of a project, of one in a file."""
    has_period = made.starts_on and made.ends_on
    return SimpleNamespace(
        **{name: getattr(made, name) for name in ("title", "reason", "aim", "form_of_work", "leader")},
        starts_on=made.starts_on,
        ends_on=made.ends_on,
        years=range(made.starts_on.year, made.ends_on.year + 1) if has_period else range(0),
        results=SimpleNamespace(all=lambda: made.results),
        capacity_requests=SimpleNamespace(all=lambda: made.capacity),
    )


# References


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("1.2.1", 1),
        ("1.2.1 – Kaders voor paraatheid", 1),
        ("1.2.1 Kaders voor Paraatheid", 1),
        ("  kaders  voor paraatheid ", 1),
        ("Kaders voor paraatheid en meer", 2),
    ],
)
def test_an_objective_is_named_by_number_title_or_both(written, key):
    assert checked(projects=[DRAFT | {"objective": written}]).projects[0].objective == key


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("Iets anders", "not known"),
        ("1.9.9", "not known"),
        ("1.2.1 – Iets anders", "belongs to “Kaders voor paraatheid”"),
        ("Dubbel", "more than one objective. Write the one that is meant: 2.1.1; 2.1.2."),
        (1.2, "number"),
        (datetime.date(2021, 2, 1), "date"),
        (Formula("=A1"), "formula"),
    ],
)
def test_another_objective_is_refused(written, says):
    found = checked(projects=[DRAFT | {"objective": written}])
    assert places(found) == {("Projecten", 2, "objective")}
    assert says in texts(found)


def test_an_objective_of_two_programmes_with_the_same_number_is_told_apart_by_its_title():
    later = KnownObjective(9, "1.2.1", "Iets van later", 2, range(2029, 2034))
    knows = known()
    knows.objectives[9] = later
    found = checked(knows=knows, projects=[DRAFT])
    assert "1.2.1 – Kaders voor paraatheid; 1.2.1 – Iets van later" in texts(found)
    [made] = checked(knows=knows, projects=[DRAFT | {"objective": later.label}]).projects
    assert made.objective == 9


def test_networks_are_named_by_abbreviation_or_name_even_with_a_comma():
    written = "MOTO; Landelijk netwerk evalueren, kwaliteit en onderzoek\nKCR2, Netwerk MOTO"
    assert checked(projects=[DRAFT | {"networks": written}]).projects[0].networks == [1, 2, 3]
    found = checked(projects=[DRAFT | {"networks": "MOTO; Onbekend"}])
    assert places(found) == {("Projecten", 2, "networks")}
    assert "Onbekend" in texts(found)


@pytest.mark.parametrize("written", ["1.5, 1.12", "1.5;1.12", "1.5 1.12", "1.12,1.5, 1.5"])
def test_lac_goals_are_named_by_their_numbers(written):
    assert sorted(checked(projects=[DRAFT | {"lac_goals": written}]).projects[0].lac_goals) == [1, 3]


@pytest.mark.parametrize(
    ("written", "says"),
    [(1.1, "1.10"), ("1,5", "“1”"), ("9.9", "“9.9”"), (datetime.date(2026, 5, 1), "date")],
)
def test_other_lac_goals_are_refused(written, says):
    found = checked(projects=[DRAFT | {"lac_goals": written}])
    assert places(found) == {("Projecten", 2, "lac_goals")}
    assert says in texts(found)


@pytest.mark.parametrize("written", ["VR01", "groningen", "VR01 Groningen", "Veiligheidsregio Groningen"])
def test_a_region_is_named_by_code_or_name(written):
    found = checked(projects=[DRAFT], capacity=[CAPACITY | {"region": written}])
    assert found.projects[0].capacity[0].region == 1


def test_capacity_is_asked_of_a_region_or_a_network():
    for other in ({"region": None}, {"network": "MOTO"}):
        found = checked(projects=[DRAFT], capacity=[CAPACITY | other])
        assert places(found) == {("Capaciteit", 2, "region")}


@pytest.mark.parametrize("table", ["results", "capacity", "risks"])
def test_a_line_names_a_project_of_the_file(table):
    line = {"results": RESULT, "capacity": CAPACITY, "risks": RISK}[table]
    name = {"results": "Resultaten", "capacity": "Capaciteit", "risks": "Risico's"}[table]
    found = checked(
        projects=[DRAFT], **{table: [line | {"key": " p1 "}, line | {"key": "P2"}, without(line, "key")]}
    )
    assert places(found) == {(name, 3, "key"), (name, 4, "key")}


# Values


@pytest.mark.parametrize(
    ("table", "field", "value", "says"),
    [
        ("projects", "title", 2026, "number"),
        ("projects", "title", "x" * 201, "201 characters; at most 200"),
        ("projects", "reason", "x" * 20_001, "at most 20000"),
        ("projects", "leader", "x" * 121, "at most 120"),
        ("projects", "key", "x" * 41, "at most 40"),
        ("projects", "aim", Formula("=1+1"), "formula"),
        ("projects", "starts_on", "01/02/2026", "two ways"),
        ("projects", "starts_on", datetime.date(1926, 1, 1), "not a year of the programme"),
        ("projects", "ends_on", "1 maart 2029", "2024 up to and including 2028"),
        ("projects", "form_of_work", "iets", "project, process"),
        ("projects", "portfolio", "Onbekend", "not known"),
        ("projects", "boundaries", True, "number"),
        ("results", "title", "x" * 301, "at most 300"),
        ("results", "due_on", "ooit", "not a date"),
        ("results", "delivered_on", TODAY + datetime.timedelta(1), "still to come"),
        ("capacity", "year", 26, "four digits"),
        ("capacity", "year", 2031, "2024 up to and including 2028"),
        ("capacity", "days", 2.5, "whole number"),
        ("capacity", "days", 0, "from 1"),
        ("capacity", "days", 10_000, "9999"),
        ("capacity", "region", "Atlantis", "not known"),
        ("capacity", "expertise", None, "Fill this in"),
        ("risks", "description", None, "Fill this in"),
        ("risks", "likelihood", "soms", "low, medium, high"),
        ("risks", "impact", 4, "low, medium, high"),
        ("risks", "measure", "x" * 501, "at most 500"),
    ],
)
def test_a_wrong_value_is_refused_in_its_cell(table, field, value, says):
    rows = {"projects": RUNNING, "results": RESULT, "capacity": CAPACITY, "risks": RISK}
    rows[table] = rows[table] | {field: value}
    found = checked(**{name: [row] for name, row in rows.items()})
    sheet = next(found_table.dutch for found_table in TABLES if found_table.field == table)
    problems = [problem for problem in found.findings.problems if problem.sheet == sheet]
    [problem] = [p for p in problems if p.header and field_of(sheet, p.header) == field]
    column = next(found_table for found_table in TABLES if found_table.field == table).column(field)
    assert (problem.row, problem.header) == (2, column.dutch)
    assert problem.column
    assert says in problem.text


def test_a_project_ends_after_it_starts():
    found = checked(projects=[DRAFT | {"starts_on": "1-3-2026", "ends_on": "28-2-2026"}])
    assert places(found) == {("Projecten", 2, "ends_on")}


def test_results_are_due_and_capacity_is_asked_within_the_project():
    late, early = RESULT | {"due_on": "1-7-2027"}, RESULT | {"due_on": "31-12-2025"}
    found = checked(projects=[SUBMITTED], results=[late, early, RESULT], capacity=[CAPACITY | {"year": 2028}])
    assert places(found) == {
        ("Resultaten", 2, "due_on"),
        ("Resultaten", 3, "due_on"),
        ("Capaciteit", 2, "year"),
    }


def test_what_was_delivered_goes_with_how_the_project_stands():
    delivered = RESULT | {"delivered_on": "1-10-2026"}
    assert places(checked(projects=[RUNNING], results=[delivered])) == set()
    silent = without(RUNNING, "health", "health_note")
    assert places(checked(projects=[silent], results=[delivered])) == {("Projecten", 2, "health")}
    assert places(checked(projects=[ACCEPTED], results=[delivered])) == {("Resultaten", 2, "delivered_on")}
    word = RESULT | {"delivered_note": "Bijna."}
    assert places(checked(projects=[RUNNING], results=[word])) == {("Resultaten", 2, "delivered_on")}
    for field in ("health", "health_note"):
        other = "health_note" if field == "health" else "health"
        found = checked(projects=[without(RUNNING, other)], results=[RESULT])
        assert places(found) == {("Projecten", 2, other)}


# Decisions


def test_projects_share_a_decision_whose_wording_is_given_once():
    second = without(ACCEPTED, "wording") | {"key": "P2", "title": "Tweede", "decision_number": " 2026-07"}
    found = checked(projects=[ACCEPTED, second], results=[RESULT, RESULT | {"key": "P2"}])
    assert found.findings.problems == []
    [decision] = found.decisions
    assert (decision.number, decision.rows, decision.outcome) == ("2026-07", [2, 3], Outcome.ACCEPT)


@pytest.mark.parametrize(
    ("field", "value"), [("decided_on", datetime.date(2026, 3, 6)), ("wording", "Iets anders.")]
)
def test_a_decision_is_the_same_in_every_row(field, value):
    second = ACCEPTED | {"key": "P2", "title": "Tweede", field: value}
    found = checked(projects=[ACCEPTED, second], results=[RESULT, RESULT | {"key": "P2"}])
    assert places(found) == {("Projecten", 3, field)}


def test_a_decision_accepts_or_completes():
    found = checked(projects=[COMPLETED | {"completion_number": "2026-07"}], results=[RESULT])
    assert places(found) == {("Projecten", 2, "completion_number")}


def test_a_decision_that_is_recorded_already_is_refused_with_its_date():
    knows = known(decisions={"2026-07": (datetime.date(2026, 3, 5), Outcome.ACCEPT)})
    found = checked(knows=knows, projects=[ACCEPTED], results=[RESULT])
    assert places(found) == {("Projecten", 2, "decision_number")}
    assert "2026-03-05" in texts(found)
    assert "2026-07-b" in texts(found)


@pytest.mark.parametrize(("number", "text"), [(12, "12"), ("2026-07", "2026-07")])
def test_a_decision_may_have_a_plain_number(number, text):
    assert (
        checked(projects=[ACCEPTED | {"decision_number": number}], results=[RESULT]).decisions[0].number
        == text
    )


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("decision_number", datetime.date(2026, 7, 1), "date of this"),
        ("decided_on", TODAY + datetime.timedelta(1), "still to come"),
        ("completed_on", datetime.date(2026, 3, 4), "before it was accepted"),
        ("completion_number", "x" * 21, "at most 20"),
    ],
)
def test_another_decision_is_refused(field, value, says):
    found = checked(projects=[COMPLETED | {field: value}], results=[RESULT])
    assert ("Projecten", 2, field) in places(found)
    assert says in texts(found)


# Doubles


def test_a_key_is_used_once():
    found = checked(projects=[DRAFT, DRAFT | {"title": "Ander", "key": "p1 "}])
    assert places(found) == {("Projecten", 3, "key")}
    assert "Row 2" in texts(found)


def test_a_project_is_in_the_file_once():
    found = checked(projects=[DRAFT, DRAFT | {"key": "P2", "title": "een  PROJECT"}])
    assert places(found) == {("Projecten", 3, "title")}


def test_a_project_that_exists_is_refused_with_its_number():
    knows = known(projects={(normalise("Een project"), 1, 7): "2026-014"})
    found = checked(knows=knows, projects=[DRAFT])
    assert places(found) == {("Projecten", 2, "title")}
    assert "2026-014" in texts(found)
    assert checked(knows=knows, projects=[DRAFT | {"portfolio": "Nafase & herstel"}]).findings.problems == []


# The workbook


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.field)
def test_every_name_of_a_column_points_to_one_column(table):
    names = [normalise(name) for column in table.columns for name in set(map(normalise, column.names))]
    assert len(names) == len(set(names))
    assert all(column.names[0] and column.names[1] for column in table.columns)


def test_columns_are_known_by_other_names_in_any_order_and_case():
    book = workbook_of()
    del book["Projecten"]
    sheet = book.create_sheet(" PROJECTS ")
    sheet.append(["Overzicht van projecten"])
    sheet.append([])
    sheet.append(["state", "OPGAVE", "Porte feuille", "Title", " sleutel", "Start date"])
    sheet.append(["draft", "1.2.1", "moto", "Een project", 12, "2026-03-01"])
    found = examined(book)
    assert found.findings.problems == []
    [made] = found.projects
    assert (made.key, made.row, made.starts_on) == ("12", 4, datetime.date(2026, 3, 1))


def test_a_missing_column_is_named():
    book = workbook_of(projects=[DRAFT])
    book["Projecten"].delete_cols(4)
    found = examined(book)
    assert [(problem.sheet, problem.row, problem.text) for problem in found.findings.problems] == [
        ("Projecten", 1, "The column “Objective” is missing. Add it to the row with names.")
    ]


def test_a_missing_column_that_a_state_needs_is_named_in_the_row():
    book = workbook_of(projects=[SUBMITTED], results=[RESULT])
    names = [cell.value for cell in book["Projecten"][1]]
    book["Projecten"].delete_cols(names.index("Doel") + 1)
    [problem] = examined(book).findings.problems
    assert (problem.row, problem.column, problem.header) == (2, "", "Aim")


def test_a_sheet_without_names_of_columns_is_refused():
    book = workbook_of()
    book["Projecten"].delete_rows(1)
    book["Projecten"].append(["P1", "Een project", "MOTO"])
    found = examined(book)
    assert "names of the columns" in texts(found)
    assert found.projects == []


def test_a_workbook_without_projects_is_refused():
    assert "holds no project" in texts(checked())
    book = workbook_of()
    del book["Projecten"]
    assert "There is no sheet “Projects”" in texts(examined(book))


def test_a_column_or_sheet_that_is_there_twice_is_refused():
    book = workbook_of(projects=[DRAFT])
    book["Projecten"].cell(1, 30, "Title")
    book.create_sheet("Projects").append(["Key", "Title"])
    found = examined(book)
    assert {(problem.sheet, problem.column) for problem in found.findings.problems} == {
        ("Projecten", "AD"),
        ("Projects", ""),
    }


def test_merged_cells_are_refused_with_their_range():
    book = workbook_of(projects=[DRAFT])
    book["Projecten"].merge_cells("G2:H3")
    [problem] = examined(book).findings.problems
    assert problem.sheet == "Projecten"
    assert "G2:H3" in problem.text


def test_what_is_not_read_or_hidden_is_noted_and_stops_nothing():
    book = workbook_of(projects=[DRAFT, DRAFT | {"key": "P2", "title": "Tweede"}])
    sheet = book["Projecten"]
    sheet.cell(1, 40, "Eigen kolom")
    sheet.cell(2, 40, Formula("=1+1"))
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("Kladblok").append(["x"])
    found = examined(book)
    assert found.findings.problems == []
    assert len(found.projects) == 2
    notes = "\n".join(f"{note.sheet} {note.column} {note.text}" for note in found.findings.notes)
    for part in ("Projecten AN This column", "Row 3 is hidden", "Column B is hidden", "Kladblok"):
        assert part in notes


@pytest.mark.parametrize("key", ["VOORBEELD", "Example", " voorbeeld "])
def test_example_rows_are_left_out_and_that_is_told(key):
    found = checked(
        projects=[DRAFT | {"key": key, "title": 5}, DRAFT],
        results=[RESULT | {"key": key, "due_on": "nooit"}],
    )
    assert found.findings.problems == []
    assert len(found.projects) == 1
    assert "example rows" in found.findings.notes[0].text


def test_more_projects_than_are_imported_at_once_are_refused_with_the_most():
    rows = [DRAFT | {"key": f"P{number}", "title": f"T{number}"} for number in range(MOST_PROJECTS + 1)]
    assert str(MOST_PROJECTS) in texts(checked(projects=rows))
    assert checked(projects=rows[:-1]).findings.problems == []


def test_of_a_mistake_that_repeats_the_first_are_listed_and_all_are_counted():
    lines = [{"key": "P1", "title": 1, "due_on": "x"}] * 400
    found = checked(projects=[DRAFT], results=lines)
    assert len(found.findings.problems) == MOST_PROBLEMS
    assert found.findings.problem_count == 800


def test_problems_stand_in_the_order_of_the_file():
    found = checked(
        projects=[without(DRAFT, "title"), DRAFT | {"key": "P2", "portfolio": "x", "ends_on": "y"}],
        results=[RESULT | {"key": "P9"}],
        risks=[RISK | {"impact": "z"}],
    )
    order = [(problem.sheet, problem.row, problem.column) for problem in found.findings.problems_in_order]
    assert [place[:2] for place in order] == [
        ("Projecten", 2),
        ("Projecten", 3),
        ("Projecten", 3),
        ("Resultaten", 2),
        ("Risico's", 2),
    ]
    assert order[1][2] < order[2][2]


def test_a_problem_names_the_column_as_the_file_does():
    book = workbook_of("en", projects=[DRAFT])
    book["Projects"].cell(1, 3, "PORTEFEUILLE")
    book["Projects"].cell(2, 3, "Onbekend")
    [problem] = examined(book).findings.problems
    assert (problem.sheet, problem.row, problem.column, problem.header) == (
        "Projects",
        2,
        "C",
        "PORTEFEUILLE",
    )


CELLS = st.one_of(
    st.none(),
    st.text(max_size=30).filter(lambda text: text.isprintable()),
    st.integers(-5, 3000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(datetime.date(1901, 1, 1), datetime.date(2100, 1, 1)),
    st.sampled_from(
        ["P1", "concept", "accepted", "running", "completed", "MOTO", "1.2.1", "1-3-2026", "groen"]
    ),
)


@settings(max_examples=60, deadline=None)
@given(
    projects=st.lists(
        st.fixed_dictionaries({}, optional={column.field: CELLS for column in PROJECTS.columns}), max_size=4
    ),
    results=st.lists(
        st.fixed_dictionaries({}, optional={column.field: CELLS for column in RESULTS.columns}), max_size=4
    ),
)
def test_whatever_the_cells_hold_there_is_an_answer(projects, results):
    with translation.override("en"):
        found = checked(projects=projects, results=results)
    assert all(problem.text and problem.sheet for problem in found.findings.problems)
    if not found.findings.problems:
        assert all(project.state in ProjectState.values for project in found.projects)
