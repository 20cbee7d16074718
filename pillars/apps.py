from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PillarsConfig(AppConfig):
    """The programme: pillars, themes, LAC goals, objectives and the versions of its planning."""

    name = "pillars"
    verbose_name = _("programme")
