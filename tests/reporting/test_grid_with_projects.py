"""What the planning grid says of projects, portfolios and days asked, and to whom."""

import datetime

import pytest
from django.urls import reverse

from organisation.choices import Role
from pillars.choices import YearState
from pillars.models import Objective, ObjectiveDependency
from portfolio.choices import CellState, Health, Outcome, ProjectState
from portfolio.models import CapacityRequest, ProjectDependency
from portfolio.services import ask_completion
from reporting.planning_grid import chosen_labels, read_planning_grid
from tests.factories import (
    NetworkFactory,
    PlanVersionFactory,
    PortfolioFactory,
    PortfolioHolderFactory,
    ProjectFactory,
    RegionFactory,
    ThemeFactory,
    UserFactory,
    decide,
    report,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 24)
D = datetime.date
P, C = ProjectState, CellState
NEXT_WEEK, NEXT_SUMMER = D(2026, 11, 30), D(2027, 6, 30)


@pytest.fixture
def theme():
    return ThemeFactory()


@pytest.fixture
def objective(theme):
    """Planned in 2025 to 2027, beside one that is planned in 2026 and has nothing."""
    objective, other = (
        Objective.objects.create(theme=theme, position=position, title=f"Objective {position}")
        for position in (1, 2)
    )
    PlanVersionFactory(
        programme=theme.pillar.programme, years={objective: [2025, 2026, 2027], other: [2026]}, adopted=True
    )
    return objective


@pytest.fixture
def holder():
    return UserFactory(name="Hugo Holder", roles=[Role.PORTFOLIO_HOLDER])


@pytest.fixture
def portfolio(theme, holder):
    return PortfolioFactory(name="Information", themes=[theme], held_by=holder)


def grid_of(*roles, filters=None, user=None, **options):
    return read_planning_grid(TODAY, user or UserFactory(roles=roles), filters, **options)


def states(grid, objective) -> dict[int, CellState]:
    return {cell.year: cell.state for cell in grid.row(objective.pk).cells}


def project(objective, portfolio, state=P.DRAFT, start=NEXT_WEEK, end=NEXT_SUMMER, **fields):
    return ProjectFactory(
        objective=objective, portfolio=portfolio, in_state=state, starts_on=start, ends_on=end, **fields
    )


def test_cells_say_what_their_projects_say(objective, portfolio):
    report(project(objective, portfolio, P.RUNNING, start=D(2025, 1, 1)), Health.AMBER)
    project(objective, portfolio, P.SUBMITTED)
    project(objective, portfolio, P.WITHDRAWN)
    grid = grid_of(Role.COUNCIL_MEMBER)
    assert states(grid, objective) == {
        2024: C.NOT_PLANNED,
        2025: C.DONE,
        2026: C.AMBER,
        2027: C.PROPOSED,
        2028: C.NOT_PLANNED,
    }
    cell = grid.row(objective.pk).cell(2026)
    assert cell.counts == ((C.AMBER, 1), (C.PROPOSED, 1))
    assert (cell.project_count, cell.is_planned, cell.starts, cell.ends) == (2, True, False, False)
    assert len(grid.row(objective.pk).projects) == 2


def test_a_cell_counts_its_projects_in_words(objective, portfolio, settings):
    from django.utils.translation import override

    with override("en"):
        assert grid_of(Role.SUPPORT).row(objective.pk).cell(2026).count_text == ""
        project(objective, portfolio, P.SUBMITTED)
        assert grid_of(Role.SUPPORT).row(objective.pk).cell(2026).count_text == "1 project"
        project(objective, portfolio, P.RETURNED)
        assert grid_of(Role.SUPPORT).row(objective.pk).cell(2026).count_text == "2 projects"
        project(objective, portfolio, P.ACCEPTED)
        assert grid_of(Role.SUPPORT).row(objective.pk).cell(2026).count_text == "2 of 3 projects"


@pytest.mark.parametrize(
    ("role", "draft", "submitted"),
    [
        (Role.SUPPORT, C.PROPOSED, C.PROPOSED),
        (Role.COUNCIL_MEMBER, C.MISSING, C.PROPOSED),
        (Role.PORTFOLIO_HOLDER, C.MISSING, C.PROPOSED),
        (Role.REGIONAL_STAFF, C.MISSING, C.PROPOSED),
        (Role.RCDV, C.MISSING, C.MISSING),
    ],
)
def test_each_reader_sees_the_cells_of_the_projects_that_they_may_see(
    objective, portfolio, holder, role, draft, submitted
):
    project(objective, portfolio)
    assert states(grid_of(role), objective)[2026] == draft
    assert states(grid_of(user=holder), objective)[2026] == C.PROPOSED
    project(objective, portfolio, P.SUBMITTED)
    assert states(grid_of(role), objective)[2026] == submitted


def test_the_rcdv_sees_accepted_projects_and_is_told_so(objective, portfolio):
    project(objective, portfolio, P.SUBMITTED)
    grid = grid_of(Role.RCDV)
    cell = grid.row(objective.pk).cell(2026)
    assert cell.state == C.MISSING
    assert cell.words != C.MISSING.label
    assert (C.MISSING, cell.words) in grid.legend
    project(objective, portfolio, P.ACCEPTED)
    assert states(grid_of(Role.RCDV), objective)[2026] == C.ACCEPTED


def test_who_sees_no_projects_sees_the_plan_alone(objective, portfolio):
    project(objective, portfolio, P.SUBMITTED)
    grid = grid_of(Role.ADMIN)
    assert [cell.state for cell in grid.row(objective.pk).cells] == [
        YearState.NOT_PLANNED,
        YearState.PAST,
        YearState.CURRENT,
        YearState.AHEAD,
        YearState.NOT_PLANNED,
    ]
    assert not grid.row(objective.pk).projects
    assert not grid.shows_projects
    assert "state" not in grid.filterset.form.fields


def test_a_project_outside_the_planned_years_is_shown_as_such(objective, portfolio):
    project(objective, portfolio, P.ACCEPTED, end=D(2028, 3, 1))
    cell = grid_of(Role.SUPPORT).row(objective.pk).cell(2028)
    assert (cell.state, cell.is_planned, cell.is_shown) == (C.ACCEPTED, False, True)


def test_a_row_names_the_portfolios_of_its_theme_and_projects_with_their_holders(
    objective, portfolio, holder
):
    elsewhere = PortfolioFactory(name="Elsewhere")
    PortfolioHolderFactory(portfolio=portfolio, starts_on=D(2023, 1, 1), ends_on=D(2023, 12, 31))
    PortfolioHolderFactory(portfolio=portfolio, starts_on=D(2027, 1, 1))
    row = grid_of(Role.SUPPORT).row(objective.pk)
    assert [(one.name, dict(one.holders)) for one in row.portfolios] == [
        ("Information", {holder.pk: "Hugo Holder"})
    ]
    project(objective, elsewhere)
    row = grid_of(Role.SUPPORT).row(objective.pk)
    assert [(one.name, one.holder_names) for one in row.portfolios] == [
        ("Elsewhere", ""),
        ("Information", "Hugo Holder"),
    ]
    assert row.has_holder


def test_facts_count_what_asks_for_attention(objective, portfolio):
    late = project(objective, portfolio, P.RUNNING, start=D(2025, 1, 1), end=D(2026, 10, 1))
    ask_completion(late, by=UserFactory(roles=[Role.SUPPORT]), closing_note="Done.")
    project(objective, portfolio, P.SUBMITTED)
    grid = grid_of(Role.COUNCIL_MEMBER)
    assert (grid.without_assignment, grid.late_projects, grid.awaiting_decision) == (1, 1, 2)


@pytest.mark.parametrize(
    ("first", "second", "conflicts"), [(2026, 2026, 1), (2026, 2027, 0), (2027, 2026, 1)]
)
def test_an_objective_planned_before_its_predecessor_is_through_is_in_conflict(
    theme, first, second, conflicts
):
    before, after = (
        Objective.objects.create(theme=theme, position=position, title=f"Objective {position}")
        for position in (1, 2)
    )
    PlanVersionFactory(
        programme=theme.pillar.programme, years={before: [2025, first], after: [second, 2028]}, adopted=True
    )
    ObjectiveDependency.objects.create(objective=after, predecessor=before)
    row = grid_of(Role.ADMIN).row(after.pk)
    assert row.conflict_count == conflicts
    assert [(one.predecessor, one.starts_in, one.ends_in) for one in row.conflicts] == [
        ("Objective 1", second, first)
    ] * conflicts


def test_a_project_planned_before_its_predecessor_ends_is_in_conflict(objective, portfolio, holder):
    before = project(objective, portfolio, P.RUNNING, end=D(2027, 1, 31), title="Before")
    after = project(objective, portfolio, P.SUBMITTED, start=D(2027, 1, 31), title="After")
    dependency = ProjectDependency(project=after, predecessor=before)
    dependency.save_by(holder)
    assert dependency.is_conflict
    row = grid_of(Role.COUNCIL_MEMBER).row(objective.pk)
    assert [(one.title, one.waits_for) for one in row.waiting_projects] == [("After", (str(before),))]
    assert row.conflict_count == 1
    decide(before, outcome=Outcome.COMPLETE)
    assert grid_of(Role.COUNCIL_MEMBER).row(objective.pk).conflict_count == 0


def test_a_predecessor_that_the_reader_may_not_see_has_no_name(objective, portfolio, holder):
    secret = project(objective, PortfolioFactory(), title="Secret", end=D(2027, 1, 31))
    after = project(objective, portfolio, P.SUBMITTED, start=D(2027, 1, 1))
    ProjectDependency(project=after, predecessor=secret).save_by(holder)
    row = grid_of(Role.COUNCIL_MEMBER).row(objective.pk)
    assert row.waiting_projects[0].waits_for == ("",)
    assert row.conflict_count == 1


class TestFilters:
    @pytest.fixture(autouse=True)
    def projects(self, objective, portfolio):
        project(objective, portfolio, P.RUNNING, start=D(2026, 1, 1), end=D(2027, 6, 30))

    @pytest.mark.parametrize(
        ("filters", "shown"),
        [
            ({"state": "running-green"}, [1]),
            ({"state": "missing"}, [1, 2]),
            ({"state": "missing", "year": "2026"}, [2]),
            ({"state": "missing", "year": "2025"}, [1]),
            ({"state": "missing", "year": "2024"}, []),
            ({"state": "accepted", "year": "2027"}, [1]),
            ({"state": "late"}, []),
            ({"portfolio": "information-x"}, [1, 2]),
            ({"portfolio": "empty"}, []),
            ({"holder": "none"}, []),
            ({"year": "2027"}, [1]),
        ],
    )
    def test_rows_are_left_that_have_what_was_chosen(self, portfolio, filters, shown):
        portfolio.slug = "information-x"
        portfolio.save()
        PortfolioFactory(slug="empty")
        grid = grid_of(Role.COUNCIL_MEMBER, filters=filters)
        assert [row.title for row in grid.rows] == [f"Objective {position}" for position in shown]
        assert not grid.filterset.form.errors
        assert chosen_labels(grid.filterset)

    def test_holder_is_who_holds_it_today(self, objective, portfolio, holder):
        former = PortfolioHolderFactory(portfolio=portfolio, ends_on=D(2025, 1, 1)).user
        assert grid_of(Role.SUPPORT, filters={"holder": str(holder.pk)}).row_count == 2
        grid = grid_of(Role.SUPPORT, filters={"holder": str(former.pk)})
        assert list(grid.filterset.form.errors) == ["holder"]
        assert grid.row_count == 2

    def test_objectives_without_holder_are_found(self, portfolio):
        portfolio.holders.update(ends_on=D(2025, 1, 1))
        assert grid_of(Role.SUPPORT, filters={"holder": "none"}).row_count == 2

    @pytest.mark.parametrize("name", ["portfolio", "holder", "state"])
    def test_a_wrong_value_gives_a_message_and_leaves_the_other_filters(self, name):
        grid = grid_of(Role.SUPPORT, filters={name: "no-such", "year": "2025"})
        assert list(grid.filterset.form.errors) == [name]
        assert [row.title for row in grid.rows] == ["Objective 1"]

    def test_a_year_with_a_state_finds_projects_outside_the_plan_too(self, objective, portfolio):
        project(objective, portfolio, P.ACCEPTED, start=D(2028, 1, 1), end=D(2028, 6, 1))
        assert grid_of(Role.SUPPORT, filters={"year": "2028"}).row_count == 0
        assert grid_of(Role.SUPPORT, filters={"year": "2028", "state": "accepted"}).row_count == 1


class TestDaysAsked:
    @pytest.fixture(autouse=True)
    def requests(self, objective, portfolio):
        self.own, self.other = RegionFactory(), RegionFactory()
        accepted = project(objective, portfolio, P.ACCEPTED)
        for found, year, fields in (
            (accepted, 2026, {"region": self.own, "days": 5}),
            (accepted, 2026, {"region": self.other, "days": 7}),
            (accepted, 2027, {"network": NetworkFactory(), "days": 11}),
            (project(objective, portfolio), 2026, {"region": self.own, "days": 100}),
            (project(objective, portfolio, P.WITHDRAWN), 2026, {"region": self.own, "days": 1000}),
        ):
            CapacityRequest.objects.create(project=found, year=year, expertise="planner", **fields)

    def days(self, grid):
        return [column.days for column in grid.years]

    def test_columns_total_the_days_of_projects_that_fill_the_planning(self):
        assert self.days(grid_of(Role.SUPPORT)) == [0, 0, 112, 11, 0]
        assert self.days(grid_of(Role.COUNCIL_MEMBER)) == [0, 0, 12, 11, 0]

    def test_totals_are_of_the_rows_shown(self):
        assert self.days(grid_of(Role.SUPPORT, filters={"state": "missing", "year": "2026"})) == [0] * 5

    def test_regional_staff_see_those_of_their_own_region_and_the_networks(self):
        grid = grid_of(user=UserFactory(roles=[Role.REGIONAL_STAFF], region=self.own))
        assert self.days(grid) == [0, 0, 5, 11, 0]
        assert grid.shows_days
        assert not grid.days_are_of_all_regions
        assert self.days(grid_of(Role.REGIONAL_STAFF)) == [0, 0, 0, 11, 0]

    @pytest.mark.parametrize("role", [Role.RCDV, Role.ADMIN])
    def test_others_see_no_days(self, role):
        assert not grid_of(role).shows_days


class TestPages:
    def test_the_panel_lists_the_projects_of_the_cell_the_most_pressing_first(
        self, client_as, objective, portfolio
    ):
        project(objective, portfolio, P.SUBMITTED, title="In time")
        project(objective, portfolio, P.ACCEPTED, start=D(2026, 2, 1), title="Too late")
        answer = client_as(Role.COUNCIL_MEMBER).get("/", {"cell": f"{objective.pk}-2026"}).content.decode()
        panel = answer[answer.index('id="panel"') :]
        assert panel.index("Too late") < panel.index("In time")
        assert "mjp-state--late" in panel
        assert "Hugo Holder" in panel

    def test_the_panel_names_no_project_that_the_reader_may_not_see(self, client_as, objective, portfolio):
        project(objective, portfolio, title="Someone’s draft")
        answer = client_as(Role.COUNCIL_MEMBER).get("/", {"cell": f"{objective.pk}-2026"})
        assert "Someone" not in answer.content.decode()

    def test_paper_says_every_state_in_words(self, client_as, objective, portfolio):
        project(objective, portfolio, P.SUBMITTED)
        client = client_as(Role.COUNCIL_MEMBER, language="en")
        content = client.get(reverse("reporting:planning-grid-print")).content.decode()
        assert content.count("bar--missing") == 2
        assert "1 project" in content
        assert "Hugo Holder" in content
