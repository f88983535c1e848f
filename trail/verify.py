"""Reading the chain from its first link to its last, against every head that was published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from trail.models import FIRST_LINK, Event, Head


@dataclass(frozen=True, slots=True)
class Verdict:
    """`broken` is the primary key of the first link that does not fit, or None. `lost` is the
    first day whose published head is not in the chain: what came before it was cut off or made
    anew."""

    links: int
    head: str
    broken: int | None
    heads: int = 0
    lost: date | None = None

    @property
    def whole(self) -> bool:
        return self.broken is None and self.lost is None


def verify() -> Verdict:
    """Walk the whole chain. Memory stays flat: rows are streamed."""
    heads = {(head.links, head.hash): head.day for head in Head.objects.all()}
    return _walk(FIRST_LINK, 0, Event.objects.order_by("pk"), heads)


def verify_since(head: Head | None) -> Verdict:
    """Walk what was added since that head: the part of a day, however long the chain is. The head
    itself must still be there."""
    if head is None or head.hash == FIRST_LINK:
        return verify()
    last = Event.objects.filter(hash=head.hash).values_list("pk", flat=True).first()
    if last is None:
        return Verdict(0, FIRST_LINK, None, 1, head.day)
    return _walk(head.hash, head.links, Event.objects.filter(pk__gt=last).order_by("pk"), {})


def _walk(
    previous: str, links: int, events: QuerySet[Event], heads: dict[tuple[int, str], date]
) -> Verdict:
    open_heads = {place: day for place, day in heads.items() if place != (0, FIRST_LINK)}
    for event in events.iterator(chunk_size=5000):
        if event.previous != previous or event.hash != event.link():
            return Verdict(links, previous, event.pk, len(heads))
        previous, links = event.hash, links + 1
        open_heads.pop((links, previous), None)
    return Verdict(links, previous, None, len(heads), min(open_heads.values(), default=None))


def unaltered(events: Iterable[Event]) -> bool:
    """Does each of these links still say what it said when it was added? For one case; only a
    walk along the whole chain shows that none is missing."""
    return all(event.hash == event.link() for event in events)
