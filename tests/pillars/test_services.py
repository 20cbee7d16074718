"""What was adopted does not change (DESIGN.md, section 4, invariant 2)."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import ProtectedError

from organisation.choices import Role
from pillars.choices import DatePrecision, PlanStatus
from pillars.errors import AdoptedPlanIsFrozen, PlanDoesNotMatchItsSeal
from pillars.models import Objective, PlannedYear, PlanVersion, ProgrammeYear
from pillars.seal import seal
from pillars.services import adopt_plan_version, plan_content, plan_objective, verify_plan_version
from tests.factories import ObjectiveFactory, PlanVersionFactory, ProgrammeFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 3, 4)


@pytest.fixture
def draft():
    """A draft in which two objectives are planned."""
    programme = ProgrammeFactory()
    theme = ThemeFactory(pillar__programme=programme)
    first, second = ObjectiveFactory.create_batch(2, theme=theme)
    return PlanVersionFactory(programme=programme, years={first: [2025, 2024], second: [2028]})


@pytest.fixture
def adopted(draft: PlanVersion):
    adopt_plan_version(draft, DAY, by=None)
    return PlanVersion.objects.get()


def free_year(version):
    """A year that the version doesn't plan."""
    return PlannedYear(
        version=version,
        objective=Objective.objects.first(),
        programme_year=ProgrammeYear.objects.get(programme=version.programme, year=2027),
    )


def change_year(version):
    planned = version.planned_years.first()
    planned.programme_year = ProgrammeYear.objects.get(programme=version.programme, year=2027)
    return planned


WRITES: dict[str, Callable[[Any], Any]] = {
    "save a new year": lambda version: free_year(version).save(),
    "save a changed year": lambda version: change_year(version).save(),
    "create": lambda version: version.planned_years.create(
        objective=Objective.objects.first(), programme_year=free_year(version).programme_year
    ),
    "delete a year": lambda version: version.planned_years.first().delete(),
    "delete all years": lambda version: version.planned_years.all().delete(),
    "delete through the manager": lambda version: PlannedYear.objects.filter(
        objective__isnull=False
    ).delete(),
    "update": lambda version: version.planned_years.filter(programme_year__year=2028).update(
        programme_year=free_year(version).programme_year
    ),
    "bulk_create": lambda version: PlannedYear.objects.bulk_create([free_year(version)]),
    "bulk_create over a stored year": lambda version: PlannedYear.objects.bulk_create(
        [moved_out(version)], update_conflicts=True, update_fields=["version"], unique_fields=["pk"]
    ),
    "bulk_update": lambda version: PlannedYear.objects.bulk_update(
        [change_year(version)], ["programme_year"]
    ),
    "plan an objective": lambda version: plan_objective(version, Objective.objects.all()[0], [2026]),
    "move a year in from a draft": lambda version: move_in(version).save(),
    "update a draft's years to belong to it": lambda version: PlannedYear.objects.filter(
        pk=move_in(version).pk
    ).update(version=version),
}


def moved_out(version):
    planned = version.planned_years.first()
    planned.version = PlanVersionFactory(programme=version.programme)
    return planned


def move_in(version):
    other = PlanVersionFactory(programme=version.programme, years={Objective.objects.first(): [2027]})
    planned = other.planned_years.get()
    planned.version = version
    return planned


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_years_of_an_adopted_version_do_not_change(adopted, write):
    before = list(PlannedYear.objects.filter(version=adopted).values())
    with pytest.raises(AdoptedPlanIsFrozen):
        write(adopted)
    assert list(PlannedYear.objects.filter(version=adopted).values()) == before


def test_year_of_an_adopted_version_does_not_move_out_to_a_draft(adopted):
    planned = adopted.planned_years.first()
    planned.version = PlanVersionFactory(programme=adopted.programme)
    with pytest.raises(AdoptedPlanIsFrozen):
        planned.save()


def test_years_of_a_draft_do_change(draft):
    free_year(draft).save()
    draft.planned_years.filter(programme_year__year=2028).delete()
    assert sorted(draft.planned_years.values_list("programme_year__year", flat=True)) == [2024, 2025, 2027]
    plan_objective(draft, Objective.objects.first(), [2026, 2026])
    assert list(draft.planned_years.values_list("programme_year__year", flat=True)) == [2026]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", 7),
        ("title", "Another"),
        ("source", "Another"),
        ("adopted_on", datetime.date(2026, 1, 1)),
        ("adopted_precision", DatePrecision.MONTH),
        ("content", {}),
        ("content_hash", "1" * 64),
        ("status", PlanStatus.DRAFT),
    ],
)
def test_fields_of_an_adopted_version_do_not_change(adopted, field, value):
    setattr(adopted, field, value)
    with pytest.raises(AdoptedPlanIsFrozen):
        adopted.save()
    with pytest.raises(AdoptedPlanIsFrozen):
        adopted.save(update_fields=[field])


@pytest.mark.parametrize(
    "write",
    [
        lambda version: version.delete(),
        lambda version: PlanVersion.objects.filter(pk=version.pk).delete(),
        lambda version: PlanVersion.objects.filter(pk=version.pk).update(title="Another"),
        lambda version: PlanVersion.objects.bulk_update([retitled(version)], ["title"]),
        lambda version: PlanVersion.objects.bulk_create(
            [retitled(version)], update_conflicts=True, update_fields=["title"], unique_fields=["pk"]
        ),
    ],
    ids=["delete", "delete by query", "update", "bulk_update", "bulk_create over it"],
)
def test_adopted_version_is_not_deleted_or_changed_in_bulk(adopted, write):
    with pytest.raises(AdoptedPlanIsFrozen), transaction.atomic():
        write(adopted)
    assert PlanVersion.objects.get().title == "Version 1"


def retitled(version):
    version.title = "Another"
    return version


def test_adopting_freezes_content_under_its_seal(draft):
    adopt_plan_version(draft, DAY, DatePrecision.MONTH, by=None)
    version = PlanVersion.objects.get()
    assert version.is_frozen
    assert (version.status, version.adopted_on, version.adopted_precision) == ("adopted", DAY, "month")
    assert [row["years"] for row in version.content["objectives"]] == [[2024, 2025], [2028]]
    assert version.content_hash == seal(version.content)
    verify_plan_version(version)


def test_adopting_takes_the_draft_as_it_is_stored(draft):
    PlanVersion.objects.update(title="As stored", source="As stored")
    draft.title, draft.source = "Not saved", "Not saved"
    adopt_plan_version(draft, DAY, by=None)
    stored = PlanVersion.objects.get()
    assert (stored.title, stored.source) == ("As stored", "As stored")
    assert (draft.title, draft.source, draft.status) == ("As stored", "As stored", "adopted")
    assert (draft.content, draft.content_hash) == (stored.content, stored.content_hash)


def test_adopting_records_who_did_it(draft):
    user = UserFactory(roles=[Role.SUPPORT])
    adopt_plan_version(draft, DAY, by=user)
    version = PlanVersion.objects.get()
    assert version.adopted_by == user
    version.adopted_by = None
    with pytest.raises(AdoptedPlanIsFrozen):
        version.save()
    with pytest.raises(ProtectedError):
        user.delete()


def test_adopting_supersedes_the_version_in_force(adopted):
    second = PlanVersionFactory(programme=adopted.programme, years={Objective.objects.first(): [2026]})
    adopt_plan_version(second, DAY, by=None)
    adopted.refresh_from_db()
    second.refresh_from_db()
    assert (adopted.status, second.status, second.replaces) == ("superseded", "adopted", adopted)
    verify_plan_version(adopted)
    verify_plan_version(second)


def test_adopting_leaves_another_programme_alone(adopted):
    other = PlanVersionFactory(adopted=True)
    adopted.refresh_from_db()
    assert (adopted.status, other.status, other.replaces) == ("adopted", "adopted", None)


def test_version_is_adopted_once(adopted):
    with pytest.raises(AdoptedPlanIsFrozen):
        adopt_plan_version(adopted, DAY, by=None)


def test_draft_object_that_was_adopted_elsewhere_is_not_adopted_again(draft):
    adopt_plan_version(PlanVersion.objects.get(), DAY, by=None)
    with pytest.raises(AdoptedPlanIsFrozen):
        adopt_plan_version(draft, DAY, by=None)


def test_draft_object_that_was_adopted_elsewhere_is_not_saved(draft):
    adopt_plan_version(PlanVersion.objects.get(), DAY, by=None)
    draft.title = "Late change"
    with pytest.raises(AdoptedPlanIsFrozen):
        draft.save()


TAMPERING = {
    "a year added": "INSERT INTO pillars_plannedyear (version_id, objective_id, programme_year_id) "
    "SELECT v.id, o.id, y.id FROM pillars_planversion v, pillars_objective o, pillars_programmeyear y "
    "WHERE y.year = 2027",
    "a year removed": "DELETE FROM pillars_plannedyear WHERE programme_year_id IN "
    "(SELECT id FROM pillars_programmeyear WHERE year = 2028)",
    "a year moved": "UPDATE pillars_plannedyear SET programme_year_id = "
    "(SELECT id FROM pillars_programmeyear WHERE year = 2027) WHERE programme_year_id = "
    "(SELECT id FROM pillars_programmeyear WHERE year = 2028)",
    "another title": "UPDATE pillars_objective SET title = 'Rewritten' WHERE position = 1",
    "another content": "UPDATE pillars_planversion SET content = '{}'",
    "content that can't be sealed": "UPDATE pillars_planversion SET content = '[1.5]'",
    "another seal": "UPDATE pillars_planversion SET content_hash = '" + "a" * 64 + "'",
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
def test_tampering_past_the_application_is_found(adopted, statement):
    verify_plan_version(adopted)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(PlanDoesNotMatchItsSeal):
        verify_plan_version(PlanVersion.objects.get())


def test_theme_that_moves_in_the_grid_does_not_break_the_seal(adopted):
    other = ThemeFactory(pillar=Objective.objects.first().theme.pillar)
    version = PlanVersionFactory(
        programme=adopted.programme,
        years={ObjectiveFactory(theme=other): [2024], Objective.objects.first(): [2025]},
    )
    before = plan_content(version)
    other.position = 0
    other.save()
    assert plan_content(version) == before


@pytest.mark.parametrize("field", ["title", "theme", "position"])
def test_objective_of_an_adopted_plan_keeps_its_name_and_place(adopted, field):
    objective = Objective.objects.first()
    setattr(objective, field, {"title": "Another", "theme": ThemeFactory(), "position": 9}[field])
    with pytest.raises(ValidationError) as refused:
        objective.full_clean()
    assert "adopted" in refused.value.messages[0] or "vastgesteld" in refused.value.messages[0]


def test_objective_of_an_adopted_plan_gets_another_summary(adopted):
    objective = Objective.objects.first()
    objective.summary = "Clearer."
    objective.full_clean()


def test_objective_of_a_draft_gets_another_title(draft):
    objective = Objective.objects.first()
    objective.title = "Another"
    objective.full_clean()


def test_year_outside_the_programme_is_not_planned(draft):
    before = plan_content(draft)
    with pytest.raises(ValueError, match="2029"):
        plan_objective(draft, Objective.objects.first(), [2026, 2029])
    assert plan_content(draft) == before


def test_draft_is_deleted_when_nothing_is_planned_in_it():
    version = PlanVersionFactory()
    version.delete()
    assert not PlanVersion.objects.exists()
