"""manage.py retire_signing_key NAME: this key signs nothing any more, and stays published."""

from argparse import ArgumentParser

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from credentials.keys import retire_key
from credentials.models import SigningKey


class Command(BaseCommand):
    help = "Retire a signing key; what it signed goes on verifying"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")

    def handle(self, *_args: object, name: str, **_options: object) -> None:
        key = SigningKey.objects.filter(name=name, retired_at=None).first()
        if key is None:
            raise CommandError(f"No key {name} signs at present.")
        retire_key(key, at=timezone.now())
        self.stdout.write(f"{name} is retired.")
