"""What stands in the letters of the directory. Neither side's address is in any of them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from directory.models import Approach, Entry, Field
from notices.letters import Letter, Obsolete, letter
from notices.models import Message
from notices.texts import absolute


def _approach(message: Message) -> Approach:
    rows = Approach.objects.select_related("entry__person")
    found = rows.filter(pk=message.context["approach"]).first()
    if found is None:
        raise Obsolete
    return found


def _called(entry: Entry) -> str:
    """The person as the public knows them."""
    return entry.name if entry.reveals(Field.NAME) else str(_("a certified mentor"))


@letter("approach_confirm")
def confirm(message: Message) -> Letter:
    approach = _approach(message)
    if approach.confirmed_at or not approach.entry.listed_since:
        raise Obsolete
    context = {
        "first_name": approach.name,
        "mentor_name": _called(approach.entry),
        "approach_url": absolute(reverse("directory:confirm", args=[approach.key])),
    }
    return Letter(context, secret=True)


@letter("approach_forwarded")
def forwarded(message: Message) -> Letter:
    """A reply goes to the writer, who was told so. No copy: the letter lies in one place."""
    approach = _approach(message)
    entry = approach.entry
    if approach.reported_at or not entry.reveals(Field.LETTERS) or not entry.listed_since:
        raise Obsolete
    if entry.barred.filter(email=approach.email).exists():
        raise Obsolete
    context = {
        "writer_name": approach.name,
        "writer_text": approach.text,
        "approach_url": absolute(reverse("directory:letter", args=[approach.pk])),
    }
    return Letter(context, secret=True, reply_to=approach.email)


@letter("approach_reported")
def reported(message: Message) -> Letter:
    approach = _approach(message)
    if approach.settled_at:
        raise Obsolete
    return Letter({"reports_url": absolute(reverse("directory:reports"))})
