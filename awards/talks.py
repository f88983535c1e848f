"""Planning interviews: asking people at their address, and the times that they choose.

People have no account here. Their link opens one page; who was asked, and who came, is known to
the assessor who asked.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from accounts.models import User
from awards.flow import FINAL, SEATS, Process
from awards.interviewing import INTERVIEW_STAGES
from awards.models import Bid, Group, Talk
from meetings import visiting
from meetings.finding import Slot
from meetings.models import Kind
from notices.services import post
from trail.flow import Refused
from trail.models import Event

DAYS = 30  # that an invitation is open
KEPT = timedelta(days=30)  # addresses, after the end of the bid
NOBODY = "@gone.invalid"
MOST = 60  # people whom one assessor asks in one bid


class AskedBefore(Refused):
    """Nobody is asked twice."""


def may_ask(bid: Bid, by: User) -> bool:
    """The assessors, declared, while interviews take place."""
    seated = bid.acts_as(by) & set(SEATS[Process(bid.process)])
    return bool(seated) and bid.declared(by) and bid.stage in INTERVIEW_STAGES


@transaction.atomic
def ask(bid: Bid, *, group: Group, addresses: Sequence[str], by: User, at: datetime) -> list[Talk]:
    """Invite people of one group, each at their own address. Who was asked before is left out."""
    locked = Bid.objects.select_for_update(of=("self",)).select_related("programme").get(pk=bid.pk)
    if not may_ask(locked, by):
        raise Refused(_("Interviews are planned by the assessors, while they take place."))
    asked = set(locked.talks.filter(by=by).values_list("address", flat=True))
    wanted = dict.fromkeys(address.strip().lower() for address in addresses)
    new = [address for address in wanted if address and address not in asked]
    if not new:
        raise AskedBefore(_("These people were asked already. Taking part is voluntary."))
    if len(asked) + len(new) > MOST:
        raise Refused(_("That is many people for one bid. Hear some of them first."))
    talks = [
        Talk.objects.create(
            bid=locked, by=by, group=group, address=address, made_at=at,
            expires_at=at + timedelta(days=DAYS),
        )
        for address in new
    ]  # fmt: skip
    for talk in talks:
        _tell(talk, "programme_talk_invitation", "asked")
    # Neither whom nor how many of which group: the trail of a bid is read by many.
    Event.objects.record("ask_for_talks", about=locked, by=by, at=at, case=locked.trail_case())
    return talks


def _tell(talk: Talk, kind: str, fact: str) -> None:
    """To the person, where they were asked; in their language if they have an account."""
    person = User.objects.filter(email=talk.address, is_active=True).first()
    post(kind, key=f"{kind}:{talk.pk}:{fact}", to=person, address=talk.address, talk=talk.pk)


def _tell_assessor(talk: Talk, kind: str, fact: str) -> None:
    post(kind, key=f"{kind}:{talk.pk}:{fact}", to=talk.by, talk=talk.pk)


def find(key: UUID, at: datetime) -> Talk | None:
    """The invitation behind a link, while its assessor hears people in this bid."""
    found = Talk.objects.open(at).filter(key=key)
    talk = found.select_related("bid__programme__organisation", "by", "visit__host").first()
    return talk if talk is not None and may_ask(talk.bid, talk.by) else None


def times(talk: Talk, at: datetime) -> list[Slot]:
    return visiting.times(talk.by, Kind.PROGRAMME, at)


def clock_of(talk: Talk, zone: str) -> User:
    """Somebody who reads that clock: never stored, because visitors have no account."""
    known = zone if zone in available_timezones() else talk.zone or talk.by.time_zone
    return User(time_zone=known)


@transaction.atomic
def choose(
    talk: Talk, *, starts_at: datetime, how: str, phone: str, zone: str, at: datetime
) -> Talk:
    """Take a time, or another one instead. Asking twice for the same changes nothing."""
    row = _locked(talk, at)
    visit = row.visit
    if visit is not None and visit.is_booked and visit.starts_at == starts_at:
        return row
    if visit is not None and visit.is_booked:
        visit = visiting.move(visit, starts_at=starts_at, how=how, phone=phone, at=at)
    else:
        visit = visiting.book(
            kind=Kind.PROGRAMME, host=row.by, starts_at=starts_at, how=how, phone=phone,
            about=row.bid.trail_case(), at=at,
        )  # fmt: skip
    row.visit, row.zone = visit, clock_of(row, zone).time_zone
    row.save(update_fields=["visit", "zone"])
    fact = f"{visit.pk}:{visit.sequence}"
    _tell(row, "programme_talk_booked", fact)
    _tell_assessor(row, "programme_talk_chosen", fact)
    return row


@transaction.atomic
def decline(talk: Talk, *, at: datetime) -> None:
    """No, or no more. Nobody asks why, and nobody asks again."""
    row = _locked(talk, at)
    if row.is_booked and row.visit is not None:
        visiting.cancel(row.visit, at=at)
    Talk.objects.filter(pk=row.pk).update(declined_at=at)
    _tell_assessor(row, "programme_talk_declined", "declined")


@transaction.atomic
def take_back(talk: Talk, *, by: User, at: datetime) -> None:
    """The assessor needs this talk no more."""
    row = _locked(talk, at)
    if row.by != by:
        raise Refused(_("Only whoever asked takes an invitation back."))
    _take_back(row, at)


def take_all_back(bid: Bid, person: User, at: datetime) -> None:
    """Whoever steps back leaves nobody waiting for them."""
    for talk in Talk.objects.open(at).filter(bid=bid, by=person).select_related("visit"):
        if talk.visit is None or talk.visit.starts_at > at:
            _take_back(talk, at)


def _take_back(talk: Talk, at: datetime) -> None:
    if talk.is_booked and talk.visit is not None:
        visiting.cancel(talk.visit, at=at)
    Talk.objects.filter(pk=talk.pk).update(taken_back_at=at)
    _tell(talk, "programme_talk_cancelled", "taken_back")


def _locked(talk: Talk, at: datetime) -> Talk:
    rows = Talk.objects.select_for_update(of=("self",)).select_related("by", "bid", "visit")
    row = rows.filter(pk=talk.pk).first()
    if row is None or find(row.key, at) is None:
        raise Refused(_("This invitation is closed."))
    return row


def remind(at: datetime) -> int:
    """The day before, to people without an account; the host's own calendar tells the host."""
    tomorrow = at + timedelta(days=1)
    soon = Talk.objects.booked().filter(
        taken_back_at=None, declined_at=None, visit__starts_at__gt=at,
        visit__starts_at__lte=tomorrow, visit__booked_at__lt=at - timedelta(hours=12),
    )  # fmt: skip
    for talk in soon.select_related("visit"):
        sequence = talk.visit.sequence if talk.visit else 0
        _tell(talk, "programme_talk_reminder", f"{talk.visit_id}:{sequence}")
    return soon.count()


def forget(at: datetime) -> int:
    """When a bid has been over for a month, nobody needs to know any more who was asked."""
    over = Talk.objects.filter(bid__stage__in=FINAL, bid__stage_since__lt=at - KEPT)
    nobody = Concat(Cast("pk", CharField()), Value(NOBODY))
    return over.exclude(address__endswith=NOBODY).update(address=nobody)


def has_hours(user: User) -> bool:
    """Can this assessor be met for interviews at all?"""
    weekly = [row.kinds for row in user.weekly_hours.all()]
    return any(
        Kind.PROGRAMME in kinds for kinds in [*weekly, *(r.kinds for r in user.day_hours.all())]
    )
