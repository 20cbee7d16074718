"""Which days a record can name: one of the year 26 or 20226 is a slip of the keys."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pillars.models import FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR

FAR_DAY = _("Give a day in the years %(first)s up to and including %(last)s.")
YEARS = {"first": FIRST_CALENDAR_YEAR, "last": LAST_CALENDAR_YEAR}


def is_far(day: datetime.date) -> bool:
    """Whether the day lies outside the years in which programmes can run."""
    return not FIRST_CALENDAR_YEAR <= day.year <= LAST_CALENDAR_YEAR


def refuse_far_days(record: Any, *names: str) -> None:
    """Raise `ValidationError` by field for each of these dates that `is_far`; what is no date is left to its field."""
    days = {name: getattr(record, name) for name in names}
    far = {
        name: ValidationError(FAR_DAY, code="far_day", params=YEARS)
        for name, day in days.items()
        if isinstance(day, datetime.date) and is_far(day)
    }
    if far:
        raise ValidationError(far)
