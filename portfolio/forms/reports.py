"""The forms in which a holder reports on a running project and asks to complete it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisation.forms import OnceForm, StyledForm, style
from portfolio.choices import Health
from portfolio.models import Project, Result, StatusReport
from portfolio.models.assignments import LONGEST_TEXT, MARKDOWN_HELP
from portfolio.models.days import FAR_DAY, YEARS, is_far
from portfolio.services import Assessment, Delivery

ASPECTS = ("scope", "time", "money")


def _health(label: Any, help_text: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=Health.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how it stands.")},
    )


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=300,
        help_text=gettext_lazy("Needed unless it is on course."),
    )


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A result that was not delivered yet, with the fields in which the report says that it was."""

    result: Result
    delivered: forms.BoundField
    delivered_on: forms.BoundField
    note: forms.BoundField


class StatusReportForm(OnceForm):
    """How a project stands; a row for each result that was not delivered yet."""

    # An empty field is no error before anything was sent.
    use_required_attribute = False

    reported_on = forms.DateField(
        label=gettext_lazy("Date of the report"),
        error_messages={"required": gettext_lazy("Give the date.")},
    )
    scope = _health(gettext_lazy("Scope"), gettext_lazy("Does it deliver what was agreed?"))
    scope_reason = _reason(gettext_lazy("Why (scope)"))
    time = _health(gettext_lazy("Time"), gettext_lazy("Is it on schedule?"))
    time_reason = _reason(gettext_lazy("Why (time)"))
    money = _health(gettext_lazy("Money"), gettext_lazy("Does it stay within the budget?"))
    money_reason = _reason(gettext_lazy("Why (money)"))
    done = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea,
        help_text=MARKDOWN_HELP,
        error_messages={"required": gettext_lazy("Say what was done.")},
    )
    upcoming = forms.CharField(
        label=gettext_lazy("What comes"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea,
        help_text=MARKDOWN_HELP,
    )

    def __init__(
        self, data: Any = None, *, results: Iterable[Result], previous: StatusReport | None = None
    ) -> None:
        self.results = list(results)
        today = timezone.localdate()
        initial: dict[str, Any] = {"reported_on": today}
        if previous is not None:
            initial |= {aspect: getattr(previous, aspect) for aspect in ASPECTS}
        super().__init__(data, initial=initial)
        for result in self.results:
            row: dict[str, forms.Field] = {
                f"delivered_{result.pk}": forms.BooleanField(label=result.title, required=False),
                f"delivered_on_{result.pk}": forms.DateField(label=_("Delivered on"), required=False),
                f"note_{result.pk}": forms.CharField(
                    label=_("What was delivered"), required=False, max_length=500
                ),
            }
            for field in row.values():
                style(field)
            self.fields |= row
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget.attrs["max"] = today.isoformat()

    @property
    def assessments(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Scope, time and money, each with its reason."""
        return [(self[aspect], self[f"{aspect}_reason"]) for aspect in ASPECTS]

    @property
    def result_rows(self) -> list[ResultRow]:
        """The results that were not delivered yet."""
        return [
            ResultRow(
                result,
                self[f"delivered_{result.pk}"],
                self[f"delivered_on_{result.pk}"],
                self[f"note_{result.pk}"],
            )
            for result in self.results
        ]

    def clean(self) -> dict[str, Any]:
        """See to it that what isn't on course has a reason, and that each row says when, or nothing.

        The service asks the same; here all that is wrong is said at once.
        """
        cleaned = super().clean() or self.cleaned_data
        for aspect in ASPECTS:
            if cleaned.get(aspect) and f"{aspect}_reason" in cleaned and self.assessment(aspect).lacks_reason:
                self.add_error(f"{aspect}_reason", _("Say in a word why."))
        for result in self.results:
            delivered = cleaned.get(f"delivered_{result.pk}")
            day = cleaned.get(f"delivered_on_{result.pk}")
            said = day or cleaned.get(f"note_{result.pk}")
            if delivered and not day and f"delivered_on_{result.pk}" not in self.errors:
                self.add_error(f"delivered_on_{result.pk}", _("Give the day on which it was delivered."))
            if said and not delivered:
                self.add_error(f"delivered_{result.pk}", _("Tick that it was delivered, or empty this row."))
            if day and day > timezone.localdate():
                self.add_error(
                    f"delivered_on_{result.pk}", _("A result can't have been delivered on a day to come.")
                )
            elif day and is_far(day):
                self.add_error(f"delivered_on_{result.pk}", str(FAR_DAY) % YEARS)
        return cleaned

    def assessment(self, aspect: str) -> Assessment:
        """Give what a valid form says of scope, time or money."""
        return Assessment(Health(self.cleaned_data[aspect]), self.cleaned_data[f"{aspect}_reason"])

    def deliveries(self) -> Sequence[Delivery]:
        """Give what a valid form says was delivered."""
        return [
            Delivery(
                result.pk,
                self.cleaned_data[f"delivered_on_{result.pk}"],
                self.cleaned_data[f"note_{result.pk}"],
            )
            for result in self.results
            if self.cleaned_data[f"delivered_{result.pk}"]
        ]


class CompletionForm(StyledForm):
    """What a project delivered, for the Vakraad to complete it."""

    use_required_attribute = False

    closing_note = forms.CharField(
        label=gettext_lazy("What was delivered"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=MARKDOWN_HELP,
        error_messages={"required": gettext_lazy("Say what was delivered.")},
    )

    read_as = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, project: Project) -> None:
        super().__init__(
            data, initial={"closing_note": project.closing_note, "read_as": self.fingerprint(project)}
        )

    @staticmethod
    def fingerprint(project: Project) -> str:
        """Give a short text that changes when what was said before does."""
        return hashlib.sha256(project.closing_note.encode()).hexdigest()
