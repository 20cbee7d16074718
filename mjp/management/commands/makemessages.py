"""`manage.py makemessages`: Django's, for this project's folders and languages (`make messages`)."""

from typing import Any

import polib
from django.conf import settings
from django.core.management.commands import makemessages

IGNORED = [".venv/*", ".tools/*", "node_modules/*", "var/*", "tests/*", "static/*", "docs/*", "benchmarks/*"]


class Command(makemessages.Command):
    """Collects the messages of all apps in `mjp/locale`. English says what the source says, Dutch is translated."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching", "--no-wrap"]
    msguniq_options = [*makemessages.Command.msguniq_options, "--no-wrap"]
    msgattrib_options = [*makemessages.Command.msgattrib_options, "--no-wrap"]
    xgettext_options = [*makemessages.Command.xgettext_options, "--no-wrap"]

    def handle(self, *args: Any, **options: Any) -> None:
        languages = [code for code, _ in settings.LANGUAGES]
        # Without a language, only the template of all catalogues is made.
        which = {"exclude": languages} if options["keep_pot"] else {"locale": languages}
        super().handle(
            *args,
            **{
                **options,
                **which,
                "ignore_patterns": [*options["ignore_patterns"], *IGNORED],
                "no_obsolete": True,
                "no_wrap": True,
                "add_location": "file",
            },
        )
        if not options["keep_pot"]:
            repeat_source_in_english()


def repeat_source_in_english() -> None:
    """Let the English catalogue say what the source says."""
    path = settings.LOCALE_PATHS[0] / "en" / "LC_MESSAGES" / "django.po"
    catalogue = polib.pofile(str(path), wrapwidth=0)
    catalogue.header = "English, as in the source; made by `make messages`."
    catalogue.metadata_is_fuzzy = False
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid
    catalogue.save()
