"""manage.py load_demo: the demo's people, brought to where they stand, once."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from imc_portal.demo.loading import is_loaded, load


class Command(BaseCommand):
    help = "Loads the people of the demo and their cases, through the portal's own services."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("These people are invented. Set DEMO=1 where they may be loaded.")
        if is_loaded():
            self.stdout.write("The people of the demo are here already.")
            return
        began = time.monotonic()
        self.stdout.write("Bringing the demo's people to where they stand; this takes a moment.")
        load(timezone.now(), say=self.stdout.write)
        self.stdout.write(f"Loaded in {time.monotonic() - began:.0f} s.")
