"""What support fills in about a year's budget."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from budget.models import DistributionKey
from budget.models.contributions import CENT
from budget.money import MoneyField
from organisation.forms import StyledForm


class AmountForm(StyledForm):
    """The amount of a year; `read_version` tells what it is a change of."""

    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    amount = MoneyField(label=_("Amount in euro"), min_value=CENT)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class KeyChoiceForm(StyledForm):
    """The key by which a year is split; `read_as` tells which draft was on screen."""

    read_as = forms.CharField(widget=forms.HiddenInput, required=False)
    key = forms.ModelChoiceField(label=_("Distribution key"), queryset=DistributionKey.objects.none())

    def __init__(self, *args: Any, year: int, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["key"]
        field.queryset = DistributionKey.objects.for_year(year)
        field.empty_label = None
