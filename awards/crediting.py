"""Awards of programmes have credentials like certificates have: same keys, same status lists."""

from collections.abc import Iterable

from awards.credential import award_document
from awards.granting import AWARD, credit, owe_papers
from awards.models import Award
from certificates.status import FINAL
from credentials.models import StatusList
from credentials.registry import KINDS, Kind


def revoked(row: StatusList) -> Iterable[int]:
    """Withdrawn: what nothing can make valid again."""
    ended = row.credentials.filter(
        programme_award__stopped_at__isnull=False, programme_award__events__kind__in=FINAL
    )
    return ended.values_list("place", flat=True)


def owe(limit: int) -> int:
    """For awards of before papers and credentials."""
    waiting = Award.objects.filter(credential=None).order_by("pk")[:limit]
    for award in waiting:
        owe_papers(award)
        credit(award)
    return len(waiting)


KINDS[AWARD] = Kind(award_document, revoked, owe)
