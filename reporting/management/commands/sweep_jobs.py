"""`manage.py sweep_jobs`: find jobs again that were left behind; beat does it twice a minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reporting.models import ReportJob
from reporting.services import sweep_jobs


class Command(BaseCommand):
    """Can be run at any time, by two at once too. Fails when jobs stay behind because the broker is away."""

    help = "Queue reports anew whose worker was killed, and hand those to the broker that it doesn't have."

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep_jobs()
        self.stdout.write(
            f"Reports: {swept.queued_anew} queued anew, {swept.ended} ended, {swept.handed_over} handed to the broker."
        )
        if behind := ReportJob.objects.in_outbox().count():
            raise CommandError(f"The broker is away; still to be handed over: {behind}.")
