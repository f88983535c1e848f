"""Reading calendars: which times are free. Everything here only reads."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from accounts.models import User
from meetings.models import MINUTES, Busy, DayOff, HostSettings, Kind, Meeting, WeeklyHours
from meetings.slots import DAY, Hours, Span, slots


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a host can be met."""

    host: User
    starts_at: datetime
    ends_at: datetime

    @property
    def value(self) -> str:
        """How forms name this time: in UTC, whoever reads it."""
        return f"{self.starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


@dataclass(frozen=True, slots=True)
class Calendars:
    """What is known about some hosts in a stretch of time. Four queries, however many hosts."""

    kind: Kind
    rules: dict[int, HostSettings]
    hours: dict[int, list[Hours]] = field(default_factory=lambda: defaultdict(list))
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
        )

    def clashes(self, person: User, starts_at: datetime, ends_at: datetime) -> bool:
        return any(start < ends_at and end > starts_at for start, end in self.busy[person.pk])

    def load(self, host: User) -> int:
        return self.hosted[host.pk].total()


def calendars(
    hosts: Sequence[User],
    kind: Kind,
    *,
    first: datetime,
    last: datetime,
    guest: User | None = None,
    exclude: Meeting | None = None,
) -> Calendars:
    """Read what decides about these hosts. `exclude` is the meeting that is about to move away."""
    people = [*hosts, guest] if guest else list(hosts)
    zones = {host.pk: host.zone for host in hosts}
    found = Calendars(
        kind, {row.host_id: row for row in HostSettings.objects.filter(host__in=hosts)}
    )
    for hours in WeeklyHours.objects.filter(host__in=hosts):
        if kind in hours.kinds:
            found.hours[hours.host_id].append(hours.as_hours())
    for off in DayOff.objects.filter(host__in=hosts):
        found.off[off.host_id].add(off.day)
    # Two days more on either side: the first and last day of every zone count as a whole.
    taken = Busy.objects.filter(
        person__in=people, ends_at__gt=first - 2 * DAY, starts_at__lt=last + 2 * DAY
    )
    if exclude:
        taken = taken.exclude(meeting=exclude)
    for person, host, start, end in taken.values_list(
        "person_id", "meeting__host_id", "starts_at", "ends_at"
    ):
        found.busy[person].append((start, end))
        if person == host and person in zones:
            found.hosted[person][start.astimezone(zones[person]).date()] += 1
    return found


def free_slots(
    hosts: Iterable[User],
    kind: Kind,
    *,
    at: datetime,
    days: int = 14,
    exclude: Meeting | None = None,
    guest: User | None = None,
) -> list[Slot]:
    """Free times of any of these hosts, earliest first, and at one time the host who is met least.

    With `guest`, times at which that person meets somebody already are left out.
    """
    everybody = sorted(set(hosts), key=lambda host: host.pk)
    end = at + timedelta(days=days)
    known = calendars(everybody, kind, first=at, last=end, guest=guest, exclude=exclude)
    length = timedelta(minutes=MINUTES[kind])
    found: list[Slot] = []
    for host in everybody:
        rule = known.rule(host)
        found.extend(
            Slot(host, start, start + length)
            for start in known.free(host, at + rule.notice, min(end, at + rule.horizon))
            if guest is None or not known.clashes(guest, start, start + length)
        )
    found.sort(key=lambda slot: (slot.starts_at, known.load(slot.host), slot.host.pk))
    return found


def nearest(slots: Iterable[Slot], to: datetime, count: int = 3) -> list[Slot]:
    """The free times closest to one that cannot be had, in the order of the clock."""
    close = sorted(one_a_time(slots), key=lambda slot: abs(slot.starts_at - to))[:count]
    return sorted(close, key=lambda slot: slot.starts_at)


def one_a_time(slots: Iterable[Slot]) -> list[Slot]:
    """Where several hosts are free at once, the first of them."""
    first: dict[datetime, Slot] = {}
    for slot in slots:
        first.setdefault(slot.starts_at, slot)
    return list(first.values())
