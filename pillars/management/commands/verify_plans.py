"""`manage.py verify_plans`: whether every adopted plan version still says what was adopted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pillars.errors import PlanDoesNotMatchItsSeal
from pillars.models import PlanVersion
from pillars.services import verify_plan_version


class Command(BaseCommand):
    """Fails with a line per version that differs; changes nothing."""

    help = (
        "Check every adopted or superseded plan version against its seal, and its rows against its content."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        versions = PlanVersion.objects.frozen().select_related("programme")
        problems = []
        for version in versions:
            try:
                verify_plan_version(version)
            except PlanDoesNotMatchItsSeal as problem:
                problems.append(str(problem))
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(f"Plans: {len(versions)} checked, each as it was adopted.")
