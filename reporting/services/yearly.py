"""What the application does by itself once a year, on days that are settings."""

import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from pillars.models import ProgrammeYear
from reporting import notices
from reporting.choices import ReportFormat, ReportKind, YearlyKind
from reporting.models import YearlyWork
from reporting.services.asking import ask_report

# A server that was down on the day itself does it later, but not months later.
STILL_IN_TIME = datetime.timedelta(days=14)


def do_yearly_work(today: datetime.date) -> list[YearlyWork]:
    """Do what the days in the settings ask for and wasn't done yet; give what was done.

    On the first (1 February) the draft annual report of the past year is asked for; on the second (1 October) holders and
    programme support are invited to align next year's plan. Done again, or by two at once, it does nothing twice.
    """
    done = []
    if _is_time(settings.DRAFT_REPORT_DAY, today) and (work := _draft_report(today.year - 1)):
        done.append(work)
    if _is_time(settings.PLAN_ALIGNMENT_DAY, today) and (work := _align_plan(today.year + 1, today)):
        done.append(work)
    return done


def _is_time(day: tuple[int, int], today: datetime.date) -> bool:
    month, number = day
    return datetime.timedelta(0) <= today - datetime.date(today.year, month, number) < STILL_IN_TIME


def _draft_report(year: int) -> YearlyWork | None:
    if not _is_in_a_programme(year):
        return None
    work = _note(YearlyKind.DRAFT_REPORT, year)
    if work is not None:
        # After the note, for reading the content takes a snapshot of its own. What fails is tried again tomorrow.
        try:
            ask_report(
                ReportKind.ANNUAL_REPORT,
                year,
                file_format=ReportFormat.PDF,
                language="nl",
                by=None,
                is_draft=True,
            )
        except Exception:
            work.delete()
            raise
    return work


def _align_plan(year: int, today: datetime.date) -> YearlyWork | None:
    if not _is_in_a_programme(year):
        return None
    with transaction.atomic():
        work = _note(YearlyKind.ALIGN_PLAN, year)
        if work is not None:
            notices.plan_to_align(year, today)
    return work


def _note(kind: YearlyKind, year: int) -> YearlyWork | None:
    """Note that it is done; None when it was."""
    try:
        with transaction.atomic():
            return YearlyWork.objects.create(kind=kind, year=year)
    except IntegrityError:
        return None


def _is_in_a_programme(year: int) -> bool:
    return ProgrammeYear.objects.filter(year=year).exists()
