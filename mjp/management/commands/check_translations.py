"""`manage.py check_translations`: every message of the source stands translated in every language."""

from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Fails with a line per message that is missing, left over, untranslated or fuzzy; changes nothing."""

    help = "Check that no translation is missing or fuzzy."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.LOCALE_PATHS[0]
        template = folder / "django.pot"
        try:
            call_command("makemessages", keep_pot=True, verbosity=0)
            wanted = {_key(entry) for entry in polib.pofile(str(template))}
        finally:
            template.unlink(missing_ok=True)
        problems = []
        for language, _ in settings.LANGUAGES:
            catalogue = polib.pofile(str(folder / language / "LC_MESSAGES" / "django.po"))
            present = {_key(entry) for entry in catalogue if not entry.obsolete}
            problems += [f"{language}: missing: {key[1]!r}" for key in sorted(wanted - present)]
            problems += [
                f"{language}: not in the source any more: {key[1]!r}" for key in sorted(present - wanted)
            ]
            problems += [
                f"{language}: not translated: {entry.msgid!r}" for entry in catalogue.untranslated_entries()
            ]
            problems += [f"{language}: fuzzy: {entry.msgid!r}" for entry in catalogue.fuzzy_entries()]
        if problems:
            raise CommandError("\n".join([*problems, "Run `make messages` and complete the translations."]))
        self.stdout.write(
            f"Translations: {len(wanted)} messages, complete in {len(settings.LANGUAGES)} languages."
        )


def _key(entry: polib.POEntry) -> tuple[str, str, str]:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural)
