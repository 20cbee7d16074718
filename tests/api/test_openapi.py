"""The description of the API, and that the answers keep to it."""

from io import StringIO

import pytest
from django.core.management import call_command
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from rest_framework.test import APIClient

from tests.api.test_resources import RESOURCES
from tests.factories import NetworkFactory


@pytest.fixture
def description(db):
    response = APIClient().get("/api/v1/openapi.json")
    assert response.status_code == 200
    return response.json()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "application/vnd.oai.openapi+json", "text/html,*/*;q=0.8"]
)
def test_description_is_public_for_every_site(accept):
    response = APIClient().get(
        "/api/v1/openapi.json", headers={"accept": accept, "origin": "https://example.org"}
    )

    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["API-Version"] == response.json()["info"]["version"] == "1.1.0"


@pytest.mark.django_db
def test_only_the_description_is_for_other_sites(reader):
    response = reader.get("/api/v1/regions", headers={"origin": "https://example.org"})

    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response


def test_description_is_valid_openapi_3_1(description):
    assert description["openapi"].startswith("3.1")
    validate(description, cls=OpenAPIV31SpecValidator)


@pytest.mark.django_db
def test_description_is_made_without_a_warning():
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())


def test_description_names_licence_contact_and_server(description):
    assert description["info"]["license"]["identifier"] == "EUPL-1.2"
    assert description["info"]["contact"]["name"]
    assert description["servers"] == [{"url": "/api/v1"}]


def test_description_has_every_list_and_item_without_trailing_slash(description):
    paths = set(description["paths"])

    assert {f"/{resource}" for resource in RESOURCES} <= paths
    assert len(paths) == 2 * len(RESOURCES)
    assert not any(path.endswith("/") for path in paths)


def test_every_operation_documents_signing_in_its_errors_and_its_version(description):
    schemes = description["components"]["securitySchemes"]
    assert {(scheme["type"], scheme.get("scheme")) for scheme in schemes.values()} == {
        ("http", "bearer"),
        ("apiKey", None),
    }
    for path in description["paths"].values():
        (operation,) = path.values()
        assert [list(scheme) for scheme in operation["security"]] == [["bearerToken"], ["sessionCookie"]]
        assert set(operation["responses"]) == {"200", "400", "401", "403", "404"}
        for response in operation["responses"].values():
            described = _resolve(description, response)
            assert "API-Version" in described["headers"]
            if described is not response:
                assert list(described["content"]) == ["application/problem+json"]


@pytest.mark.parametrize(
    ("resource", "filters"),
    [
        ("objectives", {"pillar", "theme", "year", "lead", "q"}),
        ("lac-goals", {"pillar", "theme", "lead", "q"}),
        ("themes", {"pillar", "q"}),
        ("pillars", set()),
        ("plan-versions", {"status", "programme"}),
        ("regions", {"q"}),
        ("networks", {"kind", "tier", "q"}),
    ],
)
def test_every_filter_is_described(description, resource, filters):
    parameters = description["paths"][f"/{resource}"]["get"]["parameters"]

    assert {parameter["name"] for parameter in parameters} == filters | {"page", "page_size"}
    assert all(parameter["description"] for parameter in parameters)


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("resource", RESOURCES)
def test_answers_are_as_described(reader, description, resource):
    NetworkFactory(tier="", reports_to=None)
    answer = reader.get(f"/api/v1/{resource}?page_size=2")
    everything = reader.get(f"/api/v1/{resource}?page_size=200")

    schema = description["paths"][f"/{resource}"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    for page in (answer.json(), everything.json()):
        assert page["results"]
        _validate(description, schema, page)


def test_errors_are_as_described(reader, description):
    response = reader.get("/api/v1/regions?page=x&page_size=x")

    _validate(description, {"$ref": "#/components/schemas/ProblemDetails"}, response.json())


def _validate(description, schema, content):
    OAS31Validator({**schema, "components": description["components"]}).validate(content)


def _resolve(description, item):
    if "$ref" not in item:
        return item
    for step in item["$ref"].removeprefix("#/").split("/"):
        description = description[step]
    return description
