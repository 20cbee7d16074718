"""Who may see and change the programme (DESIGN.md, section 6)."""

import rules

from organisation.rules import admin, any_role, support_or_admin

# What programme support keeps in order; the programme's own frame is reference data.
CONTENT = ("theme", "lacgoal", "objective")
FRAME = ("programme", "pillar")

for _model in (*CONTENT, *FRAME, "planversion"):
    rules.add_perm(f"pillars.view_{_model}", any_role)
for _model in CONTENT:
    rules.add_perm(f"pillars.change_{_model}", support_or_admin)
    rules.add_perm(f"pillars.add_{_model}", support_or_admin)
for _verb in ("view", "add", "change", "delete"):
    rules.add_perm(f"pillars.{_verb}_objectivedependency", support_or_admin)
rules.add_perm("pillars.change_pillar", support_or_admin)
for _model in FRAME:
    rules.add_perm(f"pillars.add_{_model}", admin)
rules.add_perm("pillars.change_programme", admin)

# Whether the Django admin shows this app.
rules.add_perm("pillars.administer", support_or_admin)
