"""`manage.py load_demo`: the fictional people of the demonstration, their projects and budget."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mjp.demo import NotADemonstration, load_budget, load_people, load_projects, read_or_make_password


class Command(BaseCommand):
    """Can be run again; needs the programme that `load_programme` brings."""

    help = "Load the fictional people, projects and budget of the demonstration and print the accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demonstration doesn't belong in production.")
        password = read_or_make_password(settings.DATA_DIR)
        folder = settings.BASE_DIR / "fixtures" / "demo"
        try:
            people = load_people(folder / "people.toml", password)
        except NotADemonstration as problem:
            raise CommandError(str(problem)) from problem
        load_projects(folder)
        load_budget(folder)
        width = max(len(person.email) for person in people)
        for person in people:
            roles = ", ".join(sorted(person.roles))
            self.stdout.write(f"  {person.email:<{width}}  {password}  {roles}")
