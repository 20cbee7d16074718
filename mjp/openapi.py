"""The description of the API: what drf-spectacular can't read from the views."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension

from organisation.rest import DETAILS, PROBLEM_MEDIA_TYPE, TITLES

DOCUMENTED_ERRORS = {400: "BadRequest", 401: "NotSignedIn", 403: "NoAccess", 404: "NotFound"}
# Of operations that read a body.
ERRORS_OF_CONTENT = {413: "TooLarge", 415: "UnsupportedContent"}
# Of operations that name them in "x-problems".
ERRORS_OF_SOME = {
    409: "NotPossibleInThisState",
    412: "ChangedMeanwhile",
    422: "CannotBeCarriedOut",
    428: "VersionNotGiven",
}
ALL_ERRORS = DOCUMENTED_ERRORS | ERRORS_OF_CONTENT | ERRORS_OF_SOME


class BearerScheme(OpenApiAuthenticationExtension):
    """The token of `manage.py create_api_token`."""

    target_class = "organisation.rest.BearerAuthentication"
    name = "bearerToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": _("A token of an account; an administrator makes it."),
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """The session of the pages."""

    target_class = "organisation.rest.SessionAuthentication"
    name = "sessionCookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": _("The session of who is signed in on the pages."),
        }


def add_problems_and_version(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Add to each operation its errors, and to each answer the header with the API's version."""
    version = {"API-Version": {"$ref": "#/components/headers/API-Version"}}
    components = result["components"]
    components["headers"] = {
        "API-Version": {
            "description": _("The full version of the API."),
            "required": True,
            "schema": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$", "example": settings.API_VERSION},
        }
    }
    components["schemas"]["ProblemDetails"] = _problem_details()
    components["responses"] = {
        name: {
            "description": f"{TITLES[status]}. {DETAILS[status]}",
            "headers": version | (_challenge() if status == 401 else {}),
            "content": {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        for status, name in ALL_ERRORS.items()
    }
    for path in result["paths"].values():
        for operation in path.values():
            for response in operation["responses"].values():
                response.setdefault("headers", {}).update(version)
            some = operation.pop("x-problems", [])
            content = ERRORS_OF_CONTENT if "requestBody" in operation else {}
            for status in sorted([*DOCUMENTED_ERRORS, *content, *some]):
                reference = f"#/components/responses/{ALL_ERRORS[status]}"
                operation["responses"][str(status)] = {"$ref": reference}
    return result


def _challenge() -> dict[str, Any]:
    return {"WWW-Authenticate": {"required": True, "schema": {"type": "string", "example": "Bearer"}}}


def _problem_details() -> dict[str, Any]:
    return {
        "type": "object",
        "description": _("An error, after RFC 9457."),
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "default": "about:blank"},
            "title": {"type": "string", "description": _("What kind of error it is.")},
            "status": {
                "type": "integer",
                "minimum": 400,
                "maximum": 599,
                "description": _("The HTTP status."),
            },
            "detail": {"type": "string", "description": _("What went wrong this time and what to do.")},
            "errors": {
                "type": "array",
                "description": _("What is wrong with the input, field by field."),
                "items": {
                    "type": "object",
                    "required": ["field", "message"],
                    "properties": {
                        "field": {
                            "type": "string",
                            "description": _("The field or parameter; empty for the input as a whole."),
                        },
                        "message": {"type": "string"},
                    },
                },
            },
        },
    }
