"""Who may read the pages that combine apps (DESIGN.md, section 6)."""

import rules

from organisation.rules import any_role

rules.add_perm("reporting.view_planning_grid", any_role)
