"""The annual plan from its draft to the RCDV, and the texts of the annual report."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation.models import User
from pillars.models import Pillar, ProgrammeYear
from pillars.seal import seal
from portfolio.choices import ADOPTED_PLAN, AnnualPlanState, Outcome
from portfolio.errors import PlanChangedMeanwhile, PlanGoesBeyondTheBudget, PlanNotInThisState
from portfolio.models import AnnualPlan, AnnualReportText, Decision, PlanParagraph, ReportParagraph
from portfolio.services.doors import require


@transaction.atomic
def begin_plan(year: int, *, by: User, is_fictional: bool = False) -> AnnualPlan:
    """Give the version of the plan of a year that is worked on; makes it when there is none.

    The first is 1.0; after an adopted version the next one, with its texts. Raises `PermissionDenied`, and
    `ValidationError` for a year that no programme has.
    """
    require(by, "portfolio.change_annualplan")
    # Taken, so that of two who begin at the same time the second finds the plan of the first.
    years = ProgrammeYear.objects.select_for_update().filter(year=year).select_related("programme")
    programme_year = years.first()
    if programme_year is None:
        raise ValidationError({"year": _("No programme has the year %(year)s.") % {"year": year}})
    latest = AnnualPlan.objects.of_year(year).first()
    if latest is not None and not latest.is_adopted:
        return latest
    plan = AnnualPlan(
        year=year,
        minor=0 if latest is None else latest.minor + 1,
        replaces=latest,
        introduction=latest.introduction if latest else "",
        made_by=by,
        is_fictional=is_fictional,
    )
    plan.full_clean()
    plan.save_by(by)
    texts = dict(latest.paragraphs.values_list("pillar", "text")) if latest else {}
    for pillar in Pillar.objects.filter(programme=programme_year.programme).order_by("number"):
        PlanParagraph(plan=plan, pillar=pillar, text=texts.get(pillar.pk, "")).save_by(by)
    return plan


@transaction.atomic
def write_plan(
    plan: AnnualPlan,
    *,
    by: User,
    read_version: int,
    introduction: str,
    changes: str = "",
    paragraphs: Mapping[int, str],
) -> AnnualPlan:
    """Save the texts of a draft; `paragraphs` has them by the key of the pillar. What stays the same is no new version.

    Raises `PermissionDenied`, `PlanNotInThisState`, `PlanChangedMeanwhile`, and `ValidationError` by field.
    """
    stored = _taken(plan, by)
    _require_state(stored, AnnualPlanState.DRAFT)
    parts = {part.pillar_id: part for part in stored.paragraphs.select_for_update()}
    changed = [
        part for key, part in parts.items() if key in paragraphs and _written(paragraphs[key]) != part.text
    ]
    introduction, changes = _written(introduction), _written(changes)
    if not changed and (introduction, changes) == (stored.introduction, stored.changes):
        return stored
    _require_version(stored, read_version)
    stored.introduction, stored.changes = introduction, changes
    _save(stored, by)
    for part in changed:
        part.text = _written(paragraphs[part.pillar_id])
        part.full_clean()
        part.save_by(by)
    return stored


@transaction.atomic
def align_plan(plan: AnnualPlan, *, by: User, aligned_on: datetime.date, read_version: int) -> AnnualPlan:
    """Say that the Vakraad aligned the draft on this day; from now on its texts rest until it is adopted or reopened.

    The same again changes nothing. Raises `PermissionDenied`, `PlanNotInThisState`, `PlanChangedMeanwhile`, and
    `ValidationError` by field.
    """
    stored = _taken(plan, by)
    if (stored.state, stored.aligned_on, stored.aligned_by_id) == (
        AnnualPlanState.ALIGNED,
        aligned_on,
        by.pk,
    ):
        return stored
    _require_state(stored, AnnualPlanState.DRAFT)
    _require_version(stored, read_version)
    if aligned_on > timezone.localdate():
        raise ValidationError({"aligned_on": _("The Vakraad can't have aligned it on a day to come.")})
    if stored.minor and not stored.changes:
        raise ValidationError(_("Say first what changed since the version before it, and why."))
    stored.state, stored.aligned_on, stored.aligned_by = AnnualPlanState.ALIGNED, aligned_on, by
    _save(stored, by)
    return stored


@transaction.atomic
def reopen_plan(plan: AnnualPlan, *, by: User, read_version: int) -> AnnualPlan:
    """Make an aligned plan a draft again, so that its texts can change.

    The same again changes nothing. Raises `PermissionDenied`, `PlanNotInThisState` and `PlanChangedMeanwhile`.
    """
    stored = _taken(plan, by)
    if stored.state == AnnualPlanState.DRAFT and _was_reopened(stored, by, read_version):
        return stored
    _require_state(stored, AnnualPlanState.ALIGNED)
    _require_version(stored, read_version)
    stored.state, stored.aligned_on, stored.aligned_by = AnnualPlanState.DRAFT, None, None
    _save(stored, by)
    return stored


@transaction.atomic
def adopt_plan(
    plan: AnnualPlan,
    *,
    by: User,
    decision: Decision,
    content: Mapping[str, Any],
    objections: Sequence[str] = (),
    read_version: int,
    read_as: str | None = None,
) -> AnnualPlan:
    """Adopt an aligned plan by a decision: freeze it, with all that it says, under a SHA-256.

    `content` is what it says, as plain data that has a canonical form; `read_as` the seal of what the person saw.
    `objections` say what stands in the way unless the decision covers it. The same again changes nothing. Raises
    `PermissionDenied`, `PlanNotInThisState`, `PlanChangedMeanwhile`, `PlanGoesBeyondTheBudget`, and `ValidationError` for
    a decision that doesn't adopt it.
    """
    stored = _taken(plan, by)
    if stored.is_adopted and (stored.decision_id, stored.adopted_by_id) == (decision.pk, by.pk):
        return stored
    _require_state(stored, AnnualPlanState.ALIGNED)
    _require_version(stored, read_version)
    if read_as is not None and read_as != seal(content):
        raise PlanChangedMeanwhile
    if decision.outcome != Outcome.ANNUAL_PLAN:
        raise ValidationError({"decision": _("Choose a decision that adopts an annual plan.")})
    if decision.corrections.exists():
        raise ValidationError({"decision": _("This decision was corrected. Choose the correction.")})
    if stored.aligned_on is not None and decision.meeting_on < stored.aligned_on:
        raise ValidationError({"decision": _("This decision is of before the plan was aligned.")})
    if objections and not decision.covers_overrun:
        raise PlanGoesBeyondTheBudget(objections)
    # Paragraphs are frozen with their plan, so they say what is in the content.
    stored.content = dict(content)
    stored.decision, stored.adopted_by, stored.adopted_at = decision, by, timezone.now()
    stored.content_hash = seal(sealed_content(stored))
    stored.state = AnnualPlanState.ADOPTED
    _save(stored, by)
    return stored


@transaction.atomic
def offer_plan(plan: AnnualPlan, *, by: User, offered_on: datetime.date, read_version: int) -> AnnualPlan:
    """Say that the adopted plan was offered to the RCDV on this day.

    The same again changes nothing. Raises `PermissionDenied`, `PlanNotInThisState`, `PlanChangedMeanwhile`, and
    `ValidationError` by field.
    """
    stored = _taken(plan, by)
    if (stored.state, stored.offered_on, stored.offered_by_id) == (
        AnnualPlanState.OFFERED,
        offered_on,
        by.pk,
    ):
        return stored
    _require_state(stored, AnnualPlanState.ADOPTED)
    _require_version(stored, read_version)
    if not AnnualPlan.objects.in_force().filter(pk=stored.pk).exists():
        raise PlanNotInThisState(_("A later version of this plan was adopted. Offer that one."), code="state")
    if offered_on > timezone.localdate():
        raise ValidationError({"offered_on": _("It can't have been offered on a day to come.")})
    if stored.decision is not None and offered_on < stored.decision.meeting_on:
        raise ValidationError(
            {
                "offered_on": ValidationError(
                    _("It can't have been offered before it was adopted."), code="order"
                )
            }
        )
    stored.state, stored.offered_on, stored.offered_by = AnnualPlanState.OFFERED, offered_on, by
    _save(stored, by)
    return stored


def sealed_content(plan: AnnualPlan) -> dict[str, Any]:
    """Give what the seal of an adopted plan is made over; nothing more is read of a plan `with_people`."""
    return {
        "year": plan.year,
        "version": plan.label,
        "replaces": plan.replaces.content_hash if plan.replaces else None,
        "decision": plan.decision.number if plan.decision else None,
        "content": plan.content,
    }


def verify_annual_plan(plan: AnnualPlan) -> bool:
    """Whether an adopted plan still says what was adopted: content, texts and decision against its seal.

    Reads nothing more of a plan `with_people` and `with_paragraphs`.
    """
    if not plan.is_adopted:
        return False
    try:
        is_sealed = plan.content_hash == seal(sealed_content(plan))
    except TypeError:
        # Content without a canonical form was never sealed.
        is_sealed = False
    # Only content under its seal is known to have the form that is read here.
    return is_sealed and plan.content is not None and _says_what_is_written(plan, plan.content)


def _says_what_is_written(plan: AnnualPlan, content: Mapping[str, Any]) -> bool:
    """Whether the texts in the content of a plan are those of its rows."""
    texts = content.get("pillar_texts", [])
    written = {part.pillar.number: part.text for part in plan.paragraphs.all()}
    return (
        content.get("introduction", "") == plan.introduction
        and content.get("changes", "") == plan.changes
        and {text["number"]: text["text"] for text in texts} == written
    )


@transaction.atomic
def write_report_text(
    year: int,
    *,
    by: User,
    read_version: int | None,
    foreword: str,
    outlook: str,
    paragraphs: Mapping[int, str],
    is_fictional: bool = False,
) -> AnnualReportText:
    """Save what is written for the annual report of a year; `read_version` is None for who saw nothing written yet.

    What stays the same is no new version. Raises `PermissionDenied`, `PlanChangedMeanwhile`, and `ValidationError` by field.
    """
    require(by, "portfolio.change_annualplan")
    programme_year = (
        ProgrammeYear.objects.select_for_update().filter(year=year).select_related("programme").first()
    )
    if programme_year is None:
        raise ValidationError({"year": _("No programme has the year %(year)s.") % {"year": year}})
    report = AnnualReportText.objects.filter(year=year).first()
    parts = {part.pillar_id: part for part in report.paragraphs.all()} if report else {}
    foreword, outlook = _written(foreword), _written(outlook)
    texts = {key: _written(text) for key, text in paragraphs.items()}
    if (
        report is not None
        and (report.foreword, report.outlook) == (foreword, outlook)
        and all(key in parts and parts[key].text == text for key, text in texts.items())
    ):
        return report
    if (report.version if report else None) != read_version:
        raise PlanChangedMeanwhile
    if report is None:
        report = AnnualReportText(year=year, version=0, is_fictional=is_fictional)
    report.foreword, report.outlook = foreword, outlook
    report.version += 1
    report.full_clean()
    report.save_by(by)
    for pillar in Pillar.objects.filter(programme=programme_year.programme, pk__in=texts):
        part = parts.get(pillar.pk) or ReportParagraph(report=report, pillar=pillar)
        if part.text != texts[pillar.pk] or part.pk is None:
            part.text = texts[pillar.pk]
            part.full_clean()
            part.save_by(by)
    return report


def _taken(plan: AnnualPlan, by: User) -> AnnualPlan:
    """Give the plan as it is stored now, locked, if the person may change it."""
    require(by, "portfolio.change_annualplan")
    stored: AnnualPlan = (
        AnnualPlan.objects.select_for_update(of=("self",))
        .select_related("replaces", "decision")
        .get(pk=plan.pk)
    )
    return stored


def _require_state(plan: AnnualPlan, state: AnnualPlanState) -> None:
    if plan.state != state:
        raise PlanNotInThisState(_refusal(plan, state), code="state")


def _require_version(plan: AnnualPlan, read_version: int) -> None:
    if plan.version != read_version:
        raise PlanChangedMeanwhile


def _was_reopened(plan: AnnualPlan, by: User, read_version: int) -> bool:
    """Whether this person made the plan a draft again from the version that they read: a double click."""
    if plan.version != read_version + 1:
        return False
    # The last first: the draft that it became, and what it was.
    became, was = plan.history.order_by("-history_id")[:2]
    return was.state == AnnualPlanState.ALIGNED and became.history_user_id == by.pk


def _written(text: str) -> str:
    """Give a text as it is kept, whoever sends it: forms end lines with two characters, programs with one."""
    return text.replace("\r\n", "\n").strip()


def _refusal(plan: AnnualPlan, wanted: AnnualPlanState) -> str:
    what = {"plan": plan, "state": plan.get_state_display()}
    if plan.state in ADOPTED_PLAN and wanted is not AnnualPlanState.ADOPTED:
        return _("The %(plan)s is %(state)s, so it doesn't change. Make a next version.") % what
    texts = {
        AnnualPlanState.DRAFT: _("The %(plan)s is %(state)s. Make it a draft again before you change it."),
        AnnualPlanState.ALIGNED: _(
            "The %(plan)s is %(state)s. Only an aligned plan can be adopted or reopened."
        ),
        AnnualPlanState.ADOPTED: _(
            "The %(plan)s is %(state)s. Only an adopted plan can be offered to the RCDV."
        ),
    }
    return texts[wanted] % what


def _save(plan: AnnualPlan, by: User) -> None:
    plan.version += 1
    plan.full_clean()
    plan.save_by(by)
