"""Who may see and do what with the budget (DESIGN.md, section 6).

Which rows someone sees is the querysets' `visible_to` to say; the predicates here open pages and verbs.
"""

import rules

from organisation.choices import Role
from organisation.models import Region, User
from organisation.rules import admin, holds, support

sees_whole_budget = holds(Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT)
rcdv = holds(Role.RCDV)
regional_staff = holds(Role.REGIONAL_STAFF)


@rules.predicate
def is_of_region(user: User, region: Region | None) -> bool:
    """Works for the region. Without a region: for any."""
    return user.region_id is not None and (region is None or user.region_id == region.pk)


# The year's page: whole for those who steer, own row and totals for regional staff, what was adopted for the RCDV.
rules.add_perm("budget.view_budget", sees_whole_budget | rcdv | regional_staff)
rules.add_perm("budget.view_split", sees_whole_budget | rcdv)
rules.add_perm("budget.view_key", sees_whole_budget | rcdv)
rules.add_perm("budget.view_allocation", sees_whole_budget | rcdv)
# With the lines of every project and their bookings; the RCDV sees adopted totals alone.
rules.add_perm("budget.view_lines", sees_whole_budget)
rules.add_perm("budget.view_region", sees_whole_budget | rcdv | (regional_staff & is_of_region))
for _verb in (
    "change_budget",
    "add_key",
    "adopt_key",
    "change_contributions",
    "plan_central_support",
    "book_expenditure",
    "carry_over",
    "change_forecast",
):
    rules.add_perm(f"budget.{_verb}", support)

# The coefficients of the formula are reference data.
for _verb in ("view", "add", "change"):
    rules.add_perm(f"budget.{_verb}_formulacoefficients", admin)
# Whether the Django admin shows this app.
rules.add_perm("budget.administer", admin)
