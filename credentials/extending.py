"""A certificate whose end a leave moved says so in its credential and on its papers, too.

Import this from tasks only: printing is heavy.
"""

from datetime import datetime

import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from certificates.models import CertificateEvent
from certificates.paper_keys import NoPaperKey
from certificates.press import NoPress
from certificates.registry import NotYet
from certificates.signature import NoTimestamp
from certificates.status import Kind
from credentials.keys import NoKey
from credentials.models import Credential, CredentialQuerySet
from credentials.resealing import sealed_anew

log = structlog.get_logger(__name__)


def behind() -> CredentialQuerySet:
    """Credentials that were signed before the end of their certificate moved."""
    moved = CertificateEvent.objects.filter(
        certificate=OuterRef("certificate"),
        kind=Kind.EXTENDED,
        recorded_at__gt=OuterRef("sealed_at"),
    )
    extended = Credential.objects.filter(certificate__extended_to__isnull=False)
    return extended.filter(Exists(moved))


def catch_up(at: datetime, limit: int = 10) -> int:
    """Sign and draw them anew; returns how many. Safe to run twice, or twice at once. Where a key
    is missing they wait; the earlier ones stay in use meanwhile."""
    return sum(_catch_up(pk, at) for pk in behind().values_list("pk", flat=True)[:limit])


def _catch_up(pk: int, at: datetime) -> bool:
    skip = connection.features.has_select_for_update_skip_locked
    try:
        with transaction.atomic():
            rows = behind().select_for_update(skip_locked=skip, of=("self",))
            one = rows.select_related("certificate__holder").filter(pk=pk).first()
            return one is not None and sealed_anew(one, at, anyway=True)
    except (NoKey, NotYet, NoPaperKey, NoTimestamp, NoPress) as missing:
        log.warning("credential waits for its new end", credential=pk, error=str(missing))
        return False
