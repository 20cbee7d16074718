"""The content of the planning grid, from which every view of it is made."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisation.choices import Role
from pillars.choices import Lead, YearState
from pillars.models import Objective, PlanVersion
from portfolio.choices import CellState
from reporting.planning_grid import numbers_in_short, read_planning_grid
from tests.factories import (
    LacGoalFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanVersionFactory,
    ProgrammeFactory,
    ThemeFactory,
    UserFactory,
)
from tests.pillars import programme_facts as facts

TODAY = datetime.date(2026, 11, 24)
NOT_PLANNED, PAST, CURRENT, AHEAD = YearState


def read(today, filters=None, by=None, **options):
    """The grid as a council member sees it, or who is named."""
    return read_planning_grid(today, by or UserFactory(roles=[Role.COUNCIL_MEMBER]), filters, **options)


@pytest.mark.parametrize(
    ("numbers", "short"),
    [
        ([], ""),
        (["1.5"], "1.5"),
        (["1.10", "1.9"], "1.9–1.10"),
        (["1.12", "1.13", "1.14", "2.1"], "1.12–1.14, 2.1"),
        (["1.20", "2.1"], "1.20, 2.1"),
        (["1.1", "1.3", "1.5"], "1.1, 1.3, 1.5"),
        (["2.1", "1.10", "1.2"], "1.2, 1.10, 2.1"),
    ],
)
def test_numbers_are_written_in_short(numbers, short):
    assert numbers_in_short(numbers) == short


@given(st.sets(st.tuples(st.integers(1, 4), st.integers(1, 30)), max_size=30))
def test_numbers_in_short_name_the_same_goals(goals):
    named = set()
    for run in filter(
        None, numbers_in_short(f"{pillar}.{sequence}" for pillar, sequence in goals).split(", ")
    ):
        first, last = (run.split("–") * 2)[:2]
        pillar, start = map(int, first.split("."))
        assert int(last.split(".")[0]) == pillar
        named |= {(pillar, sequence) for sequence in range(start, int(last.split(".")[1]) + 1)}
    assert named == goals


@pytest.mark.django_db
@pytest.mark.usefixtures("programme")
class TestTheProgramme:
    def test_rows_and_themes_stand_as_in_the_document(self):
        grid = read(TODAY)
        assert [
            (pillar.number, tuple(theme.name for theme in pillar.themes)) for pillar in grid.pillars
        ] == list(facts.THEMES.items())
        assert [(row.pillar_number, row.theme_name, row.planned_years) for row in grid.rows] == [
            (pillar, theme, years) for pillar, theme, _, years in facts.YEARS
        ]
        assert (grid.row_count, grid.theme_count) == (21, 12)
        assert [pillar.row_count for pillar in grid.pillars] == [7, 4, 10]
        assert not grid.is_filtered

    def test_years_are_those_of_the_programme_with_the_current_one_marked(self):
        assert [(column.year, column.is_current) for column in read(TODAY).years] == [
            (2024, False),
            (2025, False),
            (2026, True),
            (2027, False),
            (2028, False),
        ]

    @pytest.mark.parametrize("today", [datetime.date(2023, 12, 31), datetime.date(2029, 1, 1)])
    def test_no_year_is_current_before_and_after_the_programme(self, today):
        assert read(today).current_year is None

    def test_columns_total_the_active_objectives(self):
        assert {column.year: column.active for column in read(TODAY).years} == facts.ACTIVE_PER_YEAR

    def test_totals_are_of_the_rows_shown(self):
        grid = read(TODAY, {"pillar": "2"})
        assert [column.active for column in grid.years] == [2, 3, 3, 1, 0]

    def test_theme_without_objective_is_shown(self):
        grid = read(TODAY)
        empty = [theme for pillar in grid.pillars for theme in pillar.themes if not theme.rows]
        assert [(theme.name, theme.lac_goal_count) for theme in empty] == [("Nafase en herstel", 1)]
        assert grid.themes_without_objective == 1

    def test_overarching_theme_is_marked(self):
        grid = read(TODAY)
        marked = tuple(
            theme.name for pillar in grid.pillars for theme in pillar.themes if theme.is_overarching
        )
        assert marked == facts.OVERARCHING_THEMES

    def test_bars_start_and_end(self):
        row = next(iter(read(TODAY, {"q": "Visieontwikkeling"}).rows))
        assert [(cell.starts, cell.ends) for cell in row.cells] == [
            (False, False),
            (True, False),
            (False, True),
            (False, False),
            (False, False),
        ]

    @pytest.mark.parametrize(
        ("today", "starting", "ending"), [("2024-05-01", 8, 2), ("2026-11-24", 0, 5), ("2028-01-01", 0, 1)]
    )
    def test_what_starts_and_ends_is_counted(self, today, starting, ending):
        grid = read(datetime.date.fromisoformat(today))
        year = int(today[:4])
        assert starting == sum(min(years) == year + 1 for *_, years in facts.YEARS)
        assert ending == sum(max(years) == year for *_, years in facts.YEARS)
        assert (grid.starting_next_year, grid.ending_this_year) == (starting, ending)

    def test_row_names_its_goals_and_who_leads_on_them(self):
        row = next(iter(read(TODAY, {"q": "Kaders voor gezamenlijk"}).rows))
        assert [(goal.number, goal.lead, goal.lead_remark) for goal in row.goals] == [
            ("1.5", Lead.VAKRAAD, "opstellen kaders")
        ]
        assert row.leads == (Lead.VAKRAAD,)
        assert row.goal_numbers == "1.5"

    @pytest.mark.parametrize(
        ("filters", "titles"),
        [
            ({"year": "2028"}, ["Organiseren landelijk netwerkevent"]),
            ({"pillar": "3", "year": "2028"}, ["Organiseren landelijk netwerkevent"]),
            ({"pillar": "1", "year": "2028"}, []),
            ({"theme": "eenheid-van-opvatting"}, ["Eenheid van opvatting Crisisbeheersing"]),
            ({"theme": "nafase-en-herstel"}, []),
            ({"q": "netwerkevent"}, ["Organiseren landelijk netwerkevent"]),
            ({"q": "LANDELIJK  netwerkEVENT"}, ["Organiseren landelijk netwerkevent"]),
            ({"q": "netwerkevent oefenen"}, []),
            ({"q": "100% zeker_"}, []),
        ],
    )
    def test_filters_leave_what_they_name(self, filters, titles):
        grid = read(TODAY, filters)
        shown = [row.title for row in grid.rows]
        assert len(shown) == len(titles)
        assert all(title.startswith(start) for title, start in zip(shown, titles, strict=True))
        assert grid.is_filtered

    @pytest.mark.parametrize("year", facts.ACTIVE_PER_YEAR)
    def test_filter_on_year_leaves_the_objectives_active_in_it(self, year):
        grid = read(TODAY, {"year": str(year)})
        assert [row.planned_years for row in grid.rows] == [
            years for *_, years in facts.YEARS if year in years
        ]

    @pytest.mark.parametrize("lead", [Lead.VAKRAAD, Lead.NIPV_VAKRAAD])
    def test_filter_on_lead_leaves_the_objectives_with_such_a_goal(self, lead):
        everything = [row.title for row in read(TODAY).rows if lead in row.leads]
        assert everything
        assert [row.title for row in read(TODAY, {"lead": lead}).rows] == everything

    def test_words_are_found_in_the_goals_too_and_each_row_once(self):
        assert [row.title[:18] for row in read(TODAY, {"q": "Rijksbrede Risicoanalyse"}).rows] == [
            "Afgestemd proces m"
        ]

    def test_filter_on_year_leaves_out_themes_in_which_nothing_was_found(self):
        assert read(TODAY, {"year": "2028"}).theme_count == 1
        assert read(TODAY, {"pillar": "2"}).theme_count == 3
        assert read(TODAY, {"theme": "nafase-en-herstel"}).theme_count == 1

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("pillar", "9"),
            ("pillar", "one"),
            ("theme", "no-such-theme"),
            ("year", "1999"),
            ("year", "²"),
            ("lead", "nobody"),
            ("q", "x" * 201),
            ("q", "nul\x00byte"),
        ],
    )
    def test_wrong_value_gives_a_message_and_leaves_the_other_filters(self, name, value):
        other = {"pillar": "3"} if name != "pillar" else {"year": "2028"}
        grid = read(TODAY, {**other, name: value})
        assert list(grid.filterset.errors) == [name]
        assert [row.title for row in grid.rows] == [row.title for row in read(TODAY, other).rows]

    def test_wrong_value_alone_does_not_count_as_a_filter(self):
        grid = read(TODAY, {"year": "1999"})
        assert not grid.is_filtered
        assert grid.theme_count == 12

    def test_unknown_names_in_the_address_are_left_aside(self):
        grid = read(TODAY, {"colour": "red", "cell": "1-2024"})
        assert grid.row_count == 21
        assert not grid.filterset.errors

    def test_one_objective_is_read_alone(self):
        objective = Objective.objects.get(title__startswith="Organiseren landelijk netwerkevent")
        grid = read(TODAY, only_objective=objective.pk)
        assert [row.objective_id for row in grid.rows] == [objective.pk]
        assert grid.row(objective.pk).cell(2028).is_planned
        assert grid.row(objective.pk).cell(2029) is None
        assert grid.row(0) is None

    def test_draft_and_superseded_versions_are_not_shown(self, programme):
        from pillars.services import adopt_plan_version

        objective = Objective.objects.first()
        draft = PlanVersionFactory(programme=programme, years={objective: [2028]})
        assert read(TODAY).version.number == 1
        assert [column.active for column in read(TODAY).years] == [13, 19, 13, 8, 1]
        adopt_plan_version(draft, TODAY, by=None)
        grid = read(TODAY)
        assert grid.version == draft
        assert [column.active for column in grid.years] == [0, 0, 0, 0, 1]
        assert [row.objective_id for row in read(TODAY, {"year": "2028"}).rows] == [objective.pk]


@pytest.mark.django_db
class TestOtherProgrammes:
    def test_nothing_is_shown_before_a_plan_is_adopted(self):
        assert read(TODAY) is None
        PlanVersionFactory()
        assert read(TODAY) is None

    @pytest.mark.parametrize(
        ("today", "first_year"),
        [
            ("2023-12-31", 2024),
            ("2024-01-01", 2024),
            ("2028-12-31", 2024),
            ("2029-01-01", 2029),
            ("2032-12-31", 2029),
            ("2040-01-01", 2029),
        ],
    )
    def test_current_version_is_that_of_the_programme_that_today_falls_in(self, today, first_year):
        for first, last in ((2029, 2032), (2024, 2028)):
            PlanVersionFactory(programme=ProgrammeFactory(first_year=first, last_year=last), adopted=True)
        version = PlanVersion.objects.current(datetime.date.fromisoformat(today))
        assert version.programme.first_year == first_year

    def test_next_programme_without_an_adopted_plan_does_not_take_over(self):
        PlanVersionFactory(adopted=True)
        PlanVersionFactory(programme__first_year=2029, programme__last_year=2032)
        assert PlanVersion.objects.current(datetime.date(2029, 5, 1)).programme.first_year == 2024

    def test_programme_with_other_years_and_pillars_needs_no_code(self, programme):
        later = ProgrammeFactory(first_year=2029, last_year=2031)
        years = {}
        for number in range(1, 5):
            theme = ThemeFactory(pillar=PillarFactory(programme=later, number=number))
            objective = ObjectiveFactory(theme=theme)
            objective.lac_goals.add(LacGoalFactory(theme=theme, lead=Lead.NIPV_VAKRAAD))
            years[objective] = [2029, 2031]
        PlanVersionFactory(programme=later, years=years, adopted=True)
        grid = read(datetime.date(2030, 6, 1))
        assert [(column.year, column.active, column.is_current) for column in grid.years] == [
            (2029, 4, False),
            (2030, 0, True),
            (2031, 4, False),
        ]
        assert [pillar.number for pillar in grid.pillars] == [1, 2, 3, 4]
        row = next(iter(grid.rows))
        assert [(cell.state, cell.starts, cell.ends) for cell in row.cells] == [
            (CellState.MISSING, True, True),
            (CellState.NOT_PLANNED, False, False),
            (CellState.NONE_YET, True, True),
        ]
        assert row.leads == (Lead.NIPV_VAKRAAD,)
        assert [len(list(read(datetime.date(2030, 6, 1), {"pillar": value}).rows)) for value in "14"] == [
            1,
            1,
        ]
        assert read(TODAY).row_count == 21
