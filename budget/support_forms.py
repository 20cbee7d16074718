"""What support fills in about a year: adopting, invoicing, payments, central support, forecasts and carry-over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budget.choices import CostCategory
from budget.contribution_page import SettlementRow
from budget.models import BudgetLine
from budget.models.contributions import CENT
from budget.money import MoneyField
from budget.services.costs import CostLine, lines_fingerprint
from organisation.forms import OnceForm, StyledForm, style
from portfolio.choices import Outcome
from portfolio.models import Decision


class DecisionField(forms.ModelChoiceField):
    """A decision with this outcome, on the working budget if none is named, that nothing corrected."""

    def __init__(self, outcome: Outcome = Outcome.BUDGET, **options: Any) -> None:
        options.setdefault("label", _("Decision on the working budget"))
        super().__init__(
            queryset=Decision.objects.filter(outcome=outcome, corrections__isnull=True),
            empty_label=_("Choose a decision"),
            **options,
        )

    def label_from_instance(self, obj: Any) -> str:
        """Name it by number, day and the beginning of its wording."""
        covers = _("covers spending beyond the budget") if obj.covers_overrun else ""
        wording = obj.wording if len(obj.wording) <= 60 else f"{obj.wording[:60]}…"
        return " · ".join(str(part) for part in (obj, obj.meeting_on, wording, covers) if part)


class AdoptForm(StyledForm):
    """The decision by which a draft is adopted; `read_as` tells which draft the person saw."""

    read_as = forms.CharField(widget=forms.HiddenInput, required=False)
    decision = DecisionField()


class InvoiceForm(StyledForm):
    """The day of the invoices; `read_version` tells which contributions the person saw."""

    read_version = forms.IntegerField(widget=forms.HiddenInput)
    invoiced_on = forms.DateField(label=_("Invoice date"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("invoiced_on", timezone.localdate())


class PaidForm(StyledForm):
    """Which invoices were paid, when, and by which payment; those paid since the page was opened are still choices."""

    contributions = forms.MultipleChoiceField(
        label=_("Invoices"), error_messages={"required": _("Choose at least one invoice.")}
    )
    paid_on = forms.DateField(label=_("Paid on"))
    payment_reference = forms.CharField(
        label=_("Payment reference"),
        max_length=40,
        required=False,
        help_text=_("As on the statement of the bank."),
    )

    def __init__(self, *args: Any, rows: Iterable[SettlementRow], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["contributions"]
        field.choices = [(str(row.pk), row.invoice_reference) for row in rows if row.is_invoiced]
        self.initial.setdefault("paid_on", timezone.localdate())

    @property
    def chosen(self) -> set[int]:
        """The invoices that were ticked."""
        field: Any = self.fields["contributions"]
        data: Any = self.data
        values = set(data.getlist("contributions")) if self.is_bound else set()
        return {int(value) for value, _reference in field.choices if value in values}


class CentralSupportForm(StyledForm):
    """What central support costs in a year: an amount and a note per category; `read_as` tells of which lines it is a change."""

    read_as = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, lines: Iterable[BudgetLine], year: int) -> None:
        self.year = year
        self.stored = {line.category: line for line in lines}
        super().__init__(data, initial={"read_as": lines_fingerprint(self.stored.values())})
        for category in CostCategory:
            line = self.stored.get(category)
            amount = MoneyField(label=_("Amount in euro"), min_value=CENT, required=False)
            note = forms.CharField(label=_("For what"), max_length=300, required=False)
            for field in (amount, note):
                style(field)
            self.fields[f"amount_{category}"], self.fields[f"note_{category}"] = amount, note
            self.initial[f"amount_{category}"] = line.amount if line else None
            self.initial[f"note_{category}"] = line.note if line else ""

    @property
    def rows(self) -> list[tuple[CostCategory, forms.BoundField, forms.BoundField, BudgetLine | None]]:
        """Per category its two fields, and the line that is stored."""
        return [
            (category, self[f"amount_{category}"], self[f"note_{category}"], self.stored.get(category))
            for category in CostCategory
        ]

    @property
    def lines(self) -> list[CostLine]:
        """The lines that were filled in; a category without an amount has none."""
        data = self.cleaned_data
        return [
            CostLine(self.year, category, data[f"amount_{category}"], data[f"note_{category}"])
            for category in CostCategory
            if data[f"amount_{category}"] is not None
        ]

    def clean(self) -> dict[str, Any]:
        """A note without an amount would be lost."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for category in CostCategory:
            if data.get(f"note_{category}") and data.get(f"amount_{category}", CENT) is None:
                self.add_error(f"amount_{category}", _("Give an amount, or leave the note out."))
        return data


class ForecastForm(StyledForm):
    """A forecast by hand, with why; `read_as` tells of which forecast it is a change."""

    read_as = forms.CharField(widget=forms.HiddenInput)
    amount = MoneyField(label=_("Forecast in euro"), min_value=0)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why it will cost something else than what was spent and is still planned."),
    )


class CarryOverForm(OnceForm):
    """Money that a decision moves to a later year."""

    to_year = forms.TypedChoiceField(label=_("To the year"), coerce=int)
    amount = MoneyField(label=_("Amount in euro"), min_value=CENT)
    decision = DecisionField()
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, years: Iterable[int], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["to_year"]
        field.choices = [(year, str(year)) for year in years]
