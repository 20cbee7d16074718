"""The amount of a year, its contributions from draft to payment, and what goes over to a next year."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from budget.allocation import read_year
from budget.choices import ContributionState, SetState
from budget.errors import ChangedMeanwhile, KeyIsIndicative, MoreAllocatedThanThereIs, NotInThisState
from budget.exact import to_cents
from budget.models import AnnualBudget, CarryOver, Contribution, ContributionSet, DistributionKey
from budget.money import format_money
from budget.services.doors import locked_budget, require
from budget.shares import split_by_key
from organisation.models import User
from pillars.models import ProgrammeYear
from pillars.seal import seal
from portfolio.choices import Outcome
from portfolio.models import Decision
from portfolio.models.days import refuse_far_days

# How far ahead an invoice can be dated.
INVOICED_AHEAD = datetime.timedelta(days=92)


@transaction.atomic
def set_budget(
    year: int,
    amount: Decimal,
    *,
    by: User,
    note: str = "",
    read_version: int | None = None,
    is_fictional: bool = False,
) -> AnnualBudget:
    """Set the amount of a year, in euro; a draft of its contributions follows.

    `read_version` is the version that the person read, None for a year without an amount. Raises `PermissionDenied`,
    `ChangedMeanwhile`, and `ValidationError` by field.
    """
    require(by, "budget.change_budget")
    # Taken, so that of two first amounts at the same time the second finds the other.
    if not ProgrammeYear.objects.select_for_update().filter(year=year):
        raise ValidationError({"year": _("No programme has the year %(year)s.") % {"year": year}})
    budget = AnnualBudget.objects.select_for_update().filter(year=year).first()
    if (budget.version if budget else None) != read_version:
        raise ChangedMeanwhile
    if budget is None:
        budget = AnnualBudget(year=year, version=0, is_fictional=is_fictional)
    budget.amount, budget.note = amount, note
    budget.version += 1
    budget.full_clean()
    budget.save_by(by)
    draft = budget.contribution_sets.filter(state=SetState.DRAFT).select_related("key").first()
    if draft is not None:
        _follow(draft, budget)
    return budget


@transaction.atomic
def draft_contributions(
    year: int, key: DistributionKey, *, by: User, read_as: str | None = None
) -> ContributionSet:
    """Split the budget of a year by a key: makes the draft, or has the draft that is there follow this key.

    Where contributions were adopted before, the draft is a new version that replaces them. `read_as` is the fingerprint
    of the draft that the person saw, empty when there was none. Raises `PermissionDenied`, `ChangedMeanwhile`,
    `NoAmount`, and `ValidationError` for a key of other years.
    """
    require(by, "budget.change_contributions")
    budget = locked_budget(year)
    # Taken, so that nobody removes it meanwhile.
    if not DistributionKey.objects.select_for_update(of=("self",)).filter(pk=key.pk):
        raise ValidationError(_("This key was removed meanwhile. Choose another."), code="gone")
    if year not in key.years:
        raise ValidationError(
            _("The key holds for %(first)s–%(last)s, not for %(year)s."),
            code="year",
            params={"first": key.first_year, "last": key.last_year, "year": year},
        )
    draft = budget.contribution_sets.filter(state=SetState.DRAFT).first()
    follows_already = draft is not None and (draft.key_id, draft.amount) == (key.pk, budget.amount)
    is_as_read = read_as is None or read_as == (draft_fingerprint(draft) if draft else "")
    if not is_as_read and not follows_already:
        raise ChangedMeanwhile
    if draft is None:
        latest = budget.contribution_sets.aggregate(latest=Max("version"))["latest"] or 0
        draft = ContributionSet(
            budget=budget,
            version=latest + 1,
            replaces=budget.contribution_sets.filter(state=SetState.ADOPTED).first(),
        )
    if draft.key_id != key.pk:
        draft.made_by, draft.made_at = by, timezone.now()
    draft.key = key
    _follow(draft, budget)
    return draft


@transaction.atomic
def discard_draft(year: int, *, by: User, read_as: str) -> bool:
    """Remove the draft of a year that was made by mistake; tells whether there was one.

    `read_as` is the fingerprint of the draft that the person saw. Raises `PermissionDenied`, `ChangedMeanwhile` and
    `NoAmount`.
    """
    require(by, "budget.change_contributions")
    draft = locked_budget(year).contribution_sets.filter(state=SetState.DRAFT).first()
    if draft is None:
        return False
    if read_as != draft_fingerprint(draft):
        raise ChangedMeanwhile
    draft.delete()
    return True


@transaction.atomic
def adopt_contributions(
    year: int, *, by: User, decision: Decision, read_as: str | None = None
) -> ContributionSet:
    """Adopt the draft of a year by a decision on the budget: freeze it, with its key, weights and a SHA-256.

    `read_as` is the fingerprint of the draft that the person saw (`draft_fingerprint`). Raises `PermissionDenied`,
    `NoAmount`, `KeyIsIndicative`, `ChangedMeanwhile`, `NotInThisState`, `MoreAllocatedThanThereIs` when the decision doesn't say that it
    covers that, and `ValidationError` for a decision on something else.
    """
    require(by, "budget.change_contributions")
    budget = locked_budget(year)
    draft = budget.contribution_sets.filter(state=SetState.DRAFT).select_related("key", "replaces").first()
    if draft is None:
        raise NotInThisState(_("There is no draft of the contributions of %(year)s.") % {"year": year})
    if read_as is not None and read_as != draft_fingerprint(draft):
        raise ChangedMeanwhile
    if draft.key.is_indicative:
        raise KeyIsIndicative
    if not draft.key.is_adopted:
        raise NotInThisState(_("Adopt the key first: contributions rest on an adopted key."))
    _require_in_force(decision)
    if draft.replaces is not None and _asks_the_same(draft, draft.replaces):
        raise NotInThisState(
            _(
                "This draft asks every region the same as the contributions in force, so there is nothing to adopt."
            )
        )
    found = read_year(year)
    if found is not None and found.unallocated < 0 and not decision.covers_overrun:
        raise MoreAllocatedThanThereIs(
            {
                "decision": _(
                    "In %(year)s %(amount)s more is allocated than there is. Adopt with a decision that says that it covers "
                    "spending beyond the budget, or plan less."
                )
                % {"year": year, "amount": format_money(-found.unallocated)}
            }
        )
    now = timezone.now()
    rows = list(draft.contributions.select_related("region").order_by("region__code"))
    settled = _invoiced_before(budget)
    draft.content = contributions_content(draft, rows)
    draft.content_hash = seal(draft.content)
    draft.decision, draft.adopted_by, draft.adopted_at = decision, by, now
    for row in rows:
        row.settled_before = settled.get(row.region_id, Decimal(0))
        row.state = ContributionState.ADOPTED
        row.save_by(by)
    if draft.replaces is not None:
        draft.replaces.state = SetState.SUPERSEDED
        draft.replaces.save()
    draft.state = SetState.ADOPTED
    draft.save()
    return draft


@transaction.atomic
def invoice_contributions(
    year: int, *, by: User, invoiced_on: datetime.date, read_version: int | None = None
) -> list[Contribution]:
    """Invoice what the regions owe for a year, each with a reference of its own; gives those that were invoiced now.

    `read_version` is the version of the contributions that the person saw. A second time nothing is left to invoice, and
    the list is empty. Raises `PermissionDenied`, `NoAmount`, `NotInThisState`, `ChangedMeanwhile`, and `ValidationError` by field.
    """
    require(by, "budget.change_contributions")
    budget = locked_budget(year)
    in_force = budget.contribution_sets.in_force().first()
    if in_force is None:
        raise NotInThisState(
            _("Adopt the contributions of %(year)s before they are invoiced.") % {"year": year}
        )
    if read_version is not None and read_version != in_force.version:
        raise ChangedMeanwhile
    if invoiced_on > timezone.localdate() + INVOICED_AHEAD:
        raise ValidationError(
            {"invoiced_on": _("An invoice is dated at most three months ahead. Check the year.")}
        )
    rows = list(
        in_force.contributions.filter(state=ContributionState.ADOPTED)
        .select_related("region", "set")
        .order_by("region__code")
    )
    for row in rows:
        row.state = ContributionState.INVOICED
        row.invoiced_on, row.invoiced_by = invoiced_on, by
        row.invoice_reference = f"MJP-{year}-{row.region.code}-{in_force.version}"
        refuse_far_days(row, "invoiced_on")
        row.clean_fields()
        row.save_by(by)
    return rows


@transaction.atomic
def mark_paid(
    contributions: Iterable[Contribution], *, by: User, paid_on: datetime.date, payment_reference: str = ""
) -> list[Contribution]:
    """Mark invoiced contributions as paid; those that were paid before stay as they are. Gives those marked now.

    Raises `PermissionDenied`, `NotInThisState` for one that wasn't invoiced, and `ValidationError` by field.
    """
    require(by, "budget.change_contributions")
    if paid_on > timezone.localdate():
        raise ValidationError(
            {"paid_on": _("This day is still to come. Give a day up to and including today.")}
        )
    keys = [row.pk for row in contributions]
    rows = Contribution.objects.select_for_update(of=("self",)).filter(pk__in=keys).select_related("region")
    marked = []
    for row in rows.order_by("pk"):
        if row.state == ContributionState.PAID:
            continue
        if row.state != ContributionState.INVOICED:
            raise NotInThisState(
                _("The contribution of %(region)s was not invoiced yet.") % {"region": row.region}
            )
        if row.invoiced_on is not None and paid_on < row.invoiced_on:
            raise ValidationError({"paid_on": _("A payment can't lie before the invoice.")})
        row.state = ContributionState.PAID
        row.paid_on, row.paid_by, row.payment_reference = paid_on, by, payment_reference
        row.clean_fields()
        row.save_by(by)
        marked.append(row)
    return marked


@transaction.atomic
def carry_over(
    *,
    from_year: int,
    to_year: int,
    amount: Decimal,
    decision: Decision,
    reason: str,
    by: User,
    request_key: uuid.UUID | None = None,
) -> CarryOver:
    """Move unspent money of a year to a later one, by a decision on the budget; the same key moves it once.

    Raises `PermissionDenied`, and `ValidationError` by field: more than is left, an earlier year, a year without budget.
    """
    require(by, "budget.carry_over")
    # In order of year, so that two people don't wait for each other.
    found = {
        budget.year: budget
        for budget in AnnualBudget.objects.select_for_update()
        .filter(year__in=[from_year, to_year])
        .order_by("year")
    }
    if request_key is not None:
        made = CarryOver.objects.filter(by=by, request_key=request_key).first()
        if made is not None:
            return made
    if to_year <= from_year:
        raise ValidationError({"to_year": _("Money moves to a later year.")})
    for field, year in (("from_year", from_year), ("to_year", to_year)):
        if year not in found:
            raise ValidationError(
                {field: _("%(year)s has no budget yet. Set its amount first.") % {"year": year}}
            )
    _require_in_force(decision)
    left = read_year(from_year)
    movable = left.unspent if left is not None else Decimal(0)
    if amount > movable:
        raise ValidationError(
            {
                "amount": _("Of %(year)s %(left)s is not spent; no more than that can move.")
                % {"year": from_year, "left": format_money(max(movable, Decimal(0)))}
            }
        )
    free = max(left.unallocated, Decimal(0)) if left is not None else Decimal(0)
    if from_year >= timezone.localdate().year and amount > free and not decision.covers_overrun:
        raise MoreAllocatedThanThereIs(
            {
                "decision": _(
                    "Of %(year)s %(left)s is not allocated. To move more while the year goes on, choose a decision that says "
                    "that it covers spending beyond the budget, or plan less."
                )
                % {"year": from_year, "left": format_money(free)}
            }
        )
    moved = CarryOver(
        from_budget=found[from_year],
        to_budget=found[to_year],
        amount=amount,
        decision=decision,
        reason=reason,
        by=by,
        request_key=request_key,
    )
    moved.full_clean()
    moved.save()
    return moved


def _require_in_force(decision: Decision) -> None:
    """Raise `ValidationError` unless it is a decision on the budget that nothing corrected."""
    if decision.outcome != Outcome.BUDGET:
        raise ValidationError({"decision": _("Choose a decision on the working budget.")})
    if decision.corrections.exists():
        raise ValidationError({"decision": _("This decision was corrected. Choose the correction.")})


def _asks_the_same(draft: ContributionSet, in_force: ContributionSet) -> bool:
    asked, asks = (
        dict(drawn.contributions.order_by().values_list("region", "amount")) for drawn in (draft, in_force)
    )
    return draft.key_id == in_force.key_id and asked == asks


def draft_fingerprint(draft: ContributionSet) -> str:
    """Give a short text that tells whether a draft still is what someone saw."""
    return f"{draft.pk}.{draft.key_id}.{draft.amount}"


def contributions_content(drawn: ContributionSet, rows: Iterable[Contribution]) -> dict[str, Any]:
    """Give what a set of contributions holds, as plain data: what its seal is made over."""
    return {
        "year": drawn.budget.year,
        "version": drawn.version,
        "amount": str(drawn.amount),
        "key": {
            "name": drawn.key.name,
            "version": drawn.key.version,
            "content_hash": drawn.key.content_hash,
        },
        "replaces": None if drawn.replaces is None else drawn.replaces.version,
        "contributions": {
            row.region.code: {"weight": str(row.weight), "amount": str(row.amount)} for row in rows
        },
    }


def verify_contributions(drawn: ContributionSet, rows: Iterable[Contribution] | None = None) -> bool:
    """Tell whether adopted contributions still are what was sealed: their rows, their content and their hash agree.

    `rows` are all contributions of the set, with their regions, where the caller has read them.
    """
    if rows is None:
        rows = drawn.contributions.select_related("region")
    return drawn.content == contributions_content(drawn, rows) and drawn.content_hash == seal(drawn.content)


def _follow(draft: ContributionSet, budget: AnnualBudget) -> None:
    """Have a draft say what amount and key say now."""
    draft.amount = budget.amount
    draft.full_clean()
    draft.save()
    shares = split_by_key(to_cents(budget.amount), draft.key)
    draft.contributions.all().delete()
    Contribution.objects.bulk_create(
        Contribution(set=draft, region_id=share.region_id, weight=share.weight, amount=share.share.euro)
        for share in shares
    )


def invoiced_by_region(rows: Iterable[Contribution]) -> dict[int, Decimal]:
    """Give what every region was invoiced by these contributions, in euro: each what was to settle with its version."""
    invoiced: dict[int, Decimal] = {}
    for row in rows:
        if row.state in (ContributionState.INVOICED, ContributionState.PAID):
            invoiced[row.region_id] = invoiced.get(row.region_id, Decimal(0)) + row.to_settle
    return invoiced


def _invoiced_before(budget: AnnualBudget) -> dict[int, Decimal]:
    """Give what every region was invoiced for the year until now, in euro."""
    return invoiced_by_region(Contribution.objects.filter(set__budget=budget))
