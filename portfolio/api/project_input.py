"""What the API takes in for a project, and how it becomes what the services take."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from organisation.models import Network, Region, User
from pillars.models import FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR, LacGoal, Objective
from portfolio.api.fields import (
    MOST_LINKS,
    KeyField,
    KeysField,
    RecordByKey,
    RecordBySlug,
    SlugsField,
    StrictSerializer,
    TextField,
    lines_of,
)
from portfolio.api.project_answers import MARKDOWN, OBJECTIVE_ID, PORTFOLIO_SLUG
from portfolio.choices import FormOfWork, Level
from portfolio.models import Portfolio, Project
from portfolio.models.assignments import LONGEST_TEXT, MOST_DAYS
from portfolio.services import CapacityLine, ProjectLines, ResultLine, RiskLine
from portfolio.services.editing import EDITABLE_FIELDS, EDITABLE_LINKS

KEPT_LINE = gettext_lazy("The id of the line that this one replaces; without it, the line is a new one.")
WHOLE_LIST = gettext_lazy("Replaces the whole list: a line that is left out is removed.")


class LineSerializer(StrictSerializer):
    """A line of a list that belongs to a project."""

    id = KeyField(required=False, help_text=KEPT_LINE)


class ResultLineSerializer(LineSerializer):
    """An intended result."""

    title = TextField(max_length=300)
    due_on = serializers.DateField(required=False, allow_null=True)


class CapacityLineSerializer(LineSerializer):
    """Days asked of a region or of a network, one of the two."""

    year = serializers.IntegerField(min_value=FIRST_CALENDAR_YEAR, max_value=LAST_CALENDAR_YEAR)
    region = serializers.SlugField(
        max_length=4, required=False, allow_null=True, help_text=gettext_lazy("The code of the region.")
    )
    network = serializers.SlugField(
        max_length=80, required=False, allow_null=True, help_text=gettext_lazy("The slug of the network.")
    )
    expertise = TextField(max_length=120)
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS)


class RiskLineSerializer(LineSerializer):
    """A risk."""

    description = TextField(max_length=300)
    likelihood = serializers.ChoiceField(choices=Level.choices, default=Level.MEDIUM.value)
    impact = serializers.ChoiceField(choices=Level.choices, default=Level.MEDIUM.value)
    measure = TextField(max_length=500, allow_blank=True, default="")


class ProjectChangesSerializer(StrictSerializer):
    """A change of a project: the fields that it has change, the others stay."""

    title = TextField(max_length=200, required=False)
    portfolio = RecordBySlug(Portfolio.objects, required=False, help_text=PORTFOLIO_SLUG)
    objective = RecordByKey(Objective.objects, required=False, help_text=OBJECTIVE_ID)
    lac_goals = serializers.ListField(
        child=serializers.RegexField(
            r"^[1-9][0-9]?\.[1-9][0-9]{0,2}$",
            error_messages={"invalid": gettext_lazy("Give a number such as 1.10.")},
        ),
        max_length=MOST_LINKS,
        required=False,
        help_text=gettext_lazy("The numbers of LAC goals of the objective's programme, such as “1.10”."),
    )
    reason = TextField(max_length=LONGEST_TEXT, allow_blank=True, required=False, help_text=MARKDOWN)
    aim = TextField(max_length=LONGEST_TEXT, allow_blank=True, required=False, help_text=MARKDOWN)
    boundaries = TextField(max_length=LONGEST_TEXT, allow_blank=True, required=False, help_text=MARKDOWN)
    form_of_work = serializers.ChoiceField(choices=FormOfWork.choices, allow_blank=True, required=False)
    networks = SlugsField(
        required=False, help_text=gettext_lazy("The slugs of the networks that contribute.")
    )
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    leader = TextField(max_length=120, allow_blank=True, required=False)
    secretary = TextField(max_length=120, allow_blank=True, required=False)
    results = lines_of(ResultLineSerializer, required=False, help_text=WHOLE_LIST)
    capacity_requests = lines_of(CapacityLineSerializer, required=False, help_text=WHOLE_LIST)
    risks = lines_of(RiskLineSerializer, required=False, help_text=WHOLE_LIST)
    predecessors = KeysField(
        required=False,
        help_text=gettext_lazy(
            "The ids of the projects that must be finished before this one can start; replaces the whole list."
        ),
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Look up what is named by number, slug or code: one query per kind."""
        problems: dict[str, Any] = {}
        for name in ("results", "capacity_requests", "risks"):
            if wrong := self._unknown_lines(name, attrs.get(name, [])):
                problems[name] = wrong
        if "networks" in attrs:
            attrs["networks"] = _records(
                Network.objects.in_bulk(attrs["networks"], field_name="slug"),
                attrs["networks"],
                "networks",
                problems,
            )
        if "lac_goals" in attrs:
            attrs["lac_goals"] = _records(
                self._goals_by_number(attrs), attrs["lac_goals"], "lac_goals", problems
            )
        if "capacity_requests" in attrs:
            self._look_up_whom_it_asks(attrs["capacity_requests"], problems)
        if problems:
            raise serializers.ValidationError(problems)
        return attrs

    @property
    def project(self) -> Project | None:
        """The project that changes; None for a new one."""
        return self.instance

    def _unknown_lines(self, name: str, lines: list[dict[str, Any]]) -> dict[int, Any]:
        given = [(place, line["id"]) for place, line in enumerate(lines) if "id" in line]
        if not given:
            return {}
        stored = {record.pk for record in getattr(self.project, name).all()} if self.project else set()
        seen: set[int] = set()
        wrong = {}
        for place, key in given:
            if key not in stored:
                wrong[place] = {"id": [_("The project has no such line. Leave the id out for a new one.")]}
            elif key in seen:
                wrong[place] = {"id": [_("Another line has this id too.")]}
            seen.add(key)
        return wrong

    def _goals_by_number(self, attrs: dict[str, Any]) -> dict[str, LacGoal]:
        objective: Objective | None = attrs.get("objective")
        if objective is None and self.project is not None:
            objective = self.project.objective
        if objective is None:
            return {}
        goals = LacGoal.objects.filter(pillar__programme__pillars__themes=objective.theme_id).select_related(
            "pillar"
        )
        return {goal.number: goal for goal in goals}

    def _look_up_whom_it_asks(self, lines: list[dict[str, Any]], problems: dict[str, Any]) -> None:
        regions = Region.objects.in_bulk({line.get("region") for line in lines} - {None}, field_name="code")
        networks = Network.objects.in_bulk(
            {line.get("network") for line in lines} - {None}, field_name="slug"
        )
        for place, line in enumerate(lines):
            region, network = line.get("region"), line.get("network")
            wrong: dict[str, list[str]] = {}
            if region and region not in regions:
                wrong["region"] = [_("There is no region “%(code)s”.") % {"code": region}]
            if network and network not in networks:
                wrong["network"] = [_("There is no network “%(slug)s”.") % {"slug": network}]
            if bool(region) == bool(network):
                wrong["region"] = [_("Choose a region or a network, one of the two.")]
            if wrong:
                problems.setdefault("capacity_requests", {}).setdefault(place, {}).update(wrong)
            else:
                line["region"] = regions[region].pk if region else None
                line["network"] = networks[network].pk if network else None

    @property
    def changed_fields(self) -> dict[str, Any]:
        """What was sent for `edit_project` to set."""
        names = EDITABLE_FIELDS | EDITABLE_LINKS
        return {name: value for name, value in self.validated_data.items() if name in names}

    @property
    def lines(self) -> ProjectLines:
        """The lists that were sent, for `edit_project`."""
        given = self.validated_data
        results: list[dict[str, Any]] | None = given.get("results")
        capacity: list[dict[str, Any]] | None = given.get("capacity_requests")
        risks: list[dict[str, Any]] | None = given.get("risks")
        return ProjectLines(
            results=[_result(line) for line in results] if results is not None else None,
            capacity=[_capacity(line) for line in capacity] if capacity is not None else None,
            risks=[_risk(line) for line in risks] if risks is not None else None,
            predecessors=given.get("predecessors"),
        )


@extend_schema_serializer(component_name="NewProject")
class NewProjectSerializer(ProjectChangesSerializer):
    """A new assignment: at least in which portfolio, for which objective and its title."""

    title = TextField(max_length=200)
    portfolio = RecordBySlug(Portfolio.objects, help_text=PORTFOLIO_SLUG)
    objective = RecordByKey(Objective.objects, help_text=OBJECTIVE_ID)
    on_behalf_of = RecordByKey(
        User.objects.filter(portfolios_held__isnull=False, is_active=True).distinct(),
        required=False,
        allow_null=True,
        help_text=gettext_lazy("The id of the holder for whom programme support files it."),
    )


class WithdrawalSerializer(StrictSerializer):
    """Why an assignment is withdrawn."""

    reason = TextField(max_length=LONGEST_TEXT, allow_blank=True, default="", help_text=MARKDOWN)


class CompletionRequestSerializer(StrictSerializer):
    """What a project delivered."""

    closing_note = TextField(max_length=LONGEST_TEXT, help_text=MARKDOWN)


class NewRemarkSerializer(StrictSerializer):
    """A remark for the holder."""

    text = TextField(max_length=5_000, help_text=MARKDOWN)


def _records(known: dict[str, Any], wanted: list[str], name: str, problems: dict[str, Any]) -> list[Model]:
    """Give the records of these names; note those that are not known."""
    wrong = {
        place: [_("There is no “%(value)s” to choose here.") % {"value": value}]
        for place, value in enumerate(wanted)
        if value not in known
    }
    if wrong:
        problems[name] = wrong
    return [known[value] for value in wanted if value in known]


def _result(line: dict[str, Any]) -> ResultLine:
    due_on: datetime.date | None = line.get("due_on")
    return ResultLine(line["title"], due_on, key=line.get("id"))


def _capacity(line: dict[str, Any]) -> CapacityLine:
    return CapacityLine(
        year=line["year"],
        expertise=line["expertise"],
        days=line["days"],
        region=line["region"],
        network=line["network"],
        key=line.get("id"),
    )


def _risk(line: dict[str, Any]) -> RiskLine:
    return RiskLine(
        line["description"], line["likelihood"], line["impact"], line["measure"], key=line.get("id")
    )
