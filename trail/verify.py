"""Reading the chain from its first link to its last."""

from dataclasses import dataclass

from trail.models import FIRST_LINK, Event


@dataclass(frozen=True, slots=True)
class Verdict:
    """`broken` is the primary key of the first link that does not fit, or None."""

    links: int
    head: str
    broken: int | None


def verify() -> Verdict:
    """Walk the whole chain. Memory stays flat: rows are streamed."""
    previous, links = FIRST_LINK, 0
    for event in Event.objects.order_by("pk").iterator(chunk_size=5000):
        if event.previous != previous or event.hash != event.link():
            return Verdict(links, previous, event.pk)
        previous, links = event.hash, links + 1
    return Verdict(links, previous, None)
