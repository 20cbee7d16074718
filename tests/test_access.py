"""Who gets what at every address of the project: the table of DESIGN.md, section 6, as far as it is built.

The first test walks the URL resolver and fails for an address that is not in the table.
"""

import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from budget.models import BudgetLine, FormulaCoefficients, Upload
from organisation.choices import Role
from organisation.models import Network, Region, User
from pillars.models import LacGoal, Objective, Pillar, PlanVersion, Programme, Theme
from portfolio.choices import ProjectState
from portfolio.models import ProjectImport
from portfolio.services import add_attachment
from tests.api.budget_scene import adopted_year
from tests.budget.bookings import booked_expenditure
from tests.budget.keys import formula_key
from tests.factories import PortfolioFactory, ProjectFactory, UserFactory, report
from tests.portfolio.plans import adopted_plan
from tests.reporting.made import made_report

ANONYMOUS, NO_ROLE = "anonymous", "no role"
VISITORS = (ANONYMOUS, NO_ROLE, *Role)
Statuses = dict[str, int]


def statuses(anonymous: int, no_role: int, other: int, **exceptions: int) -> Statuses:
    """What a visitor who is not signed in gets, one without a role, everybody else; and who gets something else."""
    return {ANONYMOUS: anonymous, NO_ROLE: no_role} | dict.fromkeys(Role, other) | exceptions


def same(status: int) -> Statuses:
    return statuses(status, status, status)


PAGE = statuses(302, 403, 200)
# Who sees projects: everyone but the administrator, who tends to users and roles.
PROJECTS = statuses(302, 403, 200, admin=403)
API = statuses(401, 403, 200)
OF_PROJECT = statuses(302, 403, 302, admin=403)
# Of a project in its first state after filing: the RCDV doesn't see it yet.
API_OF_PROJECTS = statuses(401, 403, 200, admin=403)
API_OF_A_PROJECT = statuses(401, 403, 200, admin=403, rcdv=404)
API_POST_ONLY = statuses(401, 403, 405, admin=403)
# Of the whole budget: not for regional staff; with its lines: not for the RCDV either.
API_OF_KEYS = statuses(401, 403, 200, admin=403, regional_staff=403)
API_OF_LINES = statuses(401, 403, 200, admin=403, regional_staff=403, rcdv=403)
SIGNED_IN = statuses(302, 200, 200)
SUPPORT_ONLY = statuses(302, 403, 403, support=200)
# Who is not let into the admin is sent to sign in.
ADMIN_AND_SUPPORT = statuses(302, 302, 302, support=200, admin=200)
ADMIN_ONLY = statuses(302, 302, 302, support=403, admin=200)
SUPPORT_ONLY_IN_ADMIN = statuses(302, 302, 302, support=200, admin=403)
NOBODY = statuses(302, 302, 302, support=403, admin=403)
STAFF_REDIRECT = same(302)

# Name of the address → what its view answers to a GET, or to a POST where it says so.
TABLE: dict[str, Statuses] = {
    "reporting:planning-grid": PAGE,
    "reporting:planning-grid-print": PAGE,
    "reporting:fold": statuses(302, 403, 302),
    "reporting:annual-plans": statuses(302, 403, 302, admin=403),
    "reporting:annual-plan": PROJECTS,
    "reporting:annual-plan-compare": PROJECTS,
    "reporting:annual-plan-begin": statuses(302, 403, 403, support=302),
    # The plan is adopted, so there is no draft to write.
    "reporting:annual-plan-texts": statuses(302, 403, 403, support=302),
    "reporting:annual-plan-align": statuses(302, 403, 403, support=302),
    "reporting:annual-plan-reopen": statuses(302, 403, 403, support=302),
    "reporting:annual-plan-adopt": statuses(302, 403, 403, support=302),
    "reporting:annual-plan-offer": statuses(302, 403, 403, support=302),
    "reporting:reports": PROJECTS,
    "reporting:report-ask": statuses(302, 403, 403, support=302),
    # Made, but not published.
    "reporting:report": statuses(302, 403, 404, support=200, admin=403),
    "reporting:report-file": statuses(302, 403, 404, support=200, admin=403),
    "reporting:report-cancel": statuses(302, 403, 403, support=302),
    "reporting:report-publish": statuses(302, 403, 403, support=302),
    "reporting:report-withdraw": statuses(302, 403, 403, support=302),
    "reporting:report-texts": SUPPORT_ONLY,
    "portfolio:awaiting": PAGE,
    "portfolio:portfolios": PAGE,
    "portfolio:portfolio-new": statuses(302, 403, 403, support=200, admin=200),
    "portfolio:portfolio-edit": statuses(302, 403, 403, support=200, admin=200),
    "budget:budget": statuses(302, 403, 302, admin=403),
    "budget:year": statuses(302, 403, 200, admin=403),
    "budget:amount": statuses(302, 403, 403, support=302),
    "budget:draft": statuses(302, 403, 403, support=302),
    "budget:project-costs": statuses(302, 403, 200, rcdv=403, regional_staff=403, admin=403),
    "budget:keys": statuses(302, 403, 200, regional_staff=403, admin=403),
    "budget:key": statuses(302, 403, 200, regional_staff=403, admin=403),
    "budget:key-region": statuses(302, 403, 200, regional_staff=403, admin=403),
    "budget:key-adopt": statuses(302, 403, 403, support=302),
    "budget:key-remove": statuses(302, 403, 403, support=302),
    "budget:key-new": SUPPORT_ONLY,
    "budget:key-template": SUPPORT_ONLY,
    # The file of someone else. By a link to discard it one goes to its preview.
    "budget:key-upload": statuses(302, 403, 403, support=404),
    "budget:key-discard": statuses(302, 403, 403, support=302),
    "budget:expenditure": statuses(302, 403, 200, regional_staff=403, rcdv=403, admin=403),
    "budget:expenditure-excel": statuses(302, 403, 200, regional_staff=403, rcdv=403, admin=403),
    "budget:expenditure-new": SUPPORT_ONLY,
    "budget:booking": statuses(302, 403, 200, regional_staff=403, rcdv=403, admin=403),
    "budget:booking-document": statuses(302, 403, 200, regional_staff=403, rcdv=403, admin=403),
    "budget:booking-withdraw": statuses(302, 403, 403, support=302),
    "budget:bookings-import": SUPPORT_ONLY,
    "budget:bookings-template": SUPPORT_ONLY,
    # The file of someone else.
    "budget:bookings-upload": statuses(302, 403, 403, support=404),
    "budget:contributions": statuses(302, 403, 200, admin=403, regional_staff=403),
    "budget:discard": statuses(302, 403, 403, support=302),
    "budget:adopt": statuses(302, 403, 403, support=302),
    "budget:invoice": statuses(302, 403, 403, support=302),
    "budget:paid": statuses(302, 403, 403, support=302),
    # Nothing is invoiced, so that it leads to the contributions.
    "budget:export": statuses(302, 403, 403, support=302),
    "budget:central-support": SUPPORT_ONLY,
    "budget:forecast": SUPPORT_ONLY,
    "budget:carry-over": statuses(302, 403, 403, council_member=200, portfolio_holder=200, support=200),
    "budget:carry-over-new": statuses(302, 403, 403, support=302),
    "budget:year-excel": statuses(302, 403, 200, admin=403),
    "budget:own-region": statuses(302, 403, 302, admin=403),
    # Regional staff of no region, or of another one.
    "budget:region": statuses(302, 403, 200, admin=403, regional_staff=403),
    "budget:region-excel": statuses(302, 403, 200, admin=403, regional_staff=403),
    "portfolio:capacity": statuses(302, 403, 200, rcdv=403, admin=403),
    "portfolio:objective-projects": statuses(302, 403, 200, admin=403),
    "portfolio:theme-portfolios": PAGE,
    "portfolio:import": SUPPORT_ONLY,
    "portfolio:import-template": SUPPORT_ONLY,
    # The file of someone else.
    "portfolio:import-preview": statuses(302, 403, 403, support=404),
    "pillars:theme": PAGE,
    "pillars:objective": PAGE,
    "pillars:lac-goals": PAGE,
    "organisation:organisation": PAGE,
    "portfolio:projects": PROJECTS,
    "portfolio:projects-excel": PROJECTS,
    "portfolio:project": statuses(302, 403, 200, admin=403),
    "portfolio:project-history": PROJECTS,
    "portfolio:project-preview": PROJECTS,
    # Filing asks for a portfolio that one holds; editing a running project is support's.
    "portfolio:project-new": statuses(302, 403, 403, support=200),
    "portfolio:project-edit": statuses(302, 403, 403, support=302),
    "portfolio:project-step": statuses(302, 403, 403, support=200),
    # By a link one goes to the project.
    "portfolio:project-submit": OF_PROJECT,
    "portfolio:project-withdraw": OF_PROJECT,
    "portfolio:project-start": OF_PROJECT,
    "portfolio:remark-add": OF_PROJECT,
    "portfolio:attachment-add": OF_PROJECT,
    "portfolio:attachment-withdraw": OF_PROJECT,
    "portfolio:attachment": PROJECTS,
    "portfolio:decisions": PROJECTS,
    "portfolio:decision": PROJECTS,
    "portfolio:decision-new": statuses(302, 403, 403, support=200),
    "portfolio:meeting": statuses(302, 403, 403, council_member=200, portfolio_holder=200, support=200),
    # Of a running project, for who doesn't hold its portfolio: who sees no project at all doesn't find it.
    "portfolio:status-report-new": statuses(302, 404, 403, admin=404, support=200),
    "portfolio:project-completion": statuses(302, 404, 403, admin=404, support=200),
    "organisation:language": same(302),
    "healthz": same(200),
    "openapi": same(200),
    "api:pillar-list": API,
    "api:pillar-detail": API,
    "api:theme-list": API,
    "api:theme-detail": API,
    "api:lac-goal-list": API,
    "api:lac-goal-detail": API,
    "api:objective-list": API,
    "api:objective-detail": API,
    "api:plan-version-list": API,
    "api:plan-version-detail": API,
    "api:region-list": API,
    "api:region-detail": API,
    "api:network-list": API,
    "api:network-detail": API,
    "api:portfolio-list": API,
    "api:portfolio-detail": API,
    "api:project-list": API_OF_PROJECTS,
    "api:project-detail": API_OF_A_PROJECT,
    "api:project-submission": API_POST_ONLY,
    "api:project-withdrawal": API_POST_ONLY,
    "api:project-start": API_POST_ONLY,
    "api:project-completion-request": API_POST_ONLY,
    "api:project-remarks": API_OF_A_PROJECT | {Role.PORTFOLIO_HOLDER: 403, Role.REGIONAL_STAFF: 403},
    "api:project-status-reports": API_OF_A_PROJECT,
    "api:project-attachments": API_OF_A_PROJECT,
    "api:status-report-list": API_OF_PROJECTS,
    "api:status-report-detail": API_OF_PROJECTS,
    "api:decision-list": API_OF_PROJECTS,
    "api:decision-detail": API_OF_PROJECTS,
    # Of an adopted plan.
    "api:annual-plan-list": API_OF_PROJECTS,
    "api:annual-plan-detail": API_OF_PROJECTS,
    # Of the budget: an adopted key and split, a booking on central support, costs of a submitted project.
    "api:distribution-key-list": API_OF_KEYS,
    "api:distribution-key-detail": API_OF_KEYS,
    "api:distribution-key-adoption": statuses(401, 403, 405, admin=403, regional_staff=403),
    "api:budget-list": API_OF_PROJECTS,
    "api:budget-detail": API_OF_PROJECTS,
    "api:budget-contributions": API_OF_PROJECTS,
    "api:budget-allocation": API_OF_KEYS,
    "api:budget-draft": API_POST_ONLY,
    "api:budget-adoption": API_POST_ONLY,
    "api:budget-invoicing": API_POST_ONLY,
    "api:budget-payments": API_POST_ONLY,
    "api:expenditure-list": API_OF_LINES,
    "api:expenditure-detail": API_OF_LINES,
    "api:expenditure-withdrawal": statuses(401, 403, 405, admin=403, regional_staff=403, rcdv=403),
    "api:project-costs": API_OF_LINES,
    # Signing in: for who is not signed in yet. Changing a password: for who is. No signing up, no second address.
    "account_login": statuses(200, 302, 302),
    "account_logout": SIGNED_IN,
    "account_inactive": same(200),
    "account_change_password": SIGNED_IN,
    "account_set_password": same(302),
    "account_reset_password": same(200),
    "account_reset_password_done": same(200),
    "account_reset_password_from_key": same(200),
    "account_reset_password_from_key_done": same(200),
    "admin:index": ADMIN_AND_SUPPORT,
    "admin:login": statuses(302, 403, 403, support=302, admin=302),
    "admin:logout": statuses(302, 302, 302, support=200, admin=200),
    "admin:password_change": ADMIN_AND_SUPPORT,
    "admin:password_change_done": ADMIN_AND_SUPPORT,
    "admin:autocomplete": ADMIN_AND_SUPPORT,
    "admin:jsi18n": ADMIN_AND_SUPPORT,
    "admin:view_on_site": statuses(302, 302, 302, support=404, admin=404),
    "admin:app_list": ADMIN_AND_SUPPORT,
    "admin:auth_user_password_change": ADMIN_ONLY,
    "admin/(?P<url>.*)$": statuses(302, 302, 302, support=404, admin=404),
}

# Per model of the admin: its pages.
ADMIN_TABLE: dict[str, dict[str, Statuses]] = {
    "pillars_programme": {"view": ADMIN_AND_SUPPORT, "add": ADMIN_ONLY, "delete": NOBODY},
    "pillars_pillar": {"view": ADMIN_AND_SUPPORT, "add": ADMIN_ONLY, "delete": NOBODY},
    "pillars_theme": {"view": ADMIN_AND_SUPPORT, "add": ADMIN_AND_SUPPORT, "delete": NOBODY},
    "pillars_lacgoal": {"view": ADMIN_AND_SUPPORT, "add": ADMIN_AND_SUPPORT, "delete": NOBODY},
    "pillars_objective": {"view": ADMIN_AND_SUPPORT, "add": ADMIN_AND_SUPPORT, "delete": NOBODY},
    "pillars_planversion": {"view": ADMIN_AND_SUPPORT, "add": NOBODY, "delete": NOBODY},
    "organisation_region": {"view": ADMIN_AND_SUPPORT, "add": ADMIN_ONLY, "delete": NOBODY},
    "organisation_network": {"view": ADMIN_AND_SUPPORT, "add": ADMIN_AND_SUPPORT, "delete": NOBODY},
    "organisation_user": {"view": ADMIN_ONLY, "add": ADMIN_ONLY, "delete": NOBODY},
    "account_emailaddress": {"view": NOBODY, "add": NOBODY, "delete": NOBODY},
    "knox_authtoken": {"view": ADMIN_ONLY, "add": NOBODY, "delete": ADMIN_ONLY},
    "portfolio_annualplan": {"view": SUPPORT_ONLY_IN_ADMIN, "add": NOBODY, "delete": NOBODY},
    "budget_formulacoefficients": {"view": ADMIN_ONLY, "add": ADMIN_ONLY, "delete": NOBODY},
}
for _model, _pages in ADMIN_TABLE.items():
    for _page in ("changelist", "change", "history"):
        TABLE[f"admin:{_model}_{_page}"] = _pages["view"]
    TABLE[f"admin:{_model}_add"] = _pages["add"]
    TABLE[f"admin:{_model}_delete"] = _pages["delete"]
    # An old address of the change page, which sends on.
    TABLE[f"admin/{_model.replace('_', '/')}/<path:object_id>/"] = STAFF_REDIRECT

BY_POST: dict[str, dict[str, str]] = {
    "reporting:fold": {"group": "1"},
    "organisation:language": {"language": "en"},
    "admin:logout": {},
}


def addresses_of_the_project(
    resolver: URLResolver | None = None, names: tuple[str, ...] = (), route: str = ""
) -> Iterator[str]:
    """Give the name, with its namespace, of every address; of one without a name its route."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join((*names, entry.name)) if entry.name else route + str(entry.pattern)
        else:
            inner = (*names, entry.namespace) if entry.namespace else names
            yield from addresses_of_the_project(entry, inner, route + str(entry.pattern))


def test_every_address_of_the_project_is_in_the_table_and_no_other():
    found = set(addresses_of_the_project())
    assert {"missing": found - set(TABLE), "gone": set(TABLE) - found} == {"missing": set(), "gone": set()}


def budget_arguments(running, person):
    """What the addresses of the budget are about: an adopted year, keys, bookings, a running project, files of someone else."""
    # Only of what costs money something is foreseen.
    BudgetLine.objects.create(project=running, year=2026, category="hired", amount=10)
    formula = formula_key(UserFactory.create(roles=[Role.SUPPORT]))
    booked = booked_expenditure()
    adopted, booking = adopted_year(UserFactory.create(roles=[Role.SUPPORT]), 2028)
    key_upload, bookings_upload = (
        Upload.objects.create(kind=kind, owner=person, name="x.csv", sha256="0" * 64)
        for kind in ("key_sheet", "bookings")
    )
    arguments: dict[tuple[str, ...], list[object]] = {
        ("year", "amount", "draft", "year-excel"): [2026],
        ("contributions", "adopt", "discard", "invoice", "paid", "export"): [2026],
        ("central-support", "carry-over", "carry-over-new"): [2026],
        ("expenditure", "expenditure-excel", "expenditure-new"): [2026],
        ("forecast",): [2026, running.pk],
        ("region", "region-excel"): ["VR08"],
        ("project-costs",): [running.pk],
        ("key", "key-adopt", "key-remove"): [formula.pk],
        ("key-region",): [formula.pk, "VR02"],
        ("key-upload", "key-discard"): [key_upload.pk],
        ("booking", "booking-document", "booking-withdraw"): [booked.pk],
        ("bookings-upload",): [bookings_upload.pk],
    }
    return {
        **{f"budget:{name}": value for names, value in arguments.items() for name in names},
        **{name: [2028] for name in TABLE if re.fullmatch("api:budget-(?!list).*", name)},
        **{f"api:distribution-key-{name}": [adopted.pk] for name in ("detail", "adoption")},
        **{f"api:expenditure-{name}": [booking.pk] for name in ("detail", "withdrawal")},
    }


@pytest.fixture
def paths(programme):
    """An existing path for every name of the table."""
    from allauth.account.models import EmailAddress
    from knox.models import AuthToken

    person = UserFactory(email="someone@example.org")
    token, _ = AuthToken.objects.create(user=person)
    examples = {
        "pillars_programme": programme,
        "pillars_pillar": Pillar.objects.first(),
        "pillars_theme": Theme.objects.first(),
        "pillars_lacgoal": LacGoal.objects.first(),
        "pillars_objective": Objective.objects.first(),
        "pillars_planversion": PlanVersion.objects.first(),
        "organisation_region": Region.objects.first(),
        "organisation_network": Network.objects.first(),
        "organisation_user": person,
        "account_emailaddress": EmailAddress.objects.create(user=person, email=person.email),
        "knox_authtoken": token,
        "budget_formulacoefficients": FormulaCoefficients.objects.first(),
        "portfolio_annualplan": adopted_plan(UserFactory.create(roles=[Role.SUPPORT])),
    }
    objective = Objective.objects.first()
    running = ProjectFactory(objective=objective, in_state=ProjectState.RUNNING)
    submitted = ProjectFactory(objective=objective, in_state=ProjectState.SUBMITTED)
    attachment = add_attachment(
        running,
        by=UserFactory.create(roles=[Role.SUPPORT]),
        upload=SimpleUploadedFile("plan.pdf", b"%PDF-1.4 a plan\n%%EOF"),
    )
    made = made_report()
    arguments = {
        **budget_arguments(running, person),
        **{
            f"reporting:annual-plan{verb}": [2027]
            for verb in ("", "-begin", "-texts", "-align", "-reopen", "-adopt", "-offer")
        },
        **{
            f"reporting:report{verb}": [made.pk] for verb in ("", "-file", "-cancel", "-publish", "-withdraw")
        },
        "reporting:report-texts": [2025],
        "portfolio:decision": [running.decisions.get().pk],
        "portfolio:project-step": [running.pk, "purpose"],
        "portfolio:attachment": [attachment.pk],
        "portfolio:attachment-withdraw": [attachment.pk],
        **{
            f"portfolio:{name}": [running.pk]
            for name in (
                "project",
                "project-history",
                "project-preview",
                "project-edit",
                "project-submit",
                "project-withdraw",
                "project-start",
                "remark-add",
                "attachment-add",
            )
        },
        "portfolio:status-report-new": [running.pk],
        "portfolio:project-completion": [running.pk],
        "portfolio:portfolio-edit": [PortfolioFactory().slug],
        "portfolio:objective-projects": [examples["pillars_objective"].pk],
        "portfolio:theme-portfolios": [examples["pillars_theme"].slug],
        "portfolio:import-preview": [
            ProjectImport.objects.create(owner=person, name="x.xlsx", sha256="0" * 64).pk
        ],
        "pillars:theme": [examples["pillars_theme"].slug],
        "pillars:objective": [examples["pillars_objective"].pk],
        "api:pillar-detail": [examples["pillars_pillar"].pk],
        "api:theme-detail": [examples["pillars_theme"].slug],
        "api:lac-goal-detail": [examples["pillars_lacgoal"].pk],
        "api:objective-detail": [examples["pillars_objective"].pk],
        "api:plan-version-detail": [examples["pillars_planversion"].pk],
        "api:region-detail": [examples["organisation_region"].code],
        "api:network-detail": [examples["organisation_network"].slug],
        "api:portfolio-detail": [running.portfolio.slug],
        "api:status-report-detail": [report(running).pk],
        "api:decision-detail": [running.decisions.get().pk],
        "api:annual-plan-detail": [examples["portfolio_annualplan"].pk],
        **{name: [submitted.pk] for name in TABLE if re.fullmatch("api:project-(?!list).*", name)},
        "account_reset_password_from_key": ["1", "no-such-key"],
        "admin:app_list": ["pillars"],
        "admin:view_on_site": [0, 0],
        "admin:auth_user_password_change": [person.pk],
    }
    query = {"admin:autocomplete": "?app_label=pillars&model_name=objective&field_name=lac_goals&term="}
    found = {}
    for name in TABLE:
        model, _, page = name.removeprefix("admin:").rpartition("_")
        if name == "admin/(?P<url>.*)$":
            found[name] = "/admin/no/such/page/"
        elif "<path:object_id>" in name:
            found[name] = "/" + name.replace("<path:object_id>", "1")
        elif model in examples and page in {"change", "history", "delete"}:
            found[name] = reverse(name, args=[examples[model].pk])
        else:
            found[name] = reverse(name, args=arguments.get(name)) + query.get(name, "")
    return found


@pytest.mark.parametrize("visitor", VISITORS)
def test_visitor_gets_what_the_table_says(visitor, paths):
    user = None
    if visitor != ANONYMOUS:
        user = UserFactory(roles=[] if visitor == NO_ROLE else [visitor])
    found = {}
    for name, path in paths.items():
        client = Client()
        if user is not None:
            client.force_login(user)
        response = client.post(path, BY_POST[name]) if name in BY_POST else client.get(path)
        found[name] = response.status_code
    assert found == {name: expected[visitor] for name, expected in TABLE.items()}


@pytest.mark.parametrize("name", BY_POST)
def test_address_that_changes_something_takes_no_link(client_as, paths, name):
    client = client_as(Role.ADMIN)
    response = client.get(paths[name], BY_POST[name])
    if name == "admin:logout":
        assert response.status_code == 405
    else:
        assert (response.status_code, response.url) == (302, "/")
    # The error page has a form of its own, to switch the language.
    assert set(response.cookies) <= {"csrftoken"}
    assert "_auth_user_id" in client.session
    assert User.objects.get(pk=client.user.pk).language == "nl"


def test_programme_is_not_read_without_signing_in(client, paths):
    """Whatever the status: no page says a word of the programme to who is not signed in."""
    word = Programme.objects.get().name
    title = Objective.objects.first().title[:40]
    for name, path in paths.items():
        content = client.get(path).content.decode()
        assert word not in content, name
        assert title not in content, name
