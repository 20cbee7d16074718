"""Every state and kind of keys, contributions and costs, named once."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class KeyStatus(models.TextChoices):
    """What a distribution key is worth: contributions made with an indicative one can't be adopted."""

    INDICATIVE = "indicative", pgettext_lazy("status of a key", "indicative")
    OFFICIAL = "official", pgettext_lazy("status of a key", "official")


class KeyOrigin(models.TextChoices):
    """Where the weights of a key come from."""

    SHEET = "sheet", _("sheet with amounts")
    FORMULA = "formula", _("legal formula")
    PROGRAMME = "programme", _("loaded with the programme")


class WeightUnit(models.TextChoices):
    """What the weights of a key count."""

    EURO = "euro", _("euro of BDUR")
    THOUSAND_INHABITANTS = "inhabitants", _("thousands of inhabitants")


class SetState(models.TextChoices):
    """The life of a year's contributions as a whole."""

    DRAFT = "draft", pgettext_lazy("state of contributions", "draft")
    ADOPTED = "adopted", pgettext_lazy("state of contributions", "adopted")
    SUPERSEDED = "superseded", pgettext_lazy("state of contributions", "replaced")


class ContributionState(models.TextChoices):
    """The life of what one region owes. The values name the shapes in `static/public/icons.svg`."""

    DRAFT = "draft", pgettext_lazy("state of a contribution", "draft")
    ADOPTED = "adopted", pgettext_lazy("state of a contribution", "adopted")
    INVOICED = "invoiced", pgettext_lazy("state of a contribution", "invoiced")
    PAID = "paid", pgettext_lazy("state of a contribution", "paid")


class CostCategory(models.TextChoices):
    """What money is spent on."""

    HIRED = "hired", _("hired capacity")
    REGIONS = "regions", _("compensation of regions")
    MATERIALS = "materials", _("materials")
    EVENTS = "events", _("event costs")
    OTHER = "other", _("other costs")


class UploadKind(models.TextChoices):
    """What a file that waits to be taken over holds."""

    KEY_SHEET = "key_sheet", _("sheet with amounts")
    MEASURES = "measures", _("sheet with measures")
    BOOKINGS = "bookings", _("bookings")
