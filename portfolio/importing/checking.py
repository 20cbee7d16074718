"""Whether the rows of a workbook make projects: what they would be, and every problem with its place.

What an assignment needs before it is submitted is `portfolio.completeness`'s to say. Here the same is asked cell by cell,
so that each problem has a place; a test holds the two together.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from organisation.spreadsheets.findings import Findings, Problem
from organisation.spreadsheets.values import normalise
from portfolio.choices import FormOfWork, Health, Level, Outcome, ProjectState
from portfolio.importing.contents import NewCapacity, NewDecision, NewProject, NewResult, NewRisk
from portfolio.importing.known import Identity, Known
from portfolio.importing.row_reader import RowReader
from portfolio.importing.tables import TableRows
from portfolio.importing.words import STATES, words_for
from portfolio.models.assignments import MOST_DAYS

# At once, so that the request that makes them ends in time.
MOST_PROJECTS = 150
NEEDED_FROM_SUBMITTED = ("reason", "aim", "form_of_work", "starts_on", "ends_on", "leader")
ACCEPTED = (ProjectState.ACCEPTED, ProjectState.RUNNING, ProjectState.COMPLETED)
BEGUN = (ProjectState.RUNNING, ProjectState.COMPLETED)
ACCEPTANCE = ("decision_number", "decided_on", "wording")
COMPLETION = ("completion_number", "completed_on", "completion_wording")


@dataclass(slots=True)
class Checked:
    """What a file would make, and what was found on the way. With problems nothing of it is made."""

    projects: list[NewProject]
    decisions: list[NewDecision]
    findings: Findings


def check(tables: dict[str, TableRows], known: Known, findings: Findings) -> Checked:
    """Find out what the tables would make."""
    return _Check(tables, known, findings).run()


class _Check:
    def __init__(self, tables: dict[str, TableRows], known: Known, findings: Findings) -> None:
        self.tables, self.known, self.findings = tables, known, findings
        self.projects: list[NewProject] = []
        self.readers: dict[int, RowReader] = {}
        self.by_key: dict[str, NewProject] = {}
        self.doubles: dict[Identity, int] = {}
        self.decisions: dict[str, NewDecision] = {}
        self.words = {
            "state": words_for(STATES),
            "form_of_work": words_for(FormOfWork),
            "health": words_for(Health),
            "level": words_for(Level),
        }
        self.portfolios, self.objectives = known.portfolio_names, known.objective_names
        self.regions, self.networks = known.region_names, known.network_names

    def run(self) -> Checked:
        rows = self.tables.get("projects")
        found = list(rows) if rows is not None else []
        if rows is not None and not found:
            self.findings.refuse(Problem(_("The sheet holds no project. Fill in a row for each."), rows.name))
        if rows is not None and len(found) > MOST_PROJECTS:
            self.findings.refuse(
                Problem(
                    _(
                        "The sheet holds %(found)s projects; at most %(most)s are imported at once. Split the file."
                    )
                    % {"found": len(found), "most": MOST_PROJECTS},
                    rows.name,
                )
            )
            return Checked([], [], self.findings)
        for row in found:
            self._project(RowReader(row, self.findings))
        if rows is not None:
            self._lines()
            for project in self.projects:
                self._whole(project, self.readers[project.row])
            self._settle_decisions()
        if any(table.examples for table in self.tables.values()):
            self.findings.note(Problem(_("The example rows of the template were left out.")))
        return Checked(self.projects, list(self.decisions.values()), self.findings)

    # The row of a project

    def _project(self, reader: RowReader) -> None:
        known = self.known
        objective = reader.objective("objective", self.objectives, known.objectives)
        programme, years = self._programme(objective)
        for name in ("portfolio", "objective", "state"):
            if not reader.is_filled(name):
                reader.refuse(name, _("Fill this in."))
        state = reader.choice("state", self.words["state"], _offered(STATES))
        form = reader.choice("form_of_work", self.words["form_of_work"], _offered(FormOfWork))
        project = NewProject(
            row=reader.number,
            key=reader.needed_text("key", number_is_text=True),
            title=reader.needed_text("title"),
            portfolio=reader.reference("portfolio", self.portfolios) or 0,
            objective=objective or 0,
            state=state,
            reason=reader.text("reason"),
            aim=reader.text("aim"),
            boundaries=reader.text("boundaries"),
            form_of_work=form or "",
            starts_on=reader.date("starts_on", years),
            ends_on=reader.date("ends_on", years),
            leader=reader.text("leader"),
            secretary=reader.text("secretary"),
            closing_note=reader.text("closing_note"),
            health=reader.choice("health", self.words["health"], _offered(Health)),
            health_note=reader.text("health_note"),
            lac_goals=reader.lac_goals("lac_goals", programme, known.lac_goals),
            networks=reader.references("networks", self.networks),
        )
        self.projects.append(project)
        self.readers[project.row] = reader
        if project.key:
            first = self.by_key.setdefault(fold(project.key), project)
            if first is not project:
                reader.refuse(
                    "key", _("Row %(row)s has this key too. Give each project its own.") % {"row": first.row}
                )
        self._refuse_double(project, reader)
        if state is not None:
            self._decided(project, state, reader)

    def _programme(self, objective: int | None) -> tuple[int | None, range]:
        """Give the programme that a row is about and its years; without objective, what all programmes share."""
        every = self.known.objectives.values()
        if objective is not None:
            known = self.known.objectives[objective]
            return known.programme, known.years
        programmes = {known.programme for known in every}
        years = range(
            min((known.years[0] for known in every), default=2000),
            max((known.years[-1] for known in every), default=2100) + 1,
        )
        return (programmes.pop() if len(programmes) == 1 else None), years

    def _refuse_double(self, project: NewProject, reader: RowReader) -> None:
        if not (project.title and project.portfolio and project.objective):
            return
        identity = (normalise(project.title), project.objective, project.portfolio)
        if identity in self.known.projects:
            code = self.known.projects[identity]
            reader.refuse(
                "title",
                _(
                    "A project with this title, portfolio and objective exists already (%(code)s). Remove the row, or give "
                    "it a title of its own."
                )
                % {"code": code or _("a draft")},
            )
        first = self.doubles.setdefault(identity, project.row)
        if first != project.row:
            reader.refuse(
                "title",
                _("Row %(row)s has the same title, portfolio and objective. Remove one of the two.")
                % {"row": first},
            )

    # What the Vakraad decided

    def _decided(self, project: NewProject, state: ProjectState, reader: RowReader) -> None:
        for fields, states in ((ACCEPTANCE, ACCEPTED), (COMPLETION, (ProjectState.COMPLETED,))):
            for name in fields if state not in states else ():
                if reader.is_filled(name):
                    reader.refuse(
                        name,
                        _(
                            "A project in state “%(state)s” has no such decision. Clear the cell, or change the state."
                        )
                        % {"state": state.label},
                    )
        accepted = completed = None
        if state in ACCEPTED:
            accepted = self._decision(project, reader, ACCEPTANCE, Outcome.ACCEPT)
        if state == ProjectState.COMPLETED:
            completed = self._decision(project, reader, COMPLETION, Outcome.COMPLETE)
        if accepted and completed and completed < accepted:
            reader.refuse("completed_on", _("The project can't be completed before it was accepted."))

    def _decision(
        self, project: NewProject, reader: RowReader, fields: tuple[str, str, str], outcome: Outcome
    ) -> datetime.date | None:
        """Take up the decision that a row names; give the day of its meeting."""
        number_field, date_field, wording_field = fields
        number = reader.needed_text(number_field, number_is_text=True)
        meeting_on = reader.past_date(date_field, self.known.today)
        if not reader.is_filled(date_field):
            reader.refuse(date_field, _("Fill this in."))
        wording = reader.text(wording_field)
        if not number or meeting_on is None:
            return meeting_on
        made = self.decisions.get(fold(number))
        if made is None:
            self._refuse_recorded(number, reader, number_field)
            self.decisions[fold(number)] = NewDecision(number, meeting_on, outcome, wording, [project.row])
            return meeting_on
        first = made.rows[0]
        if made.outcome != outcome:
            reader.refuse(
                number_field,
                _(
                    "Decision %(number)s accepts or completes, not both (row %(row)s). Give the other one its own number."
                )
                % {"number": number, "row": first},
            )
            return meeting_on
        if made.meeting_on != meeting_on:
            reader.refuse(
                date_field,
                _("Decision %(number)s has another date in row %(row)s. Give both the same.")
                % {"number": number, "row": first},
            )
        if wording and made.wording and wording != made.wording:
            reader.refuse(
                wording_field,
                _(
                    "Decision %(number)s has another wording in row %(row)s. Give both the same, or one of them."
                )
                % {"number": number, "row": first},
            )
        made.wording = made.wording or wording
        made.rows.append(project.row)
        return meeting_on

    def _refuse_recorded(self, number: str, reader: RowReader, number_field: str) -> None:
        if fold(number) in self.known.decisions:
            recorded_on, _outcome = self.known.decisions[fold(number)]
            reader.refuse(
                number_field,
                _(
                    "Decision %(number)s is recorded already, of the meeting of %(date)s, and a recorded decision doesn't "
                    "change. Give this one a number of its own, such as %(number)s-b."
                )
                % {"number": number, "date": recorded_on.isoformat()},
            )

    def _settle_decisions(self) -> None:
        for decision in self.decisions.values():
            if not decision.wording:
                _number, _date, wording_field = (
                    ACCEPTANCE if decision.outcome == Outcome.ACCEPT else COMPLETION
                )
                self.readers[decision.rows[0]].refuse(
                    wording_field,
                    _("Write what was decided in %(number)s.") % {"number": decision.number},
                )

    # Results, capacity and risks

    def _lines(self) -> None:
        for row in self.tables.get("results", ()):
            reader = RowReader(row, self.findings)
            if project := self._project_of(reader):
                self._result(project, reader)
        for row in self.tables.get("capacity", ()):
            reader = RowReader(row, self.findings)
            if project := self._project_of(reader):
                self._capacity(project, reader)
        for row in self.tables.get("risks", ()):
            reader = RowReader(row, self.findings)
            if project := self._project_of(reader):
                project.risks.append(
                    NewRisk(
                        reader.number,
                        reader.needed_text("description"),
                        self._level(reader, "likelihood"),
                        self._level(reader, "impact"),
                        reader.text("measure"),
                    )
                )

    def _project_of(self, reader: RowReader) -> NewProject | None:
        key = reader.needed_text("key", number_is_text=True)
        if not key:
            return None
        project = self.by_key.get(fold(key))
        if project is None:
            reader.refuse(
                "key",
                _("There is no project with key “%(key)s”. Use a key of the sheet with projects.")
                % {"key": key},
            )
        return project

    def _level(self, reader: RowReader, name: str) -> int:
        return reader.choice(name, self.words["level"], _offered(Level)) or Level.MEDIUM

    def _result(self, project: NewProject, reader: RowReader) -> None:
        _programme, years = self._programme(project.objective or None)
        result = NewResult(
            reader.number,
            reader.needed_text("title"),
            reader.date("due_on", years),
            reader.past_date("delivered_on", self.known.today, years),
            reader.text("delivered_note"),
        )
        project.results.append(result)
        if project.is_submitted and not reader.is_filled("due_on"):
            reader.refuse("due_on", _("Fill this in: from submitted on each result has its day."))
        if (
            project.is_submitted
            and result.due_on
            and project.starts_on
            and project.ends_on
            and not project.starts_on <= result.due_on <= project.ends_on
        ):
            reader.refuse("due_on", _("Give a day between start and end of the project."))
        if reader.is_filled("delivered_on") and project.state not in (None, *BEGUN):
            reader.refuse(
                "delivered_on",
                _(
                    "Only a running or completed project has delivered something. Clear the cell, or change the state."
                ),
            )
        if reader.is_filled("delivered_note") and not reader.is_filled("delivered_on"):
            reader.refuse(
                "delivered_on", _("Give the day on which it was delivered, or clear the word on it.")
            )

    def _capacity(self, project: NewProject, reader: RowReader) -> None:
        _programme, years = self._programme(project.objective or None)
        for name in ("year", "days"):
            if not reader.is_filled(name):
                reader.refuse(name, _("Fill this in."))
        year = reader.year("year", years)
        if (
            year is not None
            and project.is_submitted
            and project.starts_on
            and project.ends_on
            and not project.starts_on.year <= year <= project.ends_on.year
        ):
            reader.refuse("year", _("Ask capacity only in years of the project."))
        if reader.is_filled("region") == reader.is_filled("network"):
            reader.refuse("region", _("Fill in a region or a network, one of the two."))
        line = NewCapacity(
            reader.number,
            year or 0,
            reader.reference("region", self.regions),
            reader.reference("network", self.networks),
            reader.needed_text("expertise"),
            reader.whole_number("days", 1, MOST_DAYS) or 0,
        )
        project.capacity.append(line)

    # The project as a whole

    def _whole(self, project: NewProject, reader: RowReader) -> None:
        if project.starts_on and project.ends_on and project.ends_on < project.starts_on:
            reader.refuse("ends_on", _("The end can't lie before the start."))
        if project.is_submitted:
            for name in NEEDED_FROM_SUBMITTED:
                if not reader.is_filled(name):
                    reader.refuse(name, _("Fill this in: from submitted on a project has it."))
            if project.key and not project.results:
                reader.refuse(
                    "key", _("The project has no result. Name at least one on the sheet with results.")
                )
        if project.state is None:
            return
        if reader.is_filled("closing_note") and project.state != ProjectState.COMPLETED:
            reader.refuse(
                "closing_note",
                _("Only a completed project has a closing note. Clear the cell, or change the state."),
            )
        for name in ("health", "health_note"):
            if reader.is_filled(name) and project.state not in BEGUN:
                reader.refuse(
                    name,
                    _("Only a running or completed project has this. Clear the cell, or change the state."),
                )
        if project.state in BEGUN:
            self._stands(project, reader)

    def _stands(self, project: NewProject, reader: RowReader) -> None:
        has_health = reader.is_filled("health")
        delivered = any(result.delivered_on for result in project.results)
        if has_health and not reader.is_filled("health_note"):
            reader.refuse("health_note", _("Say in a word what was done and, when it is not on course, why."))
        if not has_health and reader.is_filled("health_note"):
            reader.refuse("health", _("Say how it stands, or clear the note."))
        elif not has_health and delivered:
            reader.refuse(
                "health",
                _("Results were delivered, which a status report tells: say how the project stands."),
            )


def fold(text: str) -> str:
    """Give a key or number as it is compared: without difference of case and spaces."""
    return " ".join(text.split()).casefold()


def _offered(choices: Any) -> str:
    return ", ".join(str(choice.label) for choice in choices)
