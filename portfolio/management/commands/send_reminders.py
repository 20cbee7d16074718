"""`manage.py send_reminders`: remind holders of status reports that are due; schedule it daily."""

from typing import Any

from django.core.management.base import BaseCommand

from portfolio.services import remind_of_reports


class Command(BaseCommand):
    """Prints a line per project; writes about the same project once in 14 days, however often it is run."""

    help = "Mail the holders of running projects whose status report is due, at most once in 14 days per project."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = 0
        for reminded in remind_of_reports():
            if reminded.people:
                addresses = ", ".join(person.email for person in reminded.people)
                self.stdout.write(f"{reminded.project}: reminded {addresses}")
                sent += len(reminded.people)
            else:
                self.stdout.write(f"{reminded.project}: nobody to remind, its portfolio has no active holder")
        self.stdout.write(f"{sent} reminders sent." if sent != 1 else "1 reminder sent.")
