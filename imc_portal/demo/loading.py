"""Brings everybody of the demo to where they stand, once."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from awards.printing import draw_due as draw_awards
from certificates.printing import draw_due
from imc_portal.demo.calendar import Calendar, play
from imc_portal.demo.cases import World
from imc_portal.demo.people import SERVED, arrive, personas
from imc_portal.demo.programmes import programmes
from imc_portal.demo.providers import providers
from imc_portal.demo.staff import declarations, qualify, watch
from imc_portal.demo.stories import stories
from notices.models import Mail, Message
from notices.services import drain


def is_loaded() -> bool:
    addresses = [persona.email for persona in personas().values()]
    return User.objects.filter(email__in=addresses).exists()


def load(now: datetime, *, say: Callable[[str], None]) -> None:
    """Everything or nothing. Letters leave when they were due and carry that day's date; a letter
    whose fact had passed by then is dropped, as it would have been."""
    with transaction.atomic():
        calendar = Calendar(now)
        world = World(calendar, arrive(calendar))
        qualify(world.people, calendar, SERVED)
        say(f"{len(world.people)} people have arrived.")
        everybody = [*declarations(world), *stories(world), *programmes(world)]
        everybody += [*providers(world), watch(world)]
        play(everybody, until=now, after=send_letters)
    say("Everybody stands where they should. Drawing certificates.")
    while draw_due(timezone.now()) + draw_awards(timezone.now()):
        pass
    send_letters(now)


def send_letters(at: datetime) -> None:
    """Send what the last step owes, as if it had been sent there and then."""
    mailed = Mail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    owed = list(Message.objects.waiting().values_list("pk", flat=True))
    if not owed:
        return
    while drain(timezone.now(), limit=100):
        pass
    ours = Message.objects.filter(pk__in=owed)
    ours.update(posted_at=at, not_before=at)
    ours.exclude(sent_at=None).update(sent_at=at)
    ours.exclude(dropped_at=None).update(dropped_at=at)
    Mail.objects.filter(pk__gt=mailed).update(at=at)
