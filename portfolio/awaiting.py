"""What awaits a person: the work that their roles ask of them now, most pressing first."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Subquery, Sum, Window
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisation.choices import Role
from organisation.models import User
from portfolio.attention import objectives_to_tend
from portfolio.choices import ProjectState
from portfolio.completeness import missing
from portfolio.lateness import late_reasons, lateness
from portfolio.models import CapacityRequest, Decision, Project, Remark, StateChange, StatusReport
from portfolio.querysets import ProjectQuerySet

# What is named of each kind; the others are behind the link with it.
MOST_NAMED = 5
# In days: what is still news for the RCDV, and a remark for its holder.
NEWS = datetime.timedelta(days=90)
FRESH = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AwaitingItem:
    """A project or objective that awaits something: its name, a word more, and the name and key of its page."""

    name: str
    note: str
    view: str
    key: int


@dataclass(frozen=True, slots=True)
class AwaitingGroup:
    """What awaits someone of one kind. `title` counts it; `view` and `query` lead to all of it."""

    kind: str
    title: str
    items: tuple[AwaitingItem, ...] = ()
    more: int = 0
    view: str = ""
    query: str = ""


def read_awaiting(user: User, today: datetime.date) -> list[AwaitingGroup]:
    """Give what awaits the person, by their roles; each kind once, though two roles ask for it. A fixed number of queries."""
    visible = Project.objects.visible_to(user, today)
    readers: dict[Role, Callable[[], Iterator[AwaitingGroup | None]]] = {
        Role.PORTFOLIO_HOLDER: lambda: _of_holder(user, today),
        Role.SUPPORT: lambda: _of_support(visible, today),
        Role.COUNCIL_MEMBER: lambda: _of_council_member(user, visible, today),
        Role.REGIONAL_STAFF: lambda: _of_regional_staff(user, today),
        Role.RCDV: lambda: _of_rcdv(visible, today),
    }
    found: dict[str, AwaitingGroup] = {}
    for role, read in readers.items():
        if role in user.roles:
            for group in read():
                if group is not None:
                    found.setdefault(group.kind, group)
    return list(found.values())


def _of_holder(user: User, today: datetime.date) -> Iterator[AwaitingGroup | None]:
    own = Project.objects.of_holder(user, today)
    returning = Decision.objects.returning(OuterRef("pk"))
    yield _group(
        "returned",
        own.filter(state=ProjectState.RETURNED).annotate(note=Subquery(returning.values("wording")[:1])),
        lambda count: ngettext(
            "%(count)s returned assignment to answer", "%(count)s returned assignments to answer", count
        ),
        note=lambda project: _in_short(project.note or ""),
        view="portfolio:project-edit",
        more=("portfolio:projects", "state=returned"),
    )
    yield _group(
        "drafts",
        own.filter(state=ProjectState.DRAFT).prefetch_related("results", "capacity_requests"),
        lambda count: ngettext("%(count)s draft to finish", "%(count)s drafts to finish", count),
        note=_lacking,
        view="portfolio:project-edit",
        more=("portfolio:projects", "state=draft"),
    )
    yield _reports_due(own, today, "portfolio:status-report-new")
    said = Remark.objects.filter(project=OuterRef("pk"), created_at__gt=OuterRef("changed_at")).exclude(
        author=user
    )
    yield _group(
        "remarks",
        own.filter(Exists(said.filter(created_at__date__gt=today - FRESH).order_by())),
        lambda count: ngettext(
            "%(count)s project with a new remark", "%(count)s projects with a new remark", count
        ),
    )
    yield _late(own, today)


def _of_support(visible: ProjectQuerySet, today: datetime.date) -> Iterator[AwaitingGroup | None]:
    yield _group(
        "decisions",
        visible.filter(state=ProjectState.SUBMITTED),
        lambda count: ngettext(
            "%(count)s assignment awaits a decision", "%(count)s assignments await a decision", count
        ),
        note=_submitted_on,
        more=("portfolio:meeting", ""),
    )
    yield _group(
        "completions",
        visible.filter(state=ProjectState.RUNNING, completion_asked_at__isnull=False),
        lambda count: ngettext(
            "%(count)s project asks to be completed", "%(count)s projects ask to be completed", count
        ),
        more=("portfolio:meeting", ""),
    )
    yield _group(
        "returned",
        visible.filter(state=ProjectState.RETURNED),
        lambda count: ngettext(
            "%(count)s returned assignment at its holder",
            "%(count)s returned assignments at their holders",
            count,
        ),
        more=("portfolio:projects", "state=returned"),
    )
    yield _reports_due(visible, today, "portfolio:project")


def _of_council_member(
    user: User, visible: ProjectQuerySet, today: datetime.date
) -> Iterator[AwaitingGroup | None]:
    yield _group(
        "decisions",
        visible.awaiting_decision(),
        lambda count: ngettext("%(count)s decision to prepare", "%(count)s decisions to prepare", count),
        note=_submitted_on,
        more=("portfolio:meeting", ""),
    )
    yield _late(visible, today)
    tended = objectives_to_tend(user, today)
    if tended:
        yield AwaitingGroup(
            kind="objectives",
            title=ngettext(
                "%(count)s objective without assignment or holder",
                "%(count)s objectives without assignment or holder",
                len(tended),
            )
            % {"count": len(tended)},
            items=tuple(
                AwaitingItem(
                    found.objective.title,
                    " · ".join(
                        text
                        for lacks, text in (
                            (found.lacks_assignment, _("no assignment in %(year)s") % {"year": found.year}),
                            (found.lacks_holder, _("no portfolio holder")),
                        )
                        if lacks
                    ),
                    "pillars:objective",
                    found.objective.pk,
                )
                for found in tended[:MOST_NAMED]
            ),
            more=max(len(tended) - MOST_NAMED, 0),
            view="reporting:planning-grid",
            query=f"year={today.year}",
        )


def _of_regional_staff(user: User, today: datetime.date) -> Iterator[AwaitingGroup | None]:
    if user.region_id is None:
        return
    years = (today.year, today.year + 1)
    asked = dict(
        CapacityRequest.objects.visible_to(user)
        .counted()
        .filter(region=user.region_id, year__in=years)
        .order_by()
        .values_list("year")
        .annotate(sum=Sum("days"))
    )
    for year in years:
        if asked.get(year):
            yield AwaitingGroup(
                kind=f"capacity-{year}",
                title=ngettext(
                    "%(count)s day asked of your region in %(year)s",
                    "%(count)s days asked of your region in %(year)s",
                    asked[year],
                )
                % {"count": asked[year], "year": year},
                view="portfolio:capacity",
                query=f"year={year}",
            )


def _of_rcdv(visible: ProjectQuerySet, today: datetime.date) -> Iterator[AwaitingGroup | None]:
    since = today - NEWS
    completed = StateChange.objects.filter(
        project=OuterRef("pk"), to_state=ProjectState.COMPLETED, at__date__gt=since
    )
    yield _group(
        "accepted",
        visible.filter(accepted_at__date__gt=since, state__in=(ProjectState.ACCEPTED, ProjectState.RUNNING)),
        lambda count: ngettext(
            "%(count)s project accepted in the last 90 days",
            "%(count)s projects accepted in the last 90 days",
            count,
        ),
        more=("portfolio:projects", ""),
    )
    yield _group(
        "completed",
        visible.filter(Exists(completed.order_by()), state=ProjectState.COMPLETED),
        lambda count: ngettext(
            "%(count)s project completed in the last 90 days",
            "%(count)s projects completed in the last 90 days",
            count,
        ),
        more=("portfolio:projects", "state=completed"),
    )


def _reports_due(projects: ProjectQuerySet, today: datetime.date, view: str) -> AwaitingGroup | None:
    last = (
        StatusReport.objects.filter(project=OuterRef("pk"))
        .order_by()
        .values("project")
        .annotate(last=Max("reported_on"))
        .values("last")
    )
    return _group(
        "reports",
        projects.with_report_due(today).annotate(note=Subquery(last)),
        lambda count: ngettext("%(count)s status report due", "%(count)s status reports due", count),
        note=lambda project: (
            _("last report on %(day)s") % {"day": date_format(project.note, "j F Y")}
            if project.note
            else _("no report yet")
        ),
        view=view,
        more=("portfolio:projects", "attention=report"),
    )


def _late(projects: ProjectQuerySet, today: datetime.date) -> AwaitingGroup | None:
    def why(project: Any) -> str:
        due = [result.due_on for result in project.results.all() if result.is_overdue(today)]
        late = lateness(project.state, project.starts_on, project.ends_on, due, today)
        return "; ".join(late_reasons(late, project.starts_on, project.ends_on))

    return _group(
        "late",
        projects.late(today).prefetch_related("results"),
        lambda count: ngettext("%(count)s project late", "%(count)s projects late", count),
        note=why,
        more=("portfolio:projects", "attention=late"),
    )


def _group(
    kind: str,
    projects: ProjectQuerySet,
    title: Callable[[int], str],
    *,
    note: Callable[[Any], str] = lambda project: "",
    view: str = "portfolio:project",
    more: tuple[str, str] = ("", ""),
) -> AwaitingGroup | None:
    """Give the projects as a group that names the first of them; None when there are none."""
    named: Iterable[Any] = projects.annotate(everything=Window(Count("pk"))).order_by(
        F("ends_on").asc(nulls_last=True), "pk"
    )[:MOST_NAMED]
    named = list(named)
    if not named:
        return None
    count = named[0].everything
    return AwaitingGroup(
        kind=kind,
        title=title(count) % {"count": count},
        items=tuple(AwaitingItem(str(project), note(project), view, project.pk) for project in named),
        more=count - len(named),
        view=more[0],
        query=more[1],
    )


def _lacking(project: Project) -> str:
    count = sum(len(texts) for texts in missing(project).values())
    if not count:
        return _("complete: it can be submitted")
    return ngettext("lacks %(count)s thing", "lacks %(count)s things", count) % {"count": count}


def _submitted_on(project: Project) -> str:
    if project.completion_asked_at is not None:
        return _("asks to be completed")
    if project.submitted_at is None:
        return ""
    return _("submitted on %(day)s") % {"day": date_format(project.submitted_at.date(), "j F Y")}


def _in_short(text: str) -> str:
    """Give the beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:119].rstrip()}…"
