"""Who may read the pages that combine apps (DESIGN.md, section 6)."""

import rules

from organisation.rules import any_role, support
from portfolio.rules import reads_projects

rules.add_perm("reporting.view_planning_grid", any_role)

# What is published is for everyone who reads projects, the RCDV included; `ReportJobQuerySet.visible_to` says which those are.
rules.add_perm("reporting.view_report", reads_projects)
for _verb in ("make_report", "cancel_report", "publish_report", "withdraw_report"):
    rules.add_perm(f"reporting.{_verb}", support)
