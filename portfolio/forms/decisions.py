"""The form in which programme support records a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisation.forms import OnceForm, StyledForm
from organisation.models import User
from organisation.searching import MAXIMUM_SEARCH_LENGTH
from portfolio.choices import Outcome
from portfolio.models import Decision, Project
from portfolio.models.assignments import LONGEST_TEXT, MARKDOWN_HELP
from portfolio.querysets import ProjectQuerySet
from portfolio.services import Effect, effects, next_number, number_of_correction

# So many projects are offered to choose from; of more, words choose.
MOST_OFFERED = 100


class OutcomeForm(StyledForm):
    """What was decided, and which projects to look for: the first question, asked by a link.

    Of a correction the outcomes are of the kind that it corrects: on projects, or on the budget.
    """

    outcome = forms.ChoiceField(
        label=_("What did the Vakraad decide?"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was decided.")},
    )
    q = forms.CharField(
        label=_("Search among the projects"), required=False, max_length=MAXIMUM_SEARCH_LENGTH
    )

    def __init__(self, *, initial: dict[str, Any], corrects: Decision | None = None) -> None:
        super().__init__(initial=initial)
        fields: dict[str, Any] = self.fields
        fields["outcome"].choices = [
            (outcome.value, outcome.label) for outcome in Outcome if can_follow(outcome, corrects)
        ]


def can_follow(outcome: Outcome, corrects: Decision | None) -> bool:
    """Whether a decision with this outcome can correct the other one, if any: both are about the same."""
    return corrects is None or outcome.subject == Outcome(corrects.outcome).subject


@dataclass(frozen=True, slots=True)
class Subject:
    """A project that can be chosen: what the decision does to it, and what happens when it is left out."""

    effect: Effect
    left_out: Effect | None
    is_chosen: bool

    @property
    def project(self) -> Project:
        return self.effect.project


class DecisionForm(OnceForm):
    """A decision with its subjects: those on which the outcome is possible, and those of what it corrects."""

    # An empty field is no error before anything was sent.
    use_required_attribute = False

    outcome = forms.ChoiceField(
        choices=Outcome.choices,
        widget=forms.HiddenInput,
        error_messages={"required": _("Choose what was decided.")},
    )
    corrects = forms.IntegerField(widget=forms.HiddenInput, required=False)
    projects = forms.ModelMultipleChoiceField(
        label=_("On which projects?"),
        queryset=Project.objects.none(),
        error_messages={
            "required": _("Choose at least one project."),
            "invalid_choice": _("Choose projects from the list."),
            "invalid_pk_value": _("Choose projects from the list."),
        },
    )
    meeting_on = forms.DateField(
        label=_("Date of the meeting"), error_messages={"required": _("Give the date of the meeting.")}
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=20,
        help_text=_(
            "As in the minutes. The next number is filled in; change it where the minutes have another."
        ),
        error_messages={"required": _("Give the number.")},
    )
    covers_overrun = forms.BooleanField(
        label=_("It covers spending beyond the budget"),
        required=False,
        help_text=_(
            "Tick this only where the Vakraad knows that there is not enough money in a year, and decides so all the "
            "same. Without it, what goes beyond the budget of a year is refused."
        ),
    )
    wording = forms.CharField(
        label=_("Wording"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=MARKDOWN_HELP,
        error_messages={"required": _("Give the wording, as in the minutes.")},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        outcome: Outcome | None,
        corrects: Decision | None = None,
        chosen: Iterable[int] | None = None,
        covers_overrun: bool | None = None,
        search: str = "",
    ) -> None:
        self.user, self.decided, self.corrected, self.search = user, outcome, corrects, search
        self.corrected_keys = (
            set(corrects.subjects.values_list("project", flat=True)) if corrects is not None else set()
        )
        self.chosen_keys = self.corrected_keys if chosen is None else set(chosen)
        self.says_it_covers = covers_overrun
        super().__init__(data, initial=self._initial())
        field = self.fields["projects"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  # tells the type checker
        # Whether it is possible on a project, the service says, with the reason.
        field.queryset = Project.objects.visible_to(user)
        field.required = outcome is None or outcome.is_on_projects
        if outcome is None or not outcome.can_cover_overrun:
            del self.fields["covers_overrun"]
        self.fields["meeting_on"].widget.attrs["max"] = timezone.localdate().isoformat()

    def _initial(self) -> dict[str, Any]:
        if self.corrected is None:
            return {
                "outcome": self.decided,
                "number": next_number(timezone.localdate().year),
                "covers_overrun": self.says_it_covers,
            }
        covers = self.corrected.covers_overrun if self.says_it_covers is None else self.says_it_covers
        return {
            "outcome": self.decided,
            "corrects": self.corrected.pk,
            "meeting_on": self.corrected.meeting_on,
            "number": number_of_correction(self.corrected),
            "wording": self.corrected.wording,
            "covers_overrun": covers,
        }

    @property
    def possible(self) -> ProjectQuerySet:
        """The projects that may be chosen."""
        visible = Project.objects.visible_to(self.user)
        if self.decided is None:
            return visible.none()
        decidable = Project.objects.can_be_decided(self.decided).order_by()
        return visible.filter(Q(pk__in=decidable.values("pk")) | Q(pk__in=self.corrected_keys))

    @cached_property
    def subjects(self) -> list[Subject]:
        """What to choose from: what is chosen and corrected first, then what the search finds, as many as are shown."""
        if self.decided is None:
            return []
        shown = self.possible.for_list()
        first = list(shown.filter(pk__in=self.chosen_keys | self.corrected_keys).order_by("code", "pk"))
        others = shown.mentioning(self.search).exclude(pk__in=[project.pk for project in first])
        offered = first + list(others.in_order_of_asking()[:MOST_OFFERED])
        left_out = {
            effect.project.pk: effect
            for effect in effects(self.decided, [], self.corrected)
            if self.corrected
        }
        return [
            Subject(effect, left_out.get(effect.project.pk), effect.project.pk in self.chosen_keys)
            for effect in effects(self.decided, offered, self.corrected)
            if not effect.is_left_out
        ]

    @property
    def waiting_keys(self) -> set[int]:
        """The keys of chosen projects on which this can't be decided: with another outcome they are chosen again."""
        return self.chosen_keys - {subject.project.pk for subject in self.subjects}

    @cached_property
    def is_cut_off(self) -> bool:
        """Whether there are more projects to choose from than are shown."""
        return len(self.subjects) >= MOST_OFFERED


def take(form: forms.Form, error: ValidationError) -> None:
    """Put what a service refused at the fields that it names; what names none of the form's stands above them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        for problem in problems:
            form.add_error(name if name in form.fields else None, problem)
