"""Who may see and change regions, networks, users and roles (DESIGN.md, section 6)."""

import rules

from organisation.choices import Role
from organisation.models import User


def holds(*roles: Role) -> rules.predicates.Predicate:
    """Give a predicate that is true for who holds one of the roles; for any role when none is named."""
    wanted = frozenset(roles or Role)

    @rules.predicate(f"holds {', '.join(sorted(wanted))}")
    def holds_one(user: User) -> bool:
        return user.is_authenticated and user.is_active and not user.roles.isdisjoint(wanted)

    return holds_one


# The RCDV, council members, holders, regional staff and support read the programme; administrators tend to it.
any_role = holds()
support = holds(Role.SUPPORT)
admin = holds(Role.ADMIN)
support_or_admin = support | admin

for _model in ("region", "network"):
    rules.add_perm(f"organisation.view_{_model}", any_role)
rules.add_perm("organisation.change_network", support_or_admin)
rules.add_perm("organisation.add_network", support_or_admin)
rules.add_perm("organisation.change_region", admin)
rules.add_perm("organisation.add_region", admin)

for _model in ("user", "roleassignment"):
    for _verb in ("view", "add", "change"):
        rules.add_perm(f"organisation.{_verb}_{_model}", admin)
rules.add_perm("organisation.delete_roleassignment", admin)

# Which apps the Django admin shows.
rules.add_perm("organisation.administer", support_or_admin)
rules.add_perm("knox.administer", admin)
rules.add_perm("knox.view_authtoken", admin)
rules.add_perm("knox.delete_authtoken", admin)
