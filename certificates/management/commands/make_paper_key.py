"""manage.py make_paper_key: a key that signs every certificate's PDF from now on."""

from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from certificates.models import Scheme
from certificates.paper_keys import OWN, make_paper_key

PORTAL = "IMC Portal"  # before the content is loaded


class Command(BaseCommand):
    help = "Make a key of our own for signing PDFs, where none was bought"

    def handle(self, *_args: object, **_options: object) -> None:
        path = Path(settings.KEYS_DIR) / OWN
        scheme = Scheme.objects.first()
        body = scheme.issuer if scheme else PORTAL
        try:
            make_paper_key(path, body=body, at=timezone.now())
        except FileExistsError as error:
            raise CommandError(
                f"{path} is there already and stays. To change keys, move it away first;"
                " what it signed goes on verifying."
            ) from error
        self.stdout.write(
            f"{path} signs every paper from now on. Copy it to every machine with a worker,\n"
            "and keep a copy where fire does not reach. Programs will call the signer unknown\n"
            "until their owner trusts it. One that was bought goes into PAPER_KEY instead."
        )
