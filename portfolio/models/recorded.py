"""Records of which every change is kept: who, when, old and new."""

from typing import Any

from organisation.models import User
from portfolio.models.one_line import OneLineTexts


class Recorded(OneLineTexts):
    """A record with a `history`, which says who made each change."""

    # How django-simple-history is told who did it, and to leave a save out.
    _history_user: User
    skip_history_when_saving: bool

    class Meta:
        abstract = True

    def save_by(self, user: User, **kwargs: Any) -> None:
        """Save a change that this person made."""
        self._history_user = user
        self.save(**kwargs)

    def delete_by(self, user: User) -> None:
        """Remove the record; the history keeps that this person did."""
        self._history_user = user
        self.delete()
