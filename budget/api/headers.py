"""Which version of a year's amount, or of its draft, a change is a change of."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.request import Request

from organisation.rest import PreconditionRequired
from portfolio.api.headers import ETAGS

TAG = re.compile(r'(?<!W/)"([^"]*)"')


def _if_match(description: Promise, pattern: str) -> OpenApiParameter:
    return OpenApiParameter(
        "If-Match",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        required=True,
        pattern=pattern,
        description=description,
    )


def _etag(description: Promise) -> OpenApiParameter:
    return OpenApiParameter(
        "ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200], description=description
    )


AMOUNT_AS_READ = _if_match(
    gettext_lazy(
        "The ETag of the budget as you read it, with its quotes. When someone else changed it since, nothing is saved."
    ),
    r'^"[0-9]{1,9}"$',
)
DRAFT_AS_READ = _if_match(
    gettext_lazy(
        "The ETag of the draft as you read it, with its quotes. When its key or amount changed since, nothing is adopted."
    ),
    r'^"[0-9.]{1,60}"$',
)
ETAG_OF_AMOUNT = _etag(
    gettext_lazy('The version of the amount, for “If-Match”; "0" while none was set for the year.')
)
ETAG_OF_DRAFT = _etag(gettext_lazy("Of a draft: which one it is, for “If-Match” when it is adopted."))


def tags_to_match(request: Request) -> frozenset[str]:
    """Give the entity tags of which the client sends a change, without their quotes.

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
    return frozenset(TAG.findall(text))
