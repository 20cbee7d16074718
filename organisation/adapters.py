"""How allauth behaves here, and what it says."""

import logging
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from organisation.models import User

logger = logging.getLogger(__name__)

# Fixed in a form of allauth, whose own Dutch says "je": our catalogue goes before theirs.
gettext_noop("You must type the same password each time.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; people are addressed formally."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password don’t belong together. Try again."),
        "enter_current_password": _("This is not your current password."),
        # allauth counts 5 attempts on an account in 5 minutes.
        "too_many_login_attempts": _("Signing in failed too often. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves, by whatever way of signing in is added."""
        return False

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Send the link to choose a password, in the receiver's own language.

        Mail that can't be sent is recorded, not shown: an error would tell that the address has an account.
        """
        days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
        with translation.override(user.language):
            try:
                super().send_password_reset_mail(user, email, {**context, "days": days})
            # The second is Django's for a mail folder that can't be written.
            except (OSError, ImproperlyConfigured):
                logger.exception("The mail with a link to choose a password could not be sent")
