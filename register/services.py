"""What people write to us, and that it was answered."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from notices.services import post
from register.models import Enquiry, Topic
from trail.flow import Refused
from trail.models import Event

# Topics whose letter says more than "we have your message".
LETTERS = {Topic.SCHOLARSHIP: "scholarship_received"}


class AnsweredAlready(Refused):
    """Somebody else was faster."""


class NotForYou(Refused):
    """Enquiries are read by administrators."""


@transaction.atomic
def receive(
    topic: Topic,
    *,
    token: UUID,
    name: str,
    email: str,
    text: str,
    by: User | None,
    at: datetime,
) -> Enquiry:
    """Keep a message and acknowledge it. The same token twice is one message."""
    enquiry, new = Enquiry.objects.get_or_create(
        token=token,
        defaults={
            "topic": topic,
            "name": name,
            "email": email,
            "text": text,
            "received_at": at,
            "sender": by,
        },
    )
    if new:
        own = by is not None and by.email == email
        post(
            LETTERS.get(topic, "enquiry_received"),
            key=f"enquiry:{enquiry.pk}:received",
            to=by if own else None,
            address=email,
            enquiry=enquiry.pk,
        )
        Event.objects.record("receive", about=enquiry, by=by, at=at, topic=topic.value)
    return enquiry


@transaction.atomic
def answer(enquiry: Enquiry, *, note: str, by: User, at: datetime) -> None:
    """Say that a message was answered, and how."""
    if Role.ADMINISTRATOR not in by.roles:
        raise NotForYou(_("Only an administrator marks messages as answered."))
    open_still = Enquiry.objects.filter(pk=enquiry.pk, answered_at=None)
    if not open_still.update(answered_at=at, answered_by=by, answer_note=note):
        raise AnsweredAlready(_("Somebody has answered this message already."))
    Event.objects.record("answer", about=enquiry, by=by, at=at)
