"""The mentoring log. It belongs to the person, and every case of theirs counts it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from accounts.models import User
from portfolios.logbook import LogSession, PendingLog
from trail.flow import Refused

NAME = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*(?<=..)")
MONTHS = 12
SORTS = (LogSession.Sort.MENTORING, LogSession.Sort.LEARNING, LogSession.Sort.SUPERVISION)
SAME = ("on", "minutes", "sort", "mentee_alias", "focus")


class NotYourLog(Refused):
    """A log belongs to one person."""


class TakenAlready(Refused):
    """A table is taken in once."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Minutes and sessions of each sort."""

    mentoring: int = 0
    learning: int = 0
    supervision: int = 0
    sessions: int = 0
    supervision_sessions: int = 0

    @property
    def mentoring_hours(self) -> float:
        return round(self.mentoring / 60, 1)

    @property
    def learning_hours(self) -> float:
        return round(self.learning / 60, 1)

    @property
    def supervision_hours(self) -> float:
        return round(self.supervision / 60, 1)


def totals(person: User, since: date | None = None) -> Totals:
    """What the log adds up to, from that day on. One query."""
    lines = LogSession.objects.filter(person=person)
    if since is not None:
        lines = lines.filter(on__gte=since)
    sums = {
        row["sort"]: (row["minutes"], row["lines"])
        for row in lines.order_by()
        .values("sort")
        .annotate(minutes=Sum("minutes"), lines=Count("pk"))
    }
    sort = LogSession.Sort
    none = (0, 0)
    return Totals(
        mentoring=sums.get(sort.MENTORING, none)[0],
        learning=sums.get(sort.LEARNING, none)[0],
        supervision=sums.get(sort.SUPERVISION, none)[0],
        sessions=sum(lines for _minutes, lines in sums.values()),
        supervision_sessions=sums.get(sort.SUPERVISION, none)[1],
    )


def add(  # noqa: PLR0913 - a line of the log is these things
    *,
    sort: str,
    on: date,
    minutes: int,
    mode: str,
    mentee_alias: str,
    focus: str,
    reflection: str,
    next_step: str,
    by: User,
) -> LogSession:
    """Add a line to one's own log."""
    return LogSession.objects.create(
        person=by,
        sort=sort,
        on=on,
        minutes=minutes,
        mode=mode,
        mentee_alias=mentee_alias.strip(),
        focus=focus.strip(),
        reflection=reflection.strip(),
        next_step=next_step.strip(),
    )


def change(session: LogSession, *, by: User, **line: Any) -> LogSession:
    """Correct a line: what was handed in before keeps the totals it had."""
    if session.person_id != by.pk:
        raise NotYourLog(_("This log is somebody else’s."))
    for name, value in line.items():
        setattr(session, name, value)
    session.save(update_fields=list(line))
    return session


def delete(session: LogSession, *, by: User) -> None:
    if session.person_id != by.pk:
        raise NotYourLog(_("This log is somebody else’s."))
    session.delete()


def looks_like_a_full_name(alias: str) -> bool:
    """An address, or two words of which neither begins small: most likely a real person. Initials
    are no words."""
    words = [word for word in re.split(r"[\s,]+", alias) if NAME.fullmatch(word)]
    return "@" in alias or sum(not word[0].islower() for word in words) > 1


# --- Over time ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Month:
    """What one month added, in hours."""

    first: date
    mentoring: float
    learning: float
    supervision: float

    @property
    def hours(self) -> float:
        return self.mentoring + self.learning + self.supervision


def months(person: User, today: date) -> list[Month]:
    """The last twelve months, oldest first, the empty ones too. One query."""
    begin = today.replace(day=1)
    firsts = [_months_before(begin, back) for back in range(MONTHS - 1, -1, -1)]
    rows = (
        LogSession.objects.filter(person=person, on__gte=firsts[0])
        .order_by()
        .annotate(month=TruncMonth("on"))
        .values("month", "sort")
        .annotate(minutes=Sum("minutes"))
    )
    sums = {(row["month"], row["sort"]): row["minutes"] / 60 for row in rows}
    return [Month(first, *(sums.get((first, sort), 0) for sort in SORTS)) for first in firsts]


def _months_before(first: date, back: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 - back, 12)
    return date(year, month + 1, 1)


# --- Out as a table, and in again -----------------------------------------------------------------
def table(person: User) -> Iterator[list[str]]:
    """The log as rows of `log_import.COLUMNS`, oldest first."""
    for line in LogSession.objects.filter(person=person).order_by("on", "pk").iterator():
        yield [
            line.on.isoformat(),
            str(line.minutes),
            line.sort,
            line.mode,
            line.mentee_alias,
            line.focus,
            line.reflection,
            line.next_step,
        ]


@transaction.atomic
def keep(
    rows: Sequence[Mapping[str, Any]], *, notes: Sequence[str], name: str, by: User, at: datetime
) -> PendingLog:
    """Put a clean table by until it is confirmed. The log stays as it is."""
    pending, _new = PendingLog.objects.update_or_create(
        person=by,
        defaults={"name": name[:100], "rows": list(rows), "notes": list(notes), "at": at},
    )
    return pending


@transaction.atomic
def take_in(pending: PendingLog, *, seen: datetime, by: User) -> int:
    """Take a table into the log: all of it, or nothing. What came into the log since is not taken
    twice. `seen` tells the table that was confirmed from one that replaced it."""
    User.objects.select_for_update().get(pk=by.pk)  # two tables of one person wait for each other
    row = PendingLog.objects.select_for_update().filter(person=by, pk=pending.pk, at=seen).first()
    if row is None:
        raise TakenAlready(_("This table was taken in, put away or replaced already."))
    there = keys_of(by)
    new = [line for line in row.rows if key(line) not in there]
    LogSession.objects.bulk_create([LogSession(person=by, **line) for line in new], batch_size=500)
    row.delete()
    return len(new)


@transaction.atomic
def put_away(*, by: User) -> None:
    PendingLog.objects.filter(person=by).delete()


def key(session: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes two lines the same session."""
    return tuple(str(session[name]).casefold() for name in SAME)


def keys_of(person: User) -> set[tuple[str, ...]]:
    return {key(row) for row in LogSession.objects.filter(person=person).values(*SAME)}
