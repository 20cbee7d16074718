"""No lost update: a form that was open while someone else changed the record is not saved over their change."""

import hashlib
from typing import Any

from django import forms
from django.db import models
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _


class UnchangedSinceForm(forms.ModelForm):
    """A form that remembers how the record looked when it was opened, in `read_as`, and refuses when it differs by now.

    Save it inside a transaction: the record stays locked from the comparison on.
    """

    read_as = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk is not None:
            self.initial["read_as"] = self._fingerprint(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk is not None:
            model = type(self.instance)
            stored = model._default_manager.select_for_update(of=("self",)).get(pk=self.instance.pk)
            if cleaned.get("read_as") != self._fingerprint(stored):
                raise forms.ValidationError(
                    _(
                        "Someone else changed this while you had it open, so nothing was saved. Open it again in "
                        "another tab, compare, and take over from here what you want to keep."
                    ),
                    code="conflict",
                )
        return cleaned

    def validate_constraints(self) -> None:
        """Check every constraint, also one that names a field which this form only shows."""
        try:
            self.instance.validate_constraints(exclude=set(self.errors))
        except forms.ValidationError as error:
            self.add_error(None, error.messages)

    def _fingerprint(self, record: models.Model) -> str:
        """Give a short text that changes when one of the form's fields does."""
        fields = model_to_dict(record, fields=list(self.fields))
        looks = sorted(
            (name, sorted(str(item.pk) for item in value) if isinstance(value, list) else str(value))
            for name, value in fields.items()
        )
        return hashlib.sha256(repr(looks).encode()).hexdigest()
