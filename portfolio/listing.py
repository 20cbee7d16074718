"""What a row of the list of projects shows, for the page and its Excel sheet alike."""

import datetime
from dataclasses import dataclass
from typing import Any

from portfolio.lateness import late_reasons, lateness
from portfolio.models import Project, Result


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project with who holds its portfolio today, the result that is due next, and what of it is late, in words."""

    project: Project
    holders: tuple[str, ...]
    next_result: Result | None
    is_overdue: bool
    late: tuple[str, ...]


def project_row(project: Project, today: datetime.date) -> ProjectRow:
    """Give the row of a project that was read by `ProjectQuerySet.for_rows`."""
    open_results: list[Any] = project.open_results  # type: ignore[attr-defined]  # read by for_rows
    due = [result.due_on for result in open_results if result.due_on is not None]
    late = lateness(project.state, project.starts_on, project.ends_on, due, today)
    next_result = next(iter(open_results), None)
    return ProjectRow(
        project=project,
        holders=tuple(str(holder.user) for holder in project.portfolio.current_holders),  # type: ignore[attr-defined]  # read by for_rows
        next_result=next_result,
        is_overdue=bool(late.overdue_results),
        late=tuple(late_reasons(late, project.starts_on, project.ends_on)),
    )
