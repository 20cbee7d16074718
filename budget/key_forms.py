"""What support fills in about a new key, and what one chooses on the page of a key."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.choices import UploadKind
from budget.key_examining import KeyDetails
from budget.models import DistributionKey
from budget.models.contributions import CENT
from budget.money import MoneyField
from organisation.forms import StyledForm
from pillars.models import FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR

# By what a file's name ends; that it is a table is found out by reading it.
ACCEPTED = ".xlsx,.csv"


class YearField(forms.IntegerField):
    """A year of the calendar, in four digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=FIRST_CALENDAR_YEAR, max_value=LAST_CALENDAR_YEAR, **options)


class KeySheetForm(StyledForm):
    """A new key by an official sheet with the amount of each region."""

    kind = UploadKind.KEY_SHEET

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy(
            "Such as BDUR. A key with the name of an earlier one becomes its next version."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("Where the weights come from, such as the circular."),
    )
    legal_ground = forms.CharField(
        label=gettext_lazy("Legal ground"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The article that it rests on, such as Besluit veiligheidsregio's art. 8.1."),
    )
    first_year = YearField(
        label=gettext_lazy("Valid from the year"),
        help_text=gettext_lazy("The sheet is read as one of this year."),
    )
    last_year = YearField(label=gettext_lazy("Up to and including"))
    replaces = forms.ModelChoiceField(
        label=gettext_lazy("Replaces"),
        queryset=DistributionKey.objects.none(),
        required=False,
        empty_label=gettext_lazy("The version before it, if there is one"),
        help_text=gettext_lazy("The effect per region is shown against this key."),
    )
    file = forms.FileField(
        label=gettext_lazy("Sheet (Excel or CSV)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy("A row per region, with its code or name and the amount in euro."),
        error_messages={"required": gettext_lazy("Choose the file that you filled in.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["replaces"]
        field.queryset = DistributionKey.objects.all()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            self.add_error("last_year", _("The last year can't lie before the first."))
        return cleaned

    @property
    def details(self) -> KeyDetails:
        """What was filled in beside the sheet, of a form that is valid."""
        cleaned = self.cleaned_data
        replaces = cleaned["replaces"]
        return KeyDetails(
            name=cleaned["name"],
            source=cleaned["source"],
            legal_ground=cleaned["legal_ground"],
            first_year=cleaned["first_year"],
            last_year=cleaned["last_year"],
            year=cleaned.get("year") or cleaned["first_year"],
            total=cleaned.get("total"),
            replaces=replaces.pk if replaces else None,
        )


class MeasuresForm(KeySheetForm):
    """A new key by the legal formula: a sheet of measures, and the total that is divided."""

    kind = UploadKind.MEASURES

    year = YearField(
        label=gettext_lazy("Year of the formula"),
        help_text=gettext_lazy("The coefficients in force on 1 January of this year are taken."),
    )
    total = MoneyField(label=gettext_lazy("Total that is available, in euro"), min_value=CENT)

    field_order = (
        "name",
        "source",
        "legal_ground",
        "first_year",
        "last_year",
        "year",
        "total",
        "replaces",
        "file",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["first_year"].help_text = ""
        self.fields["file"].help_text = _("A row per region, with its code or name and each measure.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last, year = cleaned.get("first_year"), cleaned.get("last_year"), cleaned.get("year")
        if first and last and year and first <= last and not first <= year <= last:
            self.add_error("year", _("Choose one of the years for which the key is valid."))
        return cleaned


class AmountForm(StyledForm):
    """Of which amount the page of a key shows the shares: that of a year, or one that is typed."""

    year = forms.IntegerField(label=gettext_lazy("Year"))
    amount = MoneyField(
        label=gettext_lazy("Another amount in euro"),
        min_value=CENT,
        required=False,
    )

    def __init__(self, *args: Any, key: DistributionKey, **options: Any) -> None:
        super().__init__(*args, **options)
        # The widget has its limits from here, the message from the validators.
        self.fields["year"] = forms.IntegerField(
            label=_("Year"),
            min_value=key.first_year,
            max_value=key.last_year,
            widget=self.fields["year"].widget,
        )


FORMS: dict[str, type[KeySheetForm]] = {form.kind.value: form for form in (KeySheetForm, MeasuresForm)}
