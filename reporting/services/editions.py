"""Taking the content of a report at the moment that it is asked for."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation.models import User
from pillars.seal import seal
from portfolio.models import AnnualPlan
from reporting.choices import ReportKind
from reporting.content import ReportContent, as_data
from reporting.models import ReportEdition
from reporting.reading import read_report

# So many who ask for the same at the same moment find each other's edition.
TRIES = 5


def plan_of(year: int) -> AnnualPlan:
    """Give the annual plan of a year that a report is made of: the newest adopted one, else the draft.

    Raises `ValidationError` for a year without one.
    """
    plan = AnnualPlan.objects.in_force().of_year(year).first() or AnnualPlan.objects.of_year(year).first()
    if plan is None:
        raise ValidationError(
            {"year": _("There is no annual plan of %(year)s yet: begin it first.") % {"year": year}}
        )
    return plan


def take_edition(
    kind: ReportKind, year: int, *, by: User | None, plan: AnnualPlan | None = None, is_draft: bool = False
) -> ReportEdition:
    """Read the content as it is now, and give its edition: the one that says the same, or a new one.

    An edition of an annual plan is a draft until the plan is adopted, whatever `is_draft` says. Reads in a snapshot of its
    own, so call it outside a transaction. Raises `YearNotInProgramme` and `ValidationError`.
    """
    if kind == ReportKind.ANNUAL_PLAN:
        # As it is now: the one that was handed in may have been adopted meanwhile.
        plan = AnnualPlan.objects.get(pk=plan.pk, year=year) if plan else plan_of(year)
        is_draft = not plan.is_adopted
    elif plan is not None:
        raise ValidationError(_("Only an annual plan is made of a version of it."), code="plan")
    content = read_report(kind, year, today=timezone.localdate(), plan=plan)
    return keep_edition(content, by=by, plan=plan, is_draft=is_draft)


@transaction.atomic
def keep_edition(
    content: ReportContent, *, by: User | None, plan: AnnualPlan | None = None, is_draft: bool
) -> ReportEdition:
    """Give the edition with this content, made when there is none."""
    kind, year = content.source.kind, content.source.year
    kept = as_data(content)
    content_hash = seal(kept)
    for tries_left in reversed(range(TRIES)):
        known = ReportEdition.objects.filter(
            kind=kind, year=year, plan=plan, content_hash=content_hash, is_draft=is_draft
        ).first()
        if known is not None:
            return known
        edition = ReportEdition(
            kind=kind,
            year=year,
            plan=plan,
            version=_next_version(kind, year, plan, is_draft),
            is_draft=is_draft,
            content=kept,
            content_hash=content_hash,
            taken_by=by,
        )
        try:
            with transaction.atomic():
                edition.save()
        except IntegrityError:
            # Someone else was first by a moment; what they kept can be seen now.
            if not tries_left:
                raise
        else:
            break
    return edition


def verify_edition(edition: ReportEdition) -> bool:
    """Whether an edition still says what it said when it was taken."""
    return seal(edition.content) == edition.content_hash


def _next_version(kind: ReportKind, year: int, plan: AnnualPlan | None, is_draft: bool) -> str:
    editions = ReportEdition.objects.filter(kind=kind, year=year)
    version = plan.label if plan else f"1.{editions.filter(is_draft=False).count()}"
    if not is_draft:
        return version
    number = editions.filter(is_draft=True, version__startswith=f"{version}-concept.").count() + 1
    return f"{version}-concept.{number}"
