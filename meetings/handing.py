"""Handing a meeting over to a colleague: the same meeting, the same time, another host."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.letters import GIVEN_AWAY, HANDED_OVER, TAKEN_OVER
from meetings.models import ROLES_OF_KIND, Busy, Change, HostSettings, How, Kind, Meeting
from meetings.registry import FINDERS, GIVERS, Colleague
from meetings.rows import NotYours, administers, facts, not_begun, occupy, take
from meetings.rules import place_for
from notices.services import post
from trail.flow import Refused
from trail.models import Event


class NotForThem(Refused):
    """This colleague cannot take the meeting: not free, not of that role, or not independent."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Who hears what of it."""

    meeting: Meeting
    change: Change
    at: datetime

    def post(self, kind: str, to: User) -> None:
        post(
            kind,
            to=to,
            key=f"meeting:{self.meeting.pk}:handed:{self.meeting.sequence}:{to.pk}",
            not_before=self.at,
            meeting=self.meeting.pk,
            change=self.change.pk,
            host=self.meeting.host_id,
        )


def can_be_handed_over(meeting: Meeting, by: User, at: datetime) -> bool:
    known = Kind(meeting.kind) in GIVERS
    theirs = by.pk == meeting.host_id or administers(by, at)
    return known and theirs and meeting.is_booked and not meeting.has_begun(at)


def colleagues_for(meeting: Meeting, at: datetime) -> Sequence[Colleague]:
    """Everybody else of the role, those who may take it first, and why the others may not."""
    find = FINDERS.get(Kind(meeting.kind))
    found = [c for c in find(meeting, at) if c.person.pk != meeting.host_id] if find else []
    busy = set(
        Busy.objects.filter(
            person__in=[colleague.person for colleague in found],
            starts_at__lt=meeting.ends_at,
            ends_at__gt=meeting.starts_at,
        ).values_list("person_id", flat=True)
    )
    known = [
        Colleague(c.person, [*c.reasons, _("Meets somebody else at that time.")])
        if c.person.pk in busy
        else c
        for c in found
    ]
    return sorted(known, key=lambda c: bool(c.reasons))


@transaction.atomic
def hand_over(meeting: Meeting, *, to: User, reason: str, by: User, at: datetime) -> Meeting:
    """A colleague takes this meeting on, and with it the part in the case. The guest keeps time
    and invitation; the former host's calendar lets go of it."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Say why, in one sentence. Your colleague and the guest read it."))
    give = GIVERS.get(Kind(meeting.kind))
    if give is None:
        raise Refused(_("A meeting of this kind stays with its host. Cancel it instead."))
    _may_give(meeting, to, by, at)
    # The case is locked before the people, as everywhere.
    give(meeting, to, by, at)
    row = take(meeting, by, at, to)
    not_begun(row, at)
    _free(row, to)
    change = Change.objects.create(
        meeting=row, old_starts_at=row.starts_at, old_host=row.host, reason=reason, at=at, by=by
    )
    _change_hands(row, to, at)
    Busy.objects.filter(meeting=row).delete()
    occupy(row, by=by, at=at)
    letters = Letters(row, change, at)
    for kind, reader in (
        (HANDED_OVER, row.guest),
        (TAKEN_OVER, to),
        (GIVEN_AWAY, meeting.host),
    ):
        letters.post(kind, reader)
    Event.objects.record("hand_over", about=row, by=by, at=at, person=to.pk, **facts(row))
    return row


def _may_give(meeting: Meeting, to: User, by: User, at: datetime) -> None:
    if by != meeting.host and not administers(by, at):
        raise NotYours(_("Only the host and administrators hand a meeting over."))
    if to in (meeting.host, meeting.guest):
        raise NotForThem(_("Choose a colleague who is not in this meeting yet."))
    if not ROLES_OF_KIND[Kind(meeting.kind)] & to.roles_on(at.date()):
        raise NotForThem(_("%(person)s does not hold such meetings.") % {"person": to})


def _free(meeting: Meeting, to: User) -> None:
    clash = Busy.objects.filter(
        person=to, starts_at__lt=meeting.ends_at, ends_at__gt=meeting.starts_at
    )
    if clash.exists():
        raise NotForThem(_("%(person)s meets somebody else at that time.") % {"person": to})


def _change_hands(meeting: Meeting, to: User, at: datetime) -> None:
    rule = HostSettings.objects.filter(host=to).first() or HostSettings(host=to)
    phone = meeting.place if meeting.how == How.PHONE else ""
    meeting.place = place_for(meeting.how, to, meeting.guest, rule, phone=phone)
    meeting.host, meeting.sequence, meeting.changed_at = to, meeting.sequence + 1, at
    meeting.save(update_fields=["host", "place", "sequence", "changed_at"])
