"""The fictional people of the demonstration."""

from pathlib import Path

import pytest

from mjp.demo import NotADemonstration, load_people
from organisation.choices import Role
from organisation.models import RoleAssignment, User
from tests.factories import PASSWORD, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db

PERSON = """
[[people]]
email = "regio@example.org"
name = "Samira el Haddaoui"
roles = ["regional_staff", "rcdv"]
region = "VR08"
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    RegionFactory(code="VR08")
    file = tmp_path / "people.toml"
    file.write_text(PERSON, encoding="utf-8")
    return file


def look() -> tuple:
    user = User.objects.get()
    return (user.name, user.region and user.region.code, user.roles, user.is_active, user.is_fictional)


AS_IN_THE_FILE = (
    "Samira el Haddaoui",
    "VR08",
    frozenset({Role.REGIONAL_STAFF, Role.RCDV}),
    True,
    True,
)


def test_people_are_made_as_the_file_says(people):
    [person] = load_people(people, PASSWORD)
    assert look() == AS_IN_THE_FILE
    assert person.check_password(PASSWORD)


def test_people_are_brought_up_to_date(people):
    [person] = load_people(people, "an earlier, different password")
    person.name, person.region, person.is_active = "Another", None, False
    person.save()
    person.role_assignments.filter(role=Role.RCDV).delete()
    RoleAssignment.objects.create(user=person, role=Role.ADMIN)
    [person] = load_people(people, PASSWORD)
    assert look() == AS_IN_THE_FILE
    assert person.roles == AS_IN_THE_FILE[2]
    assert User.objects.get().check_password(PASSWORD)


def test_loading_again_keeps_the_password_as_it_is_stored(people):
    load_people(people, PASSWORD)
    before = User.objects.get().password
    load_people(people, PASSWORD)
    assert User.objects.get().password == before


def test_account_of_a_real_person_is_left_alone(people):
    real = UserFactory(email="regio@example.org", name="Real")
    with pytest.raises(NotADemonstration, match=r"regio@example\.org"):
        load_people(people, PASSWORD)
    real.refresh_from_db()
    assert (real.name, real.roles) == ("Real", frozenset())
