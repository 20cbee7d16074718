"""What adopted plans name a record by stays as it was: the rule, once for every kind of record that they name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models

from pillars.choices import FROZEN
from pillars.errors import AdoptedPlanIsFrozen


class NamedInPlansQuerySet(models.QuerySet[Any]):
    """Refuses to change, in bulk, what adopted plans name these records by."""

    def in_adopted_plans(self) -> NamedInPlansQuerySet:
        """Those that a version names which was adopted, or superseded since."""
        return self.filter(**{f"{self.model.versions_path}__status__in": FROZEN})

    def update(self, **kwargs: Any) -> int:
        # `bulk_update` comes by here too.
        if self._names_of_plans(kwargs) and self.in_adopted_plans().exists():
            raise AdoptedPlanIsFrozen
        return super().update(**kwargs)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        # Which stored records an "upsert" will meet can't be told beforehand.
        if self._names_of_plans(kwargs.get("update_fields") or ()) and self.in_adopted_plans().exists():
            raise AdoptedPlanIsFrozen
        return super().bulk_create(objs, *args, **kwargs)

    def _names_of_plans(self, fields: Iterable[str]) -> bool:
        frozen = [field for field in self.model._meta.fields if field.attname in self.model.frozen_fields]
        return not {name for field in frozen for name in (field.name, field.attname)}.isdisjoint(fields)


class NamedInPlans(models.Model):
    """A record that plan versions name. Once one of those is adopted, `frozen_fields` don't change.

    `frozen_fields` holds names of attributes, `versions_path` the path from the record to the versions that name it. The
    manager `objects` of a subclass is of a `NamedInPlansQuerySet` and its `base_manager_name`, so that writes through
    relations meet the rule as well.
    """

    frozen_fields: ClassVar[tuple[str, ...]]
    versions_path: ClassVar[str]

    class Meta:
        abstract = True

    @property
    def is_in_adopted_plan(self) -> bool:
        """Whether a version that was adopted, or superseded since, names this record. One query."""
        return self._stored_in_adopted_plans().exists()

    def clean(self) -> None:
        super().clean()
        self._refuse_if_frozen()

    def save(self, **kwargs: Any) -> None:
        """Save. Raises `AdoptedPlanIsFrozen`."""
        self._refuse_if_frozen()
        super().save(**kwargs)

    def _refuse_if_frozen(self) -> None:
        stored = self._stored_in_adopted_plans().values(*self.frozen_fields).first()
        if stored is not None and any(getattr(self, name) != value for name, value in stored.items()):
            raise AdoptedPlanIsFrozen

    def _stored_in_adopted_plans(self) -> NamedInPlansQuerySet:
        return NamedInPlansQuerySet(type(self)).filter(pk=self.pk).in_adopted_plans()
