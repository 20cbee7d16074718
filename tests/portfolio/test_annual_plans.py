"""The annual plan: its life, what is refused, and that what was adopted stays as it was."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from organisation.choices import Role
from pillars.errors import AdoptedIsFrozen
from pillars.models import Pillar
from pillars.seal import seal
from portfolio.choices import AnnualPlanState, Outcome
from portfolio.errors import PlanChangedMeanwhile, PlanGoesBeyondTheBudget, PlanNotInThisState
from portfolio.models import AnnualPlan, AnnualReportText, PlanParagraph
from portfolio.services import (
    adopt_plan,
    align_plan,
    begin_plan,
    offer_plan,
    record_decision,
    reopen_plan,
    verify_annual_plan,
    write_plan,
    write_report_text,
)
from tests.factories import PillarFactory, UserFactory, decide
from tests.portfolio.plans import adopted_plan, aligned_plan, content_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("programme", "english")]

TODAY = timezone.localdate()
YEAR = 2027


@pytest.fixture
def support():
    return UserFactory(roles=[Role.SUPPORT])


@pytest.fixture
def plan(support):
    return begin_plan(YEAR, by=support)


def decision(support, number="2026-40", outcome=Outcome.ANNUAL_PLAN, **fields):
    return record_decision(
        by=support, number=number, meeting_on=TODAY, outcome=outcome, wording="Vast.", projects=[], **fields
    )


def adopted(support, plan, **fields):
    aligned = align_plan(plan, by=support, aligned_on=TODAY, read_version=plan.version)
    fields.setdefault("decision", decision(support, number=f"2026-4{plan.minor}"))
    return adopt_plan(
        aligned, by=support, content=content_of(aligned), read_version=aligned.version, **fields
    )


def test_a_plan_begins_with_a_paragraph_for_each_pillar_and_twice_is_once(support, plan):
    assert (plan.label, plan.state, plan.paragraphs.count()) == ("1.0", AnnualPlanState.DRAFT, 3)
    assert begin_plan(YEAR, by=support) == plan


def test_a_plan_goes_from_draft_to_the_rcdv(support, plan):
    first = plan.paragraphs.select_related("pillar").first()
    plan = write_plan(
        plan,
        by=support,
        read_version=plan.version,
        introduction=" In 2027 …\n",
        paragraphs={first.pillar_id: "Risico’s."},
    )
    assert (plan.introduction, plan.version) == ("In 2027 …", 2)
    plan = adopted(support, plan)
    assert plan.state == AnnualPlanState.ADOPTED
    assert verify_annual_plan(plan)
    plan = offer_plan(plan, by=support, offered_on=TODAY, read_version=plan.version)
    assert plan.state == AnnualPlanState.OFFERED
    assert verify_annual_plan(AnnualPlan.objects.get())
    assert [change.state for change in plan.history.all()] == [
        "offered",
        "adopted",
        "aligned",
        "draft",
        "draft",
    ]


def test_the_next_version_has_the_texts_and_must_say_what_changed(support, plan):
    write_plan(
        plan,
        by=support,
        read_version=1,
        introduction="Zo is het.",
        paragraphs={part.pillar_id: "Tekst" for part in plan.paragraphs.all()},
    )
    plan.refresh_from_db()
    first = adopted(support, plan)
    second = begin_plan(YEAR, by=support)
    assert (second.label, second.replaces, second.introduction) == ("1.1", first, "Zo is het.")
    assert {part.text for part in second.paragraphs.all()} == {"Tekst"}
    with pytest.raises(ValidationError, match="Say first what changed"):
        align_plan(second, by=support, aligned_on=TODAY, read_version=second.version)
    second = write_plan(
        second, by=support, read_version=second.version, introduction="Zo.", changes="Korter.", paragraphs={}
    )
    assert adopted(support, second).replaces == first
    assert AnnualPlan.objects.of_year(YEAR).first() == second


@pytest.mark.parametrize("verb", [begin_plan, write_plan, align_plan, reopen_plan, adopt_plan, offer_plan])
def test_only_support_changes_a_plan(support, plan, verb):
    other = UserFactory(roles=[role for role in Role if role != Role.SUPPORT])
    fields = {
        begin_plan: {},
        write_plan: {"introduction": "", "paragraphs": {}},
        align_plan: {"aligned_on": TODAY},
        reopen_plan: {},
        adopt_plan: {"decision": None, "content": {}},
        offer_plan: {"offered_on": TODAY},
    }[verb]
    if verb is not begin_plan:
        fields["read_version"] = 1
    with pytest.raises(PermissionDenied):
        verb(YEAR if verb is begin_plan else plan, by=other, **fields)


def test_each_verb_has_its_state(support, plan):
    with pytest.raises(PlanNotInThisState, match="is draft"):
        reopen_plan(plan, by=support, read_version=1)
    with pytest.raises(PlanNotInThisState, match="is draft"):
        adopt_plan(plan, by=support, decision=decision(support, "2026-39"), content={}, read_version=1)
    with pytest.raises(PlanNotInThisState, match="Only an adopted plan can be offered"):
        offer_plan(plan, by=support, offered_on=TODAY, read_version=1)
    aligned = align_plan(plan, by=support, aligned_on=TODAY, read_version=1)
    with pytest.raises(PlanNotInThisState, match="Make it a draft again"):
        write_plan(aligned, by=support, read_version=aligned.version, introduction="", paragraphs={})
    reopened = reopen_plan(aligned, by=support, read_version=aligned.version)
    assert (reopened.state, reopened.aligned_on) == (AnnualPlanState.DRAFT, None)
    done = adopted(support, reopened)
    for verb, fields in (
        (write_plan, {"introduction": "x", "paragraphs": {}}),
        (align_plan, {"aligned_on": TODAY}),
        (reopen_plan, {}),
    ):
        with pytest.raises(PlanNotInThisState, match="Make a next version"):
            verb(done, by=support, read_version=done.version, **fields)


def test_who_saw_an_older_version_is_told(support, plan):
    write_plan(plan, by=support, read_version=1, introduction="A", paragraphs={})
    with pytest.raises(PlanChangedMeanwhile):
        write_plan(plan, by=support, read_version=1, introduction="B", paragraphs={})
    assert AnnualPlan.objects.get().introduction == "A"


def test_saving_the_same_texts_again_is_no_new_version(support, plan):
    assert write_plan(plan, by=support, read_version=1, introduction="", paragraphs={}).version == 1


def test_what_the_person_saw_is_what_is_adopted(support, plan):
    aligned = align_plan(plan, by=support, aligned_on=TODAY, read_version=1)
    content = content_of(aligned)
    with pytest.raises(PlanChangedMeanwhile):
        adopt_plan(
            aligned,
            by=support,
            decision=decision(support),
            content=content,
            read_version=aligned.version,
            read_as=seal({**content, "introduction": "as it was a minute ago"}),
        )


def test_what_goes_beyond_the_budget_needs_a_decision_that_covers_it(support, plan):
    objections = ["In 2027 € 1.000,00 more is allocated than there is."]
    with pytest.raises(PlanGoesBeyondTheBudget) as refusal:
        adopted(support, plan, objections=objections)
    assert objections[0] in refusal.value.message_dict["decision"]
    plan.refresh_from_db()
    covering = decision(support, number="2026-50", covers_overrun=True)
    assert adopt_plan(
        plan,
        by=support,
        decision=covering,
        content=content_of(plan),
        objections=objections,
        read_version=plan.version,
    ).is_adopted


def test_only_a_decision_in_force_on_the_plan_adopts_it(support, plan):
    aligned = align_plan(plan, by=support, aligned_on=TODAY, read_version=1)
    fields = {"by": support, "content": content_of(aligned), "read_version": aligned.version}
    with pytest.raises(ValidationError, match="adopts an annual plan"):
        adopt_plan(aligned, decision=decision(support, "2026-60", Outcome.BUDGET), **fields)
    corrected = decision(support, "2026-61")
    decision(support, "2026-61.1", corrects=corrected)
    with pytest.raises(ValidationError, match="Choose the correction"):
        adopt_plan(aligned, decision=corrected, **fields)


def test_a_decision_on_a_plan_and_one_on_the_budget_dont_correct_each_other(support):
    on_plan = decision(support, "2026-70")
    with pytest.raises(ValidationError, match="adopts an annual plan"):
        decision(support, "2026-70.1", Outcome.BUDGET, corrects=on_plan)


def test_days_are_possible_ones(support, plan):
    tomorrow = TODAY + datetime.timedelta(days=1)
    with pytest.raises(ValidationError, match="a day to come"):
        align_plan(plan, by=support, aligned_on=tomorrow, read_version=1)
    done = adopted(support, plan)
    with pytest.raises(ValidationError, match="a day to come"):
        offer_plan(done, by=support, offered_on=tomorrow, read_version=done.version)
    with pytest.raises(ValidationError, match="before it was adopted"):
        offer_plan(done, by=support, offered_on=TODAY - datetime.timedelta(days=2), read_version=done.version)


def test_a_year_outside_every_programme_has_no_plan(support):
    with pytest.raises(ValidationError, match="No programme has the year 2040"):
        begin_plan(2040, by=support)


def test_an_adopted_plan_is_frozen(support, plan):
    done = adopted(support, plan)
    done.introduction = "anders"
    with pytest.raises(AdoptedIsFrozen):
        done.save()
    part = done.paragraphs.first()
    part.text = "anders"
    with pytest.raises(AdoptedIsFrozen):
        part.save()
    for change in (
        lambda: AnnualPlan.objects.update(introduction="anders"),
        lambda: AnnualPlan.objects.bulk_update([done], ["content"]),
        lambda: PlanParagraph.objects.update(text="anders"),
        # What is open of an adopted plan is the services' alone.
        lambda: AnnualPlan.objects.update(state=AnnualPlanState.DRAFT),
        lambda: AnnualPlan.objects.bulk_create(
            [AnnualPlan(pk=done.pk, year=YEAR, introduction="anders")],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["introduction"],
        ),
        lambda: PlanParagraph.objects.bulk_create(
            [PlanParagraph(plan=done, pillar=part.pillar, text="anders")],
            update_conflicts=True,
            unique_fields=["plan", "pillar"],
            update_fields=["text"],
        ),
        lambda: AnnualPlan.objects.all().delete(),
        lambda: PlanParagraph.objects.all().delete(),
        done.delete,
        part.delete,
    ):
        with pytest.raises(AdoptedIsFrozen), transaction.atomic():
            change()
    assert verify_annual_plan(AnnualPlan.objects.get())


@pytest.mark.parametrize(
    "tampering",
    [
        "update portfolio_annualplan set introduction = 'anders'",
        "update portfolio_annualplan set content_hash = 'f' || substr(content_hash, 2) where content_hash not like 'f%%'",
        "update portfolio_annualplan set minor = 7",
        "update portfolio_planparagraph set text = 'anders'",
        "update portfolio_annualplan set decision_id = (select max(id) from portfolio_decision)",
    ],
)
def test_a_change_past_the_application_is_found(support, plan, tampering):
    done = adopted(support, plan)
    decision(support, number="2026-99")
    if "substr" in tampering and done.content_hash.startswith("f"):
        tampering = tampering.replace("'f'", "'e'").replace("not like 'f%%'", "like 'f%%'")
    with connection.cursor() as cursor:
        cursor.execute(tampering)
        assert cursor.rowcount
    assert not verify_annual_plan(AnnualPlan.objects.with_people().get())


def test_a_year_has_one_plan_that_is_worked_on(support, plan):
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualPlan.objects.bulk_create([AnnualPlan(year=YEAR, minor=1, made_by=support)])


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.COUNCIL_MEMBER, 2),
        (Role.PORTFOLIO_HOLDER, 2),
        (Role.SUPPORT, 2),
        (Role.REGIONAL_STAFF, 1),
        (Role.RCDV, 1),
        (Role.ADMIN, 0),
    ],
)
def test_a_draft_is_for_those_who_steer(support, plan, role, sees):
    adopted(support, plan)
    begin_plan(YEAR, by=support)
    assert AnnualPlan.objects.visible_to(UserFactory(roles=[role])).count() == sees


def test_the_text_of_a_report_is_written_once_per_version_that_was_read(support):
    pillar = Pillar.objects.first()
    report = write_report_text(
        2025, by=support, read_version=None, foreword="Voorwoord", outlook="", paragraphs={pillar.pk: "Tekst"}
    )
    with pytest.raises(PlanChangedMeanwhile):
        write_report_text(2025, by=support, read_version=None, foreword="", outlook="", paragraphs={})
    write_report_text(
        2025, by=support, read_version=report.version, foreword="Beter", outlook="Verder", paragraphs={}
    )
    assert AnnualReportText.objects.get().foreword == "Beter"
    assert report.paragraphs.get().text == "Tekst"


def test_the_same_text_of_a_report_again_is_no_new_version(support):
    fields = {"foreword": "Voorwoord", "outlook": "", "paragraphs": {Pillar.objects.first().pk: "Tekst"}}
    versions = [write_report_text(2025, by=support, read_version=None, **fields).version for _ in range(2)]
    assert versions == [1, 1]


@pytest.mark.parametrize("verb", ["write", "align", "reopen", "adopt", "offer"])
def test_a_double_click_is_once(support, verb):
    if verb == "offer":
        plan = adopted_plan(support)
    elif verb in ("reopen", "adopt"):
        plan = aligned_plan(support)
    else:
        plan = begin_plan(YEAR, by=support)
    deciding = decision(support) if verb == "adopt" else None
    content = content_of(plan)
    carry_out = {
        "write": lambda: write_plan(plan, by=support, read_version=1, introduction="Zo.", paragraphs={}),
        "align": lambda: align_plan(plan, by=support, aligned_on=TODAY, read_version=1),
        "reopen": lambda: reopen_plan(plan, by=support, read_version=plan.version),
        "adopt": lambda: adopt_plan(
            plan, by=support, decision=deciding, content=content, read_version=plan.version
        ),
        "offer": lambda: offer_plan(plan, by=support, offered_on=TODAY, read_version=plan.version),
    }[verb]
    first, second = carry_out(), carry_out()
    assert (first, first.version) == (second, second.version)
    assert AnnualPlan.objects.get().history.filter(version=first.version).count() == 1


def test_the_same_by_someone_else_is_not_the_same(support):
    other = UserFactory(roles=[Role.SUPPORT])
    plan = aligned_plan(support)
    with pytest.raises(PlanNotInThisState):
        align_plan(plan, by=other, aligned_on=TODAY, read_version=plan.version)
    deciding = decision(support)
    fields = {"decision": deciding, "content": content_of(plan), "read_version": plan.version}
    adopt_plan(plan, by=support, **fields)
    with pytest.raises(PlanNotInThisState):
        adopt_plan(plan, by=other, **fields)


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        (align_plan, {"aligned_on": TODAY}),
        (reopen_plan, {}),
        (adopt_plan, {}),
        (offer_plan, {"offered_on": TODAY}),
    ],
)
def test_every_verb_asks_for_the_version_that_was_read(support, verb, fields):
    if verb is align_plan:
        plan = begin_plan(YEAR, by=support)
    else:
        plan = adopted_plan(support) if verb is offer_plan else aligned_plan(support)
    if verb is adopt_plan:
        fields = {"decision": decision(support), "content": content_of(plan)}
    with pytest.raises(PlanChangedMeanwhile):
        verb(plan, by=support, read_version=plan.version + 1, **fields)
    stored = AnnualPlan.objects.get()
    assert (stored.state, stored.version) == (plan.state, plan.version)


def test_an_adopted_plan_takes_no_more_paragraphs(support):
    plan = adopted_plan(support)
    later = begin_plan(YEAR + 1, by=support)
    pillar = PillarFactory(programme=Pillar.objects.first().programme, number=9)
    moved = later.paragraphs.first()
    moved.plan = plan
    for change in (
        PlanParagraph(plan=plan, pillar=pillar).save,
        moved.save,
        lambda: PlanParagraph.objects.bulk_create([PlanParagraph(plan=plan, pillar=pillar)]),
        lambda: PlanParagraph.objects.filter(plan=later).update(plan=plan),
    ):
        with pytest.raises(AdoptedIsFrozen), transaction.atomic():
            change()
    assert plan.paragraphs.count() == 3


@pytest.mark.parametrize("is_offered", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        {"state": AnnualPlanState.DRAFT},
        {"offered_on": TODAY - datetime.timedelta(days=1)},
        {"version": 99},
        {"state": AnnualPlanState.ADOPTED, "offered_on": None, "offered_by": None, "version": 1},
    ],
)
def test_nothing_is_left_for_an_adopted_plan_but_to_be_offered_once(support, change, is_offered):
    plan = adopted_plan(support)
    if is_offered:
        plan = offer_plan(plan, by=support, offered_on=TODAY, read_version=plan.version)
    for name, value in change.items():
        setattr(plan, name, value)
    with pytest.raises(AdoptedIsFrozen):
        plan.save()


@pytest.mark.parametrize(
    "statement",
    [
        "update portfolio_annualplan set state = 'draft'",
        "update portfolio_annualplan set state = 'aligned'",
        "update portfolio_annualplan set state = 'offered'",
        "update portfolio_annualplan set content_hash = ''",
        "update portfolio_annualplan set aligned_by_id = null",
    ],
)
def test_the_database_holds_a_plan_to_its_state(support, statement):
    adopted_plan(support)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_decision_adopts_one_version_of_a_year(support):
    first = adopted_plan(support)
    second = aligned_plan(support)
    with pytest.raises(ValidationError, match="adopted an earlier version"):
        adopt_plan(
            second,
            by=support,
            decision=first.decision,
            content=content_of(second),
            read_version=second.version,
        )


def test_a_decision_of_before_the_alignment_adopts_nothing(support):
    plan = aligned_plan(support)
    earlier = decide(outcome=Outcome.ANNUAL_PLAN, by=support, meeting_on=TODAY - datetime.timedelta(days=1))
    with pytest.raises(ValidationError, match="before the plan was aligned"):
        adopt_plan(plan, by=support, decision=earlier, content=content_of(plan), read_version=plan.version)


def test_the_newest_adopted_version_is_in_force_and_is_what_is_offered(support):
    first, second = adopted_plan(support), adopted_plan(support)
    begin_plan(YEAR, by=support)
    assert list(AnnualPlan.objects.in_force()) == [second]
    with pytest.raises(PlanNotInThisState, match="A later version"):
        offer_plan(first, by=support, offered_on=TODAY, read_version=first.version)
    assert offer_plan(second, by=support, offered_on=TODAY, read_version=second.version)


def test_a_later_version_keeps_the_seal_of_the_one_before_it(support):
    first, second = adopted_plan(support), adopted_plan(support)
    assert verify_annual_plan(second)
    with connection.cursor() as cursor:
        cursor.execute(
            "update portfolio_annualplan set content_hash = %s where id = %s", ["0" * 64, first.pk]
        )
    assert not verify_annual_plan(AnnualPlan.objects.get(pk=second.pk))


@pytest.mark.parametrize("content", ["[]", '"x"', "{}", '{"introduction": 1.5}', '{"pillar_texts": 3}'])
def test_content_of_another_form_is_found_too(support, content):
    adopted_plan(support)
    with connection.cursor() as cursor:
        cursor.execute("update portfolio_annualplan set content = %s", [content])
    assert not verify_annual_plan(AnnualPlan.objects.get())


def test_a_later_edit_of_a_pillar_or_an_account_is_no_change_of_the_plan(support):
    plan = adopted_plan(support)
    Pillar.objects.update(name="Anders")
    support.name = "Anders"
    support.save()
    assert verify_annual_plan(AnnualPlan.objects.get(pk=plan.pk))


def test_line_ends_of_a_form_and_of_a_program_are_the_same(support, plan):
    texts = ["Een\r\n\r\ntwee\r\n", "Een\n\ntwee"]
    versions = [
        write_plan(plan, by=support, read_version=1, introduction=text, paragraphs={}).version
        for text in texts
    ]
    assert versions == [2, 2]
    assert AnnualPlan.objects.get().introduction == texts[1]


def test_history_says_who_wrote_what(support, plan):
    other = UserFactory(roles=[Role.SUPPORT])
    part = plan.paragraphs.first()
    write_plan(plan, by=other, read_version=1, introduction="Zo.", paragraphs={part.pillar_id: "Tekst"})
    assert [(entry.history_user, entry.introduction) for entry in plan.history.all()] == [
        (other, "Zo."),
        (support, ""),
    ]
    assert [(entry.history_user, entry.text) for entry in part.history.all()] == [
        (other, "Tekst"),
        (support, ""),
    ]


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ADMIN])
def test_the_admin_changes_nothing_of_a_plan(client_as, support, role):
    plan = adopted_plan(support)
    client = client_as(role)
    address = f"/admin/portfolio/annualplan/{plan.pk}"
    if role == Role.SUPPORT:
        page = client.get(f"{address}/change/").content.decode()
        assert plan.content_hash in page
        assert 'name="introduction"' not in page
        assert 'name="_save"' not in page
    for path in (f"{address}/change/", f"{address}/delete/", "/admin/portfolio/annualplan/add/"):
        assert client.post(path, {"introduction": "anders", "post": "yes"}).status_code == 403
    stored = AnnualPlan.objects.get()
    assert (stored.introduction, stored.version) == (plan.introduction, plan.version)
