"""The Django admin: users with roles, reference data, and what stays as it is."""

import datetime
import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from organisation.admin import LAST_ADMINISTRATOR
from organisation.choices import Role
from organisation.models import RoleAssignment, User
from pillars.models import LacGoal, Objective, Pillar, PlanVersion, Programme, Theme
from pillars.services import adopt_plan_version
from tests.factories import PASSWORD, NetworkFactory, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client_as):
    return client_as(Role.ADMIN)


def filled_in(response) -> dict[str, object]:
    """What a browser would send back from the change form just shown, inlines included."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and bound.name != "password":
                values[bound.html_name] = (
                    [getattr(v, "pk", v) for v in value] if isinstance(value, list) else value
                )
    return values


def test_sign_in_of_the_admin_is_the_application_s_own(client):
    response = client.get("/admin/login/?next=/admin/pillars/")
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=%2Fadmin%2Fpillars%2F")
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 302


def test_admin_signs_in_and_lands_in_the_admin(client):
    UserFactory(email="beheer@example.org", roles=[Role.ADMIN])
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    response = client.post(
        "/accounts/login/",
        {"login": "beheer@example.org", "password": PASSWORD, "next": "/admin/"},
        follow=True,
    )
    assert response.redirect_chain == [("/admin/", 302)]
    assert response.context["site_header"].startswith("MJP Portfolio")


def test_apps_shown_follow_from_the_role(client_as):
    def models_shown(role):
        apps = client_as(role).get("/admin/").context["app_list"]
        return {(app["app_label"], model["object_name"]) for app in apps for model in app["models"]}

    content = {
        ("pillars", name) for name in ("Programme", "Pillar", "Theme", "LacGoal", "Objective", "PlanVersion")
    }
    places = {("organisation", "Region"), ("organisation", "Network")}
    assert models_shown(Role.SUPPORT) == content | places | {("portfolio", "AnnualPlan")}
    assert models_shown(Role.ADMIN) == content | places | {
        ("organisation", "User"),
        ("knox", "AuthToken"),
        ("budget", "FormulaCoefficients"),
    }


def test_admin_makes_a_user_with_a_region_and_two_roles_who_then_signs_in(admin):
    page = admin.get(reverse("admin:organisation_user_add"))
    assert page.status_code == 200
    response = admin.post(
        reverse("admin:organisation_user_add"),
        {
            **filled_in(page),
            "email": "New.Person@example.org",
            "name": "New Person",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )
    user = User.objects.get(email="new.person@example.org")
    assert response.url == reverse("admin:organisation_user_change", args=[user.pk])
    region = RegionFactory()
    values = filled_in(admin.get(response.url)) | {
        "region": region.pk,
        "role_assignments-TOTAL_FORMS": 2,
        "role_assignments-0-role": Role.REGIONAL_STAFF,
        "role_assignments-1-role": Role.PORTFOLIO_HOLDER,
        "role_assignments-0-user": user.pk,
        "role_assignments-1-user": user.pk,
    }
    assert admin.post(response.url, values).status_code == 302
    user = User.objects.get(pk=user.pk)
    assert user.region == region
    assert user.roles == {Role.REGIONAL_STAFF, Role.PORTFOLIO_HOLDER}
    newcomer = Client()
    assert newcomer.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).url == "/"


def test_user_without_password_waits_for_one(admin):
    page = admin.get(reverse("admin:organisation_user_add"))
    admin.post(
        page.request["PATH_INFO"],
        filled_in(page) | {"email": "a@example.org", "name": "A", "usable_password": "false"},
    )
    assert not User.objects.get(email="a@example.org").has_usable_password()


def test_e_mail_address_that_exists_in_another_case_is_refused_with_a_message(admin):
    UserFactory(email="jan@example.org")
    page = admin.get(reverse("admin:organisation_user_add"))
    response = admin.post(
        page.request["PATH_INFO"],
        filled_in(page)
        | {
            "email": "JAN@example.org",
            "name": "A",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "usable_password": "true",
        },
    )
    assert response.status_code == 200
    assert "email" in response.context["adminform"].form.errors


def test_role_given_twice_is_refused_with_a_message(admin):
    user = UserFactory(roles=[Role.RCDV])
    address = reverse("admin:organisation_user_change", args=[user.pk])
    values = filled_in(admin.get(address)) | {
        "role_assignments-TOTAL_FORMS": 2,
        "role_assignments-1-role": Role.RCDV,
        "role_assignments-1-user": user.pk,
    }
    response = admin.post(address, values)
    assert response.status_code == 200
    assert RoleAssignment.objects.filter(user=user).count() == 1


def test_role_is_taken_away(admin):
    user = UserFactory(roles=[Role.RCDV])
    address = reverse("admin:organisation_user_change", args=[user.pk])
    assert (
        admin.post(address, filled_in(admin.get(address)) | {"role_assignments-0-DELETE": "on"}).status_code
        == 302
    )
    assert User.objects.get(pk=user.pk).roles == frozenset()


def test_user_is_made_inactive_and_never_deleted(admin):
    user = UserFactory(roles=[Role.RCDV])
    address = reverse("admin:organisation_user_change", args=[user.pk])
    values = filled_in(admin.get(address))
    del values["is_active"]
    admin.post(address, values)
    assert not User.objects.get(pk=user.pk).is_active
    assert (
        admin.post(reverse("admin:organisation_user_delete", args=[user.pk]), {"post": "yes"}).status_code
        == 403
    )
    admin.post(
        reverse("admin:organisation_user_changelist"),
        {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"},
    )
    assert User.objects.filter(pk=user.pk).exists()


@pytest.fixture
def own_form(admin):
    """The form of the only administrator, on themselves: its address and what it holds."""
    address = reverse("admin:organisation_user_change", args=[admin.user.pk])
    return address, filled_in(admin.get(address))


LAST_ONE_GOES = [
    {"is_active": ""},
    {"role_assignments-0-DELETE": "on"},
    {"role_assignments-0-role": Role.SUPPORT},
]


@pytest.mark.parametrize("change", LAST_ONE_GOES)
def test_last_administrator_stays_one(admin, own_form, change):
    address, values = own_form
    UserFactory(roles=[Role.ADMIN], is_active=False)
    response = admin.post(address, values | change)
    assert response.status_code == 200
    assert str(LAST_ADMINISTRATOR) in str(response.context["errors"])
    stored = User.objects.get(pk=admin.user.pk)
    assert (stored.is_active, stored.roles) == (True, {Role.ADMIN})


@pytest.mark.parametrize("change", LAST_ONE_GOES)
def test_administrator_goes_when_there_is_another(admin, own_form, change):
    address, values = own_form
    UserFactory(roles=[Role.ADMIN])
    assert admin.post(address, values | change).status_code == 302
    assert not User.objects.get(pk=admin.user.pk).has_perm("organisation.view_user")


def test_last_administrator_changes_the_rest(admin, own_form):
    address, values = own_form
    assert admin.post(address, values | {"name": "Another name"}).status_code == 302


def test_every_page_of_the_admin_tells_a_fictional_person_so(client_as):
    pages = [
        "/admin/",
        "/admin/organisation/user/",
        "/admin/organisation/user/add/",
        "/admin/organisation/region/add/?_popup=1",
        "/admin/password_change/",
        "/admin/organisation/",
    ]
    for is_fictional in (True, False):
        client = client_as(Role.ADMIN, is_fictional=is_fictional)
        found = {page: client.get(page).content.decode().count('class="mjp-demo-note"') for page in pages}
        assert found == dict.fromkeys(pages, int(is_fictional))


def test_language_is_switched_in_the_admin(admin):
    page = admin.get("/admin/organisation/region/?q=x").content.decode()
    assert 'action="/language"' in page
    assert 'value="/admin/organisation/region/?q=x"' in page


def test_earlier_e_mail_address_no_longer_signs_in_nor_gets_mail(admin, mailoutbox):
    user = UserFactory(email="old@example.org")
    Client().post("/accounts/password/reset/", {"email": "old@example.org"})
    assert EmailAddress.objects.filter(user=user, email="old@example.org").exists()
    mailoutbox.clear()
    address = reverse("admin:organisation_user_change", args=[user.pk])
    assert (
        admin.post(address, filled_in(admin.get(address)) | {"email": "new@example.org"}).status_code == 302
    )
    old, new = Client(), Client()
    old.post("/accounts/login/", {"login": "old@example.org", "password": PASSWORD})
    new.post("/accounts/login/", {"login": "new@example.org", "password": PASSWORD})
    assert ("_auth_user_id" in old.session, "_auth_user_id" in new.session) == (False, True)
    Client().post("/accounts/password/reset/", {"email": "old@example.org"})
    assert mailoutbox == []


def test_admin_sets_a_password(admin):
    user = UserFactory()
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    assert admin.get(address).status_code == 200
    new = "an entirely different sentence"
    admin.post(address, {"password1": new, "password2": new, "usable_password": "true"})
    assert User.objects.get(pk=user.pk).check_password(new)


def test_changes_are_logged(admin):
    region = RegionFactory()
    address = reverse("admin:organisation_region_change", args=[region.pk])
    admin.post(address, filled_in(admin.get(address)) | {"name": "Renamed"})
    assert LogEntry.objects.get().user == admin.user


def test_token_is_listed_and_withdrawn_and_not_made(admin):
    token, secret = AuthToken.objects.create(user=admin.user)
    page = admin.get(reverse("admin:knox_authtoken_changelist"))
    assert page.status_code == 200
    assert secret not in page.content.decode()
    assert admin.get(reverse("admin:knox_authtoken_add")).status_code == 403
    assert (
        admin.post(reverse("admin:knox_authtoken_delete", args=[token.pk]), {"post": "yes"}).status_code
        == 302
    )
    assert not AuthToken.objects.exists()


@pytest.mark.usefixtures("programme")
class TestContent:
    def test_support_changes_a_summary(self, client_as):
        client = client_as(Role.SUPPORT)
        objective = Objective.objects.first()
        address = reverse("admin:pillars_objective_change", args=[objective.pk])
        response = client.post(address, filled_in(client.get(address)) | {"summary": "Clearer."})
        assert response.status_code == 302
        objective.refresh_from_db()
        assert objective.summary == "Clearer."
        assert objective.lac_goals.count() == 1

    def test_title_and_place_in_an_adopted_plan_are_shown_only(self, client_as):
        client = client_as(Role.SUPPORT)
        before = Objective.objects.first()
        address = reverse("admin:pillars_objective_change", args=[before.pk])
        page = client.get(address)
        assert not {"title", "theme", "position"} & set(page.context["adminform"].form.fields)
        client.post(
            address, filled_in(page) | {"title": "Another", "theme": Theme.objects.last().pk, "position": 9}
        )
        after = Objective.objects.get(pk=before.pk)
        assert (after.title, after.theme, after.position) == (before.title, before.theme, before.position)

    @pytest.mark.parametrize(
        ("model", "fixed"),
        [
            ("programme", {"slug"}),
            ("pillar", {"programme", "number"}),
            ("theme", {"pillar", "slug"}),
            ("lacgoal", {"pillar", "sequence"}),
        ],
    )
    def test_what_addresses_and_plans_name_a_record_by_is_filled_in_once(self, admin, model, fixed):
        from django.apps import apps

        record = apps.get_model("pillars", model)._base_manager.first()
        change = admin.get(reverse(f"admin:pillars_{model}_change", args=[record.pk]))
        add = admin.get(reverse(f"admin:pillars_{model}_add"))
        assert fixed <= set(add.context["adminform"].form.fields)
        assert not fixed & set(change.context["adminform"].form.fields)
        assert admin.post(change.request["PATH_INFO"], filled_in(change)).status_code == 302

    @pytest.mark.parametrize("role", [Role.SUPPORT, Role.ADMIN])
    def test_plan_version_is_seen_and_not_changed(self, client_as, role):
        client = client_as(role)
        version = PlanVersion.objects.get()
        page = client.get(reverse("admin:pillars_planversion_change", args=[version.pk]))
        assert page.status_code == 200
        assert version.content_hash in page.content.decode()
        [planned] = page.context["inline_admin_formsets"]
        assert len(planned.formset.forms) == 54
        assert not page.context["has_change_permission"]
        assert client.post(page.request["PATH_INFO"], {"title": "Another"}).status_code == 403
        assert client.get(reverse("admin:pillars_planversion_add")).status_code == 403
        assert client.get(reverse("admin:pillars_planversion_delete", args=[version.pk])).status_code == 403

    @pytest.mark.parametrize(
        "years", [{"last_year": 2027}, {"first_year": 2028}, {"first_year": 2029}, {"first_year": ""}]
    )
    def test_year_in_which_something_is_planned_stays_with_a_message(self, admin, years):
        programme = Programme.objects.get()
        address = reverse("admin:pillars_programme_change", args=[programme.pk])
        response = admin.post(address, filled_in(admin.get(address)) | years)
        assert response.status_code == 200
        assert response.context["errors"]
        assert list(Programme.objects.get().years) == [2024, 2025, 2026, 2027, 2028]

    def test_programme_without_years_gets_a_message(self, admin):
        response = admin.post(reverse("admin:pillars_programme_add"), {"name": "New", "slug": "new"})
        assert response.status_code == 200
        assert {"first_year", "last_year"} <= set(response.context["adminform"].form.errors)

    def test_next_programme_is_added(self, admin):
        data = {"name": "New", "slug": "new", "first_year": 2029, "last_year": 2032}
        assert admin.post(reverse("admin:pillars_programme_add"), data).status_code == 302
        assert [row.year for row in Programme.objects.get(slug="new").programme_years.all()] == [
            2029,
            2030,
            2031,
            2032,
        ]


@pytest.mark.parametrize("changed", ["name", "description", "reports_to"])
def test_a_stale_form_saves_nothing_over_someone_elses_change(client_as, changed):
    network, other = NetworkFactory(), NetworkFactory()
    address = reverse("admin:organisation_network_change", args=[network.pk])
    mine, theirs = client_as(Role.SUPPORT), client_as(Role.SUPPORT)
    form = filled_in(mine.get(address))
    change = {changed: other.pk if changed == "reports_to" else "Theirs"}
    assert theirs.post(address, filled_in(theirs.get(address)) | change).status_code == 302
    response = mine.post(address, form | {"abbreviation": "MINE"})
    assert response.status_code == 200
    assert [error.code for error in response.context["adminform"].form.errors.as_data()["__all__"]] == [
        "conflict"
    ]
    network.refresh_from_db()
    assert network.abbreviation == ""
    assert mine.post(address, filled_in(mine.get(address)) | {"abbreviation": "MINE"}).status_code == 302


def test_a_stale_form_of_an_objective_notices_a_change_of_its_lac_goals(client_as, programme):
    objective = Objective.objects.filter(lac_goals=None).first()
    address = reverse("admin:pillars_objective_change", args=[objective.pk])
    client = client_as(Role.SUPPORT)
    form = filled_in(client.get(address))
    objective.lac_goals.add(LacGoal.objects.first())
    assert client.post(address, form | {"summary": "Mine"}).status_code == 200
    objective.refresh_from_db()
    assert objective.summary != "Mine"


@pytest.mark.usefixtures("programme")
def test_support_adds_a_theme_a_goal_and_an_objective(client_as):
    client = client_as(Role.SUPPORT)
    pillar = Pillar.objects.first()
    added = [
        ("theme", {"pillar": pillar.pk, "position": 99, "name": "New theme", "slug": "new-theme"}),
        ("lacgoal", {"pillar": pillar.pk, "sequence": 99, "text": "New goal", "lead": "none"}),
        ("objective", {"position": 99, "title": "New objective"}),
    ]
    for model, fields in added:
        theme = {} if model == "theme" else {"theme": Theme.objects.get(slug="new-theme").pk}
        address = reverse(f"admin:pillars_{model}_add")
        response = client.post(address, filled_in(client.get(address)) | fields | theme)
        assert response.status_code == 302, response.context["errors"]
    goal = LacGoal.objects.get(pillar=pillar, sequence=99)
    assert goal.theme.objectives.get().title == "New objective"
    assert client.get(reverse("admin:pillars_pillar_add")).status_code == 403


@pytest.mark.usefixtures("programme")
def test_who_recorded_an_adoption_is_shown(client_as):
    client = client_as(Role.SUPPORT)
    programme = Programme.objects.get()
    version = PlanVersion.objects.create(programme=programme, number=2, title="Second")
    adopt_plan_version(version, datetime.date(2026, 1, 5), by=UserFactory(name="Someone Special"))
    page = client.get(reverse("admin:pillars_planversion_change", args=[version.pk]))
    assert "Someone Special" in page.content.decode()


# What no browser sends: beyond the ids of the database, no number, one that no record has.
IMPOSSIBLE = ["9" * 30, str(2**63), "-1", "one", "1.5", "²", str(2**63 - 1)]


@pytest.mark.parametrize("sent", IMPOSSIBLE)
@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ADMIN])
def test_impossible_goal_of_an_objective_is_an_error_on_the_form(client_as, programme, role, sent):
    client, objective = client_as(role), Objective.objects.filter(lac_goals__isnull=False).first()
    goals = set(objective.lac_goals.all())
    address = reverse("admin:pillars_objective_change", args=[objective.pk])
    values = filled_in(client.get(address))
    response = client.post(address, values | {"lac_goals": [*values["lac_goals"], sent]})
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["lac_goals"]
    # The goals that can be are still chosen.
    for goal in goals:
        assert f'<option value="{goal.pk}" selected>{goal.number}</option>' in response.content.decode()
    assert set(objective.lac_goals.all()) == goals


@pytest.mark.parametrize(
    "address",
    [
        "pillars/pillar/?programme=" + "9" * 30,
        "pillars/lacgoal/?lead=%00",
        "knox/authtoken/a%00b/change/",
    ],
)
def test_impossible_value_in_an_address_is_no_error_of_ours(admin, programme, address):
    assert admin.get(f"/admin/{address}").status_code in {200, 302, 400}


@pytest.mark.parametrize("sent", IMPOSSIBLE)
def test_impossible_superior_of_a_network_is_an_error_on_the_form(admin, sent):
    network = NetworkFactory()
    address = reverse("admin:organisation_network_change", args=[network.pk])
    response = admin.post(address, filled_in(admin.get(address)) | {"reports_to": sent})
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["reports_to"]


@pytest.mark.parametrize("page", ["index", "knox_authtoken_changelist", "pillars_lacgoal_changelist"])
def test_admin_says_in_dutch_what_others_left_in_english(admin, programme, page):
    AuthToken.objects.create(user=admin.user)
    said = admin.get(reverse(f"admin:{page}")).content.decode()
    assert not re.search(r">\s*(Knox|Auth tokens?|Created|Expiry|Number|Model name|Add link)\s*<", said)


def test_what_becomes_of_a_password_is_said_in_dutch(admin):
    said = admin.get(reverse("admin:auth_user_password_change", args=[UserFactory().pk])).content.decode()
    assert '<li class="warning">Als u dit uitzet, vervalt' in said


def test_adopted_plan_is_shown_in_dutch(admin, programme):
    address = reverse("admin:pillars_planversion_change", args=[PlanVersion.objects.get().pk])
    said = admin.get(address).content.decode()
    assert not re.search(r">\s*(Adoption text:?|Objective|Programme year)\s*<", said)
