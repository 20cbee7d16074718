"""How people sign in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from organisation.models import User


class SignInBackend(AuthenticationBackend):
    """Signs in by e-mail address and password; what a person may do is `User.has_perm`'s and the rules' to say."""

    def get_all_permissions(self, user_obj: Any, obj: object | None = None) -> set[str]:
        return set()

    def has_perm(self, user_obj: Any, perm: str, obj: object | None = None) -> bool:
        return isinstance(user_obj, User) and user_obj.has_perm(perm, obj)
