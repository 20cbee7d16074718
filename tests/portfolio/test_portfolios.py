"""Keeping portfolios: who may, what is kept of it, and that no one's change is lost."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from organisation.choices import Role
from pillars.models import Theme
from portfolio.choices import ProjectState
from portfolio.models import Portfolio, PortfolioHolder
from portfolio.services import HolderLine, fingerprint, make_portfolio, save_portfolio
from tests.factories import (
    PortfolioFactory,
    PortfolioHolderFactory,
    ProjectFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
D = datetime.date


@pytest.fixture
def support():
    return UserFactory(roles=[Role.SUPPORT])


@pytest.fixture
def holder():
    return UserFactory(name="Hugo", roles=[Role.PORTFOLIO_HOLDER])


@pytest.fixture
def portfolio(holder):
    return PortfolioFactory(name="Information", slug="information", held_by=holder)


def save(portfolio, by, holders=(), **fields):
    return save_portfolio(
        portfolio,
        by=by,
        **{
            "name": portfolio.name,
            "description": portfolio.description,
            "themes": portfolio.themes.all(),
            **fields,
        },
        holders=holders,
    )


class TestMaking:
    def test_a_portfolio_gets_its_address_from_its_name_once(self, support):
        made = make_portfolio(by=support, name="Één & twee", description="", themes=[])
        assert made.slug == "een-twee"
        assert make_portfolio(by=support, name="Een twee", description="", themes=[]).slug == "een-twee-2"
        assert make_portfolio(by=support, name="…", description="", themes=[]).slug == "portfolio"
        assert save(made, support, name="Another name").slug == "een-twee"

    def test_the_history_says_who_made_it_with_which_themes_and_holders(self, support, holder):
        theme = ThemeFactory()
        made = make_portfolio(
            by=support,
            name="New",
            description="About",
            themes=[theme],
            holders=[HolderLine(D(2026, 1, 1), user=holder)],
        )
        last = made.history.latest()
        assert {record.history_user for record in made.history.all()} == {support}
        assert [link.theme_id for link in last.themes.all()] == [theme.pk]
        assert made.holders.get().user == holder
        assert PortfolioHolder.history.get().history_user == support

    def test_the_same_request_makes_it_once(self, support, holder):
        for _times in range(2):
            make_portfolio(
                by=support,
                name="New",
                description="",
                themes=[],
                holders=[HolderLine(D(2026, 1, 1), user=holder)],
            )
        assert (Portfolio.objects.count(), PortfolioHolder.objects.count()) == (1, 1)

    def test_a_name_that_exists_is_refused_at_the_field(self, support, portfolio):
        with pytest.raises(ValidationError) as refused:
            make_portfolio(by=support, name=portfolio.name, description="", themes=[])
        assert set(refused.value.message_dict) == {"name"}

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.SUPPORT, Role.ADMIN}))
    def test_only_support_and_administrators_keep_portfolios(self, portfolio, role):
        person = UserFactory(roles=[role])
        with pytest.raises(PermissionDenied):
            make_portfolio(by=person, name="X", description="", themes=[])
        with pytest.raises(PermissionDenied):
            save(portfolio, person, name="X")


class TestSaving:
    def test_what_changes_is_kept_with_who_did_it(self, support, portfolio):
        themes = ThemeFactory.create_batch(2)
        save(portfolio, support, description="New", themes=themes)
        stored = Portfolio.objects.get()
        assert (stored.description, set(stored.themes.all())) == ("New", set(themes))
        last = stored.history.latest()
        assert last.history_user == support
        assert {link.theme_id for link in last.themes.all()} == {theme.pk for theme in themes}

    def test_saving_without_a_change_leaves_no_trace(self, support, portfolio):
        records = portfolio.history.count(), PortfolioHolder.history.count()
        holding = portfolio.holders.get()
        save(portfolio, support, [HolderLine(holding.starts_on, holding.ends_on, key=holding.pk)])
        assert (portfolio.history.count(), PortfolioHolder.history.count()) == records

    def test_a_holding_is_ended_and_another_begins(self, support, portfolio, holder):
        successor, holding = UserFactory(roles=[Role.PORTFOLIO_HOLDER]), portfolio.holders.get()
        save(
            portfolio,
            support,
            [
                HolderLine(D(2026, 7, 1), user=successor),
                HolderLine(holding.starts_on, D(2026, 6, 30), key=holding.pk),
            ],
        )
        assert list(portfolio.holders.order_by("starts_on").values_list("user", "starts_on", "ends_on")) == [
            (holder.pk, D(2024, 1, 1), D(2026, 6, 30)),
            (successor.pk, D(2026, 7, 1), None),
        ]

    def test_the_same_person_can_begin_again_in_one_go(self, support, portfolio, holder):
        holding = portfolio.holders.get()
        save(
            portfolio,
            support,
            [
                HolderLine(D(2026, 7, 1), user=holder),
                HolderLine(holding.starts_on, D(2026, 6, 30), key=holding.pk),
            ],
        )
        assert portfolio.holders.count() == 2

    def test_a_holding_that_has_begun_keeps_its_start_and_is_never_removed(self, support, portfolio):
        holding = portfolio.holders.get()
        save(portfolio, support, [HolderLine(D(2030, 1, 1), key=holding.pk)])
        assert portfolio.holders.get().starts_on == D(2024, 1, 1)
        with pytest.raises(ValidationError) as refused:
            save(portfolio, support, [HolderLine(holding.starts_on, key=holding.pk, is_removed=True)])
        assert set(refused.value.message_dict) == {"holders.0.ends_on"}
        assert portfolio.holders.exists()

    def test_a_holding_to_come_can_be_moved_and_removed(self, support, portfolio):
        tomorrow = timezone.localdate() + datetime.timedelta(days=1)
        coming = PortfolioHolderFactory(portfolio=portfolio, starts_on=tomorrow)
        later = tomorrow + datetime.timedelta(days=30)
        save(portfolio, support, [HolderLine(later, key=coming.pk)])
        assert portfolio.holders.get(pk=coming.pk).starts_on == later
        save(portfolio, support, [HolderLine(later, key=coming.pk, is_removed=True)])
        assert not portfolio.holders.filter(pk=coming.pk).exists()
        assert PortfolioHolder.history.filter(id=coming.pk).latest().history_user == support

    @pytest.mark.parametrize(
        ("line", "field"),
        [
            (lambda holder, member: HolderLine(D(2026, 1, 1), user=holder), "__all__"),
            (lambda holder, member: HolderLine(D(2026, 1, 1), user=member), "user"),
            (lambda holder, member: HolderLine(D(2020, 1, 2), D(2020, 1, 1), user=holder), "__all__"),
            (lambda holder, member: HolderLine(D(20, 1, 1), D(2020, 1, 1), user=holder), "starts_on"),
        ],
        ids=["overlap", "no holder", "ends before it starts", "long ago"],
    )
    def test_a_wrong_row_is_named_and_nothing_is_saved(self, support, portfolio, holder, line, field):
        member = UserFactory(roles=[Role.COUNCIL_MEMBER])
        with pytest.raises(ValidationError) as refused:
            save(portfolio, support, [line(holder, member)], description="Not saved")
        assert set(refused.value.message_dict) == {f"holders.0.{field}"}
        assert Portfolio.objects.get().description == ""

    def test_a_change_over_someone_elses_is_refused(self, support, portfolio):
        read_as = fingerprint(portfolio)
        save(portfolio, support, description="First")
        with pytest.raises(ValidationError) as refused:
            save(portfolio, support, description="Second", read_as=read_as)
        assert refused.value.code == "conflict"
        assert Portfolio.objects.get().description == "First"

    def test_a_new_holder_counts_as_a_change_by_someone_else(self, support, portfolio):
        read_as = fingerprint(portfolio)
        PortfolioHolderFactory(portfolio=portfolio)
        with pytest.raises(ValidationError):
            save(portfolio, support, description="Mine", read_as=read_as)

    def test_the_same_request_again_is_no_conflict(self, support, portfolio, holder):
        other = UserFactory(roles=[Role.PORTFOLIO_HOLDER])
        read_as = fingerprint(portfolio)
        for _times in range(2):
            save(
                portfolio,
                support,
                [HolderLine(D(2026, 1, 1), user=other)],
                description="Once",
                read_as=read_as,
            )
        assert portfolio.holders.count() == 2


def sent(portfolio=None, rows=(), **fields):
    """What the browser sends of the form."""
    stored = list(portfolio.holders.order_by("starts_on", "user__name")) if portfolio else []
    data = {
        "name": portfolio.name if portfolio else "New one",
        "description": "",
        "read_as": fingerprint(portfolio) if portfolio else "",
        "holders-TOTAL_FORMS": len(stored) + 2,
        "holders-INITIAL_FORMS": len(stored),
        **fields,
    }
    for place, holding in enumerate(stored):
        data |= {f"holders-{place}-key": holding.pk, f"holders-{place}-ends_on": holding.ends_on or ""}
    for place, (user, starts_on, ends_on) in enumerate(rows, start=len(stored)):
        data |= {
            f"holders-{place}-user": user.pk if user else "",
            f"holders-{place}-starts_on": starts_on,
            f"holders-{place}-ends_on": ends_on,
        }
    return data


class TestPages:
    def test_the_list_shows_holders_of_now_and_before_themes_and_projects_that_the_reader_sees(
        self, client_as, portfolio
    ):
        portfolio.themes.add(ThemeFactory(name="A theme"))
        PortfolioHolderFactory(
            portfolio=portfolio, user__name="Former", starts_on=D(2020, 5, 4), ends_on=D(2023, 1, 2)
        )
        ProjectFactory(portfolio=portfolio)
        ProjectFactory.create_batch(2, portfolio=portfolio, in_state=ProjectState.SUBMITTED)
        page = client_as(Role.COUNCIL_MEMBER).get("/portfolios")
        content = page.content.decode()
        for text in ("Information", "Hugo", "Former", "2020", "A theme", 'id="information"'):
            assert text in content
        ((shown, now, coming, former),) = page.context["portfolios"]
        assert shown.project_count == 2
        assert [len(now), len(coming), len(former)] == [1, 0, 1]
        assert "/edit" not in content

    def test_without_portfolios_it_says_what_to_do(self, client_as):
        assert "utrecht-alert--info" in client_as(Role.ADMIN).get("/portfolios").content.decode()

    def test_support_makes_a_portfolio_with_a_holder(self, client_as, holder):
        client = client_as(Role.SUPPORT)
        theme = ThemeFactory()
        answer = client.post("/portfolios/new", sent(rows=[(holder, "2026-01-01", "")], themes=[theme.pk]))
        assert (answer.status_code, answer.url) == (302, "/portfolios")
        made = Portfolio.objects.get()
        assert (made.name, made.slug, list(made.themes.all())) == ("New one", "new-one", [theme])
        assert made.holders.get().user == holder

    def test_an_edit_ends_a_holding(self, client_as, portfolio):
        client = client_as(Role.ADMIN)
        data = sent(portfolio) | {"holders-0-ends_on": "2026-06-30"}
        assert client.post("/portfolios/information/edit", data).status_code == 302
        assert portfolio.holders.get().ends_on == D(2026, 6, 30)

    @pytest.mark.parametrize(
        ("rows", "fields", "where"),
        [
            ([], {"name": ""}, "id_name_error"),
            ([], {"name": "Taken"}, "id_name_error"),
            ([("holder", "2026-01-01", "")], {}, "utrecht-form-field-error-message"),
            ([("new", "2026-02-01", "2026-01-01")], {}, "utrecht-form-field-error-message"),
            ([("new", "not a day", "")], {}, "id_holders-1-starts_on_error"),
            ([], {"holders-0-ends_on": "1999-01-01"}, "utrecht-form-field-error-message"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, client_as, portfolio, holder, rows, fields, where):
        PortfolioFactory(name="Taken")
        people = {"holder": holder, "new": UserFactory(roles=[Role.PORTFOLIO_HOLDER])}
        data = sent(portfolio, [(people[who], *period) for who, *period in rows]) | fields
        answer = client_as(Role.SUPPORT).post("/portfolios/information/edit", data)
        assert answer.status_code == 422
        assert where in answer.content.decode()
        assert portfolio.holders.count() == 1

    def test_a_stale_form_is_refused_and_keeps_what_was_typed(self, client_as, portfolio, support):
        data = sent(portfolio) | {"description": "Mine"}
        save(portfolio, support, description="Theirs")
        answer = client_as(Role.SUPPORT).post("/portfolios/information/edit", data)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert "Mine" in answer.content.decode()
        assert Portfolio.objects.get().description == "Theirs"

    @pytest.mark.parametrize("taken", ["mine", "stored"])
    def test_who_is_late_sees_both_versions_and_takes_either_per_field(
        self, client_as, portfolio, support, taken
    ):
        client = client_as(Role.SUPPORT)
        data = sent(portfolio) | {"name": "My name", "description": "Mine"}
        save(portfolio, support, description="Theirs")
        answer = client.post("/portfolios/information/edit", data)
        assert [(one.name, one.mine, one.stored) for one in answer.context["differences"]] == [
            ("name", "My name", portfolio.name),
            ("description", "Mine", "Theirs"),
        ]
        again = data | {"read_as": answer.context["form"]["read_as"].value(), "take-description": taken}
        assert client.post("/portfolios/information/edit", again).status_code == 302
        saved = Portfolio.objects.get()
        assert (saved.name, saved.description) == ("My name", {"mine": "Mine", "stored": "Theirs"}[taken])

    @pytest.mark.parametrize("rows", ["", "x", "100000"])
    def test_a_broken_form_is_no_server_error(self, client_as, portfolio, rows):
        data = sent(portfolio) | {"holders-TOTAL_FORMS": rows}
        assert client_as(Role.SUPPORT).post("/portfolios/information/edit", data).status_code == 422
        assert client_as(Role.SUPPORT).post("/portfolios/information/edit", {}).status_code == 422

    def test_themes_stand_by_pillar(self, client_as, programme):
        content = client_as(Role.SUPPORT).get("/portfolios/new").content.decode()
        assert content.count('name="themes"') == Theme.objects.count()
        assert content.count("mjp-theme-boxes__pillar") == 3
