"""The form of the step in which the costs of an assignment are planned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from budget.choices import CostCategory
from budget.cost_step import in_order
from budget.models.contributions import CENT
from budget.money import MoneyField
from budget.services.costs import CostLine
from portfolio.forms.rows import RowForm
from portfolio.forms.step_form import StepForm
from portfolio.models import Project
from portfolio.services import ProjectLines
from portfolio.steps import StepName


class CostRow(RowForm):
    """What a category costs in a year; the two tell which line it is."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    category = forms.ChoiceField(label=_("Category"))
    amount = MoneyField(label=_("Amount in euro"), min_value=CENT)
    note = forms.CharField(label=_("For what"), max_length=300, required=False)
    # A year is filled in from the start.
    typed = ("category", "amount", "note")

    def offer(self, choices: Any) -> None:
        fields: dict[str, Any] = self.fields
        fields["year"].choices = choices["year"]
        fields["year"].initial = choices["first_year"]
        fields["category"].choices = choices["category"]


class CostsStep(StepForm):
    """What is planned per year and category."""

    step = StepName.COSTS
    intro = _(
        "What the work costs per year, as far as the working budget pays for it: one line per year and category, amounts "
        "such as 12,500 or 12,500.00. Leave this empty when it costs nothing: an assignment may be submitted without costs."
    )
    row_class = CostRow

    def initial_rows(self, project: Project) -> list[dict[str, Any]]:
        return [
            {"year": line.year, "category": line.category, "amount": line.amount, "note": line.note}
            for line in in_order(project.budget_lines.all())
        ]

    def row_choices(self) -> Any:
        planned = self.project.years
        years = {
            *planned,
            *self.project.objective.theme.pillar.programme.years,
            *(line.year for line in self.project.budget_lines.all()),
        }
        return {
            "year": [("", ""), *((year, str(year)) for year in sorted(years))],
            "first_year": planned[0] if planned else None,
            "category": [
                ("", gettext("Choose")),
                *((category.value, capfirst(category.label)) for category in CostCategory),
            ],
        }

    def is_valid(self) -> bool:
        return super().is_valid() and not self._has_doubles()

    def _has_doubles(self) -> bool:
        """Whether a year has two lines of a category; said at the second one."""
        seen: set[tuple[int, str]] = set()
        doubles = []
        for row in self.filled_forms():
            place = (row.cleaned_data["year"], row.cleaned_data["category"])
            if place in seen:
                doubles.append(row)
            seen.add(place)
        for row in doubles:
            row.add_error(
                "category",
                gettext("%(year)s has two lines of the same category. Add them up in one.")
                % {"year": row.cleaned_data["year"]},
            )
        return bool(doubles)

    def line_changes(self) -> ProjectLines:
        return ProjectLines(
            costs=[
                CostLine(row["year"], row["category"], row["amount"], row["note"])
                for row in self.filled_rows()
            ]
        )

    def in_order(self, lines: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(lines))

    def line_values(self) -> list[tuple[Any, ...]]:
        # Their order says nothing.
        return sorted(
            (row["year"], row["category"], row["amount"], row["note"]) for row in self.filled_rows()
        )
