"""Celery: who makes reports, and what is done by the clock. Start it with `celery --app mjp worker` and `celery --app mjp beat`."""

import os
import resource
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_process_init
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mjp.settings")

TRANSPORT_ALIASES["mjp-folder"] = "mjp.folder_transport:Transport"

app = Celery("mjp")
# In every thread: gunicorn's hand jobs over too.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# What comes too late is left out: the next one does the same.
SWEEP_EVERY = 30
app.conf.beat_schedule = {
    "find lost jobs": {
        "task": "reporting.sweep_jobs",
        "schedule": SWEEP_EVERY,
        "options": {"expires": SWEEP_EVERY},
    },
    "send mail": {
        "task": "reporting.send_mail",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 5 * 60},
    },
    "remind of status reports": {
        "task": "reporting.send_reminders",
        "schedule": crontab(hour="7", minute="0"),
        "options": {"expires": 12 * 60 * 60},
    },
    "tidy up": {
        "task": "reporting.tidy_up",
        "schedule": crontab(hour="3", minute="10"),
        "options": {"expires": 12 * 60 * 60},
    },
}


@worker_process_init.connect
def limit_memory(**kwargs: Any) -> None:
    """Let one report take so much memory and no more: what asks for more gets a `MemoryError`, and the server stays up."""
    from django.conf import settings

    if settings.REPORT_MEMORY_LIMIT:
        _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (settings.REPORT_MEMORY_LIMIT, hard))
