"""What the API reads from and says in headers: which request it is, and of which version of a project."""

import re
import uuid

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.request import Request

from organisation.rest import PreconditionRequired
from portfolio.models import Project

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
ETAGS = re.compile(r'\s*(W/)?"[^"]*"\s*(,\s*(W/)?"[^"]*"\s*)*')
VERSION = re.compile(r'(?<!W/)"(\d{1,9})"')

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    description=gettext_lazy(
        "A UUID of your own for this request. Sent again with the same key, it is carried out once, and answers what "
        "the first one did."
    ),
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    pattern=r'^"[0-9]{1,9}"$',
    description=gettext_lazy(
        "The ETag of the project as you read it, with its quotes. When someone else changed it since, nothing is saved."
    ),
)


def etag_of_answer(*statuses: int) -> OpenApiParameter:
    """Describe the header in which answers with these statuses say which version of the project they hold."""
    return OpenApiParameter(
        "ETag",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        response=list(statuses),
        description=gettext_lazy("The version of the project, for “If-Match”."),
    )


def location_of_answer(*statuses: int) -> OpenApiParameter:
    """Describe the header in which answers with these statuses say where what was made is."""
    return OpenApiParameter(
        "Location",
        OpenApiTypes.URI,
        OpenApiParameter.HEADER,
        response=list(statuses),
        description=gettext_lazy("The address of what was made."),
    )


def idempotency_key(request: Request) -> uuid.UUID | None:
    """Give the key that the client gave this request, if any. Raises `ValidationError` for what is no UUID."""
    if "Idempotency-Key" not in request.headers:
        return None
    text = request.headers["Idempotency-Key"].strip()
    if not UUID.fullmatch(text):
        raise exceptions.ValidationError(
            {"Idempotency-Key": [_("Give a UUID, such as 0d9d3a2c-5b7e-4c39-9a52-2f6f7b8e1c44.")]}
        )
    return uuid.UUID(text)


def etag(project: Project) -> str:
    """Give the entity tag of a project: its version."""
    return f'"{project.version}"'


def versions_to_match(request: Request) -> frozenset[int]:
    """Give the versions of which the client sends a change.

    Raises `PreconditionRequired` when it names none, `ValidationError` for what is no list of entity tags; “*” is
    refused too, because it would save over whatever another person did.
    """
    text = request.headers.get("If-Match", "").strip()
    if not text:
        raise PreconditionRequired
    if not ETAGS.fullmatch(text):
        raise exceptions.ValidationError(
            {"If-Match": [_('Give the ETag that you got when reading, with its quotes, such as "3".')]}
        )
    return frozenset(int(number) for number in VERSION.findall(text))
