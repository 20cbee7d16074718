"""`manage.py verify_frozen`: says of everything that was adopted whether it still is that."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from organisation.choices import Role
from pillars.models import Objective, PlanVersion
from portfolio.services import begin_plan
from tests.factories import ObjectiveFactory, PlanVersionFactory, UserFactory
from tests.portfolio.plans import adopted_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions():
    """Two adopted versions of a programme, the first superseded, and a draft."""
    objective = ObjectiveFactory()
    programme = objective.theme.pillar.programme
    adopted = [
        PlanVersionFactory(programme=programme, years={objective: [year]}, adopted=True)
        for year in (2025, 2026)
    ]
    return [*adopted, PlanVersionFactory(programme=programme)]


def test_plans_as_they_were_adopted_are_counted(versions, capsys):
    call_command("verify_frozen")
    assert (
        capsys.readouterr().out
        == "Plans: 2, annual plans: 0, distribution keys: 0, sets of contributions: 0; each as it was adopted.\n"
    )


def test_superseded_version_is_checked_too(versions):
    QuerySet(PlanVersion).filter(pk=versions[0].pk).update(content_hash="0" * 64)
    with pytest.raises(CommandError) as refused:
        call_command("verify_frozen")
    slug = versions[0].programme.slug
    assert str(refused.value) == f"{slug}, version 1: the seal does not fit the content"
    assert refused.value.returncode != 0


def test_every_version_that_differs_gets_a_line_whatever_the_language(versions, settings):
    settings.LANGUAGE_CODE = "nl"
    QuerySet(Objective).update(title="Rewritten")
    with pytest.raises(CommandError) as refused:
        call_command("verify_frozen")
    slug = versions[0].programme.slug
    assert str(refused.value).splitlines() == [
        f"{slug}, version 1: the rows differ from what was adopted",
        f"{slug}, version 2: the rows differ from what was adopted",
    ]


def test_an_annual_plan_that_was_changed_past_the_application_is_named(programme, capsys):
    support = UserFactory(roles=[Role.SUPPORT])
    first, _second = adopted_plan(support), adopted_plan(support)
    begin_plan(first.year, by=support)
    call_command("verify_frozen")
    assert "annual plans: 2," in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("update portfolio_planparagraph set text = 'x' where plan_id = %s", [first.pk])
    with pytest.raises(CommandError) as refused:
        call_command("verify_frozen")
    assert str(refused.value) == "annual plan 2027, version 1.0: it differs from what was adopted"


def test_more_annual_plans_take_no_more_queries(programme, django_assert_num_queries):
    support = UserFactory(roles=[Role.SUPPORT])
    adopted_plan(support)
    with CaptureQueriesContext(connection) as queries:
        call_command("verify_frozen")
    adopted_plan(support)
    adopted_plan(support, year=2026)
    with django_assert_num_queries(len(queries)):
        call_command("verify_frozen")
