"""The description of the API, and that the answers keep to it."""

from io import StringIO

import pytest
from django.core.management import call_command
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from rest_framework.test import APIClient

from mjp.openapi import DOCUMENTED_ERRORS
from organisation.choices import Role
from portfolio.choices import Outcome
from portfolio.services import begin_plan
from tests.api.budget_scene import adopted_year, book, project_with_costs
from tests.api.scene import S
from tests.api.test_resources import RESOURCES
from tests.factories import NetworkFactory, PortfolioFactory, ProjectFactory, decide, report
from tests.portfolio.plans import adopted_plan

# What projects and decisions have beside lists and items: address → methods.
OF_PROJECTS = {
    "/portfolios": {"get"},
    "/portfolios/{slug}": {"get"},
    "/projects": {"get", "post"},
    "/projects/{id}": {"get", "patch"},
    "/projects/{id}/submission": {"post"},
    "/projects/{id}/withdrawal": {"post"},
    "/projects/{id}/start": {"post"},
    "/projects/{id}/completion-request": {"post"},
    "/projects/{id}/remarks": {"get", "post"},
    "/projects/{id}/status-reports": {"get", "post"},
    "/projects/{id}/attachments": {"get"},
    "/status-reports": {"get", "post"},
    "/status-reports/{id}": {"get"},
    "/decisions": {"get", "post"},
    "/decisions/{id}": {"get"},
}
OF_PLANS = {"/annual-plans": {"get"}, "/annual-plans/{id}": {"get"}}
OF_THE_BUDGET = {
    "/distribution-keys": {"get"},
    "/distribution-keys/{id}": {"get"},
    "/distribution-keys/{id}/adoption": {"post"},
    "/budgets": {"get"},
    "/budgets/{year}": {"get", "patch"},
    "/budgets/{year}/contributions": {"get"},
    "/budgets/{year}/draft": {"post"},
    "/budgets/{year}/adoption": {"post"},
    "/budgets/{year}/invoicing": {"post"},
    "/budgets/{year}/payments": {"post"},
    "/budgets/{year}/allocation": {"get"},
    "/expenditure": {"get", "post"},
    "/expenditure/{id}": {"get"},
    "/expenditure/{id}/withdrawal": {"post"},
    "/projects/{id}/costs": {"get"},
}
# What is read of the budget by who sees the whole of it alone.
NOT_FOR_RCDV = {"/expenditure", "/expenditure/{id}", "/projects/{id}/costs"}
# What changes nothing more when it is sent again, so that it needs no key of the request; and what names a version.
ONCE_BY_ITSELF = {
    path
    for path in OF_THE_BUDGET
    if path.endswith(("/adoption", "/draft", "/invoicing", "/payments", "/withdrawal"))
}
OF_A_VERSION = {
    ("/projects/{id}", "patch"),
    ("/budgets/{year}", "patch"),
    ("/budgets/{year}/adoption", "post"),
}
# Errors beside those that every operation has: operation → statuses.
MORE_ERRORS = {
    ("/projects", "post"): {422},
    ("/projects/{id}", "patch"): {409, 412, 428},
    ("/projects/{id}/remarks", "post"): {422},
    ("/budgets/{year}", "patch"): {412, 428},
    ("/budgets/{year}/adoption", "post"): {409, 412, 428},
    ("/budgets/{year}/invoicing", "post"): {409},
    ("/budgets/{year}/payments", "post"): {409},
    ("/distribution-keys/{id}/adoption", "post"): {409},
    ("/expenditure", "post"): {409, 422},
    **{
        (path, "post"): {409, 422}
        for path in (
            "/projects/{id}/submission",
            "/projects/{id}/withdrawal",
            "/projects/{id}/start",
            "/projects/{id}/completion-request",
            "/projects/{id}/status-reports",
            "/status-reports",
            "/decisions",
        )
    },
}


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
    assert response["API-Version"] == response.json()["info"]["version"] == "1.3.0"


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
    written = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=written)

    assert written.getvalue().startswith("openapi: 3.1")


def test_description_names_licence_contact_and_server(description):
    assert description["info"]["license"]["identifier"] == "EUPL-1.2"
    assert description["info"]["contact"]["name"]
    assert description["servers"] == [{"url": "/api/v1"}]


def test_description_has_every_list_and_item_without_trailing_slash(description):
    paths = set(description["paths"])

    assert {f"/{resource}" for resource in RESOURCES} <= paths
    assert len(paths) == 2 * len(RESOURCES) + len(OF_PROJECTS) + len(OF_PLANS) + len(OF_THE_BUDGET)
    wanted = OF_PROJECTS | OF_PLANS | OF_THE_BUDGET
    found = {path: set(operations) for path, operations in description["paths"].items() if path in wanted}
    assert found == wanted
    assert not any(path.endswith("/") for path in paths)


def test_every_operation_documents_signing_in_its_errors_and_its_version(description):
    schemes = description["components"]["securitySchemes"]
    assert {(scheme["type"], scheme.get("scheme")) for scheme in schemes.values()} == {
        ("http", "bearer"),
        ("apiKey", None),
    }
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"]
            assert [list(scheme) for scheme in operation["security"]] == [["bearerToken"], ["sessionCookie"]]
            errors = {*DOCUMENTED_ERRORS, *MORE_ERRORS.get((path, method), ())}
            if "requestBody" in operation:
                errors |= {413, 415}
            found = {int(status) for status in operation["responses"]}
            assert {status for status in found if status >= 400} == errors, (path, method)
            assert {status for status in found if status < 400} <= {200, 201}
            for response in operation["responses"].values():
                described = _resolve(description, response)
                assert "API-Version" in described["headers"]
                if described is not response:
                    assert list(described["content"]) == ["application/problem+json"]


def test_what_is_sent_once_or_of_a_version_is_described(description):
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            names = {parameter["name"]: parameter for parameter in operation.get("parameters", ())}
            assert ("Idempotency-Key" in names) == (method == "post" and path not in ONCE_BY_ITSELF), path
            assert ("If-Match" in names) == ((path, method) in OF_A_VERSION), path
            if path in OF_THE_BUDGET:
                continue
            answers_project = [
                (status, answer)
                for status, answer in operation["responses"].items()
                if "ETag" in answer.get("headers", {})
            ]
            assert bool(answers_project) == (
                path.startswith("/projects")
                and not path.endswith(("/remarks", "/status-reports", "/attachments"))
                and (path, method) != ("/projects", "get")
            )
    assert description["paths"]["/projects/{id}"]["patch"]["parameters"][0]["required"]


def test_input_is_described_as_strict_and_answers_hold_no_secret(description):
    schemas = description["components"]["schemas"]
    for name in (
        "NewProject",
        "PatchedProjectChanges",
        "ResultLine",
        "NewDecision",
        "NewStatusReport",
        "NewExpenditure",
        "PatchedBudgetChanges",
        "Adoption",
        "Payments",
    ):
        assert schemas[name]["additionalProperties"] is False
    for name, schema in schemas.items():
        assert not {"request_key", "email"} & set(schema.get("properties", ())), name


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
        ("portfolios", set()),
        ("decisions", {"year", "outcome", "project", "q"}),
        ("status-reports", {"year", "project"}),
        ("annual-plans", {"year", "state"}),
        ("distribution-keys", {"year", "status"}),
        ("expenditure", {"year", "project", "category", "withdrawn"}),
        ("budgets", set()),
    ],
)
def test_every_filter_is_described(description, resource, filters):
    parameters = description["paths"][f"/{resource}"]["get"]["parameters"]

    assert {parameter["name"] for parameter in parameters} == filters | {"page", "page_size"}
    assert all(parameter["description"] for parameter in parameters)


def test_every_filter_on_projects_is_described(description):
    parameters = description["paths"]["/projects"]["get"]["parameters"]

    names = {"pillar", "theme", "objective", "holder", "portfolio", "network", "region", "state", "health"}
    assert {parameter["name"] for parameter in parameters} >= names | {
        "year",
        "late",
        "q",
        "page",
        "page_size",
    }
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


def test_answers_on_projects_are_as_described(token_client, description):
    client = token_client(Role.SUPPORT)
    full = ProjectFactory(portfolio=PortfolioFactory(held_by=client.user), in_state=S.RUNNING)
    report(full)
    decide(full, outcome=Outcome.COMPLETE)
    bare = {"title": "Bare", "portfolio": full.portfolio.slug, "objective": full.objective_id}
    made = client.post("/api/v1/projects", bare)
    remark = client.post(f"/api/v1/projects/{full.pk}/remarks", {"text": "Look."})
    _validate(description, _schema(description, "/projects", "post", 201), made.json())
    _validate(description, _schema(description, "/projects/{id}/remarks", "post", 201), remark.json())
    for path, operations in OF_PROJECTS.items():
        if "get" not in operations:
            continue
        key = {
            "/status-reports/{id}": full.status_reports.get().pk,
            "/decisions/{id}": full.decisions.last().pk,
        }
        address = path.format(slug=full.portfolio.slug, id=key.get(path, full.pk))
        _validate(description, _schema(description, path, "get", 200), client.get(f"/api/v1{address}").json())


@pytest.mark.usefixtures("programme")
def test_answers_on_annual_plans_are_as_described(reader, description, support):
    adopted, draft = adopted_plan(support), begin_plan(2027, by=support)
    for path, plan in (
        ("/annual-plans", None),
        ("/annual-plans/{id}", adopted),
        ("/annual-plans/{id}", draft),
    ):
        answer = reader.get(f"/api/v1{path.format(id=plan.pk if plan else '')}")
        _validate(description, _schema(description, path, "get", 200), answer.json())


def test_answers_on_the_budget_are_as_described(token_client, description, support):
    key, booking = adopted_year(support, 2026)
    line = project_with_costs(support)
    book(line, support)
    keys = {"year": 2026, "/distribution-keys/{id}": key.pk, "/expenditure/{id}": booking.pk}
    for role in (Role.SUPPORT, Role.RCDV):
        client = token_client(role)
        for path, operations in OF_THE_BUDGET.items():
            if "get" not in operations:
                continue
            address = path.format(year=2026, id=keys.get(path, line.project_id))
            answer = client.get(f"/api/v1{address}")
            if role == Role.RCDV and path in NOT_FOR_RCDV:
                assert answer.status_code == 403
            else:
                assert answer.status_code == 200
                _validate(description, _schema(description, path, "get", 200), answer.json())


def test_errors_on_projects_are_as_described(token_client, description):
    client = token_client(Role.SUPPORT)
    lacking, running = ProjectFactory(aim=""), ProjectFactory(in_state=S.RUNNING)
    responses = {
        422: client.post(f"/api/v1/projects/{lacking.pk}/submission"),
        409: client.post(f"/api/v1/projects/{running.pk}/start"),
        428: client.patch(f"/api/v1/projects/{lacking.pk}", {}),
        412: client.patch(f"/api/v1/projects/{lacking.pk}", {}, headers={"If-Match": '"9"'}),
        400: client.post("/api/v1/projects", {}),
    }
    for status, response in responses.items():
        assert response.status_code == status
        _validate(description, {"$ref": "#/components/schemas/ProblemDetails"}, response.json())


def test_errors_are_as_described(reader, description):
    response = reader.get("/api/v1/regions?page=x&page_size=x")

    assert response.status_code in DOCUMENTED_ERRORS
    _validate(description, {"$ref": "#/components/schemas/ProblemDetails"}, response.json())


def _validate(description, schema, content):
    OAS31Validator({**schema, "components": description["components"]}).validate(content)


def _schema(description, path, method, status):
    answer = description["paths"][path][method]["responses"][str(status)]
    return answer["content"]["application/json"]["schema"]


def _resolve(description, item):
    if "$ref" not in item:
        return item
    for step in item["$ref"].removeprefix("#/").split("/"):
        description = description[step]
    return description
