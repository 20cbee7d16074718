"""Two versions of a step side by side, when someone else changed it meanwhile."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portfolio.forms import StepForm
from portfolio.models import Project
from portfolio.steps import LINES, changed_since, step_values


class ChangedBy(StrEnum):
    """Who changed a field since it was read."""

    ME = "me"
    THEM = "them"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which two versions differ, each as lines of text. `name` is LINES for the lines of a step."""

    name: str
    label: str
    mine: tuple[str, ...]
    stored: tuple[str, ...]
    changed_by: ChangedBy

    @property
    def takes_stored(self) -> bool:
        """Whether the stored version is the one to keep unless the person says otherwise."""
        return self.changed_by == ChangedBy.THEM


def differences(form: StepForm, stored: Project, read_as: str) -> list[Difference]:
    """Give the fields of a valid form that differ from what is stored; fields in the order of the form, lines last.

    `read_as` is the fingerprint of what the person had read before they changed it.
    """
    theirs = type(form)(project=stored, user=form.user, spare_rows=0)
    by_them = changed_since(read_as, step_values(stored, form.step))
    by_me = changed_since(read_as, form.values())
    found = []

    def compare(name: str, label: Any, mine: tuple[str, ...], kept: tuple[str, ...]) -> None:
        if mine != kept:
            changed_by = ChangedBy.ME if name not in by_them else ChangedBy.BOTH
            found.append(
                Difference(name, str(label), mine, kept, changed_by if name in by_me else ChangedBy.THEM)
            )

    for name, field in form.fields.items():
        kept = field.to_python(theirs.initial.get(name)) if name in theirs.initial else None
        compare(name, field.label, _shown(field, form.cleaned_data.get(name)), _shown(field, kept))
    if form.rows is not None:
        row = form.rows.empty_form
        lines = [_line(line, row) for line in form.filled_rows()]
        kept_lines = [_line(line, row) for line in theirs.initial_rows(stored)]
        compare(LINES, form.step.label, form.in_order(lines), form.in_order(kept_lines))
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
        shown.append(str(choices.get(key, field.prepare_value(item) if isinstance(item, Decimal) else item)))
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
