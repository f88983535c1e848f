"""Reading calendars: which times are free. Everything here only reads."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial

from django.db.models.functions import Coalesce

from accounts.models import User
from meetings.models import (
    MINUTES,
    Busy,
    DayHours,
    DayOff,
    Hold,
    HostSettings,
    How,
    Kind,
    Meeting,
    State,
    WeeklyHours,
)
from meetings.slots import DAY, Hours, Span, slots

SLOT = "%Y-%m-%dT%H:%MZ"
FAIR_DAYS = 28  # how far back one looks for who met least
# Who hears that a time is taken is offered others of these days, or failing that any.
NEAR = 3 * DAY
FAR = 60 * DAY


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a host can be met."""

    host: User
    starts_at: datetime
    ends_at: datetime

    @property
    def value(self) -> str:
        """How forms name this time: in UTC, whoever reads it."""
        return self.starts_at.astimezone(UTC).strftime(SLOT)


@dataclass(frozen=True, slots=True)
class Calendars:
    """What is known about some hosts in a stretch of time. Six queries, however many hosts."""

    kind: Kind
    rules: dict[int, HostSettings]
    hours: dict[int, list[Hours]] = field(default_factory=lambda: defaultdict(list))
    instead: dict[int, dict[date, list[Hours]]] = field(default_factory=lambda: defaultdict(dict))
    off: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    busy: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    hosted: dict[int, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))

    def rule(self, host: User) -> HostSettings:
        return self.rules.get(host.pk) or HostSettings(host=host)

    def open(self, host: User, first: datetime, last: datetime) -> list[datetime]:
        """Every time inside the host's hours, taken or not."""
        return slots(
            self.hours[host.pk],
            self.off[host.pk],
            host.zone,
            [],
            MINUTES[self.kind],
            0,
            first,
            last,
            self.instead[host.pk],
        )

    def free(self, host: User, first: datetime, last: datetime) -> list[datetime]:
        """Times that nobody has taken, on days that are not full."""
        rule = self.rule(host)
        full = {day for day, n in self.hosted[host.pk].items() if n >= rule.daily_cap}
        return slots(
            self.hours[host.pk],
            self.off[host.pk] | full,
            host.zone,
            self.busy[host.pk],
            MINUTES[self.kind],
            rule.buffer_minutes,
            first,
            last,
            self.instead[host.pk],
        )

    def clashes(self, person: User, starts_at: datetime, ends_at: datetime) -> bool:
        return any(start < ends_at and end > starts_at for start, end in self.busy[person.pk])


def calendars(
    hosts: Sequence[User],
    kind: Kind,
    *,
    at: datetime,
    first: datetime,
    last: datetime,
    guest: User | None = None,
    exclude: Meeting | None = None,
    about: str = "",
) -> Calendars:
    """Read what decides about these hosts. `exclude` is the meeting that is about to move away;
    what `guest` holds for the matter `about` is theirs to take."""
    found = Calendars(
        kind, {row.host_id: row for row in HostSettings.objects.filter(host__in=hosts)}
    )
    for hours in WeeklyHours.objects.filter(host__in=hosts):
        if kind in hours.kinds:
            found.hours[hours.host_id].append(hours.as_hours())
    for row in DayHours.objects.filter(host__in=hosts):
        # A day with hours of its own has no weekly ones, for the other kinds of meeting neither.
        that_day = found.instead[row.host_id].setdefault(row.day, [])
        if kind in row.kinds:
            that_day.append(row.as_hours())
    for off in DayOff.objects.filter(host__in=hosts):
        found.off[off.host_id].add(off.day)
    _read_taken(found, hosts, (at, first, last), guest=guest, exclude=exclude, about=about)
    return found


def _read_taken(
    found: Calendars,
    hosts: Sequence[User],
    when: tuple[datetime, datetime, datetime],
    *,
    guest: User | None,
    exclude: Meeting | None,
    about: str,
) -> None:
    """Meetings, and what is held at the moment: for hosts and guest alike."""
    at, first, last = when
    people = [*hosts, guest] if guest else list(hosts)
    zones = {host.pk: host.zone for host in hosts}
    # Two days more on either side: the first and last day of every zone count as a whole.
    first, last = first - 2 * DAY, last + 2 * DAY
    booked = Busy.objects.filter(person__in=people, ends_at__gt=first, starts_at__lt=last)
    if exclude:
        booked = booked.exclude(meeting=exclude)
    hosts_of = Coalesce("meeting__host_id", "visit__host_id")
    rows = list(booked.values_list("person_id", hosts_of, "starts_at", "ends_at"))
    held = Hold.objects.live(at).between(people, first, last).exclude(guest=guest, about=about)
    for host, other, start, end in held.values_list("host_id", "guest_id", "starts_at", "ends_at"):
        rows += [(host, host, start, end), (other, host, start, end)]
    for person, host, start, end in rows:
        found.busy[person].append((start, end))
        if person == host and person in zones:
            found.hosted[person][start.astimezone(zones[person]).date()] += 1


def free_slots(
    hosts: Iterable[User],
    kind: Kind,
    *,
    at: datetime,
    days: int = 14,
    since: datetime | None = None,
    exclude: Meeting | None = None,
    guest: User | None = None,
    about: str = "",
) -> list[Slot]:
    """Free times of any of these hosts, earliest first, and at one time the host who met least.

    `days` counts from `since`, or from now. With `guest`, times at which that person meets
    somebody already are left out.
    """
    everybody = sorted(set(hosts), key=lambda host: host.pk)
    begin = max(at, since) if since else at
    end = begin + timedelta(days=days)
    known = calendars(
        everybody, kind, at=at, first=begin, last=end, guest=guest, exclude=exclude, about=about
    )
    length, load = timedelta(minutes=MINUTES[kind]), loads(everybody, at)
    found: list[Slot] = []
    for host in everybody:
        rule = known.rule(host)
        first = max(begin, at + rule.notice)
        found.extend(
            Slot(host, start, start + length)
            for start in known.free(host, first, min(end, at + rule.horizon))
            if guest is None or not known.clashes(guest, start, start + length)
        )
    found.sort(key=lambda slot: (slot.starts_at, load[slot.host.pk], slot.host.pk))
    return found


def loads(hosts: Sequence[User], at: datetime) -> Counter[int]:
    """How much each host meets: what took their time in the last 28 days, and what is booked."""
    recent = Meeting.objects.filter(host__in=hosts, starts_at__gt=at - FAIR_DAYS * DAY)
    kept = recent.exclude(state__in=[State.CANCELLED, State.HOST_ABSENT])
    return Counter(kept.values_list("host_id", flat=True))


def ways_of(host: User) -> list[How]:
    """How this host meets people."""
    saved = HostSettings.objects.filter(host=host).first()
    return (saved or HostSettings(host=host)).ways


def nearest(slots: Iterable[Slot], to: datetime, count: int = 3) -> list[Slot]:
    """The free times closest to one that cannot be had, in the order of the clock."""
    close = sorted(one_a_time(slots), key=lambda slot: abs(slot.starts_at - to))[:count]
    return sorted(close, key=lambda slot: slot.starts_at)


def near(
    hosts: Sequence[User],
    kind: Kind,
    to: datetime,
    *,
    at: datetime,
    exclude: Meeting | None = None,
    guest: User | None = None,
    about: str = "",
) -> list[Slot]:
    """The free times closest to that one. Looks close by first: most people ask at a busy hour,
    and wait for the answer."""
    find = partial(free_slots, hosts, kind, at=at, exclude=exclude, guest=guest, about=about)
    close = find(since=to - NEAR, days=2 * NEAR.days)
    if len(one_a_time(close)) < 3:
        close = find(days=FAR.days)
    return nearest(close, to)


def one_a_time(slots: Iterable[Slot]) -> list[Slot]:
    """Where several hosts are free at once, the first of them."""
    first: dict[datetime, Slot] = {}
    for slot in slots:
        first.setdefault(slot.starts_at, slot)
    return list(first.values())
