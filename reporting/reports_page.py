"""What the page with reports shows to a person: what is published, and to support what is being made and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from organisation.models import User
from reporting.choices import JobState, ReportKind
from reporting.models import ReportEdition, ReportJob

# As many as someone oversees; the address of each other one is in the mail about it.
MOST_ENDED = 30


@dataclass(frozen=True, slots=True)
class EditionFiles:
    """An edition with its files."""

    edition: ReportEdition
    files: tuple[ReportJob, ...]


@dataclass(frozen=True, slots=True)
class YearReports:
    """The reports of a year, the annual ones first."""

    year: int
    editions: tuple[EditionFiles, ...]


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """`published` per year, the newest first. The others are for support alone: being made, ready to publish, and ended otherwise."""

    published: tuple[YearReports, ...]
    being_made: tuple[ReportJob, ...] = ()
    ready: tuple[ReportJob, ...] = ()
    ended: tuple[ReportJob, ...] = ()


def read_reports_page(user: User) -> ReportsPage:
    """Read the page as the person may see it. One query for readers, four for support."""
    jobs = ReportJob.objects.visible_to(user)
    published = _by_year(jobs.published().newest_first())
    if not user.has_perm("reporting.make_report"):
        return ReportsPage(published)
    latest = jobs.newest_first().order_by("-ended_at", "-pk")
    return ReportsPage(
        published,
        being_made=read_being_made(user),
        ready=tuple(latest.filter(state=JobState.DONE, published_at__isnull=True)[:MOST_ENDED]),
        ended=tuple(
            (latest.filter(state__in=(JobState.FAILED, JobState.CANCELLED)) | latest.withdrawn())[:MOST_ENDED]
        ),
    )


def read_being_made(user: User) -> tuple[ReportJob, ...]:
    """Give what is waiting or being made, in the order of asking. One query."""
    return tuple(ReportJob.objects.visible_to(user).being_made().newest_first().order_by("asked_at", "pk"))


def _by_year(jobs: Iterable[ReportJob]) -> tuple[YearReports, ...]:
    kinds = list(ReportKind)
    found = []
    for year, of_year in groupby(jobs, lambda job: job.edition.year):
        editions = [
            EditionFiles(files[0].edition, tuple(files))
            for files in (list(part) for _key, part in groupby(of_year, lambda job: job.edition_id))
        ]
        editions.sort(key=lambda one: kinds.index(ReportKind(one.edition.kind)))
        found.append(YearReports(year, tuple(editions)))
    return tuple(found)
