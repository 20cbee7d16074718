"""E-mail to people: kept with what it is about, sent after that is stored, tried again when it fails.

A message is written in the transaction that it tells of, so none is lost and none tells of what did not happen. It is
sent when the transaction is committed; what then fails stands in the outbox for `manage.py send_queued_mail`. A mail
server that is away or slow costs a request one attempt: for a while after it, messages go straight to the outbox.
"""

import datetime
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from post_office.models import PRIORITY, STATUS, Email

from organisation.models import User

logger = logging.getLogger(__name__)
# How long the command leaves a new message to who wrote it.
GRACE = datetime.timedelta(minutes=2)
# After a failure no request tries the mail server for this long; in seconds.
REST = 120
RESTS = "outbox-rests"
# What a template leaves where it says nothing.
BLANK_LINES = re.compile(r"\n\s*\n")
_is_silenced = ContextVar("is_silenced", default=False)


@contextmanager
def silenced() -> Iterator[None]:
    """Write no messages meanwhile: for what happened long ago, such as the demonstration's story."""
    token = _is_silenced.set(True)
    try:
        yield
    finally:
        _is_silenced.reset(token)


def post(user: User, template: str, context: Mapping[str, Any]) -> Email | None:
    """Write a message to a person in their language, from a text template whose first line is the subject.

    None for someone who is no longer active, for an address that no mail can go to, and while messages are `silenced`. Call
    it inside the transaction of what it tells of.
    """
    if not user.is_active or _is_silenced.get():
        return None
    with translation.override(user.language):
        text = render_to_string(template, {**context, "receiver": user, "site": settings.SITE_URL})
    subject, _separator, body = text.strip().partition("\n")
    message = Email(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[user.email],
        subject=" ".join(subject.split()),
        message=BLANK_LINES.sub("\n\n", body).strip() + "\n",
        priority=PRIORITY.medium,
        status=STATUS.queued,
        scheduled_time=timezone.now() + GRACE,
    )
    try:
        message.save()
    except ValidationError as problem:
        logger.error("No mail could be written to account %s: %s", user.pk, problem)
        return None
    # What goes wrong from here on is logged, and the message stays in the outbox.
    transaction.on_commit(lambda: _send(message), robust=True)
    return message


def _send(message: Email) -> None:
    """Deliver now, unless the mail server failed just before."""
    if cache.get(RESTS):
        return
    try:
        # A connection of its own: one that failed half-way is of no use to the next message.
        with get_connection() as connection:
            message.dispatch(commit=False, disconnect_after_delivery=False, connection=connection)
    except Exception:
        cache.set(RESTS, True, REST)
        raise
    Email.objects.filter(pk=message.pk).update(status=STATUS.sent)
