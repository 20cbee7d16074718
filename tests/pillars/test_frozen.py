"""What adopted plans name a record by stays, whichever way it is written (DESIGN.md, section 4, invariant 2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from pillars.errors import AdoptedPlanIsFrozen
from pillars.models import Objective, Pillar, PlannedYear, PlanVersion, Programme, Theme
from pillars.services import verify_plan_version
from tests.factories import (
    ObjectiveFactory,
    PillarFactory,
    PlanVersionFactory,
    ProgrammeFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

# Per model what names it in a plan, with another value.
NAMES: list[tuple[Any, str, Callable[[], Any]]] = [
    (Objective, "title", lambda: "Another"),
    (Objective, "theme", ThemeFactory),
    (Objective, "position", lambda: 9),
    (Theme, "slug", lambda: "another"),
    (Theme, "pillar", PillarFactory),
    (Pillar, "number", lambda: 9),
    (Pillar, "programme", ProgrammeFactory),
    (Programme, "slug", lambda: "another"),
]


def plan(**options):
    objective = ObjectiveFactory()
    return PlanVersionFactory(
        programme=objective.theme.pillar.programme, years={objective: [2025, 2026]}, **options
    )


@pytest.fixture
def adopted():
    return plan(adopted=True)


@pytest.fixture
def superseded():
    first = plan(adopted=True)
    PlanVersionFactory(programme=first.programme, adopted=True)
    first.refresh_from_db()
    return first


def changed(model, field, value):
    record = model.objects.order_by("pk").first()
    setattr(record, field, value())
    return record


@pytest.mark.parametrize("frozen", ["adopted", "superseded"])
@pytest.mark.parametrize(("model", "field", "value"), NAMES)
def test_what_names_a_record_in_an_adopted_plan_does_not_change(request, frozen, model, field, value):
    version = request.getfixturevalue(frozen)
    record = changed(model, field, value)
    attname = model._meta.get_field(field).attname
    writes = [
        record.clean,
        record.save,
        lambda: record.save(update_fields=[field]),
        lambda: model.objects.filter(pk=record.pk).update(**{field: getattr(record, field)}),
        lambda: model.objects.filter(pk=record.pk).update(**{attname: getattr(record, attname)}),
        lambda: model.objects.bulk_update([record], [field]),
        lambda: model.objects.bulk_create(
            [record], update_conflicts=True, update_fields=[field], unique_fields=["pk"]
        ),
        lambda: model._base_manager.filter(pk=record.pk).update(**{field: getattr(record, field)}),
    ]
    for write in writes:
        with pytest.raises(AdoptedPlanIsFrozen), transaction.atomic():
            write()
    verify_plan_version(PlanVersion.objects.get(pk=version.pk))


@pytest.mark.parametrize(("model", "field", "value"), NAMES)
def test_what_names_a_record_in_a_draft_does_change(model, field, value):
    plan()
    record = changed(model, field, value)
    record.clean()
    record.save()
    assert getattr(model.objects.get(pk=record.pk), field) == getattr(record, field)
    model.objects.filter(pk=record.pk).update(**{field: getattr(record, field)})


def test_refusal_is_a_message_of_the_form(adopted):
    with pytest.raises(ValidationError) as refused:
        changed(Objective, "title", lambda: "Another").full_clean()
    assert refused.value.error_dict["__all__"][0].code == "adopted_plan"


def test_objective_does_not_move_by_the_relation_of_another_theme(adopted):
    with pytest.raises(AdoptedPlanIsFrozen):
        ThemeFactory().objectives.add(Objective.objects.first())


def test_planned_year_does_not_move_by_the_relation_of_a_draft(adopted):
    draft = PlanVersionFactory(programme=adopted.programme)
    with pytest.raises(AdoptedPlanIsFrozen):
        draft.planned_years.add(PlannedYear.objects.first())


def test_the_rest_of_a_record_in_an_adopted_plan_does_change(adopted):
    objective = Objective.objects.get()
    objective.summary = "Clearer."
    objective.full_clean()
    objective.save()
    Objective.objects.update(chapter="4")
    Theme.objects.update(name="Clearer", position=7)
    Pillar.objects.update(name="Clearer")
    Programme.objects.update(name="Clearer")
    verify_plan_version(PlanVersion.objects.get())


def test_record_outside_every_adopted_plan_does_change(adopted):
    other = ObjectiveFactory(theme=Theme.objects.get())
    other.title = "Another"
    other.save()
    Objective.objects.filter(pk=other.pk).update(position=8)


@pytest.mark.parametrize("model", [Objective, Theme, Pillar, Programme])
def test_record_in_an_adopted_plan_is_not_deleted(adopted, model):
    with pytest.raises(ProtectedError):
        model.objects.get().delete()
    with pytest.raises(ProtectedError):
        model.objects.all().delete()


def test_reading_takes_no_query_more(adopted):
    with CaptureQueriesContext(connection) as queries:
        list(Objective.objects.all())
    assert len(queries) == 1
