"""What a view knows of who asks."""

from django.http import HttpRequest

from organisation.models import User


class PersonalRequest(HttpRequest):
    """A request by someone who is signed in, as every view but those for signing in gets it."""

    user: User
