"""A project assignment (projectopdracht) and what belongs to it."""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import RETURN_VALUE, FSMField, transition
from simple_history.models import HistoricalRecords

from organisation.models import Network, Region
from pillars.models import FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR, LacGoal, Objective
from portfolio.choices import FormOfWork, Health, Level, ProjectState
from portfolio.models.days import refuse_far_days
from portfolio.models.portfolios import Portfolio
from portfolio.models.recorded import Recorded
from portfolio.querysets import CapacityRequestQuerySet, ProjectQuerySet, ResultQuerySet

State = ProjectState
# As much as a chapter of text; what is longer belongs in an attachment.
LONGEST_TEXT = 20_000
# Days that may be asked in one line: 25 regions, full-time, for a year come to about 5,600.
MOST_DAYS = 9_999
MARKDOWN_HELP = _("You can use lists, bold text and links (Markdown).")


class Project(Recorded):
    """An assignment and, once accepted, the project that carries it out.

    `version` counts every change of it and of what belongs to it, so that an edit on an older version is noticed.
    """

    code = models.CharField(
        _("number"),
        max_length=12,
        blank=True,
        help_text=_("Given at the first submission: year and sequence, such as 2026-014."),
    )
    title = models.CharField(_("title"), max_length=200)
    portfolio = models.ForeignKey(
        Portfolio, verbose_name=_("portfolio"), on_delete=models.PROTECT, related_name="projects"
    )
    objective = models.ForeignKey(
        Objective, verbose_name=_("objective"), on_delete=models.PROTECT, related_name="projects"
    )
    lac_goals = models.ManyToManyField(
        LacGoal,
        verbose_name=_("LAC goals"),
        blank=True,
        related_name="projects",
        db_table="portfolio_project_lac_goal",
    )
    state = FSMField(_("state"), default=State.DRAFT, choices=State.choices, protected=True, max_length=12)

    reason = models.TextField(_("why"), blank=True, max_length=LONGEST_TEXT)
    aim = models.TextField(_("aim"), blank=True, max_length=LONGEST_TEXT)
    boundaries = models.TextField(_("what is left out"), blank=True, max_length=LONGEST_TEXT)
    form_of_work = models.CharField(_("form of work"), max_length=20, choices=FormOfWork, blank=True)
    networks = models.ManyToManyField(
        Network,
        verbose_name=_("networks that contribute"),
        blank=True,
        related_name="projects",
        db_table="portfolio_project_network",
    )
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(pgettext_lazy("of a project", "end"), null=True, blank=True)
    leader = models.CharField(_("project leader"), max_length=120, blank=True)
    secretary = models.CharField(_("project secretary"), max_length=120, blank=True)

    health = models.CharField(
        _("health"),
        max_length=5,
        choices=Health,
        blank=True,
        editable=False,
        help_text=_("The worst of the latest status report; empty before the first."),
    )
    closing_note = models.TextField(_("what was delivered"), blank=True, max_length=LONGEST_TEXT)
    completion_asked_at = models.DateTimeField(_("completion asked on"), null=True, blank=True)

    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("filed by"),
        on_delete=models.PROTECT,
        related_name="filed_projects",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="projects_filed_for",
    )
    submitted_at = models.DateTimeField(_("first submitted on"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted on"), null=True, blank=True)
    created_at = models.DateTimeField(_("made on"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed on"), auto_now=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    # The sum of all capacity asked, in days; read by `for_document`.
    days_in_all: int

    objects = ProjectQuerySet.as_manager()
    history = HistoricalRecords(
        m2m_fields=[lac_goals, networks], excluded_fields=["changed_at", "request_key", "created_at"]
    )

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="project_state_is_known"),
            models.CheckConstraint(
                condition=Q(health__in=["", *Health.values]), name="project_health_is_known"
            ),
            models.CheckConstraint(
                condition=Q(form_of_work__in=["", *FormOfWork.values]), name="project_form_of_work_is_known"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="project_ends_after_it_starts",
                violation_error_message=_("The end can't lie before the start."),
            ),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="project_number_is_unique"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN])
                | (Q(submitted_at__isnull=False) & ~Q(code="")),
                name="submitted_project_has_number_and_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.ACCEPTED, State.RUNNING, State.COMPLETED, State.CANCELLED])
                | Q(accepted_at__isnull=False),
                name="accepted_project_has_date",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "ends_on"], name="project_state_and_end"),
            models.Index(fields=["objective", "state"], name="project_objective_and_state"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}" if self.code else self.title

    @property
    def days_hidden(self) -> int:
        """How many days it asks of others than those that its reader may see; needs `for_document`."""
        return self.days_in_all - sum(line.days for line in self.capacity_requests.all())

    @property
    def days_per_year(self) -> list[tuple[int, int]]:
        """The days asked that its reader may see, added up by year; needs `for_document`."""
        days: dict[int, int] = {}
        for line in self.capacity_requests.all():
            days[line.year] = days.get(line.year, 0) + line.days
        return sorted(days.items())

    @property
    def was_submitted(self) -> bool:
        """Whether it was ever submitted: from then on nothing of it is deleted."""
        return self.submitted_at is not None

    @property
    def years(self) -> range:
        """The calendar years that it touches; empty while start or end are open."""
        if self.starts_on is None or self.ends_on is None:
            return range(0)
        return range(self.starts_on.year, self.ends_on.year + 1)

    def clean_fields(self, exclude: Any = None) -> None:
        """Check the fields but the state, which only the ways below change."""
        super().clean_fields({*(exclude or ()), "state"})

    def clean(self) -> None:
        """Refuse a period of other times."""
        super().clean()
        refuse_far_days(self, "starts_on", "ends_on")

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        """Read it again, with the state, which is protected against being set."""
        if fields is None or "state" in fields:
            vars(self).pop("state", None)
        super().refresh_from_db(using, fields, from_queryset)

    # The states and the ways between them; `portfolio.services.life_cycle` is the only caller.

    @transition(field=state, source=[State.DRAFT, State.RETURNED], target=State.SUBMITTED)
    def submit(self) -> None:
        """Put the assignment before the Vakraad."""

    @transition(field=state, source=[State.DRAFT, State.SUBMITTED], target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """Take it back before the Vakraad decided."""

    @transition(field=state, source=State.SUBMITTED, target=State.RETURNED)
    def send_back(self) -> None:
        """Return it to its holder, with reasons."""

    @transition(field=state, source=State.SUBMITTED, target=State.ACCEPTED)
    def accept(self) -> None:
        """Accept it: from now on it is a project."""

    @transition(field=state, source=State.ACCEPTED, target=State.RUNNING)
    def start(self) -> None:
        """Begin the work."""

    @transition(field=state, source=State.RUNNING, target=State.COMPLETED)
    def complete(self) -> None:
        """Close it: what it had to deliver is there, or will not come."""

    @transition(field=state, source=[State.ACCEPTED, State.RUNNING], target=State.CANCELLED)
    def cancel(self) -> None:
        """Stop it before its end."""

    @transition(
        field=state,
        source=[State.RETURNED, State.ACCEPTED, State.COMPLETED, State.CANCELLED],
        target=RETURN_VALUE(*(set(State) - {State.DRAFT, State.WITHDRAWN})),
    )
    def correct(self, state: ProjectState) -> ProjectState:
        """Bring it to where a corrected decision leaves it."""
        return state


class Result(Recorded):
    """A deliverable (gewenst resultaat): when it is due and, later, what was delivered when."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="results")
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    title = models.CharField(_("result"), max_length=300)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    delivered_note = models.CharField(_("what was delivered"), max_length=500, blank=True)
    delivered_in = models.ForeignKey(
        "portfolio.StatusReport",
        verbose_name=_("reported in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="delivered_results",
    )

    objects = ResultQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering: ClassVar = ["project", "position", "pk"]
        indexes: ClassVar = [models.Index(fields=["delivered_on", "due_on"], name="result_delivered_and_due")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse days of other times."""
        super().clean()
        refuse_far_days(self, "due_on", "delivered_on")

    def is_overdue(self, today: datetime.date) -> bool:
        """Whether it should have been there by now."""
        return self.delivered_on is None and self.due_on is not None and self.due_on < today


class CapacityRequest(Recorded):
    """Days asked of a region or a network in a year, for a kind of expertise."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="capacity_requests")
    year = models.PositiveSmallIntegerField(
        _("year"),
        validators=[MinValueValidator(FIRST_CALENDAR_YEAR), MaxValueValidator(LAST_CALENDAR_YEAR)],
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("safety region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="capacity_requests",
    )
    network = models.ForeignKey(
        Network,
        verbose_name=_("network"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="capacity_requests",
    )
    expertise = models.CharField(_("kind of expertise"), max_length=120)
    days = models.PositiveSmallIntegerField(
        _("days"), validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)]
    )

    objects = CapacityRequestQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("capacity request")
        verbose_name_plural = _("capacity requests")
        ordering: ClassVar = ["project", "year", "region", "network", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(region__isnull=True, network__isnull=False)
                | Q(region__isnull=False, network__isnull=True),
                name="capacity_is_asked_of_a_region_or_a_network",
                violation_error_message=_("Choose a region or a network, one of the two."),
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=MOST_DAYS), name="capacity_is_some_days"
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_CALENDAR_YEAR, year__lte=LAST_CALENDAR_YEAR),
                name="capacity_is_of_this_century",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_of}, {self.year}: {self.days}"

    @property
    def asked_of(self) -> Any:
        """The region or the network."""
        return self.region or self.network


class Risk(Recorded):
    """What may go wrong, how likely and how badly, and what is done about it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="risks")
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    description = models.CharField(_("risk"), max_length=300)
    likelihood = models.PositiveSmallIntegerField(_("likelihood"), choices=Level, default=Level.MEDIUM)
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Level, default=Level.MEDIUM)
    measure = models.CharField(_("measure"), max_length=500, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        ordering: ClassVar = ["project", "position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(likelihood__in=Level.values, impact__in=Level.values),
                name="risk_levels_are_known",
            )
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def weight(self) -> int:
        """Likelihood times impact, 1 to 9."""
        return self.likelihood * self.impact


class ProjectDependency(Recorded):
    """That a project can only start when another one is finished."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="dependencies")
    predecessor = models.ForeignKey(
        Project,
        verbose_name=_("can only start when this is finished"),
        on_delete=models.PROTECT,
        related_name="successors",
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("dependency between projects")
        verbose_name_plural = _("dependencies between projects")
        ordering: ClassVar = ["project", "predecessor"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "predecessor"], name="project_depends_on_another_once"
            ),
            models.CheckConstraint(
                condition=~Q(project=F("predecessor")), name="project_does_not_depend_on_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.project}"

    @property
    def is_conflict(self) -> bool:
        """Whether the project is planned to start before its predecessor ends; needs both."""
        start, end = self.project.starts_on, self.predecessor.ends_on
        return (
            start is not None
            and end is not None
            and start <= end
            and self.predecessor.state not in (State.COMPLETED, State.WITHDRAWN, State.CANCELLED)
        )
