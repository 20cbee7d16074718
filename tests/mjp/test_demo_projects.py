"""The demonstration's projects: the facts of its story, typed apart from the files."""

import datetime

import pytest
from django.conf import settings
from post_office.models import Email

from mjp.demo import load_people, load_projects
from portfolio.models import Portfolio
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
FOLDER = settings.BASE_DIR / "fixtures" / "demo"
TODAY = datetime.date(2026, 11, 24)


@pytest.fixture
def story(programme):
    load_people(FOLDER / "people.toml", PASSWORD)
    load_projects(FOLDER)


def test_load(story):
    assert Portfolio.objects.count() == 11
    assert not Email.objects.exists()
