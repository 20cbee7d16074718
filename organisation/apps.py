from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    """Regions, networks, users and roles: the ground floor."""

    name = "organisation"
    verbose_name = _("organisation")
