"""Two versions of a step side by side, when someone else changed it meanwhile."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portfolio.forms.steps import StepForm
from portfolio.models import Project

# The name under which the lines of a step are taken over or left.
LINES = "lines"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which two versions differ, each as lines of text. `name` is LINES for the lines of a step."""

    name: str
    label: str
    mine: tuple[str, ...]
    stored: tuple[str, ...]


def differences(form: StepForm, stored: Project) -> list[Difference]:
    """Give the fields of a valid form that differ from what is stored; fields in the order of the form, lines last."""
    theirs = type(form)(project=stored, user=form.user, spare_rows=0)
    found = []
    for name, field in form.fields.items():
        mine = _shown(field, form.cleaned_data.get(name))
        kept = _shown(field, field.to_python(theirs.initial.get(name)) if name in theirs.initial else None)
        if mine != kept:
            found.append(Difference(name, str(field.label), mine, kept))
    if form.rows is not None and theirs.rows is not None:
        lines = tuple(_line(row, form.rows.empty_form) for row in form.filled_rows())
        kept_lines = tuple(_line(row, form.rows.empty_form) for row in theirs.initial_rows(stored))
        if lines != kept_lines:
            found.append(Difference(LINES, str(form.step.label), lines, kept_lines))
    return found


def _line(row: dict[str, Any], form: Any) -> str:
    parts = (
        _shown(field, row.get(name)) for name, field in form.fields.items() if name not in ("key", "DELETE")
    )
    return " · ".join(" ".join(part) for part in parts if part)


def _shown(field: Any, value: Any) -> tuple[str, ...]:
    """Give a value as it reads on the page, in lines."""
    if value in (None, ""):
        return ()
    if isinstance(value, datetime.date):
        return (date_format(value),)
    choices = _flat(getattr(field.widget, "choices", ()))
    values = value if isinstance(value, (list, tuple)) or hasattr(value, "all") else [value]
    shown = []
    for item in values:
        key = str(getattr(item, "pk", item))
        shown.append(str(choices.get(key, item)))
    return tuple(line for text in shown for line in text.splitlines()) or (_("empty"),)


def _flat(choices: Any) -> dict[str, Any]:
    """Give choices without their groups."""
    flat: dict[str, Any] = {}
    for value, label in choices:
        if isinstance(label, (list, tuple)) and not isinstance(label, (str, Promise)):
            flat.update(_flat(label))
        else:
            flat[str(value)] = label
    return flat
