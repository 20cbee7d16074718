"""What support fills in about the life of an annual plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budget.support_forms import DecisionField
from organisation.forms import StyledForm
from portfolio.choices import Outcome
from portfolio.models import AnnualPlan


class VersionForm(StyledForm):
    """A button on an annual plan; `read_version` tells which state of it the person saw."""

    read_version = forms.IntegerField(widget=forms.HiddenInput)


class AlignForm(VersionForm):
    """When the Vakraad aligned the plan."""

    aligned_on = forms.DateField(label=_("Aligned in the Vakraad on"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("aligned_on", timezone.localdate())


class AdoptForm(VersionForm):
    """The decision by which the plan is adopted; `read_as` is the seal of what the person saw."""

    read_as = forms.CharField(widget=forms.HiddenInput, required=False)
    decision = DecisionField(Outcome.ANNUAL_PLAN, label=_("Decision that adopts the annual plan"))


class OfferForm(VersionForm):
    """When the plan was offered to the RCDV."""

    offered_on = forms.DateField(label=_("Offered to the RCDV on"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("offered_on", timezone.localdate())


class CompareForm(StyledForm):
    """Two versions, of one year or of two."""

    before = forms.TypedChoiceField(label=_("Compare"), coerce=int)
    after = forms.TypedChoiceField(label=_("with"), coerce=int)

    def __init__(self, *args: Any, plans: Iterable[AnnualPlan], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [
            (
                plan.pk,
                _("%(year)s, version %(version)s (%(state)s)")
                % {"year": plan.year, "version": plan.label, "state": plan.get_state_display()},
            )
            for plan in plans
        ]
        for name in ("before", "after"):
            field: Any = self.fields[name]
            field.choices = choices
