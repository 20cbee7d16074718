"""Why the making of a report failed, as a sentence for people: in the language of who reads it, not of who made it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from reporting.choices import JobFailure


def failure_text(failure: str, details: Mapping[str, Any]) -> str:
    """Say what went wrong and what to do about it. Empty when nothing did."""
    match failure:
        case JobFailure.LOST:
            return _(
                "Making the report was broken off %(attempts)s times: the server stopped, or ran out of memory. Ask for "
                "it again; if it happens once more, tell an administrator."
            ) % {"attempts": details.get("attempts", "")}
        case JobFailure.TIME:
            return _(
                "Making the report took longer than %(minutes)s minutes, so it was stopped. Try again at a quieter "
                "moment; if it happens once more, tell an administrator."
            ) % {"minutes": details.get("minutes", "")}
        case JobFailure.MEMORY:
            return _(
                "Making the report took more memory than one report may have. Shorten its longest texts, or tell an "
                "administrator."
            )
        case JobFailure.DISK:
            return _(
                "There was no room left to store the file. Tell an administrator, and ask for it again when there is room."
            )
        case JobFailure.STORAGE:
            return _(
                "The file couldn't be stored: the storage didn't answer or refused it. Ask for it again later; if it "
                "happens once more, tell an administrator."
            )
        case JobFailure.ERROR:
            return _(
                "Something went wrong in the application while making the report. It was logged; tell an administrator "
                "the number of this job: %(number)s."
            ) % {"number": details.get("number", "")}
        case _:
            return ""
