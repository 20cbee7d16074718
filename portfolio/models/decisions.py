"""What the Vakraad decided, and every change of a project's state."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portfolio.choices import Outcome, ProjectState
from portfolio.errors import DecisionIsFrozen
from portfolio.models.assignments import LONGEST_TEXT, Project
from portfolio.models.days import refuse_far_days
from portfolio.models.one_line import OneLineTexts
from portfolio.querysets import DecisionQuerySet, FrozenQuerySet


class Decision(OneLineTexts):
    """What the Vakraad decided (besluit), when, on what. It takes effect when it is recorded and never changes.

    On the working budget or the annual plan it names no projects; with each other outcome at least one. `covers_overrun`: the Vakraad
    knows that it goes beyond the budget, and wants it so.
    """

    number = models.CharField(
        _("number"), max_length=20, unique=True, help_text=_("As in the minutes, such as 2026-07.")
    )
    meeting_on = models.DateField(_("date of the meeting"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    wording = models.TextField(_("wording"), max_length=LONGEST_TEXT)
    covers_overrun = models.BooleanField(_("covers spending beyond the budget"), default=False)
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="recorded_decisions",
    )
    recorded_at = models.DateTimeField(_("recorded on"), default=timezone.now, editable=False)
    projects = models.ManyToManyField(
        Project, verbose_name=_("subjects"), through="DecisionSubject", related_name="decisions"
    )
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        base_manager_name = "objects"
        ordering: ClassVar = ["-meeting_on", "-number"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="decision_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(covers_overrun=False)
                | Q(outcome__in=[outcome for outcome in Outcome if outcome.can_cover_overrun]),
                name="decision_covers_overrun_where_money_is_committed",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")),
                name="decision_does_not_correct_itself",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                name="decision_is_corrected_once",
                violation_error_message=_("This decision was corrected already: correct its correction."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_on_projects(self) -> bool:
        """Whether it names projects and changes their state."""
        return Outcome(self.outcome).is_on_projects

    def clean(self) -> None:
        """Refuse a meeting of other times."""
        super().clean()
        refuse_far_days(self, "meeting_on")

    def save(self, **kwargs: Any) -> None:
        """Save a new decision. Raises `DecisionIsFrozen` for one that was recorded."""
        if not self._state.adding:
            raise DecisionIsFrozen
        super().save(**kwargs)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        raise DecisionIsFrozen


class DecisionSubject(models.Model):
    """A project that a decision is about."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="subjects")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="decision_subjects")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("subject of a decision")
        verbose_name_plural = _("subjects of decisions")
        base_manager_name = "objects"
        ordering: ClassVar = ["decision", "project"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "project"], name="decision_names_a_project_once")
        ]

    def __str__(self) -> str:
        return f"{self.decision}: {self.project}"

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise DecisionIsFrozen
        super().save(**kwargs)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        raise DecisionIsFrozen


class StateChange(models.Model):
    """That a project went from one state to another: by whom, when, why and, where the Vakraad decides, by which decision."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="state_changes")
    from_state = models.CharField(_("from"), max_length=12, choices=ProjectState, blank=True)
    to_state = models.CharField(_("to"), max_length=12, choices=ProjectState)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="state_changes"
    )
    at = models.DateTimeField(_("on"), default=timezone.now)
    reason = models.TextField(_("reason"), blank=True, max_length=LONGEST_TEXT)
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="state_changes"
    )
    request_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering: ClassVar = ["project", "at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "request_key"],
                condition=Q(request_key__isnull=False),
                name="request_changes_a_state_once",
            ),
            models.CheckConstraint(
                condition=~Q(
                    to_state__in=[ProjectState.ACCEPTED, ProjectState.CANCELLED, ProjectState.COMPLETED]
                )
                | Q(decision__isnull=False),
                name="accepting_cancelling_and_completing_have_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.get_to_state_display()}"
