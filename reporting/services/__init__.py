"""The verbs of reports: the only door for views, tasks, commands and the demonstration."""

from reporting.services.asking import ask_file, ask_report, cancel_job
from reporting.services.editions import plan_of, take_edition, verify_edition
from reporting.services.handing import Swept, end_failed, hand_over, sweep_jobs
from reporting.services.publishing import publish_job, withdraw_job
from reporting.services.running import run_job
from reporting.services.storing import discard_orphans, verify_file
from reporting.services.yearly import do_yearly_work

__all__ = [
    "Swept",
    "ask_file",
    "ask_report",
    "cancel_job",
    "discard_orphans",
    "do_yearly_work",
    "end_failed",
    "hand_over",
    "plan_of",
    "publish_job",
    "run_job",
    "sweep_jobs",
    "take_edition",
    "verify_edition",
    "verify_file",
    "withdraw_job",
]
