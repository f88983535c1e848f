"""The mentoring log. It belongs to the person, and every case of theirs counts it."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from portfolios.models import LogSession
from trail.flow import Refused

NAME = re.compile(r"[^\W\d_]{2,}")


class NotYourLog(Refused):
    """A log belongs to one person."""


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
    """Two words that both begin with a capital: most likely a real person's name."""
    words = [bool(NAME.fullmatch(w)) and w.istitle() for w in alias.split()]
    return any(first and second for first, second in pairwise(words))
