"""The projects of a report as sheets: the projects, their results, the capacity that they ask, and the decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.choices import FormOfWork, Health, Outcome, ProjectState
from reporting.content import DecisionLine, ProjectLine, StatusLine
from reporting.workbook.tables import (
    FIRST_ROW,
    Column,
    Formula,
    Kind,
    Table,
    Total,
    Value,
    labels,
    letters,
    listed,
)

_PROJECTS = (
    Column("code", gettext_lazy("Number"), 11),
    Column("title", gettext_lazy("Project"), 44, total=Total.COUNT),
    Column("state", gettext_lazy("State"), 13),
    Column("pillar", gettext_lazy("Pillar"), 8, Kind.ORDINAL),
    Column("theme", gettext_lazy("Theme"), 26),
    Column("objective", gettext_lazy("Objective"), 36),
    Column("portfolio", gettext_lazy("Portfolio"), 18),
    Column("holders", gettext_lazy("Portfolio holders"), 22),
    Column("form_of_work", gettext_lazy("Form of work"), 18),
    Column("networks", gettext_lazy("Networks"), 24),
    Column("goals", gettext_lazy("LAC goals"), 12),
    Column("starts_on", gettext_lazy("Starts on"), 12, Kind.DATE),
    Column("ends_on", gettext_lazy("Ends on"), 12, Kind.DATE),
    Column("health", gettext_lazy("Health"), 14),
    Column("results", gettext_lazy("Results of the year"), 11, Kind.COUNT, Total.SUM, is_named=True),
    Column("delivered", gettext_lazy("Results delivered"), 11, Kind.COUNT, Total.SUM, is_named=True),
    Column("days", gettext_lazy("Days asked"), 11, Kind.COUNT, Total.SUM, is_named=True),
    Column("planned", gettext_lazy("Planned"), 16, Kind.MONEY, Total.SUM, is_named=True),
    Column("spent", gettext_lazy("Spent"), 16, Kind.MONEY, Total.SUM, is_named=True),
    Column("left", gettext_lazy("Planned and not spent"), 16, Kind.MONEY, Total.SUM, is_named=True),
    Column("forecast", gettext_lazy("Forecast"), 16, Kind.MONEY, Total.SUM, is_named=True),
)
_TEXTS = (
    Column("code", gettext_lazy("Number"), 11),
    Column("title", gettext_lazy("Project"), 30),
    Column("reason", gettext_lazy("Reason"), 50),
    Column("aim", gettext_lazy("Aim"), 50),
    Column("reported_on", gettext_lazy("Reported on"), 12, Kind.DATE),
    Column("scope", gettext_lazy("Scope"), 14),
    Column("time", gettext_lazy("Time"), 14),
    Column("money", gettext_lazy("Money"), 14),
    Column("done", gettext_lazy("What was done"), 50),
    Column("upcoming", gettext_lazy("What comes"), 50),
    Column("closing_note", gettext_lazy("At the end"), 50),
)
_RESULTS = (
    Column("code", gettext_lazy("Number"), 11),
    Column("project", gettext_lazy("Project"), 44),
    Column("state", gettext_lazy("State"), 13),
    Column("theme", gettext_lazy("Theme"), 28),
    Column("title", gettext_lazy("Result"), 50, total=Total.COUNT),
    Column("due_on", gettext_lazy("Due on"), 13, Kind.DATE),
    Column("delivered_on", gettext_lazy("Delivered on"), 13, Kind.DATE, Total.COUNT),
    Column("note", gettext_lazy("What was delivered"), 50),
)
_CAPACITY = (
    Column("code", gettext_lazy("Number"), 11),
    Column("project", gettext_lazy("Project"), 44),
    Column("state", gettext_lazy("State"), 13),
    Column("asked_of", gettext_lazy("Asked of"), 34),
    Column("region", gettext_lazy("Region code"), 10),
    Column("expertise", gettext_lazy("Expertise"), 32),
    Column("year", gettext_lazy("Year"), 9, Kind.ORDINAL),
    Column("days", gettext_lazy("Days"), 10, Kind.COUNT, Total.SUM, is_named=True),
)
_DECISIONS = (
    Column("number", gettext_lazy("Number"), 11),
    Column("meeting_on", gettext_lazy("Meeting of"), 13, Kind.DATE),
    Column("outcome", gettext_lazy("Outcome"), 26),
    Column("wording", gettext_lazy("Wording"), 60),
    Column("covers_overrun", gettext_lazy("Covers spending beyond the budget"), 14),
    Column("projects", gettext_lazy("Projects"), 50),
    Column("corrects", gettext_lazy("Corrects decision"), 12),
)


def project_tables(projects: Sequence[ProjectLine]) -> Iterator[Table]:
    """Give the projects, with their results and what they ask where they have any."""
    yield Table(
        title=_("Projects"),
        about=_("The projects, with what they deliver, ask and cost in the year of the report."),
        columns=_PROJECTS,
        count=len(projects),
        rows=_project_rows(projects),
        frozen="C2",
        pages_wide=2,
    )
    yield Table(
        title=_("Project texts"),
        about=_("Why the projects are there, what they aim at, how they stand and how they ended."),
        columns=_TEXTS,
        count=len(projects),
        rows=_text_rows(projects),
        frozen="C2",
        pages_wide=2,
        most_lines=12,
    )
    if results := sum(len(project.results) for project in projects):
        yield Table(
            title=_("Results"),
            about=_("The results due or delivered in the year, and those of before that are still owed."),
            columns=_RESULTS,
            count=results,
            rows=_result_rows(projects),
            frozen="C2",
        )
    if lines := sum(len(project.capacity) for project in projects):
        yield Table(
            title=_("Capacity"),
            about=_("The days asked of regions and networks, per kind of expertise."),
            columns=_CAPACITY,
            count=lines,
            rows=_capacity_rows(projects),
            frozen="C2",
        )


def _project_rows(projects: Sequence[ProjectLine]) -> Iterator[list[Value]]:
    at = letters(_PROJECTS)
    planned, spent = at["planned"], at["spent"]
    states, forms, healths = labels(ProjectState), labels(FormOfWork), labels(Health)
    for number, project in enumerate(projects, start=FIRST_ROW):
        yield [
            project.code,
            project.title,
            states[project.state],
            project.pillar_number,
            project.theme_name,
            project.objective,
            project.portfolio,
            listed(project.holders),
            forms[project.form_of_work] if project.form_of_work else None,
            listed(project.networks),
            listed(project.goals),
            project.starts_on,
            project.ends_on,
            healths[project.health] if project.health else None,
            len(project.results),
            len(project.delivered),
            project.days,
            project.planned,
            project.spent,
            Formula(f"={planned}{number}-{spent}{number}", project.planned - project.spent),
            project.forecast,
        ]


def _text_rows(projects: Sequence[ProjectLine]) -> Iterator[list[Value]]:
    healths = labels(Health)
    for project in projects:
        yield [
            project.code,
            project.title,
            project.reason,
            project.aim,
            *_status(project.status, healths),
            project.closing_note,
        ]


def _status(status: StatusLine | None, healths: dict[Health, str]) -> list[Value]:
    if status is None:
        return [None] * 6
    return [
        status.reported_on,
        healths[status.scope],
        healths[status.time],
        healths[status.money],
        status.done,
        status.upcoming,
    ]


def _result_rows(projects: Sequence[ProjectLine]) -> Iterator[list[Value]]:
    states = labels(ProjectState)
    for project in projects:
        for result in project.results:
            yield [
                project.code,
                project.title,
                states[project.state],
                project.theme_name,
                result.title,
                result.due_on,
                result.delivered_on,
                result.delivered_note,
            ]


def _capacity_rows(projects: Sequence[ProjectLine]) -> Iterator[list[Value]]:
    states = labels(ProjectState)
    for project in projects:
        for line in project.capacity:
            yield [
                project.code,
                project.title,
                states[project.state],
                line.asked_of,
                line.region_code,
                line.expertise,
                line.year,
                line.days,
            ]


def decision_table(decisions: Sequence[DecisionLine]) -> Table:
    """Give what the Vakraad decided."""
    return Table(
        title=_("Decisions"),
        about=_("What the Vakraad decided in the year."),
        columns=_DECISIONS,
        count=len(decisions),
        rows=_decision_rows(decisions),
        frozen="B2",
    )


def _decision_rows(decisions: Sequence[DecisionLine]) -> Iterator[list[Value]]:
    outcomes = labels(Outcome)
    yes, no = _("yes"), _("no")
    for decision in decisions:
        yield [
            decision.number,
            decision.meeting_on,
            outcomes[decision.outcome],
            decision.wording,
            yes if decision.covers_overrun else no,
            listed(decision.projects),
            decision.corrects,
        ]
