"""Many people, one time. Eight processes on real connections; what is left must not overlap."""

import sys
from collections import Counter
from contextlib import suppress
from datetime import time, timedelta
from itertools import pairwise
from multiprocessing import get_context
from queue import Empty
from random import Random
from statistics import median, quantiles
from threading import Event, Thread
from time import perf_counter, sleep

import pytest
from django.db import connection, transaction
from django.db.models import Q

from accounts.models import User
from accounts.roles import Role
from meetings.holding import hold
from meetings.hosting import HoursRow, set_hours
from meetings.invite import Method
from meetings.models import MINUTES, Busy, Hold, HostSettings, How, Kind, Meeting, State
from meetings.services import GuestBusy, SlotTaken, book, cancel, reschedule
from notices.letters import BUILDERS, Obsolete
from notices.models import Message
from tests.meetings.conftest import TEN, quarter
from trail.flow import Refused
from trail.verify import verify

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="processes need PostgreSQL"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),  # that it may fork
]
FORK = get_context("fork")
CLIENTS, SLOTS, OPERATIONS = 8, 150, 1000
PATIENCE = 300  # seconds until a client that does not answer has failed


@pytest.fixture
def crowd(person, at):
    """Two hosts whose days have room for every meeting, eight guests."""
    hosts = [person(f"Host{n}", Role.VERIFIER, zone="UTC") for n in range(2)]
    for host in hosts:
        rows = [
            HoursRow(day, time(0), time(0), [Kind.INTAKE, Kind.VERIFICATION]) for day in range(7)
        ]
        set_hours(host, rows, by=host, at=at)
    HostSettings.objects.bulk_create(HostSettings(host=host, daily_cap=96) for host in hosts)
    return hosts, [person(f"Guest{n}") for n in range(CLIENTS)]


def at_once(work):
    """Run `work(n, together)` in eight processes from one starting shot; what each returned.
    Whatever one of them raises fails the test."""
    together, answers = FORK.Barrier(CLIENTS, timeout=PATIENCE), FORK.Queue()

    def run(n):
        # Where a browser was at work before, its event loop hides an open connection from close(),
        # and the clients, which have no loop, would all speak through it.
        connection.connection = None
        try:
            User.objects.count()  # the connection is open before the shot
            together.wait()
            answers.put((n, work(n, together), ""))
        except Exception as error:  # noqa: BLE001 - that is what we want to see
            together.abort()  # nobody waits for this client any more
            answers.put((n, None, repr(error)))
        finally:
            connection.close()

    connection.close()  # nobody inherits it
    clients = [FORK.Process(target=run, args=[n], daemon=True) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        found = sorted(answers.get(timeout=PATIENCE) for _ in clients)
    except Empty:
        pytest.fail("a client never answered")
    finally:
        for client in clients:
            client.join(timeout=5)
            client.kill()  # whoever still works, after a failure
    assert [error for _, _, error in found if error] == []
    return [result for _, result, _ in found]


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


def ask(deed):
    """Was it refused as taken, and after how many seconds with other times instead?"""
    start, told = perf_counter(), ""
    try:
        deed()
    except SlotTaken as refusal:
        told = str(refusal)
    return told.startswith("That time was just taken. Free near it: "), perf_counter() - start


def test_each_contested_time_has_exactly_one_winner_and_losers_hear_at_once(crowd, at, capsys):
    (host, other), guests = crowd
    contested = [TEN + quarter(n) for n in range(SLOTS)]
    quiet = TEN + quarter(2 * SLOTS)
    book(**wish(other, guests[0], quiet, at))
    alone = median(ask(lambda: book(**wish(other, guests[1], quiet, at)))[1] for _ in range(5))

    def work(n, together):
        answers = []
        for starts_at in contested:
            together.wait()
            answers.append(ask(lambda: book(**wish(host, guests[n], starts_at, at))))  # noqa: B023
        return answers

    answers = at_once(work)

    lost = [[refused for refused, _ in client] for client in answers]
    waited = [seconds for client in answers for refused, seconds in client if refused]
    p99 = quantiles(waited, n=100)[-1]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{SLOTS} times, {CLIENTS} processes: who loses hears after {median(waited):.3f} s, "
            f"p99 {p99:.3f} s; alone {alone:.3f} s\n"
        )
    assert [sum(each) for each in zip(*lost, strict=True)] == [CLIENTS - 1] * SLOTS
    assert Counter(Meeting.objects.filter(host=host).values_list("starts_at", flat=True)) == (
        Counter(contested)
    )
    assert Message.objects.filter(kind="interview_confirmation").count() == 2 * (SLOTS + 1)
    # 250 ms is the promise; a busy machine is measured by what one booking alone takes on it.
    assert p99 <= max(0.25, 5 * CLIENTS * alone)


def naive_book(*, kind, host, guest, starts_at, **_):
    """How it is usually done: look whether the time is free, then take it."""
    ends_at = starts_at + timedelta(minutes=MINUTES[kind])
    if Meeting.objects.filter(host=host, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise SlotTaken(list, guest)
    moments = {"starts_at": starts_at, "ends_at": ends_at, "booked_at": TEN, "changed_at": TEN}
    Meeting.objects.create(kind=kind, host=host, guest=guest, how=How.VIDEO, **moments)


def test_the_usual_way_books_times_twice_under_the_same_rush(crowd, at):
    """So the rush above would show it, if ours did."""
    (host, _other), guests = crowd

    def work(n, together):
        for number in range(SLOTS):
            together.wait()
            with suppress(SlotTaken):
                naive_book(**wish(host, guests[n], TEN + quarter(number), at))

    at_once(work)

    assert Meeting.objects.count() > SLOTS


def test_overlapping_meetings_of_different_kinds_exclude_each_other(crowd, at):
    """A quarter of an hour here, an hour and a quarter there: nobody is in two of them."""
    hosts, guests = crowd

    def work(n, together):
        dice, went = Random(n), 0
        for number in range(20):
            together.wait()
            kind = dice.choice([Kind.INTAKE, Kind.VERIFICATION])
            starts_at = TEN + quarter(2 * number + 2 * dice.randrange(3))
            with suppress(SlotTaken, GuestBusy):
                book(**wish(dice.choice(hosts), dice.choice(guests[:5]), starts_at, at, kind))
                went += 1
        return went

    went = at_once(work)

    assert Meeting.objects.count() == sum(went) >= 12  # a third of what two hosts could take
    assert overlaps() == []


def test_one_guest_in_eight_windows_meets_one_host(crowd, at):
    hosts, guests = crowd

    def work(n, _together):
        try:
            book(**wish(hosts[n % 2], guests[0], TEN, at))
        except (GuestBusy, SlotTaken):
            return "refused"
        return "won"

    answers = Counter(at_once(work))

    assert (answers["refused"], Meeting.objects.count(), Busy.objects.count()) == (7, 1, 2)


def test_a_time_is_kept_for_one_of_eight_and_booked_by_nobody_else(crowd, at):
    (host, _other), guests = crowd

    def work(n, together):
        went = []
        for number in range(10):
            times = {"starts_at": TEN + quarter(number), "at": at}
            together.wait()
            try:
                if n % 2:
                    hold(kind=Kind.INTAKE, host=host, guest=guests[n], about=f"{number}", **times)
                else:
                    book(**wish(host, guests[n], at=at, starts_at=times["starts_at"]))
            except SlotTaken:
                went.append(0)
            else:
                went.append(1)
        return went

    answers = at_once(work)

    assert [sum(each) for each in zip(*answers, strict=True)] == [1] * 10
    assert Hold.objects.count() + Meeting.objects.count() == 10


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


def invitations(meeting):
    """To whom a letter is owed that still invites to the meeting as it is."""
    found = Counter()
    for message in Message.objects.filter(context__meeting=meeting.pk).select_related("to"):
        with suppress(Obsolete):
            files = BUILDERS[message.kind](message).attachments
            if any(f"method={Method.REQUEST}" in file.type for file in files):
                found[message.to_id] += 1
    return found


def deed(dice, hosts, guests, at):
    """Book, move, cancel or hold something, as chance will have it."""
    host = dice.choice(hosts)
    guest = dice.choice([person for person in (*hosts, *guests) if person != host])
    starts_at = TEN + dice.randrange(40) * timedelta(minutes=30)
    kind = dice.choice([Kind.INTAKE, Kind.VERIFICATION])
    mine = Meeting.objects.filter(guest=guest, state=State.BOOKED).first()
    what = dice.random()
    if mine and what < 0.25:
        cancel(mine, reason="Ill.", by=guest, at=at)
    elif mine and what < 0.5:
        reschedule(mine, starts_at=starts_at, by=guest, at=at)
    elif what < 0.7:
        times = {"starts_at": starts_at, "at": at}
        hold(kind=kind, host=host, guest=guest, about="case:1", **times)
    else:
        book(**wish(host, guest, starts_at, at, kind))


def is_in_the_way(kept):
    """Does somebody who keeps a time meet somebody then?"""
    theirs = Q(person=kept.host) | Q(person=kept.guest)
    busy = Busy.objects.filter(theirs, starts_at__lt=kept.ends_at, ends_at__gt=kept.starts_at)
    return busy.exists()


def test_a_thousand_deeds_at_random_leave_no_overlap_and_one_invitation_each(crowd, at, words):
    """People are host in one and guest in another, and long meetings begin every half hour."""
    hosts, guests = crowd

    def work(n, _together):
        dice, went = Random(n), 0
        for _ in range(OPERATIONS // CLIENTS):
            with suppress(Refused):
                deed(dice, hosts, guests, at)
                went += 1
        return went

    went = at_once(work)

    live, over = (Meeting.objects.filter(state=s) for s in (State.BOOKED, State.CANCELLED))
    assert sum(went) > OPERATIONS / 4
    assert overlaps() == []
    both = Counter(pk for meeting in live for pk in (meeting.pk, meeting.pk))
    assert Counter(Busy.objects.values_list("meeting", flat=True)) == both
    assert [m for m in live if invitations(m) != {m.host_id: 1, m.guest_id: 1}] == []
    assert [m for m in over[:50] if invitations(m)] == []
    assert [kept for kept in Hold.objects.live(at) if is_in_the_way(kept)] == []
    assert verify().broken is None
