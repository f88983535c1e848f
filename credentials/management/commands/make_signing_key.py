"""manage.py make_signing_key: a new key, which signs every credential from now on."""

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import timezone

from credentials.keys import make_key


class Command(BaseCommand):
    help = "Make a new key for credentials; earlier keys go on verifying"

    def handle(self, *_args: object, **_options: object) -> None:
        key = make_key(at=timezone.now())
        self.stdout.write(
            f"{key.name} signs from now on. Its private half is in {settings.KEYS_DIR}:\n"
            "copy it to every machine with a worker, and keep a copy where fire does not reach."
        )
