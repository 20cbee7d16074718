"""What the database itself refuses, whoever writes to it; and what is true of one row."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, QuerySet

from pillars.choices import DatePrecision, Lead, PlanStatus
from pillars.models import (
    LacGoal,
    Objective,
    Pillar,
    PlannedYear,
    PlanVersion,
    Programme,
    ProgrammeYear,
    Theme,
)
from tests.factories import (
    LacGoalFactory,
    ObjectiveFactory,
    PillarFactory,
    PlannedYearFactory,
    PlanVersionFactory,
    ProgrammeFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

SEAL = "0" * 64


def insert(row):
    """Write a row past every check of the models."""
    QuerySet(type(row)).bulk_create([row])


def second_pillar_with_the_same_number():
    pillar = PillarFactory()
    insert(Pillar(programme=pillar.programme, number=pillar.number, name="Second"))


def pillar_zero():
    insert(Pillar(programme=ProgrammeFactory(), number=0, name="Zero"))


def second_theme_in_the_same_place():
    theme = ThemeFactory()
    insert(Theme(pillar=theme.pillar, position=theme.position, slug="second", name="Second"))


def second_theme_of_the_same_name():
    theme = ThemeFactory()
    insert(Theme(pillar=theme.pillar, position=9, slug="second", name=theme.name))


def second_theme_of_the_same_address():
    theme = ThemeFactory()
    insert(Theme(pillar=PillarFactory(), position=1, slug=theme.slug, name="Second"))


def second_goal_of_the_same_number():
    goal = LacGoalFactory()
    insert(LacGoal(pillar=goal.pillar, theme=goal.theme, sequence=goal.sequence, text="Second"))


def goal_number_zero():
    theme = ThemeFactory()
    insert(LacGoal(pillar=theme.pillar, theme=theme, sequence=0, text="Zero"))


def goal_with_an_unknown_lead():
    theme = ThemeFactory()
    insert(LacGoal(pillar=theme.pillar, theme=theme, sequence=1, text="Goal", lead="nobody"))


def second_objective_in_the_same_place():
    objective = ObjectiveFactory()
    insert(Objective(theme=objective.theme, position=objective.position, title="Second"))


def second_objective_of_the_same_title():
    objective = ObjectiveFactory()
    insert(Objective(theme=objective.theme, position=9, title=objective.title))


def second_version_of_the_same_number():
    version = PlanVersionFactory()
    insert(PlanVersion(programme=version.programme, number=version.number, title="Second"))


def second_adopted_version():
    version = PlanVersionFactory(adopted=True)
    insert(
        PlanVersion(
            programme=version.programme,
            number=2,
            title="Second",
            status=PlanStatus.ADOPTED,
            adopted_on=datetime.date(2025, 1, 1),
            content_hash=SEAL,
        )
    )


def adopted_version_without_seal():
    insert(
        PlanVersion(
            programme=ProgrammeFactory(),
            number=1,
            title="Unsealed",
            status=PlanStatus.ADOPTED,
            adopted_on=datetime.date(2025, 1, 1),
        )
    )


def adopted_version_without_date():
    insert(
        PlanVersion(
            programme=ProgrammeFactory(),
            number=1,
            title="Undated",
            status=PlanStatus.ADOPTED,
            content_hash=SEAL,
        )
    )


def version_with_an_unknown_status():
    insert(PlanVersion(programme=ProgrammeFactory(), number=1, title="Odd", status="lost"))


def programme_that_ends_before_it_begins():
    insert(Programme(slug="odd", name="Odd", first_year=2028, last_year=2024))


def second_row_for_a_year_of_the_programme():
    insert(ProgrammeYear(programme=ProgrammeFactory(), year=2025))


def objective_planned_twice_in_a_year():
    planned = PlannedYearFactory()
    insert(
        PlannedYear(
            version=planned.version, objective=planned.objective, programme_year=planned.programme_year
        )
    )


def year_that_no_programme_has():
    planned = PlannedYearFactory.build(
        version=PlanVersionFactory(), objective=ObjectiveFactory(), programme_year=None
    )
    planned.programme_year_id = 10**6
    insert(planned)
    connection.check_constraints()


REFUSED = [
    second_pillar_with_the_same_number,
    pillar_zero,
    second_theme_in_the_same_place,
    second_theme_of_the_same_name,
    second_theme_of_the_same_address,
    second_goal_of_the_same_number,
    goal_number_zero,
    goal_with_an_unknown_lead,
    second_objective_in_the_same_place,
    second_objective_of_the_same_title,
    second_version_of_the_same_number,
    second_adopted_version,
    adopted_version_without_seal,
    adopted_version_without_date,
    version_with_an_unknown_status,
    programme_that_ends_before_it_begins,
    second_row_for_a_year_of_the_programme,
    objective_planned_twice_in_a_year,
    year_that_no_programme_has,
]


@pytest.mark.parametrize("write", REFUSED, ids=lambda write: write.__name__)
def test_database_refuses(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_programme_has_a_row_for_each_of_its_years_and_no_other():
    programme = ProgrammeFactory(first_year=2029, last_year=2032)
    assert [row.year for row in programme.programme_years.all()] == [2029, 2030, 2031, 2032]
    programme.first_year, programme.last_year = 2030, 2033
    programme.save()
    assert [row.year for row in programme.programme_years.all()] == [2030, 2031, 2032, 2033]


def test_year_in_which_something_is_planned_does_not_fall_away():
    programme = PlannedYearFactory(year=2028).version.programme
    programme.last_year = 2027
    with pytest.raises(ValidationError, match="2028"):
        programme.full_clean()
    with pytest.raises(ProtectedError):
        programme.save()
    programme.refresh_from_db()
    assert programme.last_year == 2028


def test_goal_belongs_to_a_theme_of_its_own_pillar():
    goal = LacGoalFactory()
    goal.full_clean()
    goal.theme = ThemeFactory()
    with pytest.raises(ValidationError) as refused:
        goal.full_clean()
    assert list(refused.value.message_dict) == ["theme"]


@pytest.mark.parametrize(
    ("lead", "objectives", "is_gap"),
    [
        (Lead.VAKRAAD, 0, True),
        (Lead.NIPV_VAKRAAD, 0, True),
        (Lead.NONE, 0, False),
        (Lead.VAKRAAD, 1, False),
        (Lead.NIPV_VAKRAAD, 2, False),
    ],
)
def test_goal_that_the_vakraad_leads_without_objective_is_a_gap(lead, objectives, is_gap):
    goal = LacGoalFactory(lead=lead)
    goal.objectives.set(ObjectiveFactory.create_batch(objectives, theme=goal.theme))
    assert LacGoal.objects.with_objectives().get().is_gap == is_gap


@pytest.mark.parametrize(
    ("precision", "language", "text"),
    [
        (DatePrecision.MONTH, "nl", "juni 2024"),
        (DatePrecision.DAY, "nl", "3 juni 2024"),
        (DatePrecision.MONTH, "en", "June 2024"),
        (DatePrecision.DAY, "en", "3 June 2024"),
    ],
)
def test_date_of_adoption_is_written_as_exactly_as_it_is_known(precision, language, text):
    from django.utils import translation

    version = PlanVersion(adopted_on=datetime.date(2024, 6, 3), adopted_precision=precision)
    with translation.override(language):
        assert version.adoption_text.endswith(f" {text}")


def test_draft_has_no_date_of_adoption():
    assert not any(character.isdigit() for character in PlanVersion().adoption_text)


def test_planned_year_of_another_programme_is_refused():
    version = PlanVersionFactory()
    other = ProgrammeFactory(first_year=2029, last_year=2032)
    planned = PlannedYear(
        version=version, objective=ObjectiveFactory(), programme_year=other.programme_years.get(year=2030)
    )
    for write in (planned.save, lambda: PlannedYear.objects.bulk_create([planned])):
        with pytest.raises(ValidationError):
            write()
