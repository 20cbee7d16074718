"""Errors of the API: application/problem+json (RFC 9457), in the user's language."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.test import APIClient

from mjp.api import router
from organisation.rest import (
    Conflict,
    ContentTooLarge,
    PreconditionFailed,
    PreconditionRequired,
    Unprocessable,
    problem,
    problem_details,
)
from tests.factories import PlanVersionFactory

pytestmark = pytest.mark.django_db


def assert_problem(response, status):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["API-Version"] == "1.3.0"
    body = response.json()
    assert set(body) - {"errors"} == {"type", "title", "status", "detail"}
    assert body["type"] == "about:blank"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("objectives?pillar=9", ["pillar"]),
        ("objectives?pillar=one", ["pillar"]),
        ("objectives?theme=none-such", ["theme"]),
        ("objectives?year=1999", ["year"]),
        ("objectives?year=2024.5", ["year"]),
        ("objectives?lead=me", ["lead"]),
        ("objectives?lead=me&year=x&pillar=9", ["lead", "pillar", "year"]),
        ("objectives?q=" + "x" * 201, ["q"]),
        ("objectives?q=%00", ["q"]),
        ("lac-goals?lead=VAKRAAD", ["lead"]),
        ("lac-goals?theme=%00", ["theme"]),
        ("themes?pillar=%F0%9F%A4%B7", ["pillar"]),
        ("plan-versions?status=draft", ["status"]),
        ("plan-versions?programme=none-such", ["programme"]),
        ("networks?kind=club&tier=top", ["kind", "tier"]),
        ("regions?q=%00", ["q"]),
        ("regions?page=0", ["page"]),
        ("regions?page=last", ["page"]),
        ("regions?page=-1&page_size=many", ["page", "page_size"]),
        ("regions?page_size=0", ["page_size"]),
        ("regions?page=" + "9" * 5000, ["page"]),
        ("regions?page=%C2%B2", ["page"]),
    ],
)
def test_a_wrong_value_gives_400_with_field_and_message(reader, address, fields):
    PlanVersionFactory(adopted=True)

    body = assert_problem(reader.get(f"/api/v1/{address}"), 400)

    assert sorted(error["field"] for error in body["errors"]) == fields
    assert all(error["message"] for error in body["errors"])


def test_an_empty_value_filters_nothing(reader):
    PlanVersionFactory(adopted=True)

    assert reader.get("/api/v1/plan-versions?status=&programme=").json()["count"] == 1
    assert reader.get("/api/v1/objectives?pillar=&theme=&year=&lead=&q=").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/none-such",
        "/api/v1/regions/",
        "/api/v1/regions/VR01/",
        "/api/v1/regions/VR99",
        "/api/v1/regions/%00",
        "/api/v1/regions.json",
        "/api/v1/themes/none-such",
        "/api/v1/objectives/999999999999999999999999",
        "/api/v1/objectives/one",
        "/api/v1/regions?page=2",
        "/api/v1/",
        "/api/v1",
        "/api/v2/regions",
        "/api/",
    ],
)
def test_what_is_not_there_gives_404(reader, path):
    assert_problem(reader.get(path), 404)


def test_an_unknown_path_gives_404_also_without_signing_in():
    assert_problem(APIClient().get("/api/v1/none-such"), 404)


def test_a_page_after_the_last_says_which_is_the_last(reader):
    assert "1" in reader.get("/api/v1/regions?page=2").json()["detail"]


def test_401_403_405_and_406_are_problems(reader, token_client):
    assert_problem(APIClient().get("/api/v1/regions"), 401)
    assert_problem(token_client().get("/api/v1/regions"), 403)
    assert_problem(reader.delete("/api/v1/regions"), 405)
    assert_problem(reader.get("/api/v1/regions", headers={"accept": "text/csv"}), 406)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (exceptions.ParseError(), 400),
        (exceptions.NotAuthenticated(), 401),
        (exceptions.AuthenticationFailed(), 401),
        (PermissionDenied(), 403),
        (Http404("No Region matches the given query."), 404),
        (exceptions.MethodNotAllowed("PUT"), 405),
        (exceptions.NotAcceptable(), 406),
        (Conflict("It runs already."), 409),
        (PreconditionFailed(), 412),
        (ContentTooLarge(), 413),
        (exceptions.UnsupportedMediaType("text/plain"), 415),
        (PreconditionRequired(), 428),
        (exceptions.Throttled(wait=7), 429),
    ],
)
def test_every_error_of_the_framework_becomes_a_problem(error, status):
    response = problem_details(error, {})

    assert response.status_code == response.data["status"] == status
    assert response.content_type == "application/problem+json"
    assert set(response.data) == {"type", "title", "status", "detail"}
    assert response.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)
    assert response.headers.get("Retry-After") == ("7" if status == 429 else None)


def test_a_reason_for_refusing_is_passed_on():
    assert (
        problem_details(PermissionDenied("Only the maker may."), {}).data["detail"] == "Only the maker may."
    )


def test_an_error_that_nobody_expected_is_left_to_the_500_page():
    assert problem_details(ZeroDivisionError(), {}) is None
    assert problem(500, "Something went wrong")["Content-Type"] == "application/problem+json"


def test_an_error_that_nobody_expected_gives_a_problem_with_500(reader, monkeypatch):
    regions = next(viewset for prefix, viewset, _name in router.registry if prefix == "regions")
    monkeypatch.setattr(regions, "get_queryset", lambda view: 1 / 0)
    reader.raise_request_exception = False

    body = assert_problem(reader.get("/api/v1/regions"), 500)

    assert "division" not in str(body)


def test_nested_validation_errors_become_a_flat_list():
    error = exceptions.ValidationError(
        {
            "title": ["Too long.", "Wrong."],
            "rows": [{}, {"year": ["Unknown."]}],
            "non_field_errors": ["Choose."],
        }
    )

    assert problem_details(error, {}).data["errors"] == [
        {"field": "title", "message": "Too long."},
        {"field": "title", "message": "Wrong."},
        {"field": "rows.1.year", "message": "Unknown."},
        {"field": "", "message": "Choose."},
    ]


def test_a_validation_of_the_domain_becomes_a_list_by_field():
    by_field = problem_details(ValidationError({"title": ["Too long."], "__all__": ["Choose."]}), {})
    as_a_whole = problem_details(ValidationError("Choose."), {})

    assert by_field.status_code == as_a_whole.status_code == 400
    assert by_field.data["errors"] == [
        {"field": "title", "message": "Too long."},
        {"field": "", "message": "Choose."},
    ]
    assert as_a_whole.data["errors"] == [{"field": "", "message": "Choose."}]


def test_what_cannot_be_done_says_why_and_by_field():
    assert problem_details(Conflict("It runs already."), {}).data["detail"] == "It runs already."
    conflict = problem_details(Conflict("Not these.", errors={"projects": ["One runs."]}), {})
    assert conflict.data["errors"] == [{"field": "projects", "message": "One runs."}]
    unprocessable = problem_details(Unprocessable({"purpose": ["Say why."]}), {})
    assert unprocessable.status_code == 422
    assert unprocessable.data["errors"] == [{"field": "purpose", "message": "Say why."}]


def test_a_message_repeats_no_half_characters_and_no_book():
    said = problem_details(exceptions.ValidationError({"x\ud800": ["y\udfff" + "z" * 10_000]}), {})

    (error,) = said.data["errors"]
    assert error["field"] == "x?"
    assert error["message"].startswith("y?zzz")
    assert len(error["message"]) < 600


def test_messages_follow_the_language_chosen(reader):
    texts = {}
    for language in ("nl", "en"):
        reader.cookies["django_language"] = language
        response = reader.get("/api/v1/regions?page=x")
        assert response["Content-Language"] == language
        texts[language] = response.json()

    assert texts["en"]["title"] == "Bad request"
    assert texts["en"]["errors"][0]["message"] == "Give a whole number of 1 or more."
