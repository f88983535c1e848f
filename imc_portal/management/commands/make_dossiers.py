"""manage.py make_dossiers: make every dossier that is owed and sweep old ones, without Celery."""

from django.core.management import BaseCommand
from django.utils import timezone

from imc_portal.dossiers.making import make_due, sweep


class Command(BaseCommand):
    help = "Make every dossier that is owed, and remove those whose time is over"

    def handle(self, *_args: object, **_options: object) -> None:
        made = 0
        while some := make_due(timezone.now()):
            made += some
        self.stdout.write(f"{made} made, {sweep(timezone.now())} removed")
