"""Ten workers issue, sign, draw and write at once and are killed at random; nothing is doubled.

    DATABASE_URL=postgres://... python bench/issue_storm.py [--full]

Needs PostgreSQL, and works in a database of its own, which it drops. A hundred certificates and
twenty kills; with --full a thousand and two hundred. The drawing itself is left out: it is measured
elsewhere. Exit code 1 unless every decision has one certificate, number, place and letter.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from certificates import printing  # noqa: E402
from certificates.models import Tier  # noqa: E402
from notices.models import Message  # noqa: E402
from tests.certificates.storm import HANDS, decisions, issued, storm  # noqa: E402
from trail.verify import verify  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    count, kills = (1000, 200) if parser.parse_args().full else (100, 20)
    if connection.vendor != "postgresql":
        print("skipped: processes need PostgreSQL; set DATABASE_URL")
        return 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.SITE_URL, settings.CREDENTIAL_HOST = "https://portal.example.org", "portal.example.org"
    printing.render = lambda said, **_: said["number"].encode()
    printing.signed = lambda content, **_: content
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.KEYS_DIR, settings.KEYS_FOR_TRYING = f"{folder}/keys", True
            settings.MEDIA_ROOT = f"{folder}/files"
            call_command("load_content", verbosity=0)
            tier, now = Tier.objects.get(slug="current-concepts"), timezone.now()
            start = time.perf_counter()
            killed = storm(decisions(count, tier, now), kills=kills, at=now)
            took = time.perf_counter() - start
        letters = Message.objects.filter(kind="certificate_ready").exclude(sent_at=None).count()
        found = issued() | {"letters": letters}
        print(f"{count} decisions, {HANDS} workers on each, {killed} killed, {took:.0f} s")
        print(", ".join(f"{number} {what}" for what, number in found.items()))
        print(f"the trail: {'whole' if verify().broken is None else 'broken'}")
        return int(set(found.values()) != {count} or verify().broken is not None)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    raise SystemExit(main())
