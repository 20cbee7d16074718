"""Whose days someone reads with a project: regional staff their own region's and the networks', the RCDV the sum alone."""

import pytest

from organisation.choices import Role
from portfolio.choices import ProjectState
from portfolio.models import CapacityRequest, Project
from portfolio.services import CapacityLine, ProjectLines, edit_project
from tests.factories import NetworkFactory, ProjectFactory, RegionFactory, SignedInClient, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    """A running project that asks 5 days of "Own", 70 of "Other" and 3 of a network; those of "Other" were changed."""
    own, other = RegionFactory(name="Own region"), RegionFactory(name="Other region")
    project = ProjectFactory(in_state=ProjectState.RUNNING)
    support = UserFactory.create(roles=[Role.SUPPORT])
    for days in (60, 70):
        lines = [
            CapacityLine(2026, "Planner", 5, region=own.pk),
            CapacityLine(2026, "Planner", days, region=other.pk),
            CapacityLine(2026, "Planner", 3, network=NetworkFactory(name=f"The network {days}").pk),
        ]
        edit_project(project, by=support, lines=ProjectLines(capacity=lines))
    return project


CASES = {
    Role.COUNCIL_MEMBER: ({5, 70, 3}, 0),
    Role.SUPPORT: ({5, 70, 3}, 0),
    Role.REGIONAL_STAFF: ({5, 3}, 70),
    Role.RCDV: (set(), 78),
}


@pytest.mark.parametrize("role", CASES)
def test_who_reads_whose_days(project, role):
    seen, hidden = CASES[role]
    region = CapacityRequest.objects.get(days=5).region
    reader = UserFactory(roles=[role], region=region)
    read = Project.objects.for_document(reader).get(pk=project.pk)
    assert {line.days for line in read.capacity_requests.all()} == seen
    assert (read.days_in_all, read.days_hidden) == (78, hidden)
    client = SignedInClient(reader)
    for path in ("", "/preview", "/history"):
        page = client.get(f"/projects/{project.pk}{path}").content.decode()
        assert ("Other region" in page) == (70 in seen), path
        assert ("Own region" in page) == (5 in seen), path


def test_regional_staff_of_no_region_reads_what_is_asked_of_networks(project):
    read = Project.objects.for_document(UserFactory(roles=[Role.REGIONAL_STAFF])).get(pk=project.pk)
    assert {line.days for line in read.capacity_requests.all()} == {3}
