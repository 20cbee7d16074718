"""No violation that axe-core finds, on any page, in both languages, wide and on a phone."""

import datetime

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_POST
from playwright.sync_api import Page

from mjp.views import csrf_failure, too_many_requests
from organisation.choices import Role
from organisation.models import Region, User
from pillars.models import Objective
from portfolio.choices import ProjectState
from portfolio.models import CapacityRequest
from tests.browser.conftest import AXE, PHONE, WIDE
from tests.factories import PortfolioFactory, PortfolioHolderFactory, ProjectFactory, UserFactory
from tests.portfolio.full_project import full_project


def _raise(error: Exception):
    @login_not_required
    def view(request):
        raise error

    return view


urlpatterns = [
    path("", include("mjp.urls")),
    path("broken/400", _raise(SuspiciousOperation())),
    path("broken/405", login_not_required(require_POST(lambda request: HttpResponse()))),
    path("broken/csrf", login_not_required(csrf_failure)),
    path("broken/429", login_not_required(too_many_requests)),
    path("broken/500", _raise(RuntimeError("on purpose"))),
    path("broken/503", _raise(OperationalError("on purpose"))),
]
handler400 = "mjp.views.bad_request"
handler403 = "mjp.views.permission_denied"
handler404 = "mjp.views.page_not_found"
handler500 = "mjp.views.server_error"

SIGNED_IN = (
    "/",
    "/?cell={objective}-2025",
    "/?cell={objective}-1999",
    "/?year=2028&theme=crisiscommunicatie",
    "/?year=1999",
    "/print",
    "/themes/netwerkmanagement",
    "/themes/eenheid-van-opvatting",
    "/themes/nafase-en-herstel",
    "/objectives/{objective}",
    "/lac-goals",
    "/lac-goals?q=onvindbaar",
    "/lac-goals?lead=unknown",
    "/organisation",
    "/projects",
    "/projects?attention=late&sort=-period",
    "/projects?q=onvindbaar",
    "/projects?state=unknown&theme=unknown",
    "/projects/{project}",
    "/projects/{project}/history",
    "/projects/{project}/costs",
    "/awaiting",
    "/portfolios",
    "/budget/2026/expenditure",
    "/capacity",
    "/capacity?year=1999&of=nowhere",
    "/budget/2026",
    "/budget/2026/contributions",
    "/budget/2026/carry-over",
    "/annual-plans/2027",
    "/annual-plans/compare",
    "/reports",
    "/objectives/{objective}/projects",
    "/themes/netwerkmanagement/portfolios",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/no-such-page",
    "/broken/400",
    "/broken/405",
    "/broken/csrf",
    "/broken/429",
    "/broken/500",
    "/broken/503",
)
SIGNED_OUT = (
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-wrong/",
    "/accounts/password/reset/key/{reset_key}/",
    "/accounts/password/reset/key/done/",
    "/accounts/inactive/",
    "/broken/csrf",
    "/broken/429",
)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize(
    ("role", "paths"), [(Role.COUNCIL_MEMBER, SIGNED_IN), (None, SIGNED_OUT)], ids=["in", "out"]
)
def test_axe_finds_nothing(new_page, settings, role, paths, viewport, language):
    settings.ROOT_URLCONF = __name__
    # axe is put into the page by the test, which the page's own policy would forbid.
    page = new_page(as_role=role, language=language, viewport=viewport, bypass_csp=True)
    objective = Objective.objects.get(title__startswith="Als ‘partner’").pk
    reset_key = password_reset_key(UserFactory())
    project = full_project().pk
    found = {}
    for address in paths:
        page.goto(address.format(objective=objective, project=project, reset_key=reset_key))
        assert page.locator("html").get_attribute("lang") == language
        if "{reset_key}" in address:
            assert page.locator("input[name=password1]").is_visible()
        found[address] = violations(page)
    assert found == {address: [] for address in paths}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing_where_portfolios_are_kept_and_days_asked(new_page, viewport, language):
    objective = Objective.objects.first()
    portfolio = PortfolioFactory(
        slug="kept", themes=[objective.theme], held_by=UserFactory(roles=[Role.PORTFOLIO_HOLDER])
    )
    PortfolioHolderFactory(portfolio=portfolio, ends_on=datetime.date(2025, 1, 1))
    region = Region.objects.first()
    for state in (ProjectState.SUBMITTED, ProjectState.RUNNING, ProjectState.RETURNED):
        project = ProjectFactory(objective=objective, portfolio=portfolio, in_state=state)
        CapacityRequest.objects.create(project=project, year=2026, expertise="x", days=9, region=region)
    page = new_page(as_role=Role.SUPPORT, language=language, viewport=viewport, bypass_csp=True)
    found = {}
    addresses = (
        "/",
        f"/?cell={objective.pk}-2026",
        "/print",
        "/awaiting",
        "/portfolios",
        "/portfolios/new",
        "/portfolios/kept/edit",
        "/capacity",
        f"/capacity?of={region.code}",
        f"/objectives/{objective.pk}",
        f"/themes/{objective.theme.slug}",
    )
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        for summary in page.locator("#awaiting summary").all():
            summary.click()
        found[address] = violations(page)
    page.goto("/portfolios/new")
    page.locator("main form button[type=submit]").click()
    found["with errors"] = violations(page)
    assert found == {address: [] for address in (*addresses, "with errors")}


def test_axe_finds_nothing_for_someone_without_a_role(new_page):
    page = new_page(as_role=None, bypass_csp=True)
    from tests.browser.conftest import sign_in

    page.goto("/accounts/login/")
    sign_in(page, UserFactory(roles=[]).email)
    assert page.goto("/").status == 403
    assert violations(page) == []


def password_reset_key(user: User) -> str:
    """What stands in the link by which a user chooses a new password."""
    return f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"


def violations(page: Page) -> list[str]:
    """What axe-core has against the page: rule, element and summary."""
    page.add_script_tag(path=AXE)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def test_axe_would_find_a_violation(new_page):
    page = new_page(bypass_csp=True)
    page.goto("/organisation")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert [violation.split(":")[0] for violation in violations(page)] == ["button-name"]
