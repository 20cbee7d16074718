"""What `manage.py check --deploy` looks at beyond Django's own checks."""

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def mail_has_a_server(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Warn when mail, with its links to set a password, would be written to files."""
    if settings.MAIL_IS_WRITTEN_TO_FILES:
        return [
            checks.Warning(
                "No mail server is set: nobody gets the link for a new password.",
                hint="Set MJP_SMTP_HOST.",
                id="mjp.W001",
            )
        ]
    return []


@checks.register(checks.Tags.security, deploy=True)
def broker_is_a_server(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Warn when messages about jobs would be files: what is one machine's folder, workers elsewhere don't see."""
    if settings.BROKER_IS_EMBEDDED:
        return [
            checks.Warning(
                "No Redis is set: reports are made only by a worker on this machine, one at a time.",
                hint="Set MJP_BROKER_URL.",
                id="mjp.W002",
            )
        ]
    return []
