"""Certificates are what most credentials are about."""

from collections.abc import Iterable

from certificates.models import Certificate
from certificates.status import FINAL
from credentials.documents import credential_document
from credentials.models import StatusList
from credentials.registry import CERTIFICATE, KINDS, Kind
from credentials.services import credential_of


def revoked(row: StatusList) -> Iterable[int]:
    """Withdrawn, given back or replaced: what nothing can make valid again."""
    ended = row.credentials.filter(
        certificate__stopped_at__isnull=False, certificate__events__kind__in=FINAL
    )
    return ended.values_list("place", flat=True)


def owe(limit: int) -> int:
    waiting = Certificate.objects.filter(credential=None).order_by("pk")[:limit]
    return len([credential_of(certificate) for certificate in waiting])


KINDS[CERTIFICATE] = Kind(credential_document, revoked, owe)
