"""The environment of the tests, and what they share.

Django's settings are read once, and here: pyproject.toml names no settings module, so that pytest-django doesn't read
them before. So the environment below is the one that counts, and nothing of a developer's own `var/` or `MJP_*`
variables is touched.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings

# What a developer may choose for the tests; every other MJP_* variable is left out.
KEPT = {"MJP_CHROMIUM", "MJP_SOFFICE"}

if "PYTEST_XDIST_WORKER" not in os.environ:
    for variable in [name for name in os.environ if name.startswith("MJP_") and name not in KEPT]:
        del os.environ[variable]
    os.environ["MJP_ENV"] = "test"
    os.environ["MJP_DATA_DIR"] = tempfile.mkdtemp(prefix="mjp-tests-")
    os.environ["MJP_SECRET_KEY"] = "only-for-tests-" + "x" * 50
    os.environ["DJANGO_SETTINGS_MODULE"] = "mjp.settings"
if not django_settings.TESTING:
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests choose their own settings.")

# A test that asks for none of these, and has no mark `django_db`, can't reach a database: pytest-django forbids it.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
FIXTURE = Path(__file__).resolve().parent.parent / "fixtures" / "programme"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a database, so that `-m database` runs only those on another one."""
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES.intersection(
            getattr(item, "fixturenames", ())
        ):
            item.add_marker(pytest.mark.database)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the tests' data folder, which the workers share."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ["MJP_DATA_DIR"], ignore_errors=True)


@pytest.fixture(autouse=True)
def own_cache(settings):
    """Each test counts its own attempts to sign in."""
    from django.core.cache import cache

    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tests"}
    }
    cache.clear()


@pytest.fixture
def english():
    """Say in English what is said to people, so that a test can read it."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def loaded_rows(django_db_setup, django_db_blocker):
    """What `load_programme` makes of fixtures/programme: loaded once, because that takes a while, and taken back."""
    from django.apps import apps
    from django.db import transaction

    from pillars.loading import load_programme

    with django_db_blocker.unblock(), transaction.atomic():
        load_programme(FIXTURE)
        models = [
            apps.get_model(name)
            for name in (
                "organisation.Region",
                "organisation.RegionTile",
                "organisation.Network",
                "pillars.Programme",
                "pillars.ProgrammeYear",
                "pillars.Pillar",
                "pillars.Theme",
                "pillars.LacGoal",
                "pillars.Objective",
                "pillars.Objective_lac_goals",
                "pillars.PlanVersion",
                "pillars.PlannedYear",
                "pillars.LoadedRecord",
                "budget.FormulaCoefficients",
                "budget.DistributionKey",
                "budget.KeyWeight",
            )
        ]
        rows = [(model, list(model._base_manager.order_by("pk").values())) for model in models]
        transaction.set_rollback(True)
    return rows


@pytest.fixture
def programme(db, loaded_rows):
    """The programme 2024–2028, as fixtures/programme has it."""
    from django.db.models import QuerySet

    from pillars.models import Programme

    for model, rows in loaded_rows:
        # Not through the model's own manager, which keeps adopted plans as they are.
        QuerySet(model).bulk_create(model(**row) for row in rows)
    return Programme.objects.get()


@pytest.fixture
def client_as(db) -> Callable:
    """Give a function that makes the client of a new, signed-in person who holds these roles; `client.user` is them."""
    from tests.factories import SignedInClient, UserFactory

    def sign_in(*roles, **fields) -> SignedInClient:
        return SignedInClient(UserFactory(roles=roles, **fields))

    return sign_in
