"""What support fills in to book what was spent, to withdraw a booking, and to take over bookings from a file."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from budget.bookkeeping.reading import LONGEST_DESCRIPTION, LONGEST_REFERENCE
from budget.line_standing import LineStanding
from budget.models import Expenditure
from budget.money import MoneyField
from organisation.forms import OnceForm, StyledForm
from organisation.spreadsheets.writing import WORKBOOK_TYPE
from portfolio.uploads import LARGEST_UPLOAD, TAKEN_EXTENSIONS


class ExpenditureForm(OnceForm):
    """A booking by hand, on one of the lines of a year."""

    # An empty field is no error before anything was sent.
    use_required_attribute = False

    line = forms.ChoiceField(
        label=_("Budget line"),
        error_messages={
            "required": _("Choose the line on which the money was spent."),
            "invalid_choice": _(
                "Nothing can be booked on this line: it was changed or removed meanwhile. Choose another."
            ),
        },
    )
    booked_on = forms.DateField(label=_("Date"))
    amount = MoneyField(
        label=_("Amount in euro"), help_text=_("For money that came back, a minus before it: -125.00.")
    )
    reference = forms.CharField(
        label=_("Booking reference"),
        max_length=LONGEST_REFERENCE,
        help_text=_("As in the bookkeeping, such as 2026-00123."),
    )
    description = forms.CharField(label=_("Description"), max_length=LONGEST_DESCRIPTION)
    document = forms.FileField(
        label=_("Document"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(TAKEN_EXTENSIONS)}),
        max_length=200,
    )

    def __init__(self, *args: Any, standings: Sequence[LineStanding], **options: Any) -> None:
        super().__init__(*args, **options)
        self._lines = {str(standing.line.pk): standing.line for standing in standings}
        fields: dict[str, Any] = self.fields
        fields["line"].choices = [
            ("", _("Choose a line")),
            *(
                (owner, [(str(standing.line.pk), standing.label) for standing in group])
                for owner, group in groupby(standings, key=lambda standing: standing.owner)
            ),
        ]
        most = filesizeformat(LARGEST_UPLOAD)
        fields["document"].help_text = _(
            "The invoice, for instance. PDF, Word, Excel, PowerPoint, OpenDocument or an image, at most %(most)s; without macros."
        ) % {"most": most}

    def clean_line(self) -> Any:
        """Give the line itself."""
        return self._lines[self.cleaned_data["line"]]

    def clean_amount(self) -> Decimal:
        """Refuse nothing at all."""
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise ValidationError(_("The amount is zero. Fill in what was spent, or what came back."))
        return amount


class WithdrawForm(StyledForm):
    """Why a booking no longer counts."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Why it is withdrawn"),
        max_length=Expenditure._meta.get_field("withdrawn_reason").max_length,
        help_text=_("Such as: booked on the wrong project."),
        error_messages={"required": _("Say why the booking is withdrawn.")},
    )


class BookingsForm(StyledForm):
    """The file to check. What it is, is found out by reading it."""

    file = forms.FileField(
        label=_("Excel or CSV file"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": f".xlsx,.csv,{WORKBOOK_TYPE},text/csv"}),
        error_messages={"required": _("Choose the file of the bookkeeping.")},
    )
