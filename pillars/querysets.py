"""Reads over many rows of the programme, in words of the domain."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Prefetch, Q

from organisation.searching import search_words
from pillars.choices import FROZEN, Lead, PlanStatus
from pillars.errors import AdoptedPlanIsFrozen
from pillars.frozen import NamedInPlansQuerySet

if TYPE_CHECKING:
    from pillars.models import LacGoal, Objective, Pillar, PlannedYear, PlanVersion, Programme, Theme


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    """Refuses to write to an adopted version; `PlanVersion.save` lets one be superseded."""

    def frozen(self) -> PlanVersionQuerySet:
        """Those that were adopted, superseded ones included."""
        return self.filter(status__in=FROZEN)

    def adopted(self) -> PlanVersionQuerySet:
        """Those in force, one per programme at most."""
        return self.filter(status=PlanStatus.ADOPTED)

    def current(self, today: datetime.date) -> PlanVersion | None:
        """Give the adopted version of the programme that today falls in.

        Between programmes that is the last one that began; before the first, the first. None when nothing was adopted.
        One query.
        """
        versions = list(self.adopted().select_related("programme").order_by("programme__first_year"))
        begun = [version for version in versions if version.programme.first_year <= today.year]
        running = [version for version in begun if today.year <= version.programme.last_year]
        return next(iter(running[-1:] or begun[-1:] or versions[:1]), None)

    def update(self, **kwargs: Any) -> int:
        self._refuse_frozen()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_frozen()
        return super().delete()

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        # Which stored versions an "upsert" will meet can't be told beforehand.
        if kwargs.get("update_conflicts"):
            self._refuse_frozen()
        return super().bulk_create(objs, *args, **kwargs)

    def _refuse_frozen(self) -> None:
        if self.frozen().exists():
            raise AdoptedPlanIsFrozen


class PlanningConflict(NamedTuple):
    """That an objective is planned from a year on in which its predecessor isn't finished yet."""

    objective_id: int
    predecessor_id: int
    predecessor: str
    starts_in: int
    ends_in: int


class ProgrammeQuerySet(NamedInPlansQuerySet, models.QuerySet["Programme"]):
    def of_year(self, year: int) -> Programme | None:
        """Give the programme that has the year; of several the one that began last. One query."""
        return self.filter(first_year__lte=year, last_year__gte=year).order_by("-first_year").first()


class ThemeQuerySet(NamedInPlansQuerySet, models.QuerySet["Theme"]):
    def for_programme(self, programme_id: int) -> ThemeQuerySet:
        """A programme's themes with their pillar and their number of LAC goals (`lac_goal_count`). One query."""
        return (
            self.filter(pillar__programme_id=programme_id)
            .select_related("pillar")
            # The model declares it, for who reads it; the plugin takes that for a second field.
            .annotate(lac_goal_count=Count("lac_goals", distinct=True))  # type: ignore[no-redef]
        )

    def mentioning(self, text: str) -> ThemeQuerySet:
        """Those in which every word of the text occurs: in name or summary."""
        found = self
        for word in search_words(text):
            found = found.filter(Q(name__icontains=word) | Q(summary__icontains=word))
        return found


class LacGoalQuerySet(models.QuerySet["LacGoal"]):
    def with_pillar_and_theme(self) -> LacGoalQuerySet:
        """With what a goal's number and place need."""
        return self.select_related("pillar", "theme")

    def with_objectives(self) -> LacGoalQuerySet:
        """With the objectives that work on each goal. One query more."""
        return self.prefetch_related("objectives")

    def for_programme(self, programme_id: int) -> LacGoalQuerySet:
        """A programme's goals."""
        return self.filter(pillar__programme_id=programme_id)

    def by_theme(self) -> list[tuple[Pillar, list[tuple[Theme, list[LacGoal]]]]]:
        """Give them by pillar and theme, in the order in which they come; needs `with_pillar_and_theme`."""
        pillars: dict[Pillar, dict[Theme, list[LacGoal]]] = {}
        for goal in self:
            pillars.setdefault(goal.pillar, {}).setdefault(goal.theme, []).append(goal)
        return [(pillar, list(themes.items())) for pillar, themes in pillars.items()]

    def mentioning(self, text: str) -> LacGoalQuerySet:
        """Those in which every word of the text occurs: in wording, remark or theme."""
        found = self
        for word in search_words(text):
            found = found.filter(
                Q(text__icontains=word) | Q(lead_remark__icontains=word) | Q(theme__name__icontains=word)
            )
        return found


class ObjectiveQuerySet(NamedInPlansQuerySet, models.QuerySet["Objective"]):
    def for_programme(self, programme_id: int) -> ObjectiveQuerySet:
        """A programme's objectives."""
        return self.filter(theme__pillar__programme_id=programme_id)

    def active_in(self, year: int) -> ObjectiveQuerySet:
        """Those that the adopted plan has active in a year."""
        return self.filter(
            planned_years__version__status=PlanStatus.ADOPTED, planned_years__programme_year__year=year
        )

    def with_lead(self, lead: str) -> ObjectiveQuerySet:
        """Those that work on a LAC goal with this lead; for no lead, those that work on none that is led."""
        from pillars.models import LacGoal

        goals = LacGoal.objects.filter(objectives=OuterRef("pk"))
        if lead == Lead.NONE:
            return self.filter(~Exists(goals.exclude(lead=Lead.NONE)))
        return self.filter(Exists(goals.filter(lead=lead)))

    def conflicts(self) -> list[PlanningConflict]:
        """Give where an objective of these is planned before a predecessor is through, by the adopted plan. One query."""
        from pillars.models import ObjectiveDependency

        adopted = PlanStatus.ADOPTED
        planned = "planned_years__programme_year__year"
        rows = (
            ObjectiveDependency.objects.filter(objective__in=self)
            .order_by("objective", "predecessor")
            .annotate(
                starts_in=Min(
                    f"objective__{planned}", filter=Q(objective__planned_years__version__status=adopted)
                ),
                ends_in=Max(
                    f"predecessor__{planned}", filter=Q(predecessor__planned_years__version__status=adopted)
                ),
            )
            .filter(starts_in__lte=F("ends_in"))
        )
        return [
            PlanningConflict(*row)
            for row in rows.values_list(
                "objective_id", "predecessor_id", "predecessor__title", "starts_in", "ends_in"
            )
        ]

    def mentioning(self, text: str) -> ObjectiveQuerySet:
        """Those in which every word of the text occurs: in title, summary, theme or the wording of a LAC goal."""
        from pillars.models import LacGoal

        found = self
        for word in search_words(text):
            found = found.filter(
                Q(title__icontains=word)
                | Q(summary__icontains=word)
                | Q(theme__name__icontains=word)
                | Exists(LacGoal.objects.filter(objectives=OuterRef("pk"), text__icontains=word))
            )
        return found

    def with_adopted_years(self) -> ObjectiveQuerySet:
        """With the years in which the adopted plan has each active, in `planned_in`. One query more."""
        from pillars.models import PlannedYear

        years = (
            PlannedYear.objects.adopted()
            .annotate(year=F("programme_year__year"))
            .only("objective_id")
            .order_by("programme_year__year")
        )
        # As above: the model declares it.
        return self.prefetch_related(
            Prefetch("planned_years", years, to_attr="adopted_years")  # type: ignore[no-redef]
        )

    def with_lac_goals(self) -> ObjectiveQuerySet:
        """With the LAC goals and their pillar, in the order of their numbers. One query more."""
        from pillars.models import LacGoal

        return self.prefetch_related(Prefetch("lac_goals", LacGoal.objects.select_related("pillar")))


class PlannedYearQuerySet(models.QuerySet["PlannedYear"]):
    """Refuses to write to an adopted version, whichever way it is asked."""

    def adopted(self) -> PlannedYearQuerySet:
        """Those of the plan in force."""
        return self.filter(version__status=PlanStatus.ADOPTED)

    def update(self, **kwargs: Any) -> int:
        self._refuse_frozen()
        if target := kwargs.get("version", kwargs.get("version_id")):
            self._refuse_versions([getattr(target, "pk", target)])
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_frozen()
        return super().delete()

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        planned = list(objs)
        if kwargs.get("update_conflicts"):
            self._refuse_frozen()
        self._refuse_versions(planned_year.version_id for planned_year in planned)
        for planned_year in planned:
            planned_year.refuse_year_of_another_programme()
        return super().bulk_create(planned, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        planned = list(objs)
        self._refuse_versions(planned_year.version_id for planned_year in planned)
        for planned_year in planned:
            planned_year.refuse_year_of_another_programme()
        return super().bulk_update(planned, *args, **kwargs)

    def _refuse_frozen(self) -> None:
        if self.filter(version__status__in=FROZEN).exists():
            raise AdoptedPlanIsFrozen

    def _refuse_versions(self, version_ids: Iterable[int]) -> None:
        from pillars.models import PlanVersion

        if PlanVersion.objects.frozen().filter(pk__in=set(version_ids)).exists():
            raise AdoptedPlanIsFrozen
