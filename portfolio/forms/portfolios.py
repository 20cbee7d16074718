"""The forms of a portfolio: its name and themes, and its holders as rows."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisation.choices import Role
from organisation.forms import StyledForm
from organisation.models import User
from pillars.models import Pillar, Theme
from portfolio.models import Portfolio, PortfolioHolder
from portfolio.models.assignments import MARKDOWN_HELP
from portfolio.services import HolderLine

# Rows for new holders, which may stay empty.
EMPTY_ROWS = 2
MOST_ROWS = 60


class PortfolioForm(StyledForm):
    """Name, description and themes; `read_as` says how the portfolio looked when the form was opened."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("Description"), widget=forms.Textarea({"rows": 4}), required=False, help_text=MARKDOWN_HELP
    )
    themes = forms.ModelMultipleChoiceField(
        label=_("Themes"),
        queryset=Theme.objects.select_related("pillar__programme"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    read_as = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def themes_by_pillar(self) -> Iterator[tuple[Pillar, list[Any]]]:
        """The checkboxes of the themes, by pillar."""
        field: Any = self.fields["themes"]
        boxes = zip(field.queryset, self["themes"], strict=True)
        for _key, group in itertools.groupby(boxes, key=lambda pair: pair[0].pillar_id):
            found = list(group)
            yield found[0][0].pillar, [box for _theme, box in found]


class HolderForm(StyledForm):
    """A row: who holds the portfolio from when until when. Of a stored one the person stays."""

    key = forms.IntegerField(widget=forms.HiddenInput, required=False)
    user = forms.ModelChoiceField(
        label=_("Portfolio holder"), queryset=User.objects.none(), empty_label=_("Choose someone")
    )
    starts_on = forms.DateField(label=_("From"), initial=timezone.localdate)
    ends_on = forms.DateField(label=_("Up to and including"), required=False)
    is_removed = forms.BooleanField(label=_("Remove this row"), required=False)

    def __init__(self, *args: Any, holding: PortfolioHolder | None, people: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.holding = holding
        self.has_begun = holding is not None and holding.starts_on <= timezone.localdate()
        if holding is None:
            user: Any = self.fields["user"]
            user.queryset = people
            del self.fields["is_removed"]
        else:
            del self.fields["user"]
        if self.has_begun:
            del self.fields["starts_on"]
            del self.fields["is_removed"]

    def has_changed(self) -> bool:
        """Whether something was filled in; of a new row the day alone that it proposes is nothing."""
        if self.holding is None and not any(
            self.data.get(self.add_prefix(name)) for name in ("user", "starts_on", "ends_on")
        ):
            return False
        return super().has_changed()

    def line(self) -> HolderLine | None:
        """What the row asks for; None for one that stayed empty."""
        given = self.cleaned_data
        if self.holding is None:
            if not given.get("user"):
                return None
            return HolderLine(given["starts_on"], given.get("ends_on"), user=given["user"])
        return HolderLine(
            given.get("starts_on", self.holding.starts_on),
            given.get("ends_on"),
            key=self.holding.pk,
            is_removed=given.get("is_removed", False),
        )


if TYPE_CHECKING:
    _Rows = forms.BaseFormSet[HolderForm]
else:
    _Rows = forms.BaseFormSet


class BaseHolderFormSet(_Rows):
    """The holders of a portfolio, those stored first, then empty rows."""

    def __init__(self, data: Any = None, *, stored: Sequence[PortfolioHolder]) -> None:
        self.stored = stored
        self.people = (
            User.objects.filter(role_assignments__role=Role.PORTFOLIO_HOLDER, is_active=True)
            .distinct()
            .order_by("name", "email")
        )
        super().__init__(
            data,
            prefix="holders",
            initial=[
                {"key": holding.pk, "starts_on": holding.starts_on, "ends_on": holding.ends_on}
                for holding in stored
            ],
        )

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Give each row its stored holding: by its key when the form was sent, else by its place."""
        holding = None
        if index is not None and self.is_bound:
            key = self.data.get(f"{self.prefix}-{index}-key")
            holding = next((one for one in self.stored if str(one.pk) == key), None)
        elif index is not None and index < len(self.stored):
            holding = self.stored[index]
        return {**super().get_form_kwargs(index), "holding": holding, "people": self.people}

    def lines(self) -> tuple[list[HolderLine], list[HolderForm]]:
        """Give what the rows ask for, and the row that each comes from."""
        pairs = [(line, form) for form in self.forms if (line := form.line()) is not None]
        return [line for line, _form in pairs], [form for _line, form in pairs]


HolderFormSet: Any = forms.formset_factory(
    HolderForm, formset=BaseHolderFormSet, extra=EMPTY_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


def show_problems(error: ValidationError, form: PortfolioForm, rows: Sequence[HolderForm]) -> None:
    """Put what the service refused at the fields that it names."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        if name.startswith("holders."):
            _kind, place, field = name.split(".", 2)
            row = rows[int(place)]
            row.add_error(field if field in row.fields else None, problems)
        else:
            form.add_error(name if name in form.fields else None, problems)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which what was sent differs from what someone else saved meanwhile, each as text."""

    name: str
    label: str
    mine: str
    stored: str


def differences(form: PortfolioForm, portfolio: Portfolio) -> list[Difference]:
    """Give the fields of a valid form that differ from the portfolio as it is stored."""
    given = form.cleaned_data
    pairs = {
        "name": (given["name"], portfolio.name),
        "description": (given["description"], portfolio.description),
        "themes": (_names(given["themes"]), _names(portfolio.themes.all())),
    }
    return [
        Difference(name, str(form.fields[name].label), mine, stored)
        for name, (mine, stored) in pairs.items()
        if mine != stored
    ]


def _names(themes: Iterable[Theme]) -> str:
    return ", ".join(sorted(theme.name for theme in themes))


def with_what_was_taken(sent: QueryDict, portfolio: Portfolio) -> QueryDict:
    """Give what was sent, with the saved version of each field for which the person chose that."""
    taken = sent.copy()
    for name, value in initial_of(portfolio, "").items():
        if sent.get(f"take-{name}") == "stored":
            taken.setlist(name, [str(one) for one in value] if isinstance(value, list) else [value])
    return taken


def initial_of(portfolio: Portfolio, read_as: str) -> dict[str, Any]:
    """Give what the form of a stored portfolio begins with."""
    return {
        "name": portfolio.name,
        "description": portfolio.description,
        "themes": list(portfolio.themes.values_list("pk", flat=True)),
        "read_as": read_as,
    }
