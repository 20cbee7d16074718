"""The step that asks days of regions and networks, and the same of every region at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation.forms import StyledForm
from organisation.models import Region, User
from portfolio.forms.choices import asked_of_choices
from portfolio.forms.rows import CapacityRow
from portfolio.forms.step_form import StepForm
from portfolio.models import CapacityRequest, Project
from portfolio.models.assignments import MOST_DAYS
from portfolio.services import CapacityLine, ProjectLines
from portfolio.steps import StepName

# The button, and in what is kept of it while two versions are compared the field, that asks the same of every region.
EVERY_REGION = "every-region"


class CapacityStep(StepForm):
    """How many days are asked of whom."""

    step = StepName.CAPACITY
    intro = _(
        "The days that you ask of regions and networks, per year and kind of expertise, so that they can take them into "
        "their own annual plans. Leave this empty when you ask none."
    )
    row_class = CapacityRow

    def __init__(self, data: Any = None, *, project: Project, user: User, **options: Any) -> None:
        super().__init__(data, project=project, user=user, **options)
        asked = data is not None and (data.get("action") == EVERY_REGION or EVERY_REGION in data)
        self.every = EveryRegionForm(data if asked else None, project=project)

    def initial_rows(self, project: Project) -> list[dict[str, Any]]:
        return [
            {
                "key": line.pk,
                "year": line.year,
                "asked_of": f"r-{line.region_id}" if line.region_id else f"n-{line.network_id}",
                "expertise": line.expertise,
                "days": line.days,
            }
            for line in project.capacity_requests.all()
        ]

    def row_choices(self) -> Any:
        years = self.project.years or self.project.objective.theme.pillar.programme.years
        programme = self.project.objective.theme.pillar.programme.years
        return {
            "asked_of": asked_of_choices(),
            "year": [("", ""), *((year, str(year)) for year in sorted({*years, *programme}))],
            "first_year": years[0] if self.project.years else None,
        }

    @property
    def kinds_of_expertise(self) -> Iterable[str]:
        """What was asked for before, to choose from while typing."""
        return (
            CapacityRequest.objects.order_by("expertise").values_list("expertise", flat=True).distinct()[:100]
        )

    def is_valid(self) -> bool:
        own = super().is_valid()
        return (not self.every.is_bound or self.every.is_valid()) and own

    def filled_rows(self) -> list[dict[str, Any]]:
        rows = super().filled_rows()
        return [*rows, *self.every.rows_beside(rows)] if self.every.is_bound else rows

    def line_changes(self) -> ProjectLines:
        return ProjectLines(
            capacity=[
                CapacityLine(
                    row["year"],
                    row["expertise"],
                    row["days"],
                    **{"region" if row["asked_of"][0] == "r" else "network": int(row["asked_of"][2:])},
                    key=row["key"],
                )
                for row in self.filled_rows()
            ]
        )

    def in_order(self, lines: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(lines))

    def line_values(self) -> list[tuple[Any, ...]]:
        lines = self.line_changes().capacity or ()
        # Their order says nothing.
        return sorted(
            (line.key or 0, line.year, line.region or 0, line.network or 0, line.expertise, line.days)
            for line in lines
        )


class EveryRegionForm(StyledForm):
    """The same days of every region."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    expertise = forms.CharField(
        label=_("Kind of expertise"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "kinds-of-expertise", "autocomplete": "off"}),
    )
    days = forms.IntegerField(label=_("Days per region"), min_value=1, max_value=MOST_DAYS)

    def __init__(self, data: Mapping[str, Any] | None = None, *, project: Project) -> None:
        super().__init__(data, prefix="every", use_required_attribute=False)
        years = project.years or project.objective.theme.pillar.programme.years
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]

    def rows_beside(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Give a line for each region of which this expertise isn't asked yet in this year."""
        wanted = self.cleaned_data
        known = {
            row["asked_of"]
            for row in rows
            if row["year"] == wanted["year"] and row["expertise"].lower() == wanted["expertise"].lower()
        }
        keys = [f"r-{region.pk}" for region in Region.objects.all()]
        return [{"key": None, "asked_of": key, **wanted} for key in keys if key not in known]
