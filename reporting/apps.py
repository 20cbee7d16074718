from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    """What people read across apps, as content for screen, paper and, later, PDF and Excel."""

    name = "reporting"
    verbose_name = _("reporting")
