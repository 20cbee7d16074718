"""Who may read the API, and by what."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from knox.models import get_token_model
from rest_framework.test import APIClient

from organisation.choices import Role
from organisation.models import RoleAssignment
from tests.api.test_resources import RESOURCES
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
OF_PROJECTS = ("projects", "status-reports", "decisions", "annual-plans")


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(("role", "status"), [*((role, 200) for role in Role), (None, 403)])
def test_every_role_reads_and_who_has_none_does_not(token_client, role, status, resource):
    client = token_client(*filter(None, [role]))

    assert client.get(f"/api/v1/{resource}").status_code == status


@pytest.mark.parametrize("resource", OF_PROJECTS)
@pytest.mark.parametrize("role", [*Role, None])
def test_projects_and_decisions_are_for_every_role_but_the_administrator(token_client, role, resource):
    client = token_client(*filter(None, [role]))

    assert client.get(f"/api/v1/{resource}").status_code == (403 if role in (Role.ADMIN, None) else 200)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "portfolios"),
        *(("get", path) for path in OF_PROJECTS),
        *(("post", path) for path in OF_PROJECTS),
        *((method, "projects/1") for method in ("get", "patch")),
        *(("post", f"projects/1/{verb}") for verb in ("submission", "withdrawal", "start", "remarks")),
        ("post", "projects/1/completion-request"),
        ("post", "projects/1/status-reports"),
        ("get", "projects/1/attachments"),
    ],
)
def test_nothing_of_projects_is_done_without_signing_in(method, path):
    response = getattr(APIClient(), method)(f"/api/v1/{path}", {})

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("resource", [*RESOURCES, "objectives/1", "themes/x", "regions/VR01"])
def test_without_signing_in_it_is_401_and_never_a_redirect(resource):
    response = APIClient().get(f"/api/v1/{resource}")

    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer 0123",
        "Bearer " + "0" * 64,
        "Bearer two words",
        "Bearer \xff\xfe",
        "Bearer with\x00nul",
        "Bearer " + "0" * 100_000,
        "Token {token}",
        "Basic dXNlcjpwYXNzd29yZA==",
        "{token}",
        "Bearer {token}0",
        "Bearer {start}",
    ],
)
def test_a_token_that_is_not_right_gives_401(header):
    _record, token = get_token_model().objects.create(user=UserFactory(roles=[Role.ADMIN]))
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header.format(token=token, start=token[:15]))

    response = client.get("/api/v1/regions")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["status"] == 401


def test_a_session_of_the_pages_reads(client_as):
    assert client_as(Role.RCDV).get("/api/v1/regions").status_code == 200


def test_a_token_in_the_address_does_not_sign_in():
    _record, token = get_token_model().objects.create(user=UserFactory(roles=[Role.ADMIN]))

    assert APIClient().get(f"/api/v1/regions?token={token}&access_token={token}").status_code == 401


def test_the_token_of_someone_made_inactive_stops_working(reader):
    assert reader.get("/api/v1/regions").status_code == 200
    reader.user.is_active = False
    reader.user.save()

    assert reader.get("/api/v1/regions").status_code == 401


def test_the_token_of_someone_who_lost_their_last_role_gives_403(reader):
    RoleAssignment.objects.filter(user=reader.user).delete()

    assert reader.get("/api/v1/regions").status_code == 403


def test_a_withdrawn_token_stops_working(reader):
    get_token_model().objects.all().delete()

    assert reader.get("/api/v1/regions").status_code == 401


def test_a_session_keeps_csrf_and_a_token_needs_none(reader):
    by_session = APIClient(enforce_csrf_checks=True)
    by_session.force_login(reader.user)

    refused = by_session.post("/api/v1/regions", {})
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]
    assert reader.post("/api/v1/regions", {}).status_code == 405


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["regions", "regions/VR01"])
def test_nothing_can_be_changed(token_client, method, path):
    response = getattr(token_client(*Role), method)(f"/api/v1/{path}", {})

    assert response.status_code == 405
    assert "GET" in response["Allow"]


def test_create_api_token_prints_the_token_alone_and_keeps_only_its_hash():
    user = UserFactory(email="reader@example.org", roles=[Role.REGIONAL_STAFF])
    output, hint = StringIO(), StringIO()

    call_command("create_api_token", "Reader@Example.org", stdout=output, stderr=hint)

    token = output.getvalue().removesuffix("\n")
    assert token.isalnum()
    assert token not in hint.getvalue()
    record = get_token_model().objects.get(user=user)
    assert token not in [str(value) for value in vars(record).values()]
    assert record.expiry is None
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert client.get("/api/v1/regions").status_code == 200


def test_create_api_token_says_when_the_account_has_no_role():
    UserFactory(email="reader@example.org")
    hint = StringIO()

    call_command("create_api_token", "reader@example.org", stdout=StringIO(), stderr=hint)

    assert "no role" in hint.getvalue()


@pytest.mark.parametrize("email", ["gone@example.org", "nobody@example.org", "nonsense"])
def test_create_api_token_refuses_who_is_unknown_or_inactive(email):
    UserFactory(email="gone@example.org", is_active=False)
    output = StringIO()

    with pytest.raises(CommandError, match=email):
        call_command("create_api_token", email, stdout=output)

    assert output.getvalue() == ""
    assert not get_token_model().objects.exists()
