"""Who may see and change what (DESIGN.md, section 6), as far as it is built."""

import pytest

from organisation.choices import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

EVERY_ROLE = set(Role)
SUPPORT = {Role.SUPPORT}
READERS_OF_PROJECTS = EVERY_ROLE - {Role.ADMIN}
SUPPORT_AND_ADMIN = {Role.SUPPORT, Role.ADMIN}
ADMIN = {Role.ADMIN}
NOBODY: set[Role] = set()

PERMISSIONS: dict[str, set[Role]] = {
    "reporting.view_planning_grid": EVERY_ROLE,
    "reporting.view_report": READERS_OF_PROJECTS,
    "reporting.make_report": SUPPORT,
    "reporting.cancel_report": SUPPORT,
    "reporting.publish_report": SUPPORT,
    "reporting.withdraw_report": SUPPORT,
    "organisation.view_region": EVERY_ROLE,
    "organisation.view_network": EVERY_ROLE,
    "organisation.change_network": SUPPORT_AND_ADMIN,
    "organisation.add_network": SUPPORT_AND_ADMIN,
    "organisation.delete_network": NOBODY,
    "organisation.change_region": ADMIN,
    "organisation.add_region": ADMIN,
    "organisation.delete_region": NOBODY,
    "organisation.view_user": ADMIN,
    "organisation.add_user": ADMIN,
    "organisation.change_user": ADMIN,
    "organisation.delete_user": NOBODY,
    "organisation.view_roleassignment": ADMIN,
    "organisation.add_roleassignment": ADMIN,
    "organisation.change_roleassignment": ADMIN,
    "organisation.delete_roleassignment": ADMIN,
    "organisation.administer": SUPPORT_AND_ADMIN,
    "knox.administer": ADMIN,
    "knox.view_authtoken": ADMIN,
    "knox.delete_authtoken": ADMIN,
    "knox.add_authtoken": NOBODY,
    "knox.change_authtoken": NOBODY,
    "pillars.view_programme": EVERY_ROLE,
    "pillars.view_pillar": EVERY_ROLE,
    "pillars.view_theme": EVERY_ROLE,
    "pillars.view_lacgoal": EVERY_ROLE,
    "pillars.view_objective": EVERY_ROLE,
    "pillars.view_planversion": EVERY_ROLE,
    "pillars.change_pillar": SUPPORT_AND_ADMIN,
    "pillars.change_theme": SUPPORT_AND_ADMIN,
    "pillars.change_lacgoal": SUPPORT_AND_ADMIN,
    "pillars.change_objective": SUPPORT_AND_ADMIN,
    "pillars.change_programme": ADMIN,
    "pillars.add_programme": ADMIN,
    "pillars.add_pillar": ADMIN,
    "pillars.add_theme": SUPPORT_AND_ADMIN,
    "pillars.add_lacgoal": SUPPORT_AND_ADMIN,
    "pillars.add_objective": SUPPORT_AND_ADMIN,
    "pillars.delete_objective": NOBODY,
    "pillars.add_planversion": NOBODY,
    "pillars.change_planversion": NOBODY,
    "pillars.delete_planversion": NOBODY,
    "pillars.administer": SUPPORT_AND_ADMIN,
    "pillars.view_objectivedependency": SUPPORT_AND_ADMIN,
    "pillars.add_objectivedependency": SUPPORT_AND_ADMIN,
    "pillars.change_objectivedependency": SUPPORT_AND_ADMIN,
    "pillars.delete_objectivedependency": SUPPORT_AND_ADMIN,
    # Of who holds no portfolio; what its holder may with a project is in tests/portfolio.
    "portfolio.view_project": READERS_OF_PROJECTS,
    "portfolio.view_decision": READERS_OF_PROJECTS,
    "portfolio.view_portfolio": EVERY_ROLE,
    "portfolio.view_awaiting": EVERY_ROLE,
    "portfolio.view_portfolioholder": EVERY_ROLE,
    "portfolio.view_capacity": READERS_OF_PROJECTS - {Role.RCDV},
    "portfolio.prepare_meeting": {Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT},
    "portfolio.add_remark": {Role.COUNCIL_MEMBER, Role.SUPPORT},
    "portfolio.view_remark": {Role.COUNCIL_MEMBER, Role.SUPPORT},
    "portfolio.record_decision": SUPPORT,
    "portfolio.import_projects": SUPPORT,
    "portfolio.add_portfolio": SUPPORT_AND_ADMIN,
    "portfolio.change_portfolio": SUPPORT_AND_ADMIN,
    "portfolio.add_portfolioholder": SUPPORT_AND_ADMIN,
    "portfolio.change_portfolioholder": SUPPORT_AND_ADMIN,
    "portfolio.view_annualplan": READERS_OF_PROJECTS,
    "portfolio.change_annualplan": SUPPORT,
    "portfolio.administer": SUPPORT,
    "portfolio.add_project": SUPPORT,
    "portfolio.change_project": SUPPORT,
    "portfolio.submit_project": SUPPORT,
    "portfolio.withdraw_project": SUPPORT,
    "portfolio.start_project": SUPPORT,
    "portfolio.report_status": SUPPORT,
    "portfolio.ask_completion": SUPPORT,
    "portfolio.add_attachment": SUPPORT,
    "budget.view_budget": READERS_OF_PROJECTS,
    "budget.view_split": READERS_OF_PROJECTS - {Role.REGIONAL_STAFF},
    "budget.view_key": READERS_OF_PROJECTS - {Role.REGIONAL_STAFF},
    "budget.view_allocation": READERS_OF_PROJECTS - {Role.REGIONAL_STAFF},
    "budget.view_lines": {Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT},
    # Staff of a region see their own; these people have none.
    "budget.view_region": READERS_OF_PROJECTS - {Role.REGIONAL_STAFF},
    "budget.change_budget": SUPPORT,
    "budget.add_key": SUPPORT,
    "budget.adopt_key": SUPPORT,
    "budget.change_contributions": SUPPORT,
    "budget.plan_central_support": SUPPORT,
    "budget.book_expenditure": SUPPORT,
    "budget.carry_over": SUPPORT,
    "budget.change_forecast": SUPPORT,
    "budget.view_formulacoefficients": ADMIN,
    "budget.add_formulacoefficients": ADMIN,
    "budget.change_formulacoefficients": ADMIN,
    "budget.delete_formulacoefficients": NOBODY,
    "budget.administer": ADMIN,
}


@pytest.mark.parametrize(("permission", "allowed"), PERMISSIONS.items(), ids=PERMISSIONS)
def test_permission_is_held_by(permission, allowed):
    assert {role for role in Role if UserFactory(roles=[role]).has_perm(permission)} == allowed
    assert not UserFactory().has_perm(permission)


def test_every_permission_of_the_rules_is_in_the_table():
    from rules.permissions import permissions

    assert set(permissions) - set(PERMISSIONS) == set()
