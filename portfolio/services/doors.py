"""What every verb does first: find out whether the person may, and take the record for itself."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from organisation.models import User
from portfolio.models import Project


def require(user: User, permission: str, project: Project | None = None) -> None:
    """Raise `PermissionDenied` unless the rules allow it."""
    if not user.has_perm(permission, project):
        raise PermissionDenied(_("Your account may not do this."))


def take_turns(user: User) -> None:
    """Let requests of the same person wait for each other, so that a second click sees what the first one made."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def locked(project: Project) -> Project:
    """Give the project as it is stored now, locked until the transaction ends."""
    return Project.objects.select_for_update(of=("self",)).select_related("portfolio").get(pk=project.pk)


def save_changed(project: Project, by: User) -> None:
    """Save a locked project as a new version, made by this person."""
    project.version += 1
    project.save_by(by)
