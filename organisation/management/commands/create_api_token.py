"""`manage.py create_api_token <e-mail>`: a token for the API."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from knox.models import get_token_model

from organisation.models import User


class Command(BaseCommand):
    """Prints the token once and alone on standard output, for a script to catch; only its hash is kept."""

    help = "Make a token with which an account reads the API: Authorization: Bearer <token>."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        user = User.objects.filter(email=email).first()
        if user is None:
            raise CommandError(f"There is no account with the e-mail address {email}.")
        if not user.is_active:
            raise CommandError(f"The account {email} is not active.")
        _record, token = get_token_model().objects.create(user=user)
        self.stdout.write(token)
        self.stderr.write(f"Keep this token safe: it gives what {email} may see, and can't be shown again.")
        if not user.roles:
            self.stderr.write(f"{email} has no role yet: the API will answer 403.")
