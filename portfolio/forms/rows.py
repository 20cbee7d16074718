"""Lines of a step: a row of fields each, of which an empty one is no line."""

from typing import Any

from django import forms
from django.core.exceptions import SuspiciousOperation
from django.forms import BaseFormSet
from django.utils.translation import gettext_lazy as _

from organisation.forms import StyledForm
from portfolio.choices import Level
from portfolio.models import Project
from portfolio.models.assignments import MOST_DAYS


class RowForm(StyledForm):
    """A line, known by what stands in it."""

    # The fields that make a row a line; the others have a value from the start.
    typed: tuple[str, ...] = ()

    def __init__(self, *args: Any, project: Project, choices: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.project = project
        self.offer(choices)

    def offer(self, choices: Any) -> None:
        """Fill in what can be chosen."""

    def has_content(self) -> bool:
        """Whether anything stands in the row."""
        return any(self.cleaned_data.get(name) not in (None, "") for name in self.typed)

    def full_clean(self) -> None:
        """Check a row in which something stands; an empty one, or one to be removed, is right as it is."""
        super().full_clean()
        if not self.is_bound:
            return
        goes = bool(self.data.get(self.add_prefix("DELETE")))
        if goes or all(not str(self.data.get(self.add_prefix(name), "")).strip() for name in self.typed):
            self.errors.clear()
            for name in self.fields:
                self.cleaned_data.setdefault(name, None)


class KeyedRowForm(RowForm):
    """A line that is known by the key of the stored one, whatever stands in it."""

    key = forms.IntegerField(widget=forms.HiddenInput, required=False)


class RowFormSet(BaseFormSet):
    """Lines, of which those to be removed are marked by a checkbox."""

    def total_form_count(self) -> int:
        """Give how many rows there are. Fewer than none the page never sent, and it must not pass for no line at all."""
        count: int = super().total_form_count()
        if count < 0:
            raise SuspiciousOperation
        return count

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove")
        form.fields["DELETE"].widget.attrs["class"] = "utrecht-checkbox utrecht-checkbox--html-input"


class ResultRow(KeyedRowForm):
    """An intended result."""

    title = forms.CharField(label=_("Result"), max_length=300)
    due_on = forms.DateField(label=_("Due on"), required=False)
    typed = ("title", "due_on")


class CapacityRow(KeyedRowForm):
    """Days asked of a region or a network."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    asked_of = forms.ChoiceField(label=_("Region or network"))
    expertise = forms.CharField(
        label=_("Kind of expertise"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "kinds-of-expertise", "autocomplete": "off"}),
    )
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=MOST_DAYS)
    # A year is filled in from the start.
    typed = ("asked_of", "expertise", "days")

    def offer(self, choices: Any) -> None:
        fields: dict[str, Any] = self.fields
        fields["asked_of"].choices = choices["asked_of"]
        fields["year"].choices = choices["year"]
        fields["year"].initial = choices["first_year"]


class RiskRow(KeyedRowForm):
    """A risk."""

    description = forms.CharField(label=_("Risk"), max_length=300)
    likelihood = forms.TypedChoiceField(
        label=_("Likelihood"), choices=Level.choices, coerce=int, initial=Level.MEDIUM
    )
    impact = forms.TypedChoiceField(
        label=_("Impact"), choices=Level.choices, coerce=int, initial=Level.MEDIUM
    )
    measure = forms.CharField(label=_("Measure"), max_length=500, required=False)
    typed = ("description", "measure")
