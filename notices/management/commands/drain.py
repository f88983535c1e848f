"""manage.py drain: send every letter that is due, without Celery."""

from django.core.management import BaseCommand
from django.utils import timezone

from notices import services
from notices.models import Message


class Command(BaseCommand):
    help = "Send every letter that is due"

    def handle(self, *_args: object, **_options: object) -> None:
        began = timezone.now()
        while services.drain(began):
            pass
        sent = Message.objects.filter(sent_at__gte=began).count()
        waiting = Message.objects.waiting().count()
        dead = Message.objects.dead().count()
        self.stdout.write(f"{sent} sent, {waiting} waiting, {dead} given up")
        for message in Message.objects.dead()[:20]:
            self.stdout.write(f"  {message.key}: {message.last_error}")
