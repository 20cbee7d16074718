"""The demonstration's people: one per role to sign in as, with a password of this installation's own, and those of its story."""

import secrets
import tomllib
from pathlib import Path

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from organisation.choices import Role
from organisation.models import Region, RoleAssignment, User


class NotADemonstration(Exception):
    """An address of the demonstration belongs to a real account, which is left alone."""


@transaction.atomic
def load_people(path: Path, password: str) -> list[User]:
    """Make the fictional people of a file, or bring them up to date, and let those who are listed sign in with `password`.

    Gives the listed ones; the others (`listed = false`) only occur in the story of the projects and can't sign in.
    Name, region and roles are those of the file again, whatever was made of them in the demonstration. Raises `NotADemonstration` when one of their addresses belongs to someone who is not fictional.
    """
    people = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["people"]:
        region = Region.objects.get(code=entry["region"]) if entry["region"] else None
        person = User.objects.filter(email=entry["email"]).first() or User(
            email=entry["email"], is_fictional=True
        )
        if not person.is_fictional:
            raise NotADemonstration(f"{person.email} is the account of a real person")
        person.name, person.region, person.is_active = entry["name"], region, True
        is_listed = entry.get("listed", True)
        if not is_listed:
            if person._state.adding:
                person.set_unusable_password()
        elif person._state.adding or not person.check_password(password):
            validate_password(password, person)
            person.set_password(password)
        person.save()
        person.role_assignments.exclude(role__in=entry["roles"]).delete()
        for role in entry["roles"]:
            RoleAssignment.objects.get_or_create(user=person, role=Role(role))
        if is_listed:
            people.append(person)
    return people


def read_or_make_password(data_dir: Path) -> str:
    """Give the demonstration's password, made at first use and kept in `data_dir`, readable by its owner only."""
    path = data_dir / "demo-password"
    if not path.exists() or not path.read_text(encoding="ascii").strip():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"mjp-{secrets.token_hex(6)}\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()
