"""A form per step of the assignment. Each gives the changes that `portfolio.services.edit_project` takes."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from organisation.forms import StyledForm
from organisation.models import Network, Region, User
from pillars.models import LacGoal
from portfolio.choices import FormOfWork
from portfolio.forms.choices import (
    asked_of_choices,
    goals_to_choose,
    objectives_by_theme,
    objectives_to_choose,
    portfolios_for,
    predecessors_to_choose,
)
from portfolio.forms.rows import CapacityRow, ResultRow, RiskRow, RowForm, RowFormSet
from portfolio.models import CapacityRequest, Portfolio, Project
from portfolio.models.assignments import LONGEST_TEXT, MARKDOWN_HELP
from portfolio.services import CapacityLine, ProjectLines, ResultLine, RiskLine
from portfolio.steps import StepName

# Rows to type in, on top of those that are there.
SPARE_ROWS = 1
MOST_ROWS = 200
FORM_OF_WORK_HELP = {
    FormOfWork.PROJECT: _("Has a beginning, an end and a result of its own. The Vakraad prefers this form."),
    FormOfWork.PROCESS: _("Comes back regularly, without an end of its own."),
    FormOfWork.NETWORK_PROGRAMME: _("A network takes it up in its own work programme."),
    FormOfWork.WORKING_GROUP: _("People of several regions or networks, for as long as it takes."),
    FormOfWork.EXPERT_TEAM: _("A few experts who advise or work it out."),
    FormOfWork.HIRED_EXPERTISE: _("Someone from outside is hired for it."),
}


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
    ) -> None:
        self.project, self.user = project, user
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

    def show(self, error: ValidationError) -> None:
        """Put what the service refused at the fields that it names; the rest above the form."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            self.add_error(name if name in self.fields else None, problems)

    def filled_rows(self) -> list[dict[str, Any]]:
        """Give the lines that hold something and aren't to go."""
        if self.rows is None:
            return []
        return [
            form.cleaned_data
            for form in self.rows.forms
            if form.has_content() and not form.cleaned_data.get("DELETE")
        ]


class ObjectiveStep(StepForm):
    """For which objective and LAC goals, in which portfolio."""

    step = StepName.OBJECTIVE
    intro = _("What the assignment is called, and which part of the programme it carries out.")

    title = forms.CharField(label=_("Title"), max_length=200)
    portfolio = forms.ModelChoiceField(
        label=_("Portfolio"), queryset=Portfolio.objects.none(), empty_label=None
    )
    objective = forms.ModelChoiceField(
        label=_("Objective"), queryset=objectives_to_choose(None), empty_label=None
    )
    lac_goals = forms.ModelMultipleChoiceField(
        label=_("LAC goals"),
        queryset=LacGoal.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Those that the objective works on come first."),
    )

    @staticmethod
    def initial_values(project: Project) -> dict[str, Any]:
        return {
            "title": project.title,
            "portfolio": project.portfolio_id,
            "objective": project.objective_id,
            "lac_goals": [goal.pk for goal in project.lac_goals.all()],
        }

    def offer(self, project: Project, user: User) -> None:
        fields: dict[str, Any] = self.fields
        fields["portfolio"].queryset = portfolios_for(user, project)
        objectives = objectives_to_choose(project.objective.theme.pillar.programme_id)
        fields["objective"].queryset = objectives
        fields["objective"].widget.choices = objectives_by_theme(objectives)
        own, others = goals_to_choose(project.objective, self.initial["lac_goals"])
        fields["lac_goals"].queryset = LacGoal.objects.filter(pk__in=[goal.pk for goal in [*own, *others]])
        fields["lac_goals"].widget.choices = [
            (goal.pk, f"{goal.number} {goal.text}") for goal in [*own, *others]
        ]
        self.own_goals = len(own)


class PurposeStep(StepForm):
    """Why, to what end, and what is left out."""

    step = StepName.PURPOSE
    needed = ("reason", "aim")
    intro = _("Why the Vakraad should take this up now, and what will be different afterwards.")

    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("What is the matter, and what happens if nothing is done?"),
    )
    aim = forms.CharField(
        label=_("Aim"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("What will be reached, for whom?"),
    )
    boundaries = forms.CharField(
        label=_("What is left out"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=MARKDOWN_HELP,
    )

    @staticmethod
    def initial_values(project: Project) -> dict[str, Any]:
        return {"reason": project.reason, "aim": project.aim, "boundaries": project.boundaries}


class ResultsStep(StepForm):
    """What will be there, and when."""

    step = StepName.RESULTS
    intro = _(
        "What will be there at the end, and along the way: things that one can see. Each with a due date."
    )
    row_class = ResultRow

    def initial_rows(self, project: Project) -> list[dict[str, Any]]:
        return [
            {"key": result.pk, "title": result.title, "due_on": result.due_on}
            for result in project.results.all()
        ]

    def line_changes(self) -> ProjectLines:
        return ProjectLines(
            results=[ResultLine(row["title"], row["due_on"], key=row["key"]) for row in self.filled_rows()]
        )


class FormStep(StepForm):
    """How the work is organised, and who contributes."""

    step = StepName.FORM
    needed = ("form_of_work",)
    intro = _("How the work is organised, and which networks contribute to it.")

    form_of_work = forms.ChoiceField(
        label=_("Form of work"),
        choices=[(form.value, f"{form.label[:1].upper()}{form.label[1:]}") for form in FormOfWork],
        widget=forms.RadioSelect,
        required=False,
    )
    networks = forms.ModelMultipleChoiceField(
        label=_("Networks that contribute"),
        queryset=Network.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    @staticmethod
    def initial_values(project: Project) -> dict[str, Any]:
        return {
            "form_of_work": project.form_of_work,
            "networks": [network.pk for network in project.networks.all()],
        }

    def offer(self, project: Project, user: User) -> None:
        fields: dict[str, Any] = self.fields
        fields["form_of_work"].widget.choices = [
            (
                form.value,
                _("%(form)s: %(help)s") % {"form": form.label.capitalize(), "help": FORM_OF_WORK_HELP[form]},
            )
            for form in FormOfWork
        ]


class PlanningStep(StepForm):
    """From when to when, and after what."""

    step = StepName.PLANNING
    needed = ("starts_on", "ends_on")
    intro = _("When the work begins and ends, and what must be finished first.")

    starts_on = forms.DateField(label=_("Start"), required=False)
    ends_on = forms.DateField(label=_("End"), required=False)
    predecessors = forms.MultipleChoiceField(
        label=_("Can only start when this is finished"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Projects of the same pillar. Leave all open when it waits for nothing."),
    )

    @staticmethod
    def initial_values(project: Project) -> dict[str, Any]:
        return {
            "starts_on": project.starts_on,
            "ends_on": project.ends_on,
            "predecessors": [str(link.predecessor_id) for link in project.dependencies.all()],
        }

    def offer(self, project: Project, user: User) -> None:
        fields: dict[str, Any] = self.fields
        fields["predecessors"].choices = [
            (str(other.pk), str(other)) for other in predecessors_to_choose(user, project)
        ]

    def field_changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts_on", "ends_on")}

    def line_changes(self) -> ProjectLines:
        # A predecessor that the person doesn't see isn't offered, and stays.
        offered = {int(value) for value, _label in self.fields["predecessors"].choices}  # type: ignore[attr-defined]
        hidden = {link.predecessor_id for link in self.project.dependencies.all()} - offered
        return ProjectLines(
            predecessors=sorted({int(key) for key in self.cleaned_data["predecessors"]} | hidden)
        )


class CapacityStep(StepForm):
    """How many days are asked of whom."""

    step = StepName.CAPACITY
    intro = _(
        "The days that you ask of regions and networks, per year and kind of expertise, so that they can take them into "
        "their own annual plans. Leave this empty when you ask none."
    )
    row_class = CapacityRow

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
        }

    @property
    def kinds_of_expertise(self) -> Iterable[str]:
        """What was asked for before, to choose from while typing."""
        return (
            CapacityRequest.objects.order_by("expertise").values_list("expertise", flat=True).distinct()[:100]
        )

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


class EveryRegionForm(StyledForm):
    """The same days of every region."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    expertise = forms.CharField(label=_("Kind of expertise"), max_length=120)
    days = forms.IntegerField(label=_("Days per region"), min_value=1, max_value=999)

    def __init__(self, data: Mapping[str, Any] | None = None, *, project: Project) -> None:
        super().__init__(data, prefix="every", use_required_attribute=False)
        years = project.years or project.objective.theme.pillar.programme.years
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]

    def lines(self) -> list[CapacityLine]:
        """Give a line for each region."""
        return [
            CapacityLine(
                self.cleaned_data["year"],
                self.cleaned_data["expertise"],
                self.cleaned_data["days"],
                region=region.pk,
            )
            for region in Region.objects.all()
        ]


class RisksStep(StepForm):
    """What may go wrong."""

    step = StepName.RISKS
    intro = _("What may go wrong, how likely and how badly, and what you do about it.")
    row_class = RiskRow

    def initial_rows(self, project: Project) -> list[dict[str, Any]]:
        return [
            {
                "key": risk.pk,
                "description": risk.description,
                "likelihood": risk.likelihood,
                "impact": risk.impact,
                "measure": risk.measure,
            }
            for risk in project.risks.all()
        ]

    def line_changes(self) -> ProjectLines:
        return ProjectLines(
            risks=[
                RiskLine(row["description"], row["likelihood"], row["impact"], row["measure"], key=row["key"])
                for row in self.filled_rows()
            ]
        )


class PeopleStep(StepForm):
    """Who does it."""

    step = StepName.PEOPLE
    needed = ("leader",)
    intro = _(
        "Who leads the work and who is its secretary: name and, where it helps, region or organisation."
    )

    leader = forms.CharField(label=_("Project leader"), max_length=120, required=False)
    secretary = forms.CharField(label=_("Project secretary"), max_length=120, required=False)

    @staticmethod
    def initial_values(project: Project) -> dict[str, Any]:
        return {"leader": project.leader, "secretary": project.secretary}


STEP_FORMS: dict[str, type[StepForm]] = {
    form.step: form
    for form in (
        ObjectiveStep,
        PurposeStep,
        ResultsStep,
        FormStep,
        PlanningStep,
        CapacityStep,
        RisksStep,
        PeopleStep,
    )
}
