"""Every role, kind and place of the organisation, named once."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a person may do; one person can hold several (DESIGN.md, section 6)."""

    COUNCIL_MEMBER = "council_member", _("council member")
    PORTFOLIO_HOLDER = "portfolio_holder", _("portfolio holder")
    REGIONAL_STAFF = "regional_staff", _("regional staff")
    RCDV = "rcdv", _("RCDV")
    SUPPORT = "support", _("programme support")
    ADMIN = "admin", _("administrator")


class NetworkKind(models.TextChoices):
    """What sort of body a network is."""

    GOVERNMENT = "government", _("government")
    GOVERNING_BOARD = "governing_board", _("governing board")
    DIRECTORS = "directors", _("council of directors")
    COUNCIL = "council", _("professional council")
    SUPPORT = "support", _("support")
    NETWORK = "network", _("network")
    PLATFORM = "platform", _("platform")
    INSTITUTE = "institute", _("institute")
    COORDINATION_CENTRE = "coordination_centre", _("coordination centre")
    PROGRAMME = "programme", pgettext_lazy("kind of network", "programme")
    WORKING_GROUP = "working_group", _("working group")
    PARTNER = "partner", _("partner")


class Tier(models.TextChoices):
    """A place in the scheme of actors of the programme's chapter 5, from top to bottom."""

    COMMISSIONING = "commissioning", _("commissions")
    CONTRACTING = "contracting", _("takes the commission")
    STEERING = "steering", _("steers")
    EXECUTION = "execution", _("carries out")
    GROUPS = "groups", _("working and project groups")


class Language(models.TextChoices):
    """The languages of the interface."""

    DUTCH = "nl", _("Dutch")
    ENGLISH = "en", _("English")
