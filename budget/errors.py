"""What can go wrong with the budget, in words for the person who did it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class KeyIsIndicative(ValidationError):
    """Something that only an official key allows was asked with an indicative one."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The key is indicative, so nothing that rests on it can be adopted or invoiced. Take over the official "
                "key first."
            ),
            code="indicative",
        )


class NotInThisState(ValidationError):
    """A verb that the state of the contributions doesn't allow; the message says what is possible."""


class MoreAllocatedThanThereIs(ValidationError):
    """Contributions were about to be adopted of a year with more allocated than there is, by a decision that doesn't cover it."""


class NoAmount(ValidationError):
    """Something was asked of a year that has no budget yet."""

    def __init__(self, year: int) -> None:
        super().__init__(_("Set the amount of %(year)s first."), code="no-amount", params={"year": year})


class ChangedMeanwhile(Exception):
    """Someone else changed the record since it was read; nothing was saved."""
