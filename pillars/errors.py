"""What can go wrong with the programme, in words for the person who did it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class AdoptedPlanIsFrozen(ValidationError):
    """Something of an adopted plan version was about to change."""

    def __init__(self) -> None:
        super().__init__(
            _("An adopted plan version doesn't change. Make a new version that replaces it."),
            code="adopted_plan",
        )


class PlanDoesNotMatchItsSeal(Exception):
    """A frozen plan version differs from what was adopted."""


class AdoptedIsFrozen(ValidationError):
    """An adopted annual plan, key or set of contributions was about to change."""

    def __init__(self) -> None:
        super().__init__(
            _("What was adopted doesn't change. Make a new version that replaces it."), code="frozen"
        )
