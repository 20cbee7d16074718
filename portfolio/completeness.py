"""What an assignment still lacks before the Vakraad can decide on it, by step of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from portfolio.models import Project


def missing(project: Project) -> dict[str, list[_StrPromise]]:
    """Give what is missing, by the name of the step where it is filled in; empty when it can be submitted.

    Needs `ProjectQuerySet.for_document`, else it queries.
    """
    found: dict[str, list[_StrPromise]] = {}

    def lacks(step: str, is_missing: bool, text: _StrPromise) -> None:
        if is_missing:
            found.setdefault(step, []).append(text)

    lacks("objective", not project.title.strip(), _("Give the assignment a title."))
    lacks("purpose", not project.reason.strip(), _("Say why this is needed."))
    lacks("purpose", not project.aim.strip(), _("Say what it aims at."))
    results = list(project.results.all())
    lacks("results", not results, _("Name at least one intended result."))
    lacks("results", any(result.due_on is None for result in results), _("Give each result a due date."))
    lacks("form", not project.form_of_work, _("Choose a form of work."))
    lacks("planning", project.starts_on is None, _("Give the start."))
    lacks("planning", project.ends_on is None, _("Give the end."))
    lacks("people", not project.leader.strip(), _("Name who leads the work."))
    if project.starts_on and project.ends_on:
        early = [
            result
            for result in results
            if result.due_on and not project.starts_on <= result.due_on <= project.ends_on
        ]
        lacks("results", bool(early), _("Let each result be due between start and end of the project."))
        outside = [line for line in project.capacity_requests.all() if line.year not in project.years]
        lacks("capacity", bool(outside), _("Ask capacity only in years of the project."))
    return found
