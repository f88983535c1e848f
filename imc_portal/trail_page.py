"""The trail in words: of one case, and of the whole body. Filtered, and turned by key."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appeals.models import Complaint
from applicants.models import Application
from certificates.dates import body_zone
from imc_portal.sentences import sentence
from trail.models import Event, Sight

PAGE = 50
COLUMNS = (
    "link", "at", "person", "deed", "about", "case", "before", "after", "facts", "previous", "hash",
)  # fmt: skip
WHAT: dict[str, Promise] = {
    "file": _("read the case file"),
    "portfolio": _("read the portfolio"),
    "dossier": _("took the dossier away"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for. `after` is the key of the last line of the page before."""

    who: str = ""
    deed: str = ""
    case: str = ""
    since: date | None = None
    until: date | None = None
    after: int | None = None

    def query(self, **changes: Any) -> str:
        said = {
            "who": self.who,
            "deed": self.deed,
            "case": self.case,
            "since": self.since,
            "until": self.until,
            **changes,
        }
        return urlencode({key: value for key, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class Told:
    """One link of the chain in words."""

    event: Event
    text: str
    who: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    lines: Sequence[Told]
    asked: Asked
    next_url: str
    first_url: str
    deeds: Sequence[str]


def asked_for(query: dict[str, str]) -> Asked:
    """From an address that somebody may have typed: what is wrong is left out."""
    after = query.get("after", "")
    return Asked(
        who=query.get("who", "").strip()[:100],
        deed=query.get("deed", "").strip()[:40],
        case=query.get("case", "").strip()[:40],
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None,
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def events_of_body(user: User) -> QuerySet[Event]:
    """Everything but complaints that may be about this very reader, or that they wrote."""
    own = Complaint.objects.filter(Q(against=user) | Q(kept_from=user) | Q(sender=user))
    hidden = [f"complaint:{pk}" for pk in own.values_list("pk", flat=True)]
    return Event.objects.exclude(case__in=hidden) if hidden else Event.objects.all()


def chosen(events: QuerySet[Event], asked: Asked) -> QuerySet[Event]:
    if asked.who:
        people = User.objects.filter(Q(full_name__icontains=asked.who) | Q(email__iexact=asked.who))
        events = events.filter(actor__in=people)
    if asked.deed:
        events = events.filter(verb=asked.deed)
    if asked.case:
        events = events.filter(case=asked.case)
    if asked.since:
        events = events.filter(at__gte=_begin(asked.since))
    if asked.until:
        events = events.filter(at__lt=_begin(asked.until + timedelta(days=1)))
    return events


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, body_zone())


def trail_page(events: QuerySet[Event], asked: Asked, reader: User) -> TrailPage:
    """The newest first. The next page begins below the last link of this one."""
    rows = chosen(events, asked).select_related("actor").order_by("-pk")
    if asked.after is not None:
        rows = rows.filter(pk__lt=asked.after)
    found = list(rows[: PAGE + 1])
    more = len(found) > PAGE
    last = found[PAGE - 1].pk if more else 0
    return TrailPage(
        lines=told(found[:PAGE], reader),
        asked=asked,
        next_url=f"?{asked.query(after=last)}" if more else "",
        first_url=f"?{asked.query()}" if asked.after is not None else "",
        deeds=list(events.order_by("verb").values_list("verb", flat=True).distinct()),
    )


def told(events: Sequence[Event], reader: User) -> list[Told]:
    named = {e.facts["person"] for e in events if isinstance(e.facts.get("person"), int)}
    people = User.objects.in_bulk(named) if named else {}
    return [
        Told(
            event=event,
            text=sentence(event, reader, people),
            who=event.actor.full_name if event.actor else "",
        )
        for event in events
    ]


@dataclass(frozen=True, slots=True)
class Seen:
    day: date
    person: str
    what: str


def seen_of(application: Application) -> list[Seen]:
    """Who of the staff read it, the latest day first."""
    rows = Sight.objects.filter(case=application.trail_case()).select_related("person")
    return [
        Seen(row.day, row.person.full_name, str(WHAT.get(row.what, row.what)))
        for row in rows.order_by("-day", "person__full_name", "what")[:200]
    ]


# --- Taking it along --------------------------------------------------------------------------
def exported(events: QuerySet[Event]) -> Iterator[dict[str, Any]]:
    """The oldest first, each with its hash and the one before, as they are in the chain."""
    rows = events.select_related("actor").order_by("pk")
    return (_row(event) for event in _streamed(rows))


def _streamed(rows: QuerySet[Event]) -> Iterable[Event]:
    return rows.iterator(chunk_size=2000)


def _row(event: Event) -> dict[str, Any]:
    return {
        "link": event.pk,
        "at": event.at.isoformat(),
        "person": event.actor.full_name if event.actor else "",
        "person_id": event.actor_id,
        "deed": event.verb,
        "about": f"{event.subject}:{event.subject_id}",
        "case": event.case,
        "before": event.before,
        "after": event.after,
        "facts": event.facts,
        "previous": event.previous,
        "hash": event.hash,
    }
