"""The sheets and columns of the workbook, by their names in both languages.

The names are part of the format: whoever fills in the Dutch template may send it to a colleague who works in English. So
they stand here and not in the catalogues of translations, which only explain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from organisation.choices import Language
from organisation.spreadsheets.values import normalise
from portfolio.models import CapacityRequest, Decision, Project, Result, Risk, StatusReport

if TYPE_CHECKING:
    from django.db.models import Model
    from django.utils.functional import _StrPromise

# Rows with this key show how it is done, and are left out.
EXAMPLE_KEYS = {Language.DUTCH: "VOORBEELD", Language.ENGLISH: "EXAMPLE"}
LONGEST_KEY = 40
# A list in one cell, such as LAC goals.
LONGEST_LIST = 2_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field that it fills, its names, and what people read about it."""

    field: str
    dutch: str
    english: str
    help: _StrPromise
    # Other names that people give it.
    also: tuple[str, ...] = ()
    # Without the column nothing can be read.
    is_needed: bool = False
    is_date: bool = False
    # In characters; for texts only.
    longest: int = 0
    # The list in the template that the values come from.
    choices: str = ""

    def name(self, language: str) -> str:
        """Give the name in a language of the interface."""
        return self.english if language == Language.ENGLISH else self.dutch

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which it is known."""
        return (self.dutch, self.english, *self.also)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with its columns."""

    field: str
    dutch: str
    english: str
    columns: tuple[Column, ...]

    def name(self, language: str) -> str:
        """Give the name in a language of the interface."""
        return self.english if language == Language.ENGLISH else self.dutch

    @property
    def by_name(self) -> dict[str, Column]:
        """Its columns by each of their names, normalised."""
        return {normalise(name): column for column in self.columns for name in column.names}

    def column(self, field: str) -> Column:
        """Give the column that fills a field."""
        return next(column for column in self.columns if column.field == field)


def _longest(model: type[Model], field: str) -> int:
    return getattr(model._meta.get_field(field), "max_length", None) or 0


KEY = Column(
    "key",
    "Sleutel",
    "Key",
    _("A short name or number of your own for the project. Results, capacity and risks name it."),
    also=("Code", "Nummer", "Number", "Project"),
    is_needed=True,
    longest=LONGEST_KEY,
)

PROJECTS = Table(
    "projects",
    "Projecten",
    "Projects",
    (
        KEY,
        Column(
            "title",
            "Titel",
            "Title",
            _("What the project is called."),
            is_needed=True,
            longest=_longest(Project, "title"),
        ),
        Column(
            "portfolio",
            "Portefeuille",
            "Portfolio",
            _("One of the list."),
            is_needed=True,
            choices="portfolios",
        ),
        Column(
            "objective",
            "Opgave",
            "Objective",
            _("One of the list: its number, its title, or both."),
            is_needed=True,
            choices="objectives",
        ),
        Column(
            "state",
            "Status",
            "State",
            _("How far it is: one of the list."),
            also=("Fase", "Phase"),
            is_needed=True,
            choices="states",
        ),
        Column(
            "lac_goals",
            "LAC-doelen",
            "LAC goals",
            _("Numbers, separated by commas: 1.5, 1.12."),
            also=("LAC-doel", "LAC goal"),
        ),
        Column(
            "reason",
            "Waarom",
            "Why",
            _("Why this is needed. From submitted on."),
            also=("Aanleiding", "Reason"),
            longest=_longest(Project, "reason"),
        ),
        Column(
            "aim",
            "Doel",
            "Aim",
            _("What it aims at. From submitted on."),
            also=("Doelstelling",),
            longest=_longest(Project, "aim"),
        ),
        Column(
            "boundaries",
            "Valt erbuiten",
            "Left out",
            _("What is left out."),
            also=("Afbakening", "Buiten scope", "What is left out", "Boundaries"),
            longest=_longest(Project, "boundaries"),
        ),
        Column(
            "form_of_work",
            "Werkvorm",
            "Form of work",
            _("One of the list. From submitted on."),
            choices="forms_of_work",
        ),
        Column(
            "networks",
            "Netwerken",
            "Networks",
            _("Names or abbreviations, separated by semicolons: MOTO; KCR2."),
            also=("Netwerk", "Network"),
        ),
        Column(
            "starts_on",
            "Start",
            "Start",
            _("A day in the years of the programme. From submitted on."),
            also=("Startdatum", "Begin", "Begindatum", "Start date"),
            is_date=True,
        ),
        Column(
            "ends_on",
            "Einde",
            "End",
            _("A day in the years of the programme, not before the start. From submitted on."),
            also=("Eind", "Einddatum", "End date"),
            is_date=True,
        ),
        Column(
            "leader",
            "Projectleider",
            "Project leader",
            _("A name. From submitted on."),
            also=("Leider", "Leader"),
            longest=_longest(Project, "leader"),
        ),
        Column(
            "secretary",
            "Projectsecretaris",
            "Project secretary",
            _("A name."),
            also=("Secretaris", "Secretary"),
            longest=_longest(Project, "secretary"),
        ),
        Column(
            "decision_number",
            "Besluitnummer",
            "Decision number",
            _("The number of the decision that accepts it, as in the minutes. From accepted on."),
            also=("Besluit", "Decision"),
            longest=_longest(Decision, "number"),
        ),
        Column(
            "decided_on",
            "Besluitdatum",
            "Decision date",
            _("The day of the meeting that accepted it. From accepted on."),
            also=("Vergaderdatum", "Meeting date"),
            is_date=True,
        ),
        Column(
            "wording",
            "Besluittekst",
            "Decision wording",
            _("What was decided, in words. From accepted on; once is enough when projects share a decision."),
            also=("Tekst besluit", "Wording"),
            longest=_longest(Decision, "wording"),
        ),
        Column(
            "completion_number",
            "Nummer afrondingsbesluit",
            "Completion decision number",
            _("The number of the decision that completes it. For completed."),
            also=("Afrondingsbesluit", "Completion decision"),
            longest=_longest(Decision, "number"),
        ),
        Column(
            "completed_on",
            "Datum afrondingsbesluit",
            "Completion decision date",
            _("The day of the meeting that completed it. For completed."),
            also=("Completion date",),
            is_date=True,
        ),
        Column(
            "completion_wording",
            "Tekst afrondingsbesluit",
            "Completion decision wording",
            _("What was decided, in words. For completed; once is enough when projects share a decision."),
            also=("Completion wording",),
            longest=_longest(Decision, "wording"),
        ),
        Column(
            "closing_note",
            "Slotnotitie",
            "Closing note",
            _("What was delivered in all. For completed; may stay empty."),
            also=("Wat is opgeleverd",),
            longest=_longest(Project, "closing_note"),
        ),
        Column(
            "health",
            "Stand",
            "Health",
            _(
                "How it stands: one of the list. For running and completed; it becomes a status report of today."
            ),
            also=("Gezondheid",),
            choices="healths",
        ),
        Column(
            "health_note",
            "Toelichting stand",
            "Health note",
            _("What was done and, when it is not on course, why. Goes with the health."),
            also=("Toelichting",),
            # It is the reason too, for which a report has less room than for what was done.
            longest=_longest(StatusReport, "scope_reason"),
        ),
    ),
)

RESULTS = Table(
    "results",
    "Resultaten",
    "Results",
    (
        KEY,
        Column(
            "title",
            "Resultaat",
            "Result",
            _("What is to be there."),
            also=("Gewenst resultaat", "Titel", "Title"),
            is_needed=True,
            longest=_longest(Result, "title"),
        ),
        Column(
            "due_on",
            "Gereed op",
            "Due on",
            _("A day between start and end of the project. From submitted on."),
            also=("Opleverdatum", "Gereed", "Due", "Due date"),
            is_date=True,
        ),
        Column(
            "delivered_on",
            "Geleverd op",
            "Delivered on",
            _("For what is there already; the project then needs a health."),
            also=("Opgeleverd op", "Geleverd", "Delivered"),
            is_date=True,
        ),
        Column(
            "delivered_note",
            "Wat is geleverd",
            "What was delivered",
            _("A word on what is there."),
            longest=_longest(Result, "delivered_note"),
        ),
    ),
)

CAPACITY = Table(
    "capacity",
    "Capaciteit",
    "Capacity",
    (
        KEY,
        Column("year", "Jaar", "Year", _("One of the years of the project."), is_needed=True),
        Column(
            "region",
            "Veiligheidsregio",
            "Safety region",
            _("One of the list. Fill in a region or a network, one of the two."),
            also=("Regio", "Region"),
            choices="regions",
        ),
        Column(
            "network",
            "Netwerk",
            "Network",
            _("One of the list, by name or abbreviation."),
            choices="networks",
        ),
        Column(
            "expertise",
            "Expertise",
            "Expertise",
            _("What kind of knowledge is asked for."),
            also=("Soort expertise", "Kind of expertise"),
            is_needed=True,
            longest=_longest(CapacityRequest, "expertise"),
        ),
        Column("days", "Dagen", "Days", _("Whole days in that year."), is_needed=True),
    ),
)

RISKS = Table(
    "risks",
    "Risico's",
    "Risks",
    (
        KEY,
        Column(
            "description",
            "Risico",
            "Risk",
            _("What may go wrong."),
            is_needed=True,
            longest=_longest(Risk, "description"),
        ),
        Column(
            "likelihood",
            "Kans",
            "Likelihood",
            _("One of the list; medium when empty."),
            choices="levels",
        ),
        Column(
            "impact",
            "Gevolg",
            "Impact",
            _("One of the list; medium when empty."),
            also=("Gevolgen", "Consequences"),
            choices="levels",
        ),
        Column(
            "measure",
            "Maatregel",
            "Measure",
            _("What is done about it."),
            longest=_longest(Risk, "measure"),
        ),
    ),
)

TABLES = (PROJECTS, RESULTS, CAPACITY, RISKS)
EXPLANATION = ("Uitleg", "Explanation")
VALUES = ("Waarden", "Values")
# Sheets of the template that hold nothing to import.
SILENT = {normalise(name) for name in (*EXPLANATION, *VALUES)}
BY_SHEET_NAME = {normalise(name): table for table in TABLES for name in (table.dutch, table.english)}
