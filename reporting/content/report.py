"""A report as a whole, and its form as data that can be sealed and kept."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from reporting.choices import ReportKind
from reporting.content.budget import BudgetYear, Contributions
from reporting.content.planning import Planning
from reporting.content.projects import DecisionLine, GoalLine, ProjectLine


@dataclass(frozen=True, slots=True)
class Source:
    """Where the content comes from. `seen_on` is the day that "late" and "current" are seen from.

    `plan_version` and `plan_hash` are of the planning in force, None and empty without one.
    """

    kind: ReportKind
    year: int
    programme: str
    first_year: int
    last_year: int
    plan_version: int | None
    plan_hash: str
    seen_on: datetime.date
    is_fictional: bool


@dataclass(frozen=True, slots=True)
class PillarText:
    """What is written of a pillar, in light Markdown."""

    number: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything that a report of any kind says; what a kind doesn't have is empty. Texts are light Markdown.

    `introduction` is the foreword of an annual report. `changes` says what a next version of a plan changed and why.
    `outlook` and `next_year` (objectives active, projects and money of the year after) are of the annual report.
    """

    source: Source
    introduction: str = ""
    changes: str = ""
    outlook: str = ""
    pillar_texts: tuple[PillarText, ...] = ()
    planning: Planning | None = None
    projects: tuple[ProjectLine, ...] = ()
    budget: BudgetYear | None = None
    contributions: Contributions | None = None
    decisions: tuple[DecisionLine, ...] = ()
    coverage: tuple[GoalLine, ...] = ()
    next_year: BudgetYear | None = None


_ADAPTER = TypeAdapter(ReportContent)


def as_data(content: ReportContent) -> dict[str, Any]:
    """Give the content as JSON data without floats: amounts as text, days as YYYY-MM-DD (see `pillars.seal`)."""
    data: dict[str, Any] = _ADAPTER.dump_python(content, mode="json")
    return data


def from_data(data: dict[str, Any]) -> ReportContent:
    """Give the content that `as_data` wrote. Raises `pydantic.ValidationError` for anything else."""
    return _ADAPTER.validate_python(data)
