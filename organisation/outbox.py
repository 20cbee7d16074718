"""E-mail to people: kept with what it is about, sent after that is stored, tried again when it fails.

A message is written in the transaction that it tells of, so none is lost and none tells of what did not happen. It is
sent when the transaction is committed; what then fails stands in the outbox for `manage.py send_queued_mail`.
"""

import datetime
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from post_office.models import PRIORITY, STATUS, Email

from organisation.models import User

logger = logging.getLogger(__name__)
# How long the command leaves a new message to who wrote it.
GRACE = datetime.timedelta(minutes=2)
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

    None for someone who is no longer active, and while messages are `silenced`. Call it inside the transaction of what it
    tells of.
    """
    if not user.is_active or _is_silenced.get():
        return None
    with translation.override(user.language):
        text = render_to_string(template, {**context, "receiver": user})
    subject, _separator, body = text.strip().partition("\n")
    message = Email.objects.create(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[user.email],
        subject=" ".join(subject.split()),
        message=body.strip() + "\n",
        priority=PRIORITY.medium,
        status=STATUS.queued,
        scheduled_time=timezone.now() + GRACE,
    )
    transaction.on_commit(partial(_send, message))
    return message


def _send(message: Email) -> None:
    """Deliver now; what fails goes back into the queue and undoes nothing of what was stored."""
    if message.dispatch() != STATUS.sent:
        Email.objects.filter(pk=message.pk).update(status=STATUS.queued)
        logger.warning("Mail %s could not be sent; it stays in the outbox", message.pk)
