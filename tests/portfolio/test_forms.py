"""The forms of the assignment: what they offer, what they make of what was typed, and what they say of it."""

import datetime

import pytest
from django.http import QueryDict
from django.utils.translation import override

from organisation.choices import NetworkKind, Role
from portfolio.choices import FormOfWork, ProjectState
from portfolio.forms import NewProjectForm, step_form_of
from portfolio.models import Project, ProjectDependency
from portfolio.services import CapacityLine, ProjectLines, edit_project
from portfolio.steps import StepName, changed_since, fingerprint, step_values
from tests.factories import (
    LacGoalFactory,
    NetworkFactory,
    ObjectiveFactory,
    PlanVersionFactory,
    PortfolioFactory,
    PortfolioHolderFactory,
    ProjectFactory,
    RegionFactory,
    UserFactory,
)
from tests.portfolio.test_assignment_views import good_input, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder():
    return UserFactory(roles=[Role.PORTFOLIO_HOLDER])


@pytest.fixture
def support():
    return UserFactory(roles=[Role.SUPPORT])


@pytest.fixture
def project(holder):
    return ProjectFactory(portfolio=PortfolioFactory(held_by=holder))


def sent(values):
    """Input as a browser sends it."""
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(name, [str(item) for item in (value if isinstance(value, list) else [value])])
    return query


def form_of(project, step, values=None, user=None, **options):
    stored = Project.objects.for_document().get(pk=project.pk)
    data = None if values is None else sent(values)
    return step_form_of(step)(
        data, project=stored, user=user or project.portfolio.holders.get().user, **options
    )


def labels(groups):
    return {group.label: [box.choice_label for box in group.boxes] for group in groups}


class TestValues:
    """A form's values are comparable with what is stored."""

    @pytest.mark.parametrize("step", [step for step in StepName if step != StepName.COSTS])
    def test_after_saving_nothing_differs(self, project, holder, step):
        form = form_of(project, step, good_input(project, holder)[step])
        assert form.is_valid(), form.errors
        edit_project(project, by=holder, fields=form.field_changes(), lines=form.line_changes())
        stored = Project.objects.for_document().get(pk=project.pk)
        mine, theirs = form.values(), step_values(stored, step)
        assert set(mine) == set(theirs)
        if form.rows is None:
            assert not changed_since(fingerprint(theirs), mine)
        else:
            # New lines have no key yet.
            assert [line[1:] for line in mine["lines"]] == [line[1:] for line in theirs["lines"]]

    def test_text_has_one_kind_of_line_end(self, project):
        form = form_of(project, "purpose", {"reason": "one\r\n\r\ntwo"})
        assert form.is_valid()
        assert form.cleaned_data["reason"] == "one\n\ntwo"


class TestObjective:
    def test_goals_of_the_objective_come_first_and_the_others_are_folded(self, project):
        own, linked = (
            LacGoalFactory(theme=project.objective.theme),
            LacGoalFactory(theme=project.objective.theme),
        )
        other = LacGoalFactory(theme=project.objective.theme)
        LacGoalFactory()
        project.objective.lac_goals.add(own)
        project.lac_goals.add(linked)
        first, more = form_of(project, "objective").goal_groups
        assert {box.data["value"] for box in first.boxes} == {own.pk, linked.pk}
        assert ([box.data["value"] for box in more.boxes], more.folded) == ([other.pk], True)

    def test_without_goals_of_the_objective_nothing_is_folded(self, project):
        LacGoalFactory(theme=project.objective.theme)
        (only,) = form_of(project, "objective").goal_groups
        assert not only.folded


class TestFormOfWork:
    def test_each_form_of_work_says_what_it_means(self, project):
        found = form_of(project, "form").forms_of_work
        assert [box.data["value"] for box, _meaning in found] == list(FormOfWork.values)
        assert all(str(meaning) for _box, meaning in found)

    def test_networks_are_grouped_by_kind(self, project):
        NetworkFactory(name="Platform", kind=NetworkKind.PLATFORM)
        NetworkFactory(name="Group", kind=NetworkKind.WORKING_GROUP)
        assert sorted(labels(form_of(project, "form").network_groups).values()) == [["Group"], ["Platform"]]


class TestPredecessors:
    @pytest.fixture
    def others(self, project):
        theme = project.objective.theme
        near = ObjectiveFactory(theme=theme)
        return {
            "near": ProjectFactory(objective=near, in_state=ProjectState.SUBMITTED, title="Near by"),
            "far": ProjectFactory(in_state=ProjectState.RUNNING, title="Far away"),
            "draft": ProjectFactory(objective=near, title="Someone's draft"),
        }

    def offered(self, form):
        return {box.data["value"] for group in form.predecessor_groups for box in group.boxes}

    def test_those_of_the_pillar_are_offered_and_no_draft_of_others(self, project, others):
        assert self.offered(form_of(project, "planning")) == {str(others["near"].pk)}

    def test_words_find_those_of_the_whole_programme(self, project, others):
        assert self.offered(form_of(project, "planning", search="AWAY far")) == {str(others["far"].pk)}
        assert self.offered(form_of(project, "planning", search="draft")) == set()

    def test_one_that_was_found_can_be_chosen_and_stays_in_sight(self, project, others, holder):
        values = {"predecessors": [others["far"].pk]}
        form = form_of(project, "planning", values)
        assert form.is_valid(), form.errors
        edit_project(project, by=holder, lines=form.line_changes())
        again = form_of(project, "planning", search="near")
        assert self.offered(again) == {str(others["near"].pk), str(others["far"].pk)}
        assert again.predecessor_groups[0].boxes[0].data["selected"]

    @pytest.mark.parametrize("key", ["9" * 30, "x", "-1", "²"])
    def test_a_key_that_is_none_is_refused(self, project, key):
        assert "predecessors" in form_of(project, "planning", {"predecessors": [key]}).errors

    def test_a_draft_of_someone_else_can_not_be_chosen(self, project, others):
        assert "predecessors" in form_of(project, "planning", {"predecessors": [others["draft"].pk]}).errors

    def test_a_predecessor_that_the_person_does_not_see_stays(self, project, others, support):
        ProjectDependency.objects.create(project=project, predecessor=others["draft"])
        form = form_of(project, "planning", {"predecessors": [others["near"].pk]})
        assert form.is_valid()
        assert form.line_changes().predecessors == sorted([others["draft"].pk, others["near"].pk])


class TestLines:
    def test_an_empty_line_is_none_and_one_to_be_removed_goes(self, project):
        values = rows({"title": "Stays"}, {"title": ""}, {"title": "Goes", "DELETE": "on"})
        form = form_of(project, "results", values)
        assert form.is_valid()
        assert [line.title for line in form.line_changes().results] == ["Stays"]

    def test_a_line_of_capacity_begins_with_the_first_year_of_the_project(self, project):
        row = form_of(project, "capacity").rows.forms[0]
        assert row["year"].value() == project.years[0]

    def test_a_year_alone_is_no_line(self, project):
        form = form_of(project, "capacity", rows({"year": 2026}))
        assert form.is_valid()
        assert not form.line_changes().capacity

    @pytest.mark.parametrize(
        ("step", "values", "says"),
        [
            ("objective", {"title": ""}, "Title"),
            ("capacity", rows({"year": 2026, "expertise": "Planner"}), "1"),
            ("capacity", rows({"year": 2026}, {"year": 2026, "days": 4}), "2"),
        ],
    )
    def test_what_is_not_finished_yet_is_no_mistake(self, project, step, values, says):
        if step == "objective":
            values |= {"portfolio": project.portfolio_id, "objective": project.objective_id}
        form = form_of(project, step, values)
        assert not form.is_valid()
        with override("en"):
            assert says in form.still_open()

    def test_a_mistake_is_said_even_when_something_is_unfinished_too(self, project):
        form = form_of(project, "capacity", rows({"year": 2026, "days": -1}))
        assert not form.is_valid()
        assert form.still_open() is None
        assert "rows-0-days" in form.problems()


class TestEveryRegion:
    every = {"action": "every-region", "every-year": 2026, "every-expertise": "planner", "every-days": 2}

    def test_each_region_gets_a_line_but_for_those_that_have_it(self, project, holder):
        first, second = RegionFactory(), RegionFactory()
        line = CapacityLine(2026, "Planner", 9, region=first.pk)
        edit_project(project, by=holder, lines=ProjectLines(capacity=[line]))
        key = project.capacity_requests.get().pk
        typed = {"key": key, "year": 2026, "asked_of": f"r-{first.pk}", "expertise": "Planner", "days": 9}
        form = form_of(project, "capacity", rows(typed) | self.every)
        assert form.is_valid(), form.every.errors
        found = {(line.region, line.days, line.key) for line in form.line_changes().capacity}
        assert found == {(first.pk, 9, key), (second.pk, 2, None)}

    def test_another_year_is_another_line(self, project):
        region = RegionFactory()
        typed = {"year": 2027, "asked_of": f"r-{region.pk}", "expertise": "Planner", "days": 9}
        project.ends_on = datetime.date(2027, 12, 31)
        project.save()
        form = form_of(project, "capacity", rows(typed) | self.every)
        assert form.is_valid()
        assert len(form.line_changes().capacity) == 2

    def test_its_fields_count_only_when_its_button_is_pressed(self, project):
        form = form_of(project, "capacity", rows() | {"action": "next", "every-days": "x"})
        assert form.is_valid()

    def test_what_is_wrong_is_said_at_its_field(self, project):
        form = form_of(project, "capacity", rows() | self.every | {"every-days": "x"})
        assert not form.is_valid()
        assert list(form.every.errors) == ["days"]


class TestNewProject:
    def form(self, user, **options):
        return NewProjectForm(user=user, programme_id=None, **options)

    def test_the_only_portfolio_is_chosen(self, holder):
        portfolio = PortfolioFactory(held_by=holder)
        PortfolioFactory()
        form = self.form(holder)
        assert list(form.fields["portfolio"].queryset) == [portfolio]
        assert form.initial["portfolio"] == portfolio.pk

    def test_portfolios_that_hold_the_theme_come_first(self, holder):
        theme = ObjectiveFactory().theme
        PortfolioFactory(name="A", held_by=holder)
        PortfolioFactory(name="B", held_by=holder, themes=[theme])
        form = self.form(holder, theme=theme)
        assert [portfolio.name for portfolio in form.fields["portfolio"].queryset] == ["B", "A"]
        assert form.initial["portfolio"] == form.fields["portfolio"].queryset[0].pk

    def test_of_several_portfolios_without_the_theme_none_is_chosen(self, holder):
        PortfolioFactory.create_batch(2, held_by=holder)
        assert "portfolio" not in self.form(holder, theme=ObjectiveFactory().theme).initial

    def test_a_portfolio_that_someone_held_before_is_not_offered(self, holder):
        portfolio = PortfolioFactory()
        PortfolioHolderFactory(
            portfolio=portfolio,
            user=holder,
            starts_on=datetime.date(2020, 1, 1),
            ends_on=datetime.date(2021, 1, 1),
        )
        assert not self.form(holder).fields["portfolio"].queryset

    def test_support_sees_what_each_holder_holds(self, holder, support):
        PortfolioFactory(name="MOTO", held_by=holder)
        PortfolioFactory(name="Informatie", held_by=holder)
        choices = dict(self.form(support).fields["on_behalf_of"].widget.choices)
        assert choices[holder.pk] == f"{holder} (Informatie, MOTO)"

    def test_a_holder_files_for_nobody_else(self, holder):
        assert "on_behalf_of" not in self.form(holder).fields

    def test_objectives_stand_under_their_theme_with_their_years(self, holder):
        objective = ObjectiveFactory()
        programme = objective.theme.pillar.programme
        PlanVersionFactory(programme=programme, years={objective: [2025, 2026]}, adopted=True)
        form = NewProjectForm(user=holder, programme_id=programme.pk)
        _empty, (theme, ((key, label),)) = form.fields["objective"].widget.choices
        assert (key, label) == (str(objective.pk), f"{objective.title} (2025–2026)")
        assert theme.endswith(objective.theme.name)
