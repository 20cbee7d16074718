"""What was adopted stays as it was: the guard of annual plans, of keys and their weights, and of contributions."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from pillars.errors import AdoptedIsFrozen


class SealedQuerySet(models.QuerySet[Any]):
    """Refuses bulk changes that would reach sealed records; `sealed_filter` of the model tells which those are."""

    def sealed(self) -> Self:
        """Those that were adopted."""
        return self.filter(Q(*self.model.sealed_filter.items()))

    def update(self, **kwargs: Any) -> int:
        # `bulk_update` comes by here too.
        if not self.model.open_fields.issuperset(kwargs) and self.sealed().exists():
            raise self.model.frozen_error
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.sealed().exists():
            raise self.model.frozen_error
        return super().delete()


class Sealed(models.Model):
    """A record that is sealed by its adoption: from then on only its `open_fields` change.

    `sealed_filter` is the condition under which a stored record is sealed, `frozen_error` what a change of it raises.
    """

    sealed_filter: ClassVar[dict[str, Any]]
    open_fields: ClassVar[frozenset[str]] = frozenset()
    frozen_error: ClassVar[type[ValidationError]] = AdoptedIsFrozen

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Save. Raises its `frozen_error` when a sealed record would change."""
        self._refuse_change()
        super().save(**kwargs)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Remove it. Raises its `frozen_error` for a sealed record."""
        if type(self)._base_manager.filter(Q(*self.sealed_filter.items()), pk=self.pk).exists():
            raise self.frozen_error
        return super().delete(using, keep_parents)

    def _refuse_change(self) -> None:
        if self._state.adding:
            return
        sealed = type(self)._base_manager.filter(Q(*self.sealed_filter.items()), pk=self.pk)
        names = {field.attname for field in self._meta.concrete_fields} - self.open_fields
        stored = sealed.values(*sorted(names)).first()
        if stored is None:
            return
        if any(value != getattr(self, name) for name, value in stored.items()):
            raise self.frozen_error
