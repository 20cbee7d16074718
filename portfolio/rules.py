"""Who may see and do what with projects and decisions (DESIGN.md, section 6).

Which projects someone sees at all is `ProjectQuerySet.visible_to`'s to say; a page of another one answers 404. The
predicates here take a project that the person sees.
"""

import rules

from organisation.choices import Role
from organisation.models import User
from organisation.rules import any_role, holds, support, support_or_admin
from portfolio.choices import OPEN, WITH_THE_HOLDER, ProjectState
from portfolio.models import Portfolio, Project
from portfolio.querysets import SEES_SUBMITTED

council_member = holds(Role.COUNCIL_MEMBER)
portfolio_holder = holds(Role.PORTFOLIO_HOLDER)
reads_projects = holds(
    Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.REGIONAL_STAFF, Role.RCDV, Role.SUPPORT
)


def portfolios_held(user: User) -> frozenset[int]:
    """Give the keys of the portfolios that the person holds today; read once per request."""
    kept = vars(user)
    if "_portfolios_held" not in kept:
        kept["_portfolios_held"] = frozenset(Portfolio.objects.held_by(user).values_list("pk", flat=True))
    held: frozenset[int] = kept["_portfolios_held"]
    return held


def sees_only_accepted(user: User) -> bool:
    """Whether the person sees projects from their acceptance on, and not what was filed before."""
    return Role.RCDV in user.roles and user.roles.isdisjoint(SEES_SUBMITTED)


@rules.predicate
def holds_its_portfolio(user: User, project: Project | None) -> bool:
    """Is the (delegated) client: holds the project's portfolio today. Without a project: holds any."""
    held = portfolios_held(user)
    return bool(held) if project is None else project.portfolio_id in held


def in_state(*states: ProjectState) -> rules.predicates.Predicate:
    """Give a predicate that is true for a project in one of the states."""

    @rules.predicate(f"is {' or '.join(states)}")
    def is_in_state(_user: User, project: Project | None) -> bool:
        return project is None or project.state in states

    return is_in_state


client = portfolio_holder & holds_its_portfolio
client_or_support = client | support

rules.add_perm("portfolio.view_project", reads_projects)
rules.add_perm("portfolio.view_portfolio", any_role)
rules.add_perm("portfolio.view_awaiting", any_role)
rules.add_perm("portfolio.view_decision", reads_projects)
# Filing: the holder, or support on behalf of a holder.
rules.add_perm("portfolio.add_project", client_or_support)
rules.add_perm(
    "portfolio.change_project", (client & in_state(*WITH_THE_HOLDER)) | (support & in_state(*OPEN))
)
rules.add_perm("portfolio.submit_project", client_or_support)
rules.add_perm("portfolio.withdraw_project", client_or_support)
rules.add_perm("portfolio.start_project", client_or_support)
rules.add_perm("portfolio.report_status", client_or_support)
rules.add_perm("portfolio.ask_completion", client_or_support)
rules.add_perm("portfolio.add_attachment", client_or_support)
rules.add_perm("portfolio.add_remark", council_member | client_or_support)
# Remarks are between the council's members and who has the project in hand.
rules.add_perm("portfolio.view_remark", council_member | client_or_support)
rules.add_perm("portfolio.prepare_meeting", council_member | portfolio_holder | support)
rules.add_perm("portfolio.record_decision", support)
rules.add_perm("portfolio.import_projects", support)
# What is asked of a region: of every region for those who steer, of their own for its staff (the page holds that).
rules.add_perm(
    "portfolio.view_capacity",
    holds(Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.REGIONAL_STAFF, Role.SUPPORT),
)
# Which versions someone sees is `AnnualPlanQuerySet.visible_to`'s to say.
rules.add_perm("portfolio.view_annualplan", reads_projects)
rules.add_perm("portfolio.change_annualplan", support)
# What the Django admin shows of this app, annual plans to look at, is for who tends to them.
rules.add_perm("portfolio.administer", support)
for _model in ("portfolio", "portfolioholder"):
    for _verb in ("add", "change"):
        rules.add_perm(f"portfolio.{_verb}_{_model}", support_or_admin)
rules.add_perm("portfolio.view_portfolioholder", any_role)
