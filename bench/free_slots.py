"""What finding free times costs, as ratios measured in one run: python bench/free_slots.py.

CPU time, medians, the sides taking turns: 20 hosts, 60 days, 5,000 booked
meetings and 200 holds, in memory.
"Naive" asks the database about every quarter of an hour of every host, the usual way. Exits
with 1 over budget.
"""

import os
import statistics
import sys
import time as clock
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
# The portal as it is, over a database in memory.
os.environ |= {
    "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "imc_portal.settings"),
    "SECRET_KEY": "only-for-measuring-" + "b" * 50,
    "DATABASE_URL": "sqlite://:memory:",
}

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402
from meetings.finding import free_slots, near  # noqa: E402
from meetings.models import Busy, DayOff, Hold, Kind, Meeting, WeeklyHours  # noqa: E402

HOSTS, DAYS, MEETINGS, HOLDS = 20, 60, 5000, 200
NAIVE_BUDGET, LINEAR_BUDGET, NEAR_BUDGET, QUERIES = 0.10, 2.0, 0.65, 7
AT = datetime(2026, 10, 1, 12, tzinfo=UTC)  # the clocks of most zones change on the way
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
ZONES = ["America/St_Johns", "Africa/Accra", "Europe/Stockholm", "Asia/Kathmandu", "Asia/Tokyo"]


def people(count: int, name: str) -> list[User]:
    rows = [
        User(
            email=f"{name}{n}@example.org", full_name=f"{name} {n}", time_zone=ZONES[n % len(ZONES)]
        )
        for n in range(count)
    ]
    return User.objects.bulk_create(rows)


def fill() -> list[User]:
    """Hosts with long weeks, most of whose times are taken."""
    dice, hosts, guests = Random(4), people(HOSTS, "host"), people(400, "guest")
    WeeklyHours.objects.bulk_create(
        WeeklyHours(host=host, weekday=day, starts=time(8), ends=time(18), kinds=[Kind.INTAKE])
        for host in hosts
        for day in range(5)
    )
    DayOff.objects.bulk_create(
        DayOff(host=host, day=date(2026, 10, 7 + n % 20)) for n, host in enumerate(hosts)
    )
    book(hosts, guests, dice)
    hold(hosts, dice)
    return hosts


def book(hosts: list[User], guests: list[User], dice: Random) -> None:
    first = AT + DAY
    times = {
        (host.pk, first + dice.randrange(DAYS * 96) * QUARTER, n % 400)
        for n, host in enumerate(hosts * (MEETINGS // HOSTS * 3))
    }
    taken: set[tuple[int, datetime]] = set()
    rows = []
    for host, start, n in sorted(times, key=lambda _: dice.random()):
        guest = guests[n].pk
        if len(rows) < MEETINGS and not {(host, start), (guest, start)} & taken:
            taken |= {(host, start), (guest, start)}
            rows.append((host, guest, start))
    meetings = Meeting.objects.bulk_create(
        Meeting(
            kind=Kind.INTAKE,
            host_id=host,
            guest_id=guest,
            starts_at=start,
            ends_at=start + QUARTER,
            how="video",
            booked_at=AT,
            changed_at=AT,
        )
        for host, guest, start in rows
    )
    Busy.objects.bulk_create(
        Busy(meeting=row, person_id=person, starts_at=row.starts_at, ends_at=row.ends_at)
        for row in meetings
        for person in (row.host_id, row.guest_id)
    )


def hold(hosts: list[User], dice: Random) -> None:
    """Half of them are over, and not swept yet."""
    guests = list(User.objects.filter(email__startswith="guest")[:HOLDS])
    starts = [AT + DAY + dice.randrange(DAYS * 96) * QUARTER for _ in range(HOLDS)]
    Hold.objects.bulk_create(
        Hold(
            guest=guest,
            host=dice.choice(hosts),
            kind=Kind.INTAKE,
            starts_at=start,
            ends_at=start + QUARTER,
            about=f"case:{n}",
            made_at=AT - DAY,
            until=AT + (QUARTER if n % 2 else -QUARTER),
        )
        for n, (guest, start) in enumerate(zip(guests, starts, strict=True))
    )


def others(hosts: list[User]) -> int:
    """What the loser of a race is told: the nearest free times."""
    return len(near(hosts, Kind.INTAKE, AT + 20 * DAY, at=AT))


def ours(hosts: list[User]) -> int:
    return len(free_slots(hosts, Kind.INTAKE, at=AT, days=DAYS))


def naive(hosts: list[User]) -> int:
    """Ask about every quarter of an hour."""
    found = 0
    for host in hosts:
        hours = list(host.weekly_hours.all())
        start = AT + timedelta(hours=12)
        while start <= AT + DAYS * DAY:
            wall = start.astimezone(host.zone)
            inside = any(
                row.weekday == wall.weekday() and row.starts <= wall.time() < row.ends
                for row in hours
            )
            if (
                inside
                and not host.days_off.filter(day=wall.date()).exists()
                and not host.busy.filter(starts_at__lt=start + QUARTER, ends_at__gt=start).exists()
            ):
                found += 1
            start += QUARTER
    return found


def cpu_ms(work: Callable[[list[User]], int], hosts: list[User]) -> float:
    start = clock.process_time()
    work(hosts)
    return 1000 * (clock.process_time() - start)


def verdict(name: str, value: float, budget: float) -> bool:
    kept = value <= budget
    print(f"{name:<44}{value:>8.3f}   budget {budget:<6} {'ok' if kept else 'OVER BUDGET'}")
    return kept


def main() -> int:
    call_command("migrate", verbosity=0)
    hosts = fill()
    for count in (1, HOSTS):
        with CaptureQueriesContext(connection) as asked:
            ours(hosts[:count])
        print(f"{count} hosts: {len(asked)} queries")
    all_of_them = statistics.median(cpu_ms(ours, hosts) for _ in range(7))
    one = statistics.median(cpu_ms(ours, [host]) for host in hosts)
    told = statistics.median(cpu_ms(others, [host]) for host in hosts)
    slow = cpu_ms(naive, hosts[:2]) / 2
    print(
        f"{HOSTS} hosts {all_of_them:.0f} ms, one host {one:.1f} ms, "
        f"nearest {told:.1f} ms, naive {slow:.0f} ms a host"
    )
    kept = [
        verdict("queries, however many hosts", len(asked), QUERIES),
        verdict("one host, against a query per quarter", one / slow, NAIVE_BUDGET),
        verdict("the nearest times, against all of one host", told / one, NEAR_BUDGET),
        verdict("20 hosts, against 20 times one host", all_of_them / one / HOSTS, LINEAR_BUDGET),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
