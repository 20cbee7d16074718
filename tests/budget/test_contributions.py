"""A year's contributions from draft to payment, and what goes over to a next year."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ProtectedError

from budget.choices import ContributionState, SetState
from budget.errors import ChangedMeanwhile, KeyIsIndicative, NotInThisState
from budget.models import CarryOver, Contribution, ContributionSet
from budget.services import (
    NewExpenditure,
    adopt_contributions,
    adopt_key,
    book_expenditure,
    carry_over,
    draft_contributions,
    invoice_contributions,
    keep_key,
    mark_paid,
    plan_central_support,
    set_budget,
)
from budget.services.contributions import draft_fingerprint, verify_contributions
from budget.services.costs import CostLine
from organisation.choices import Role
from organisation.models import Region
from pillars.errors import AdoptedIsFrozen
from portfolio.choices import Outcome
from portfolio.services import record_decision
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 1, 15)


def total(contributions):
    return sum(row.amount for row in contributions.contributions.all())


@pytest.fixture
def adopted(budget_2026, official, support, decide):
    draft_contributions(2026, official, by=support)
    return adopt_contributions(2026, by=support, decision=decide())


def other_key(support, **heavier):
    codes = Region.objects.values_list("code", flat=True)
    return adopt_key(
        keep_key(
            by=support,
            name="BDUR",
            source="Circulaire, herzien",
            first_year=2026,
            last_year=2026,
            weights={code: Decimal(heavier.get(code, 100)) for code in codes},
        ),
        by=support,
    )


def test_draft_adds_up_to_the_budget_and_follows_amount_and_key(budget_2026, indicative, official, support):
    draft = draft_contributions(2026, indicative, by=support)
    assert total(draft) == Decimal("625000.00")
    assert draft.contributions.get(region__code="VR08").amount == Decimal("20338.58")
    set_budget(2026, Decimal("600000.01"), by=support, read_version=1)
    assert total(draft) == Decimal("600000.01")
    again = draft_contributions(2026, official, by=support)
    assert again.pk == draft.pk
    assert total(again) == Decimal("600000.01")
    assert again.contributions.get(region__code="VR01").weight == 100


def test_amount_that_changed_meanwhile_is_not_overwritten(budget_2026, support):
    set_budget(2026, Decimal(1), by=support, read_version=1)
    for stale in (1, None):
        with pytest.raises(ChangedMeanwhile):
            set_budget(2026, Decimal(2), by=support, read_version=stale)


def test_year_outside_every_programme_has_no_budget(support):
    with pytest.raises(ValidationError):
        set_budget(2041, Decimal(1), by=support)


def test_key_of_other_years_does_not_split(budget_2026, support):
    codes = Region.objects.values_list("code", flat=True)
    key = keep_key(
        by=support,
        name="X",
        source="s",
        first_year=2024,
        last_year=2025,
        weights=dict.fromkeys(codes, Decimal(1)),
    )
    with pytest.raises(ValidationError):
        draft_contributions(2026, key, by=support)


def test_contributions_of_an_indicative_key_are_not_adopted(budget_2026, indicative, support, decide):
    draft_contributions(2026, indicative, by=support)
    with pytest.raises(KeyIsIndicative):
        adopt_contributions(2026, by=support, decision=decide())


def test_draft_that_changed_meanwhile_is_not_adopted(budget_2026, official, support, decide):
    seen = draft_fingerprint(draft_contributions(2026, official, by=support))
    set_budget(2026, Decimal(10), by=support, read_version=1)
    with pytest.raises(ChangedMeanwhile):
        adopt_contributions(2026, by=support, decision=decide(), read_as=seen)


def test_adopted_contributions_do_not_change(adopted, official):
    assert (adopted.state, adopted.content["key"]["version"]) == (SetState.ADOPTED, official.version)
    assert verify_contributions(adopted)
    row = adopted.contributions.first()
    row.amount += 1
    adopted.amount += 1
    for change in (
        row.save,
        row.delete,
        adopted.save,
        adopted.delete,
        lambda: Contribution.objects.filter(set=adopted).update(amount=1),
        lambda: Contribution.objects.filter(set=adopted).delete(),
        lambda: ContributionSet.objects.filter(pk=adopted.pk).update(amount=1),
    ):
        with pytest.raises((AdoptedIsFrozen, ProtectedError)):
            change()
    assert verify_contributions(ContributionSet.objects.get(pk=adopted.pk))


def test_amount_that_changes_later_leaves_what_was_adopted(adopted, support):
    set_budget(2026, Decimal(10), by=support, read_version=1)
    assert total(ContributionSet.objects.get(pk=adopted.pk)) == Decimal("625000.00")


def test_invoicing_gives_each_region_a_reference_once(adopted, support):
    invoiced = invoice_contributions(2026, by=support, invoiced_on=DAY)
    assert len({row.invoice_reference for row in invoiced}) == 25
    assert invoice_contributions(2026, by=support, invoiced_on=DAY) == []


def test_payment_follows_on_an_invoice(adopted, support):
    row = adopted.contributions.first()
    with pytest.raises(NotInThisState):
        mark_paid([row], by=support, paid_on=DAY)
    invoice_contributions(2026, by=support, invoiced_on=DAY)
    with pytest.raises(ValidationError):
        mark_paid([row], by=support, paid_on=DAY - datetime.timedelta(days=1))
    assert len(mark_paid([row], by=support, paid_on=DAY, payment_reference="B1")) == 1
    assert mark_paid([row], by=support, paid_on=DAY) == []
    row.refresh_from_db()
    assert (row.state, row.payment_reference) == (ContributionState.PAID, "B1")
    assert row.history.first().history_user == support


def test_key_that_changes_during_the_year_leaves_a_difference_per_region_to_settle(adopted, support, decide):
    invoice_contributions(2026, by=support, invoiced_on=DAY)
    before = {row.region_id: row.amount for row in adopted.contributions.all()}
    draft_contributions(2026, other_key(support, VR01=300), by=support)
    following = adopt_contributions(2026, by=support, decision=decide("2026-02"))
    adopted.refresh_from_db()
    assert (following.version, following.replaces, adopted.state) == (2, adopted, SetState.SUPERSEDED)
    rows = list(following.contributions.all())
    assert {row.region_id: row.amount - row.to_settle for row in rows} == before
    assert sum(row.to_settle for row in rows) == 0
    assert min(row.to_settle for row in rows) < 0 < max(row.to_settle for row in rows)
    assert all(
        row.invoice_reference.endswith("-2")
        for row in invoice_contributions(2026, by=support, invoiced_on=DAY)
    )


def test_what_was_not_invoiced_is_asked_whole_by_the_next_version(adopted, support, decide):
    draft_contributions(2026, other_key(support), by=support)
    following = adopt_contributions(2026, by=support, decision=decide("2026-02"))
    assert {row.to_settle for row in following.contributions.all()} == {Decimal("25000.00")}


def test_more_allocated_than_there_is_needs_a_decision_that_covers_it(budget_2026, official, support, decide):
    draft_contributions(2026, official, by=support)
    plan_central_support(2026, [CostLine(2026, "hired", Decimal("625000.01"))], by=support)
    with pytest.raises(ValidationError):
        adopt_contributions(2026, by=support, decision=decide())
    covered = adopt_contributions(2026, by=support, decision=decide("2025-10", covers_overrun=True))
    assert covered.state == SetState.ADOPTED


def test_unspent_money_moves_to_a_later_year_once(budget_2026, support, decide):
    set_budget(2027, Decimal(100), by=support)
    plan_central_support(2026, [CostLine(2026, "hired", Decimal(600_000))], by=support)
    from budget.models import BudgetLine

    spent = NewExpenditure(BudgetLine.objects.get(), DAY, Decimal("600000.00"), "R1", "salary")
    book_expenditure(spent, by=support)
    decision, key = decide(), uuid.uuid4()

    def move(amount, to_year=2027, from_year=2026, request_key=None):
        return carry_over(
            from_year=from_year,
            to_year=to_year,
            amount=Decimal(amount),
            decision=decision,
            reason="Event moves",
            by=support,
            request_key=request_key,
        )

    for wrong in (
        lambda: move("25000.01"),
        lambda: move(1, from_year=2027, to_year=2026),
        lambda: move(1, to_year=2028),
        lambda: move(0),
    ):
        with pytest.raises(ValidationError):
            wrong()
    assert move("20000", request_key=key) == move("20000", request_key=key)
    with pytest.raises(ValidationError):
        move("5000.01")
    assert CarryOver.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT])
def test_only_support_steers_contributions(adopted, official, decide, role):
    person = UserFactory.create(roles=[role])
    decision = decide("2026-09")
    for verb in (
        lambda: set_budget(2027, Decimal(1), by=person),
        lambda: draft_contributions(2026, official, by=person),
        lambda: adopt_contributions(2026, by=person, decision=decision),
        lambda: invoice_contributions(2026, by=person, invoiced_on=DAY),
        lambda: mark_paid([], by=person, paid_on=DAY),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_who_sees_whose_contribution(adopted, official, support):
    set_budget(2027, Decimal(100), by=support)
    draft_contributions(2027, official, by=support)
    region = Region.objects.get(code="VR08")
    counts = {
        role: Contribution.objects.visible_to(UserFactory.create(roles=[role], region=region)).count()
        for role in Role
    }
    assert counts == {
        Role.COUNCIL_MEMBER: 50,
        Role.PORTFOLIO_HOLDER: 50,
        Role.SUPPORT: 50,
        Role.RCDV: 25,
        Role.REGIONAL_STAFF: 2,
        Role.ADMIN: 0,
    }
    own = Contribution.objects.visible_to(UserFactory.create(roles=[Role.REGIONAL_STAFF], region=region))
    assert {row.region for row in own} == {region}


def test_draft_that_asks_the_same_is_not_adopted_again(support, official, budget_2026, decide):
    draft_contributions(2026, official, by=support)
    adopt_contributions(2026, by=support, decision=decide())
    draft_contributions(2026, official, by=support)
    with pytest.raises(NotInThisState, match=r"hetzelfde|the same"):
        adopt_contributions(2026, by=support, decision=decide("2025-10"))


def test_decision_that_was_corrected_adopts_nothing(support, official, budget_2026, decide):
    draft_contributions(2026, official, by=support)
    wrong = decide()
    record_decision(
        by=support,
        number="2025-09.1",
        meeting_on=wrong.meeting_on,
        outcome=Outcome.BUDGET,
        wording="Anders besloten.",
        projects=[],
        corrects=wrong,
    )
    with pytest.raises(ValidationError) as refused:
        adopt_contributions(2026, by=support, decision=wrong)
    assert list(refused.value.message_dict) == ["decision"]


def test_invoice_of_a_year_far_ahead_is_refused(support, official, budget_2026, decide):
    draft_contributions(2026, official, by=support)
    adopt_contributions(2026, by=support, decision=decide())
    with pytest.raises(ValidationError) as refused:
        invoice_contributions(2026, by=support, invoiced_on=datetime.date(2099, 1, 1))
    assert list(refused.value.message_dict) == ["invoiced_on"]
