"""What the forms of all apps share: their look, and that a form which is sent twice is carried out once."""

import uuid
from typing import Any

from django import forms

# Kind of widget → classes of the NL Design System components.
CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "utrecht-checkbox utrecht-checkbox--html-input"),
    (forms.RadioSelect, "utrecht-radio-button utrecht-radio-button--html-input"),
    (forms.CheckboxInput, "utrecht-checkbox utrecht-checkbox--html-input"),
    (forms.Textarea, "utrecht-textarea utrecht-textarea--html-textarea"),
    (forms.Select, "utrecht-select utrecht-select--html-select"),
    (forms.FileInput, "mjp-file-input"),
    (forms.widgets.Input, "utrecht-textbox utrecht-textbox--html-input"),
)


class DateInput(forms.DateInput):
    """A day, chosen in the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class StyledForm(forms.Form):
    """A form in our style; render its fields by `components/field.html`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        # The asterisk of Django's own labels is left out: what is optional says so.
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        for field in self.fields.values():
            style(field)


def style(field: forms.Field) -> None:
    """Give a field's widget the classes of its component, and dates the browser's calendar."""
    if isinstance(field, forms.DateField) and not field.widget.is_hidden:
        field.widget = DateInput(field.widget.attrs)
        field.widget.is_required = field.required
    for kind, classes in CLASSES:
        if isinstance(field.widget, kind) and not field.widget.is_hidden:
            field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} {classes}".strip()
            return


class OnceForm(StyledForm):
    """A form with a key of its own, `request_key`: services carry out what comes with the same key once."""

    request_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("request_key", uuid.uuid4())
