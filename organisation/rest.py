"""What the APIs of all apps share: signing in, permission, paging, errors.

REST framework reads this module while it loads its own views, so nothing of it that knows views is imported here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from rest_framework import authentication, exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.response import Response

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise
    from rest_framework.request import Request
    from rest_framework.views import APIView

PROBLEM_MEDIA_TYPE = "application/problem+json"

# In bytes: some ten times the longest assignment. The text of 413 says the same.
LARGEST_REQUEST = 2_000_000
# Objects and lists within each other; the API itself asks for three.
DEEPEST_REQUEST = 20
# A message repeats no more of what was sent than tells which it was.
LONGEST_MESSAGE = 500

TITLES: dict[int, _StrPromise] = {
    400: _("Bad request"),
    401: _("Not signed in"),
    403: _("No access"),
    404: _("Not found"),
    405: _("Method not allowed"),
    406: _("Form of answer not available"),
    409: _("Not possible in this state"),
    412: _("Changed meanwhile"),
    413: _("Too large"),
    415: _("Form of content not supported"),
    422: _("Can't be carried out"),
    428: _("Version not given"),
    429: _("Too many requests"),
    500: _("Something went wrong"),
    503: _("Temporarily not available"),
}
DETAILS: dict[int, _StrPromise] = {
    400: _("The request can't be understood. The description of the API says what it may look like."),
    401: _("Sign in, or send a token in the header “Authorization: Bearer …”."),
    403: _("Your account may not do this."),
    404: _("There is nothing at this address."),
    405: _("This address doesn't take this method; the header “Allow” says which it takes."),
    406: _("The API answers in JSON: ask for “application/json” in the header “Accept”."),
    413: _("The request is larger than the API takes. Send less at a time."),
    409: _("What is asked is not possible in the state that this is in now."),
    412: _("Someone else changed this since you read it, so nothing was saved. Read it again."),
    415: _("The API reads JSON: send “application/json” with the header “Content-Type” saying so."),
    422: _("The request was understood, but can't be carried out as it is; “errors” says why."),
    428: _(
        "Send the ETag that you got when reading in the header “If-Match”, so that no change of others is lost."
    ),
    429: _("Wait before the next request; the header “Retry-After” says how many seconds."),
    500: _("The error is ours and was recorded. Try again later."),
    503: _("The application or its database is busy. Try again in a minute."),
}
# A reason that was given is said for these; for the others the framework's own text adds nothing to ours.
REASON_IS_SAID = frozenset(
    {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED}
)


class Conflict(exceptions.APIException):
    """What is asked is not possible in the present state; `errors` may say of which field."""

    status_code = HTTPStatus.CONFLICT
    default_detail = DETAILS[409]

    def __init__(self, detail: str, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(detail)
        self.errors = errors or {}


class PreconditionFailed(exceptions.APIException):
    """What was read has changed since."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = DETAILS[412]


class ContentTooLarge(exceptions.APIException):
    """The request holds more than is read."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = DETAILS[413]


class Unprocessable(exceptions.ValidationError):
    """What was sent is right by itself, but can't be carried out; the detail says why, by field."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY


class PreconditionRequired(exceptions.APIException):
    """A change came without saying what it is a change of."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_detail = DETAILS[428]


class LimitedJSONParser(JSONParser):
    """Reads JSON of a size and depth that a request has; refuses the rest before it takes memory or stack."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Give the content. Raises `ContentTooLarge` and `ParseError`."""
        request = (parser_context or {})["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
            raise ContentTooLarge
        try:
            content = super().parse(stream, media_type, parser_context)
        except RecursionError as too_deep:
            raise exceptions.ParseError from too_deep
        if _is_deeper_than(DEEPEST_REQUEST, content):
            raise exceptions.ParseError
        return content


class BearerAuthentication(TokenAuthentication):
    """Signs in by `Authorization: Bearer <token>`; a token that no longer works is not told from one that never did."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isalnum():
            raise exceptions.AuthenticationFailed
        return super().authenticate_credentials(token)


class SessionAuthentication(authentication.SessionAuthentication):
    """Signs in by the session of the pages; what changes something then needs their CSRF token."""

    def enforce_csrf(self, request: Any) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as refusal:
            raise exceptions.PermissionDenied(
                _("The request came without a valid CSRF token: send it in the header “X-CSRFToken”.")
            ) from refusal


class HasDeclaredPermission(BasePermission):
    """Asks the rules for the permission that the view names in `permission`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.has_perm(view.permission)  # type: ignore[attr-defined]  # a view without it fails


class Pages(PageNumberPagination):
    """Pages of 50 items, or as many as `page_size` asks for, up to 200; a larger size counts as 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Give the items of the page asked for.

        Raises `ValidationError` for what is no number, `NotFound` for a page after the last.
        """
        self.request = request
        wrong = {
            name: [_("Give a whole number of 1 or more.")]
            for name in ("page", "page_size")
            if not _counts_from_one(request.query_params.get(name, "1"))
        }
        if wrong:
            raise exceptions.ValidationError(wrong)
        paginator = self.django_paginator_class(queryset, self.get_page_size(request) or self.page_size)
        number = request.query_params.get("page", "1")
        try:
            self.page = paginator.page(number)
        except (EmptyPage, PageNotAnInteger) as past_the_end:
            raise exceptions.NotFound(
                _("There is no page %(page)s; the last one is %(last)s.")
                % {"page": number, "last": paginator.num_pages}
            ) from past_the_end
        return list(self.page)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe `page` and `page_size` for the OpenAPI document."""
        described = (
            ("page", _("The page, counted from 1."), 1),
            ("page_size", _("Items per page, 200 at most; a larger size counts as 200."), self.page_size),
        )
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": str(description),
                "schema": {"type": "integer", "minimum": 1, "maximum": 999_999_999, "default": default},
            }
            for name, description, default in described
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page for the OpenAPI document."""

        def link(description: _StrPromise) -> dict[str, Any]:
            return {"type": ["string", "null"], "format": "uri", "description": str(description)}

        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {
                    "type": "integer",
                    "description": str(_("The number of items on all pages together.")),
                },
                "next": link(_("The address of the next page; null on the last.")),
                "previous": link(_("The address of the page before; null on the first.")),
                "results": schema,
            },
        }


def problem(status: int, title: str) -> HttpResponse:
    """Give an error as application/problem+json (RFC 9457), for what goes wrong outside the API's own views."""
    body = {"type": "about:blank", "title": title, "status": status}
    if status in DETAILS:
        body["detail"] = str(DETAILS[status])
    return JsonResponse(body, status=status, content_type=PROBLEM_MEDIA_TYPE)


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Write an error of an API view as application/problem+json; None for one that nobody expected, which gives a 500.

    `errors` lists what is wrong with the input: per field a message, the field empty for the input as a whole.
    """
    from rest_framework.views import set_rollback

    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(*error.args)
    elif isinstance(error, DjangoValidationError):
        error = exceptions.ValidationError(
            error.message_dict if hasattr(error, "error_dict") else error.messages
        )
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    status = error.status_code
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(TITLES.get(status, HTTPStatus(status).phrase)),
        "status": status,
        "detail": _detail(error),
    }
    said = error.detail if isinstance(error, exceptions.ValidationError) else vars(error).get("errors")
    if said:
        body["errors"] = [
            {"field": _shown(field), "message": _shown(message)}
            for field, message in _messages_by_field(said)
        ]
    return Response(body, status=status, headers=_headers(error), content_type=PROBLEM_MEDIA_TYPE)


def _detail(error: exceptions.APIException) -> str:
    status = error.status_code
    if isinstance(error, exceptions.ValidationError):
        if status != HTTPStatus.BAD_REQUEST:
            return str(DETAILS[status])
        return str(_("The request has values that are not right; “errors” says which."))
    if isinstance(error, exceptions.AuthenticationFailed):
        return str(_("This token doesn't give access (any more). Ask an administrator for a new one."))
    said = str(error.detail)
    reason_was_given = status in REASON_IS_SAID and said != str(error.default_detail)
    if reason_was_given or status not in DETAILS:
        return _shown(said)
    return str(DETAILS[status])


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if isinstance(error, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, exceptions.Throttled) and (wait := vars(error)["wait"]) is not None:
        headers["Retry-After"] = str(wait)
    return headers


def _messages_by_field(detail: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Flatten what a validation says: the names of nested fields are joined by dots, rows counted from 0."""
    if isinstance(detail, dict):
        for name, below in detail.items():
            inner = "" if name in ("__all__", "non_field_errors") else str(name)
            yield from _messages_by_field(below, ".".join(filter(None, (field, inner))))
    elif isinstance(detail, list):
        for index, below in enumerate(detail):
            nested = isinstance(below, (dict, list))
            yield from _messages_by_field(
                below, ".".join(filter(None, (field, str(index)))) if nested else field
            )
    else:
        yield field, str(detail)


def _shown(text: str) -> str:
    """Give a text that can be sent: without half characters, which JSON can hold and UTF-8 can't, and not endless."""
    sendable = text.encode("utf-8", "replace").decode()
    return sendable if len(sendable) <= LONGEST_MESSAGE else f"{sendable[:LONGEST_MESSAGE]}…"


def _is_deeper_than(limit: int, content: Any) -> bool:
    level = [content]
    for _depth in range(limit):
        level = [
            below
            for item in level
            if isinstance(item, (dict, list))
            for below in (item.values() if isinstance(item, dict) else item)
            if isinstance(below, (dict, list))
        ]
    return bool(level)


def _counts_from_one(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= 1
