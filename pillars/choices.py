"""Every state and choice of the programme, named once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lead(models.TextChoices):
    """Who takes the lead (regie) on a LAC goal, as in the column "Regie" of bijlage 1."""

    NONE = "none", _("no lead by the Vakraad")
    VAKRAAD = "vakraad", _("Vakraad leads")
    NIPV_VAKRAAD = "nipv_vakraad", _("NIPV and Vakraad lead")


class PlanStatus(models.TextChoices):
    """The life of a plan version: draft → adopted → superseded."""

    DRAFT = "draft", _("draft")
    ADOPTED = "adopted", _("adopted")
    SUPERSEDED = "superseded", _("superseded")


FROZEN = (PlanStatus.ADOPTED, PlanStatus.SUPERSEDED)


class DatePrecision(models.TextChoices):
    """How exactly a date is known."""

    DAY = "day", _("to the day")
    MONTH = "month", _("to the month")


class YearState(models.TextChoices):
    """What the planning says of an objective in a year. The values name the shapes in `static/public/icons.svg`."""

    NOT_PLANNED = "not-planned", _("not planned")
    PAST = "past", _("year over")
    CURRENT = "current", _("active now")
    AHEAD = "ahead", _("planned")
