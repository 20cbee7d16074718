"""`manage.py load_programme`: regions, networks and the programme from the fixture."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pillars.errors import PlanDoesNotMatchItsSeal
from pillars.loading import FixtureProblem, load_programme


class Command(BaseCommand):
    """Can be run again at any time: what was edited in the application stays as it is."""

    help = "Load the programme, its LAC goals and planning, the networks and the regions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=settings.BASE_DIR / "fixtures" / "programme",
            help="the fixture's folder (default: fixtures/programme)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_programme(options["folder"])
        except (FixtureProblem, PlanDoesNotMatchItsSeal) as problem:
            raise CommandError(str(problem)) from problem
        counts = report.outcomes
        self.stdout.write(
            f"Programme: {counts['created']} created, {counts['updated']} updated, "
            f"{counts['unchanged']} unchanged, {len(report.kept)} kept as edited."
        )
        for record in report.kept:
            self.stdout.write(f"  kept: {record}")
