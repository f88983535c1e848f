"""Sealing credentials and status lists. Workers do this; web requests only read."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import F

from certificates.models import Certificate
from credentials import addresses
from credentials.bits import SIZE, encoded
from credentials.keys import NoKey, signer
from credentials.linked_data import CREDENTIALS, Document, Unsignable
from credentials.models import Credential, StatusList
from credentials.registry import KINDS
from credentials.signing import moment, sign

LEASE = timedelta(minutes=5)
LATER = timedelta(minutes=1)
LIST_LASTS = timedelta(days=7)
RESEAL = timedelta(days=1)  # an old copy of a list cannot be shown for longer than it lasts
FULL = SIZE // 2  # above that, finding a free place at random takes too many tries
log = structlog.get_logger(__name__)


@transaction.atomic
def credential_of(certificate: Certificate) -> Credential:
    """The credential that goes with the certificate; owed from now on where there was none."""
    found = Credential.objects.filter(certificate=certificate).first()
    if found:
        return found
    room = _list_with_room()
    credential, _new = Credential.objects.get_or_create(
        certificate=certificate,
        defaults={"status_list": room, "place": _free_place(room)},
    )
    return credential


@transaction.atomic
def credential_for(kind: str) -> Credential:
    """A place of its own for something that is not a certificate; whoever asks keeps it."""
    room = _list_with_room()
    return Credential.objects.create(kind=kind, status_list=room, place=_free_place(room))


def owe(limit: int = 500) -> int:
    """Give whatever should have a credential one; returns how many were new."""
    return sum(kind.owe(limit) for kind in KINDS.values())


def seal(credential: Credential, *, at: datetime) -> Credential:
    """Sign it, once. Raises NoKey and Unsignable."""
    if credential.sealed_at:
        return credential
    key, private = signer(at)
    said = KINDS[credential.kind].document(credential)
    document = sign(said, private, addresses.method(key), at)
    text = spelled(document)
    digest = hashlib.sha256(text.encode()).hexdigest()
    Credential.objects.filter(pk=credential.pk, sealed_at=None).update(
        document=text, sha256=digest, key=key, sealed_at=at, leased_until=None, last_error=""
    )
    credential.refresh_from_db()
    return credential


def seal_due(at: datetime, limit: int = 20) -> int:
    """Seal what is owed; returns how many were sealed. Safe to run twice, or twice at once."""
    return sum(_seal(credential, at) for credential in _claim(at, limit))


def seal_lists(at: datetime) -> int:
    """Bring every status list to what holds now; returns how many were signed anew."""
    return sum(_seal_list(pk, at) for pk in StatusList.objects.values_list("pk", flat=True))


def spelled(document: Document) -> str:
    """One spelling for the stored text, the paper and the address: equal to the byte."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@transaction.atomic
def _claim(at: datetime, limit: int) -> list[Credential]:
    due = Credential.objects.due(at).select_for_update(skip_locked=True, of=("self",))
    mine = list(due[:limit])
    Credential.objects.filter(pk__in=[one.pk for one in mine]).update(
        leased_until=at + LEASE, attempts=F("attempts") + 1
    )
    return mine


def _seal(credential: Credential, at: datetime) -> bool:
    mine = Credential.objects.filter(pk=credential.pk)
    try:
        seal(credential, at=at)
    except NoKey as missing:
        # Nobody's fault that time can mend: the attempt does not count.
        mine.update(
            attempts=F("attempts") - 1, leased_until=at + LATER, last_error=str(missing)[:500]
        )
        return False
    except Unsignable as error:
        mine.update(leased_until=None, last_error=str(error)[:500])
        log.warning("credential not sealed", credential=credential.pk)
        return False
    return True


def _list_with_room() -> StatusList:
    """The newest list, or the next one where that is half full."""
    last = StatusList.objects.select_for_update().order_by("-number").first()
    if last and last.credentials.count() < FULL:
        return last
    return StatusList.objects.create(number=last.number + 1 if last else 1)


def _free_place(room: StatusList) -> int:
    """At random; the database's constraint has the last word."""
    while True:
        place = secrets.randbelow(SIZE)
        if not room.credentials.filter(place=place).exists():
            return place


@transaction.atomic
def _seal_list(pk: int, at: datetime) -> bool:
    skip = connection.features.has_select_for_update_skip_locked
    rows = StatusList.objects.select_for_update(skip_locked=skip).filter(pk=pk)
    row = rows.first()
    if row is None:
        return False  # another worker is at it
    revoked = _revoked(row)
    digest = hashlib.sha256(",".join(map(str, revoked)).encode()).hexdigest()
    fresh = row.sealed_at is not None and at - row.sealed_at < RESEAL
    if fresh and digest == row.revoked:
        return False
    try:
        key, private = signer(at)
    except NoKey:
        return False
    document = sign(_list_document(row, revoked, at), private, addresses.method(key), at)
    row.document, row.revoked, row.sealed_at = spelled(document), digest, at
    row.save(update_fields=["document", "revoked", "sealed_at"])
    return True


def _revoked(row: StatusList) -> list[int]:
    """The places of whatever nothing can make valid again."""
    return sorted({place for kind in KINDS.values() for place in kind.revoked(row)})


def _list_document(row: StatusList, revoked: list[int], at: datetime) -> Document:
    address = addresses.status_list(row.number)
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": addresses.issuer(),
        "validFrom": moment(at),
        "validUntil": moment(at + LIST_LASTS),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(revoked),
        },
    }
