"""What was adopted stays as it was: the guard of annual plans, of keys and their weights, and of contributions."""

from __future__ import annotations

from collections.abc import Iterable
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
        self._refuse_change_of(kwargs)
        whole = self.model.part_of
        if whole and not {whole, f"{whole}_id"}.isdisjoint(kwargs):
            # Where they would go can be an expression; nothing needs to move parts in bulk.
            raise self.model.frozen_error
        return super().update(**kwargs)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        # Which stored records an "upsert" will meet can't be told beforehand.
        self._refuse_change_of(kwargs.get("update_fields") or ())
        self.model.refuse_additions(rows)
        return super().bulk_create(rows, *args, **kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.sealed().exists():
            raise self.model.frozen_error
        return super().delete()

    def _refuse_change_of(self, fields: Iterable[str]) -> None:
        if not self.model.open_fields.issuperset(fields) and self.sealed().exists():
            raise self.model.frozen_error


class Sealed(models.Model):
    """A record that is sealed by its adoption: from then on only its `open_fields` change.

    `sealed_filter` is the condition under which a stored record is sealed, `frozen_error` what a change of it raises.
    `part_of` names the relation to the record that it is a part of, if any: nothing is added to a sealed one.
    """

    sealed_filter: ClassVar[dict[str, Any]]
    open_fields: ClassVar[frozenset[str]] = frozenset()
    frozen_error: ClassVar[type[ValidationError]] = AdoptedIsFrozen
    part_of: ClassVar[str] = ""

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Save. Raises its `frozen_error` when a sealed record would change."""
        self.refuse_change()
        super().save(**kwargs)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Remove it. Raises its `frozen_error` for a sealed record."""
        if self._stored_if_sealed().exists():
            raise self.frozen_error
        return super().delete(using, keep_parents)

    @classmethod
    def refuse_additions(cls, rows: Iterable[Sealed]) -> None:
        """Raise its `frozen_error` when one of the rows would become a part of a sealed record."""
        if not cls.part_of:
            return
        relation: Any = cls._meta.get_field(cls.part_of)
        keys = {getattr(row, relation.attname) for row in rows}
        if SealedQuerySet(relation.related_model).filter(pk__in=keys).sealed().exists():
            raise cls.frozen_error

    def refuse_change(self) -> None:
        """Raise its `frozen_error` when saving this would change what is sealed."""
        names = {field.attname for field in self._meta.concrete_fields} - self.open_fields
        stored = None if self._state.adding else self._stored_if_sealed().values(*sorted(names)).first()
        if stored is None:
            self.refuse_additions([self])
        elif any(value != getattr(self, name) for name, value in stored.items()):
            raise self.frozen_error

    def _stored_if_sealed(self) -> SealedQuerySet:
        return SealedQuerySet(type(self)).filter(pk=self.pk).sealed()
