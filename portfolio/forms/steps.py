"""A form per step of the assignment. Each gives the changes that `portfolio.services.edit_project` takes."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisation.models import Network, User
from pillars.models import LacGoal
from portfolio import ports
from portfolio.choices import FormOfWork
from portfolio.forms.capacity import CapacityStep
from portfolio.forms.choices import (
    goals_to_choose,
    networks_by_kind,
    objectives_by_theme,
    objectives_to_choose,
    portfolios_for,
    predecessors_to_choose,
)
from portfolio.forms.rows import ResultRow, RiskRow
from portfolio.forms.step_form import ChoiceGroup, ProseField, StepForm
from portfolio.models import Portfolio, Project
from portfolio.services import ProjectLines, ResultLine, RiskLine
from portfolio.steps import StepName

# A key of more digits is none of ours, and more than a database takes.
MOST_DIGITS = 19
FORM_OF_WORK_HELP = {
    FormOfWork.PROJECT: _("Has a beginning, an end and a result of its own. The Vakraad prefers this form."),
    FormOfWork.PROCESS: _("Comes back regularly, without an end of its own."),
    FormOfWork.NETWORK_PROGRAMME: _("A network takes it up in its own work programme."),
    FormOfWork.WORKING_GROUP: _("People of several regions or networks, for as long as it takes."),
    FormOfWork.EXPERT_TEAM: _("A few experts who advise or work it out."),
    FormOfWork.HIRED_EXPERTISE: _("Someone from outside is hired for it."),
}


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
        self.goals_own, self.goals_other = own, others

    @property
    def goal_groups(self) -> list[ChoiceGroup]:
        """The LAC goals, first those that the objective works on."""
        return self.grouped(
            "lac_goals",
            [
                ("", [goal.pk for goal in self.goals_own], False),
                (
                    gettext("Other LAC goals of this pillar") if self.goals_own else "",
                    [goal.pk for goal in self.goals_other],
                    bool(self.goals_own),
                ),
            ],
        )


class PurposeStep(StepForm):
    """Why, to what end, and what is left out."""

    step = StepName.PURPOSE
    needed = ("reason", "aim")
    intro = _("Why the Vakraad should take this up now, and what will be different afterwards.")

    reason = ProseField(
        label=_("Why"), rows=7, help_text=_("What is the matter, and what happens if nothing is done?")
    )
    aim = ProseField(label=_("Aim"), rows=7, help_text=_("What will be reached, for whom?"))
    boundaries = ProseField(
        label=_("What is left out"), rows=4, help_text=_("What someone might expect of it, and won’t get.")
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

    def line_values(self) -> list[tuple[Any, ...]]:
        return [(row["key"], row["title"], row["due_on"]) for row in self.filled_rows()]


class FormStep(StepForm):
    """How the work is organised, and who contributes."""

    step = StepName.FORM
    needed = ("form_of_work",)
    intro = _("How the work is organised, and which networks contribute to it.")

    form_of_work = forms.ChoiceField(
        label=_("Form of work"),
        choices=FormOfWork.choices,
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
        fields["form_of_work"].widget.choices = [(form.value, capfirst(form.label)) for form in FormOfWork]
        self.networks_by_kind = networks_by_kind(fields["networks"].queryset)

    @property
    def forms_of_work(self) -> list[tuple[Any, Any]]:
        """The radio buttons, each with what it means."""
        return [(box, FORM_OF_WORK_HELP[FormOfWork(box.data["value"])]) for box in self["form_of_work"]]

    @property
    def network_groups(self) -> list[ChoiceGroup]:
        """The networks by kind."""
        return self.grouped(
            "networks",
            [(kind, [key for key, _name in networks], False) for kind, networks in self.networks_by_kind],
        )


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
        help_text=_("Leave all open when it waits for nothing."),
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
        sent = self.data.getlist("predecessors") if isinstance(self.data, QueryDict) else ()
        self.others = predecessors_to_choose(
            user,
            project,
            search=self.search,
            chosen=[int(key) for key in sent if key.isdecimal() and len(key) < MOST_DIGITS],
        )
        fields["predecessors"].choices = [(str(other.pk), _with_end(other)) for other in self.others]

    @property
    def predecessor_groups(self) -> list[ChoiceGroup]:
        """The projects to choose from: what is chosen, what was searched for, else by theme."""
        chosen = {int(key) for key in self["predecessors"].value() or () if str(key).isdecimal()}
        groups: dict[str, list[int]] = {}
        for other in self.others:
            place = gettext("Chosen") if other.pk in chosen else str(other.objective.theme)
            groups.setdefault(place, []).append(other.pk)
        return self.grouped("predecessors", [(label, keys, False) for label, keys in groups.items()])

    def values(self) -> dict[str, Any]:
        lines = self.line_changes()
        return super().values() | {"predecessors": list(lines.predecessors or ())}

    def field_changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts_on", "ends_on")}

    def line_changes(self) -> ProjectLines:
        # A predecessor that the person doesn't see isn't offered, and stays.
        offered = {int(value) for value, _label in self.fields["predecessors"].choices}  # type: ignore[attr-defined]
        hidden = {link.predecessor_id for link in self.project.dependencies.all()} - offered
        return ProjectLines(
            predecessors=sorted({int(key) for key in self.cleaned_data["predecessors"]} | hidden)
        )


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

    def line_values(self) -> list[tuple[Any, ...]]:
        return [
            (row["key"], row["description"], row["likelihood"], row["impact"], row["measure"])
            for row in self.filled_rows()
        ]


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


_OWN_FORMS: dict[str, type[StepForm]] = {
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


def step_form_of(step: str) -> type[StepForm] | None:
    """Give the form of a step; None for a step that the form hasn't."""
    if step == StepName.COSTS:
        return ports.costs.step_form if ports.costs is not None else None
    return _OWN_FORMS.get(step)


def _with_end(project: Project) -> str:
    if project.ends_on is None:
        return str(project)
    end = gettext("until %(date)s") % {"date": date_format(project.ends_on)}
    return f"{project} ({end})"
