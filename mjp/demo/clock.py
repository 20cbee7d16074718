"""The days of the demonstration's story: what happens in it is kept as of then, not of the day on which it is loaded.

The services say who, when and why by themselves, and their "when" is now. Here it becomes the story's moment before it is
stored, so that records and their history agree. That the real clock may be behind the story does no harm.
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.signals import pre_save
from django.utils import timezone
from simple_history.signals import pre_create_historical_record

from budget.models import CarryOver, ContributionSet, DistributionKey, Expenditure
from portfolio.models import Attachment, Decision, Project, Remark, StateChange, StatusReport

# When a record was made, by model.
MADE_AT: dict[type[Model], str] = {
    StateChange: "at",
    Decision: "recorded_at",
    StatusReport: "created_at",
    Remark: "created_at",
    Attachment: "uploaded_at",
    DistributionKey: "made_at",
    ContributionSet: "made_at",
    CarryOver: "at",
    Expenditure: "entered_at",
}
# When something happened to a record later on, by model.
LATER_MOMENTS: dict[type[Model], tuple[str, ...]] = {
    Project: ("submitted_at", "accepted_at", "completion_asked_at"),
    DistributionKey: ("adopted_at",),
    ContributionSet: ("adopted_at",),
    Expenditure: ("withdrawn_at",),
}
OPENING_HOUR = datetime.time(9, 0)
# In minutes. The first event of a day is up to seven hours later, always at the same time of that day.
LATEST, STEP = 7 * 60, 37


class StoryClock:
    """Dates what is stored inside `running()` as of `moment`, and gives projects the numbers of the story's years."""

    def __init__(self) -> None:
        self.moment = timezone.now()
        self._last_moment = self.moment
        self._numbers: Counter[int] = Counter()
        self._dated: set[tuple[type[Model], int, str]] = set()

    def set_day(self, day: datetime.date) -> None:
        """Go to a day of the story; each next event of the same day is some minutes later."""
        minutes = day.toordinal() * STEP % LATEST
        moment = timezone.make_aware(
            datetime.datetime.combine(day, OPENING_HOUR) + datetime.timedelta(minutes=minutes)
        )
        if timezone.localdate(self._last_moment) == day and self._last_moment >= moment:
            moment = self._last_moment + datetime.timedelta(minutes=7)
        self.moment = self._last_moment = moment

    @contextmanager
    def running(self) -> Iterator[None]:
        """Date everything that is stored meanwhile."""
        pre_save.connect(self._date_record)
        pre_create_historical_record.connect(self._date_history)
        try:
            yield
        finally:
            pre_create_historical_record.disconnect(self._date_history)
            pre_save.disconnect(self._date_record)

    def date_project(self, project: Project, *, is_new: bool) -> None:
        """Set the days that Django sets itself at each save."""
        moments = {"changed_at": self.moment, **({"created_at": self.moment} if is_new else {})}
        QuerySet(Project).filter(pk=project.pk).update(**moments)

    def _date_record(self, sender: type[Model], instance: Any, **kwargs: Any) -> None:
        if sender in MADE_AT and instance._state.adding:
            setattr(instance, MADE_AT[sender], self.moment)
        if sender is StatusReport:
            instance.reported_on = timezone.localdate(self.moment)
        for name in LATER_MOMENTS.get(sender, ()):
            if getattr(instance, name) is not None and (sender, instance.pk, name) not in self._dated:
                self._dated.add((sender, instance.pk, name))
                setattr(instance, name, self.moment)
                if name == "submitted_at":
                    instance.code = self._next_code()

    def _date_history(self, sender: type[Model], history_instance: Any, **kwargs: Any) -> None:
        history_instance.history_date = self.moment

    def _next_code(self) -> str:
        year = timezone.localdate(self.moment).year
        self._numbers[year] += 1
        return f"{year}-{self._numbers[year]:03}"
