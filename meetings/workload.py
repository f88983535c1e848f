"""Who meets how much, and how long guests wait: for the Director and administrators."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import User
from meetings.finding import FAIR_DAYS, free_slots
from meetings.models import KINDS_OF_ROLE, DayOff, Kind, Meeting, State
from meetings.slots import DAY

AHEAD_DAYS = 14
SEARCH_DAYS = 30  # who has no free time within these has none


@dataclass(frozen=True, slots=True)
class Row:
    """One host and one kind of meeting. `first` is their first free time."""

    host: User
    kind: Kind
    done: int
    booked: int
    free: int
    first: datetime | None
    missed: int  # meetings to which the host did not come
    off: int  # days off to come


@dataclass(frozen=True, slots=True)
class KindWait:
    """How long a guest waits for one kind of meeting."""

    kind: Kind
    days: float | None  # on average over the hosts who have a free time; None where nobody has
    soonest: float | None
    without: int  # hosts without a free time


@dataclass(frozen=True, slots=True)
class Workload:
    rows: Sequence[Row]
    waits: Sequence[KindWait]
    most_done: int
    most_booked: int
    most_free: int


def workload(at: datetime, today: date) -> Workload:
    """As many queries as there are roles and kinds, however many hosts and meetings."""
    hosts = _hosts(today)
    done, booked, missed = _counts(at)
    off = Counter(
        DayOff.objects.filter(day__gte=today, day__lt=today + AHEAD_DAYS * DAY).values_list(
            "host_id", flat=True
        )
    )
    rows: list[Row] = []
    for kind, people in hosts.items():
        free = _free(people, kind, at)
        rows.extend(
            Row(
                host=person,
                kind=kind,
                done=done[person.pk, kind],
                booked=booked[person.pk, kind],
                free=sum(start < at + AHEAD_DAYS * DAY for start in free[person.pk]),
                first=min(free[person.pk], default=None),
                missed=missed[person.pk, kind],
                off=off[person.pk],
            )
            for person in people
        )
    rows.sort(key=lambda row: (row.host.full_name, row.host.pk, list(Kind).index(row.kind)))
    return Workload(
        rows,
        [_wait(kind, [row for row in rows if row.kind == kind], at) for kind in hosts],
        max((row.done for row in rows), default=0),
        max((row.booked for row in rows), default=0),
        max((row.free for row in rows), default=0),
    )


def _hosts(today: date) -> dict[Kind, list[User]]:
    """Who can be met for each kind."""
    holders = {role: list(User.objects.with_role(role, today)) for role in KINDS_OF_ROLE}
    found: dict[Kind, list[User]] = {}
    for kind in Kind:
        people = {
            person.pk: person
            for role, kinds in KINDS_OF_ROLE.items()
            if kind in kinds
            for person in holders[role]
        }
        if people:
            found[kind] = list(people.values())
    return found


Counts = Counter[tuple[int, str]]


def _counts(at: datetime) -> tuple[Counts, Counts, Counts]:
    """Of each host and kind: done lately, booked ahead, missed by the host."""
    recent = Meeting.objects.filter(starts_at__gt=at - timedelta(days=FAIR_DAYS))
    done, booked, missed = Counts(), Counts(), Counts()
    for host, kind, state, starts_at in recent.values_list("host", "kind", "state", "starts_at"):
        if state == State.BOOKED and starts_at > at:
            booked[host, kind] += 1
        elif state in (State.DONE, State.INTERRUPTED):
            done[host, kind] += 1
        elif state == State.HOST_ABSENT:
            missed[host, kind] += 1
    return done, booked, missed


def _free(hosts: Sequence[User], kind: Kind, at: datetime) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    for slot in free_slots(hosts, kind, at=at, days=SEARCH_DAYS):
        found[slot.host.pk].append(slot.starts_at)
    return found


def _wait(kind: Kind, rows: Sequence[Row], at: datetime) -> KindWait:
    days = [(row.first - at) / DAY for row in rows if row.first is not None]
    return KindWait(
        kind,
        sum(days) / len(days) if days else None,
        min(days, default=None),
        sum(row.first is None for row in rows),
    )
