from django.apps import AppConfig


class MjpConfig(AppConfig):
    """The project: settings, addresses, the commands that put all apps together."""

    name = "mjp"
    verbose_name = "MJP Portfolio"

    def ready(self) -> None:
        # Registers the project's own checks, and makes our Celery the one that jobs are handed to.
        import mjp.celery
        import mjp.checks  # noqa: F401
