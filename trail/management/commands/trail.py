"""manage.py trail verify | guard | publish"""

from argparse import ArgumentParser

from django.core.management import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from trail.guards import put_up, take_down
from trail.publishing import publish_head
from trail.verify import verify


class Command(BaseCommand):
    help = (
        "verify: walk the chain of what happened, against every published head; "
        "guard: put the database's triggers back; publish: the head of today"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify", "guard", "publish"])

    def handle(self, *_args: object, what: str, **_options: object) -> None:
        if what == "guard":
            take_down(connection)
            put_up(connection)
            self.stdout.write("The trail is guarded.")
            return
        if what == "publish":
            head = publish_head(timezone.now())
            self.stdout.write(str(head) if head else "Today's head is published already.")
            return
        verdict = verify()
        if verdict.broken is not None:
            raise CommandError(f"The chain is broken at event {verdict.broken}.")
        if verdict.lost is not None:
            raise CommandError(f"The head published on {verdict.lost} is not in the chain.")
        self.stdout.write(f"{verdict.links} links, unbroken. Head: {verdict.head}")
