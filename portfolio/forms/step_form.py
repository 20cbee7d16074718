"""What every step of the assignment form has: fields, perhaps lines, and what is to be said while one still types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext

from organisation.forms import StyledForm
from organisation.models import User
from portfolio.forms.rows import RowForm, RowFormSet
from portfolio.models import Project
from portfolio.models.assignments import LONGEST_TEXT
from portfolio.services import ProjectLines
from portfolio.steps import LINES, StepName

# Rows to type in, on top of those that are there.
SPARE_ROWS = 1
MOST_ROWS = 500


class ProseField(forms.CharField):
    """Text of more than a line, in light Markdown; line ends are stored in one way, whatever browser sent them."""

    def __init__(self, *, rows: int, **options: Any) -> None:
        super().__init__(
            max_length=LONGEST_TEXT,
            required=False,
            widget=forms.Textarea(attrs={"rows": rows}),
            **options,
        )

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Boxes to tick under a heading; `folded` ones are behind "more"."""

    label: str
    boxes: list[forms.BoundField | Any]
    folded: bool = False


class StepForm(StyledForm):
    """What one step holds. `rows` is a list of lines, for a step that has one."""

    step: ClassVar[StepName]
    intro: ClassVar[Any] = ""
    rows: BaseFormSet | None = None
    row_class: ClassVar[type[RowForm] | None] = None
    # What may be left open in a draft but not in what is submitted, as `completeness.missing` says: not called optional.
    needed: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        project: Project,
        user: User,
        spare_rows: int = SPARE_ROWS,
        search: str = "",
    ) -> None:
        self.project, self.user, self.search = project, user, search
        super().__init__(data, initial=self.initial_values(project))
        self.offer(project, user)
        for name in self.needed:
            self.fields[name].is_needed = True  # type: ignore[attr-defined]  # read by components/field.html
        if self.row_class is not None:
            rows: Any = formset_factory(
                self.row_class,
                formset=RowFormSet,
                extra=spare_rows,
                can_delete=True,
                max_num=MOST_ROWS,
                validate_max=True,
                absolute_max=MOST_ROWS + 50,
            )
            self.rows = rows(
                data,
                prefix="rows",
                # What came back is compared with nothing: a line that is stored meanwhile is still a line.
                initial=self.initial_rows(project) if data is None else None,
                form_kwargs={"project": project, "choices": self.row_choices()},
            )

    def is_valid(self) -> bool:
        """Whether fields and lines can be saved; what is merely missing is no error."""
        fields_are_valid = super().is_valid()
        return (self.rows is None or self.rows.is_valid()) and fields_are_valid

    @staticmethod
    def initial_values(project: Project) -> dict[str, Any]:
        """Give the fields as they are stored."""
        return {}

    def initial_rows(self, project: Project) -> list[dict[str, Any]]:
        """Give the lines as they are stored."""
        return []

    def row_choices(self) -> Any:
        """Give what the lines offer to choose from, read once for all."""
        return None

    def offer(self, project: Project, user: User) -> None:
        """Fill in what can be chosen."""

    def field_changes(self) -> dict[str, Any]:
        """Give the values of fields and links, for `edit_project`."""
        return dict(self.cleaned_data)

    def line_changes(self) -> ProjectLines | None:
        """Give the lines, for `edit_project`."""
        return None

    def line_values(self) -> list[tuple[Any, ...]]:
        """Give the lines of a valid form as `step_values` gives the stored ones."""
        return []

    def in_order(self, lines: Iterable[str]) -> tuple[str, ...]:
        """Give lines, put in words, in an order in which two versions can be compared."""
        return tuple(lines)

    def values(self) -> dict[str, Any]:
        """Give what a valid form holds as `step_values` gives what is stored."""
        found = {name: _plain(value) for name, value in self.cleaned_data.items()}
        return found if self.rows is None else found | {LINES: self.line_values()}

    def grouped(self, name: str, groups: Iterable[tuple[str, Iterable[Any], bool]]) -> list[ChoiceGroup]:
        """Give the boxes of a field in groups: heading, keys, and whether they are folded. Empty groups are left out."""
        boxes = {str(box.data["value"]): box for box in self[name]}
        found = [
            ChoiceGroup(label, [boxes[str(key)] for key in keys if str(key) in boxes], folded)
            for label, keys, folded in groups
        ]
        return [group for group in found if group.boxes]

    def show(self, error: ValidationError) -> None:
        """Put what the service refused at the fields that it names; the rest above the form."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            self.add_error(name if name in self.fields else None, problems)

    def problems(self) -> dict[str, list[str]]:
        """Give what is wrong by the name of the field in the page; what belongs to none under the empty name."""
        forms_of_lines = self.rows.forms if self.rows is not None else []
        found = {
            form.add_prefix(name): [str(text) for text in texts]
            for form in (self, *forms_of_lines)
            for name, texts in form.errors.items()
            if name != NON_FIELD_ERRORS
        }
        apart = [text for form in (self, *forms_of_lines) for text in form.non_field_errors()]
        apart += self.rows.non_form_errors() if self.rows is not None else []
        return found | ({"": [str(text) for text in apart]} if apart else {})

    def still_open(self) -> str | None:
        """Say what is still to be typed, if that is all that is wrong."""
        lines = list(enumerate(self.rows.forms if self.rows is not None else [], start=1))
        if self.rows is not None and self.rows.non_form_errors():
            return None
        for form in (self, *(line for _place, line in lines)):
            if any(
                problem.code != "required" for texts in form.errors.as_data().values() for problem in texts
            ):
                return None
        for name in self.errors:
            return gettext("Not saved yet: “%(field)s” is still empty.") % {"field": self.fields[name].label}
        for place, line in lines:
            if line.errors:
                return gettext("Not saved yet: line %(line)s is not filled in entirely.") % {"line": place}
        return None

    def filled_rows(self) -> list[dict[str, Any]]:
        """Give the lines that hold something and aren't to go."""
        return [form.cleaned_data for form in self.filled_forms()]

    def filled_forms(self) -> list[RowForm]:
        """Give the forms of those lines."""
        forms_of_lines: list[RowForm] = self.rows.forms if self.rows is not None else []
        return [form for form in forms_of_lines if form.has_content() and not form.cleaned_data.get("DELETE")]


def _plain(value: Any) -> Any:
    """Give a value of a form as plain data: records as their keys, several in the order of keys."""
    if isinstance(value, QuerySet):
        return sorted(record.pk for record in value)
    return getattr(value, "pk", value)
