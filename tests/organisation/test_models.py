"""What the database refuses of regions, networks, people and roles; who is who."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, QuerySet

from organisation.choices import Role
from organisation.models import Network, Region, RoleAssignment, User
from tests.factories import NetworkFactory, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db


def insert(row):
    """Write a row past every check of the models."""
    QuerySet(type(row)).bulk_create([row])


def network_that_reports_to_itself():
    network = NetworkFactory()
    QuerySet(Network).filter(pk=network.pk).update(reports_to=network.pk)


REFUSED = {
    "region code in lower case": lambda: insert(Region(code="vr01", name="Region")),
    "region code with a letter": lambda: insert(Region(code="VR0A", name="Region")),
    "region code too short": lambda: insert(Region(code="VR1", name="Region")),
    "region code on two lines": lambda: insert(Region(code="VR1\n", name="Region")),
    "second region of a code": lambda: insert(Region(code=RegionFactory.create().code, name="Second")),
    "second region of a name": lambda: insert(
        Region(code="VR99", name=RegionFactory.create(code="VR98").name)
    ),
    "network of an unknown kind": lambda: insert(Network(slug="club", name="Club", kind="club")),
    "network of an unknown tier": lambda: insert(Network(slug="a", name="A", kind="network", tier="top")),
    "second network of an address": lambda: insert(
        Network(slug=NetworkFactory.create().slug, name="Second", kind="network")
    ),
    "network that reports to itself": network_that_reports_to_itself,
    "e-mail address in upper case": lambda: insert(User(email="Person@example.org", name="Person")),
    "second user of an e-mail address": lambda: insert(User(email=UserFactory.create().email, name="Second")),
    "user in an unknown language": lambda: insert(User(email="a@example.org", name="A", language="fy")),
    "unknown role": lambda: insert(RoleAssignment(user=UserFactory.create(), role="king")),
    "role held twice": lambda: insert(
        RoleAssignment(user=UserFactory.create(roles=[Role.RCDV]), role=Role.RCDV)
    ),
}


@pytest.mark.parametrize("write", REFUSED.values(), ids=REFUSED)
def test_database_refuses(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_region_with_people_is_not_deleted():
    region = UserFactory(region=RegionFactory()).region
    with pytest.raises(ProtectedError):
        region.delete()


def test_person_holds_many_roles():
    user = UserFactory(roles=[Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER])
    assert user.roles == {Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER}
    assert UserFactory().roles == frozenset()


@pytest.mark.parametrize("role", Role)
def test_django_admin_lets_in_support_and_administrators(role):
    assert UserFactory(roles=[role]).is_staff == (role in {Role.SUPPORT, Role.ADMIN})
    assert not UserFactory(roles=[role], is_active=False).is_staff


@pytest.mark.parametrize("role", Role)
def test_nobody_is_above_the_rules(role):
    user = UserFactory(roles=[role])
    assert not user.is_superuser
    assert not user.has_perm("organisation.delete_user")
    assert not user.has_perm("no_such_app.no_such_permission")


def test_inactive_person_may_nothing():
    user = UserFactory(roles=list(Role), is_active=False)
    assert not user.has_perm("reporting.view_planning_grid")


def test_new_user_is_kept_in_lower_case_and_found_in_any_case():
    user = User.objects.create_user("Jan.De.Vries@Example.ORG", "secret", name="Jan")
    assert user.email == "jan.de.vries@example.org"
    assert User.objects.get_by_natural_key("JAN.de.vries@example.org") == user


def test_user_without_password_cannot_sign_in():
    assert not User.objects.create_user("jan@example.org", name="Jan").has_usable_password()


def test_superuser_of_the_command_line_is_an_administrator():
    assert User.objects.create_superuser("beheer@example.org", "secret", name="Beheer").roles == {Role.ADMIN}


def test_clean_lowers_the_e_mail_address():
    user = UserFactory.build(email="Upper@Example.org")
    user.full_clean(exclude=["password"])
    assert user.email == "upper@example.org"
