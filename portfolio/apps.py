from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortfolioConfig(AppConfig):
    """Portfolios and their holders, project assignments, what they report, and what the Vakraad decides on them."""

    name = "portfolio"
    verbose_name = _("portfolio")
