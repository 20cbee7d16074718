"""What support fills in about reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation.choices import Language
from organisation.forms import StyledForm
from pillars.models import Pillar
from portfolio.models import AnnualPlan, AnnualReportText
from portfolio.models.assignments import LONGEST_TEXT, MARKDOWN_HELP
from reporting.choices import ReportFormat, ReportKind


class AskForm(StyledForm):
    """Which report is asked for: what, of which year, in which formats and language."""

    kind = forms.ChoiceField(label=_("What"), choices=ReportKind.choices)
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    formats = forms.MultipleChoiceField(
        label=_("As"), choices=ReportFormat.choices, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    is_draft = forms.BooleanField(
        label=_("As a draft"),
        required=False,
        help_text=_(
            "A draft says so on every page, and can't be published. A plan that isn't adopted is always a draft."
        ),
    )

    def __init__(self, *args: Any, years: Iterable[int], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["year"]
        field.choices = [(year, str(year)) for year in years]


class WithdrawForm(StyledForm):
    """Why a published report is taken back."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        max_length=500,
        help_text=_("Support reads it here. Who reads reports no longer sees the file."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TextsForm(StyledForm):
    """The texts of a plan or a report: some of their own, and a paragraph for each pillar."""

    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, pillars: Iterable[Pillar], **options: Any) -> None:
        self.pillars = list(pillars)
        super().__init__(*args, **options)
        for pillar in self.pillars:
            self.fields[f"pillar_{pillar.pk}"] = _text(
                _("Pillar %(number)s: %(name)s") % {"number": pillar.number, "name": pillar.name}, rows=6
            )

    @property
    def paragraphs(self) -> dict[int, str]:
        """What was written of each pillar, by its key."""
        return {pillar.pk: self.cleaned_data[f"pillar_{pillar.pk}"] for pillar in self.pillars}

    @property
    def pillar_fields(self) -> list[forms.BoundField]:
        """The fields of the pillars, in order."""
        return [self[f"pillar_{pillar.pk}"] for pillar in self.pillars]


class PlanTextsForm(TextsForm):
    """The texts of an annual plan."""

    def __init__(self, *args: Any, plan: AnnualPlan, **options: Any) -> None:
        parts = list(plan.paragraphs.select_related("pillar"))
        initial = {
            "introduction": plan.introduction,
            "changes": plan.changes,
            "read_version": plan.version,
            **{f"pillar_{part.pillar_id}": part.text for part in parts},
        }
        super().__init__(*args, pillars=[part.pillar for part in parts], initial=initial, **options)
        self.fields["introduction"] = _text(_("Introduction"), rows=8)
        if plan.minor:
            self.fields["changes"] = _text(
                _("What changed, and why"), rows=5, help_text=_("For who knows the version before this one.")
            )
        self.order_fields(["read_version", "introduction", "changes"])


class ReportTextsForm(TextsForm):
    """The texts of an annual report."""

    def __init__(
        self, *args: Any, report: AnnualReportText | None, pillars: Iterable[Pillar], **options: Any
    ) -> None:
        parts = dict(report.paragraphs.values_list("pillar", "text")) if report else {}
        initial = {
            "foreword": report.foreword if report else "",
            "outlook": report.outlook if report else "",
            "read_version": report.version if report else None,
            **{f"pillar_{key}": text for key, text in parts.items()},
        }
        super().__init__(*args, pillars=pillars, initial=initial, **options)
        self.fields["foreword"] = _text(_("Foreword"), rows=8)
        self.fields["outlook"] = _text(_("What comes next year"), rows=6)
        self.order_fields(["read_version", "foreword"])


def _text(label: Any, *, rows: int, help_text: Any = MARKDOWN_HELP) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_TEXT,
        help_text=help_text,
        widget=forms.Textarea(
            attrs={"rows": rows, "class": "utrecht-textarea utrecht-textarea--html-textarea"}
        ),
    )
