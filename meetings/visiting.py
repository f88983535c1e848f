"""Times for people without an account: found, booked, moved and given back by the same rules as
meetings, and kept apart from every other meeting of the host by the same rows."""

from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.finding import Slot, calendars, free_slots
from meetings.locks import lock
from meetings.models import MINUTES, Busy, How, Kind, Visit
from meetings.rules import NoNumber, NotASlot, NotFree, NotThatWay, in_reach
from trail.flow import Refused

AHEAD = 28  # days that a visitor chooses among


class JustTaken(NotFree):
    """Somebody was faster."""


def times(host: User, kind: Kind, at: datetime) -> list[Slot]:
    """When this host can be met, in the next weeks."""
    return free_slots([host], kind, at=at, days=AHEAD)


@transaction.atomic
def book(
    *,
    kind: Kind,
    host: User,
    starts_at: datetime,
    how: str,
    phone: str = "",
    about: str,
    at: datetime,
) -> Visit:
    """Give this time of the host's away. Whom to is the caller's to know."""
    lock(host)
    visit = Visit(
        kind=kind,
        host=host,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=MINUTES[kind]),
        how=how,
        place=_place(kind, host, starts_at, how=how, phone=phone, at=at),
        about=about,
        booked_at=at,
        changed_at=at,
    )
    visit.save(force_insert=True)
    _occupy(visit)
    return visit


@transaction.atomic
def move(visit: Visit, *, starts_at: datetime, how: str, phone: str = "", at: datetime) -> Visit:
    """Another time for the same visit. Its own time does not stand in the way."""
    lock(visit.host)
    row = _open(visit, at)
    Busy.objects.filter(visit=row).delete()
    row.place = _place(Kind(row.kind), row.host, starts_at, how=how, phone=phone, at=at)
    row.starts_at, row.how = starts_at, how
    row.ends_at = starts_at + timedelta(minutes=MINUTES[Kind(row.kind)])
    row.sequence, row.changed_at = row.sequence + 1, at
    row.save()
    _occupy(row)
    return row


@transaction.atomic
def cancel(visit: Visit, *, at: datetime) -> Visit:
    """The time is anybody's again."""
    row = _open(visit, at)
    Busy.objects.filter(visit=row).delete()
    row.cancelled_at = row.changed_at = at
    row.sequence += 1
    row.save()
    return row


def _open(visit: Visit, at: datetime) -> Visit:
    row = Visit.objects.select_for_update(of=("self",)).select_related("host").get(pk=visit.pk)
    if not row.is_booked:
        raise Refused(_("This meeting was cancelled."))
    if row.starts_at <= at:
        raise Refused(_("This meeting has begun, or is over."))
    return row


def _place(
    kind: Kind, host: User, starts_at: datetime, *, how: str, phone: str, at: datetime
) -> str:
    """Where they meet at that time. Refuses a time or a way that cannot be had, saying why."""
    known = calendars([host], kind, at=at, first=starts_at, last=starts_at)
    rule = known.rule(host)
    in_reach(host, rule, starts_at, at)
    if starts_at not in known.open(host, starts_at, starts_at):
        raise NotASlot(
            _("%(host)s does not meet people at that time. Choose one of the times shown.")
            % {"host": host.first_name_to_use}
        )
    if starts_at not in known.free(host, starts_at, starts_at):
        raise JustTaken(_("That time was just taken. Choose another one."))
    if how not in rule.ways:
        raise NotThatWay(
            _("%(host)s does not meet people that way. Choose another.")
            % {"host": host.first_name_to_use}
        )
    if how != How.PHONE:
        return rule.where(how)
    if not phone.strip():
        raise NoNumber(_("Give the number on which we can call you."))
    return phone.strip()


def _occupy(visit: Visit) -> None:
    """Under the lock nobody is in the way; if somebody is all the same, the database refuses."""
    try:
        with transaction.atomic():
            Busy.objects.create(
                visit=visit, person=visit.host, starts_at=visit.starts_at, ends_at=visit.ends_at
            )
    except DatabaseError:  # on SQLite a trigger speaks
        raise JustTaken(_("That time was just taken. Choose another one.")) from None
