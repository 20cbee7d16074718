"""When a project is late, and why. Plain functions on plain data, without the database.

`ProjectQuerySet.late` asks the database the same; a test holds the two together.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portfolio.choices import NOT_BEGUN, OPEN, ProjectState

# A day as people write it, in both languages: 3 June 2026.
DAY = "j F Y"


@dataclass(frozen=True, slots=True)
class Lateness:
    """What a project should have done by now."""

    start_passed: bool = False
    end_passed: bool = False
    overdue_results: tuple[datetime.date, ...] = ()

    def __bool__(self) -> bool:
        return self.start_passed or self.end_passed or bool(self.overdue_results)


def lateness(
    state: str,
    starts_on: datetime.date | None,
    ends_on: datetime.date | None,
    undelivered_due_on: Iterable[datetime.date],
    today: datetime.date,
) -> Lateness:
    """Tell what of a project is late today.

    `undelivered_due_on` has the days on which its undelivered results are due: they count while it runs.
    """
    return Lateness(
        start_passed=state in NOT_BEGUN and starts_on is not None and starts_on < today,
        end_passed=state in OPEN and ends_on is not None and ends_on < today,
        overdue_results=tuple(sorted(day for day in undelivered_due_on if day < today))
        if state == ProjectState.RUNNING
        else (),
    )


def late_reasons(late: Lateness, starts_on: datetime.date | None, ends_on: datetime.date | None) -> list[str]:
    """Say in words what is late, each with its day; nothing for a project that isn't."""
    reasons = []
    if late.start_passed and starts_on is not None:
        reasons.append(_("should have started on %(day)s") % {"day": date_format(starts_on, DAY)})
    if late.end_passed and ends_on is not None:
        reasons.append(_("should have ended on %(day)s") % {"day": date_format(ends_on, DAY)})
    if late.overdue_results:
        count = len(late.overdue_results)
        reasons.append(
            ngettext(
                "%(count)s result overdue, due on %(day)s",
                "%(count)s results overdue, the first due on %(day)s",
                count,
            )
            % {"count": count, "day": date_format(late.overdue_results[0], DAY)}
        )
    return reasons
