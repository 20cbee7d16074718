"""`manage.py load_demo`: the fictional people of the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mjp.demo import NotADemonstration, load_people, read_or_make_password


class Command(BaseCommand):
    """Can be run again; needs the regions that `load_programme` brings."""

    help = "Load the fictional people of the demonstration and print their accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demonstration's people don't belong in production.")
        password = read_or_make_password(settings.DATA_DIR)
        try:
            people = load_people(settings.BASE_DIR / "fixtures" / "demo" / "people.toml", password)
        except NotADemonstration as problem:
            raise CommandError(str(problem)) from problem
        width = max(len(person.email) for person in people)
        for person in people:
            roles = ", ".join(sorted(person.roles))
            self.stdout.write(f"  {person.email:<{width}}  {password}  {roles}")
