"""Many people, one time. Eight at once on real connections; what is left must not overlap."""

from collections import Counter
from contextlib import suppress
from datetime import time, timedelta
from itertools import pairwise
from random import Random
from threading import Barrier, Event, Thread
from time import sleep

import pytest
from django.db import connection, transaction

from accounts.models import User
from accounts.roles import Role
from meetings.hosting import HoursRow, set_hours
from meetings.models import Busy, How, Kind, Meeting
from meetings.services import GuestBusy, SlotTaken, book, cancel, reschedule
from notices.models import Message
from tests.meetings.conftest import TEN, quarter
from trail.flow import Refused
from trail.verify import verify

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need PostgreSQL"),
]
THREADS = 8


@pytest.fixture
def crowd(person, at):
    """Two hosts with long hours, eight guests."""
    hosts = [person(f"Host{n}", Role.VERIFIER, zone="UTC") for n in range(2)]
    for host in hosts:
        rows = [
            HoursRow(day, time(0), time(0), [Kind.INTAKE, Kind.VERIFICATION]) for day in range(7)
        ]
        set_hours(host, rows, by=host, at=at)
    return hosts, [person(f"Guest{n}") for n in range(THREADS)]


def at_once(work):
    """Run `work(n)` on eight connections from one starting shot; whatever it raises is returned."""
    together, raised = Barrier(THREADS), []

    def run(n):
        try:
            User.objects.count()  # the connection is open before the shot
            together.wait()
            work(n)
        except Exception as error:  # noqa: BLE001 - that is what we want to see
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[n]) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def wish(host, guest, starts_at, at, kind=Kind.INTAKE):
    return {
        "kind": kind,
        "host": host,
        "guest": guest,
        "starts_at": starts_at,
        "how": How.VIDEO,
        "support_needs": "",
        "by": guest,
        "at": at,
    }


def overlaps():
    """Pairs of busy times of one person that lie over each other."""
    found = []
    for person in set(Busy.objects.values_list("person", flat=True)):
        times = sorted(Busy.objects.filter(person=person).values_list("starts_at", "ends_at"))
        found += [(one, two) for one, two in pairwise(times) if one[1] > two[0]]
    return found


def test_each_contested_time_has_exactly_one_winner(crowd, at):
    (host, _other), guests = crowd
    contested = [TEN + quarter(2 * n) for n in range(8)]
    answers = Counter()

    def work(n):
        for starts_at in contested:
            try:
                book(**wish(host, guests[n], starts_at, at))
            except SlotTaken:
                answers["taken"] += 1
            else:
                answers["won"] += 1

    raised = at_once(work)

    assert raised == []
    assert answers == {"won": 8, "taken": 8 * 7}
    assert Counter(Meeting.objects.values_list("starts_at", flat=True)) == Counter(contested)
    assert Message.objects.filter(kind="interview_confirmation").count() == 16


def test_one_guest_in_eight_windows_meets_one_host(crowd, at):
    hosts, guests = crowd
    answers = Counter()

    def work(n):
        try:
            book(**wish(hosts[n % 2], guests[0], TEN, at))
        except (GuestBusy, SlotTaken):
            answers["refused"] += 1

    raised = at_once(work)

    assert raised == []
    assert (answers["refused"], Meeting.objects.count(), Busy.objects.count()) == (7, 1, 2)


def test_what_came_past_the_lock_is_refused_as_kindly(crowd, at):
    """Somebody writes to the table by hand, and commits while the booking waits."""
    (host, other), (ada, bea, *_) = crowd
    meeting = book(**wish(other, bea, TEN + quarter(8), at))
    written, refused = Event(), []

    def by_hand():
        with transaction.atomic():
            Busy.objects.create(
                meeting=meeting, person=host, starts_at=TEN, ends_at=TEN + quarter(1)
            )
            written.set()
            sleep(0.3)
        connection.close()

    thread = Thread(target=by_hand)
    thread.start()
    written.wait()
    try:
        book(**wish(host, ada, TEN, at))
    except SlotTaken as refusal:
        refused = [slot.starts_at for slot in refusal.nearest]
    thread.join()

    assert TEN not in refused
    assert (len(refused), Meeting.objects.count()) == (3, 1)


def test_booking_moving_and_cancelling_at_random_never_overlaps(crowd, at):
    """People are host in one and guest in another, and long meetings begin every half hour."""
    hosts, guests = crowd
    everybody = [*hosts, *guests[:4]]

    def deed(dice):
        host = dice.choice(hosts)
        guest = dice.choice([person for person in everybody if person != host])
        starts_at = TEN + dice.randrange(6) * timedelta(minutes=30)
        mine = Meeting.objects.filter(guest=guest, state="booked").first()
        if mine and dice.random() < 0.3:
            cancel(mine, reason="", by=guest, at=at)
        elif mine and dice.random() < 0.5:
            reschedule(mine, starts_at=starts_at, by=guest, at=at)
        else:
            book(**wish(host, guest, starts_at, at, Kind.VERIFICATION))

    def work(n):
        dice = Random(n)
        for _ in range(12):
            with suppress(Refused):
                deed(dice)

    raised = at_once(work)

    assert raised == []
    assert overlaps() == []
    live = set(Meeting.objects.filter(state="booked").values_list("pk", flat=True))
    assert Counter(Busy.objects.values_list("meeting", flat=True)) == Counter([*live, *live])
    assert verify().broken is None
