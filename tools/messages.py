"""The words of the interface in other languages.

    python -m tools.messages extract   # bring the .po to what the code says now (needs GNU gettext)
    python -m tools.messages compile   # write the .mo that the portal reads (needs nothing)

The compiled file is committed: an installation needs no gettext.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
import polib
from django.core.management import call_command
from django.core.management.commands import makemessages
from django.test.utils import override_settings

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "fr_CA"
PO = ROOT / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
# What people never see as a page, and what is not ours.
IGNORED = (".venv", "bench", "docs", "fixtures", "node_modules", "tests", "tools", "var")
WIDE = 10_000  # one line a message: a changed sentence is a changed line


class Extract(makemessages.Command):
    """Django's own, into a folder of our choice, knowing what we call gettext_lazy beside _."""

    xgettext_options = [
        *makemessages.Command.xgettext_options,
        "--keyword=_later",
        "--keyword=_now",
    ]

    def find_files(self, root: str) -> list[Any]:
        found: list[Any] = super().find_files(root)
        for file in found:
            file.locale_dir = self.default_locale_path
        return found


def can_extract() -> bool:
    return shutil.which("xgettext") is not None


def extracted() -> polib.POFile:
    """Every message that the code marks now, without translations."""
    with tempfile.TemporaryDirectory() as folder, override_settings(LOCALE_PATHS=[folder]):
        call_command(
            Extract(),
            locale=[LOCALE],
            ignore_patterns=list(IGNORED),
            no_wrap=True,
            add_location="file",
            verbosity=0,
        )
        path = Path(folder) / LOCALE / "LC_MESSAGES" / "django.po"
        return polib.pofile(str(path), wrapwidth=WIDE)


def known() -> polib.POFile:
    return polib.pofile(str(PO), wrapwidth=WIDE)


def extract() -> list[polib.POEntry]:
    """Add what is new, drop what is gone; returns what waits for a translation."""
    words = known()
    words.merge(extracted())
    for entry in list(words.obsolete_entries()):
        words.remove(entry)
    words.sort(key=lambda entry: (entry.occurrences, entry.msgid))
    words.save()
    return list(words.untranslated_entries())


def compiled() -> bytes:
    binary: bytes = known().to_binary()
    return binary


def main(verb: str) -> None:
    if verb == "extract":
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
        django.setup()
        for entry in extract():
            print(f"to translate: {entry.msgid!r}")
    elif verb == "compile":
        MO.write_bytes(compiled())
    else:
        raise SystemExit("Say extract or compile.")


if __name__ == "__main__":
    main(*sys.argv[1:2] or [""])
