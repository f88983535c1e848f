"""A credential of a batch, signed anew, with the papers that carry it. Import this from tasks only.

The earlier one is kept: what people hold in hand goes on verifying, for its key stays published.
"""

import hashlib
from datetime import datetime

from django.utils.translation import gettext as _

from certificates.batch_flow import Kind
from certificates.batches import BatchRow
from certificates.bulk import Later, does
from certificates.paper_keys import NoPaperKey
from certificates.papers import Drawing
from certificates.printing import draw_over
from certificates.registry import NotYet
from certificates.signature import NoTimestamp
from credentials import addresses
from credentials.documents import credential_document
from credentials.keys import NoKey, signer
from credentials.models import Credential, EarlierCredential
from credentials.services import spelled
from credentials.signing import sign


@does(Kind.RESEAL)
def reseal(row: BatchRow, at: datetime) -> str:
    rows = Credential.objects.select_for_update(of=("self",)).select_related("certificate__holder")
    credential = rows.get(pk=int(row.subject))
    try:
        if not sealed_anew(credential, at):
            return _("It is signed with the present key already.")
    except (NoKey, NotYet, NoPaperKey, NoTimestamp) as missing:
        raise Later(str(missing)) from missing
    return ""


def sealed_anew(credential: Credential, at: datetime, *, anyway: bool = False) -> bool:
    """Part of a transaction, and the papers go along in it, so that what is published and what is
    attached never differ. False where the present key has signed it already, unless it is to be
    signed `anyway`."""
    key, private = signer(at)
    if credential.key_id == key.pk and not anyway:
        return False
    if credential.sealed_at and credential.key:
        EarlierCredential.objects.create(
            credential=credential,
            key=credential.key,
            document=credential.document,
            sha256=credential.sha256,
            sealed_at=credential.sealed_at,
        )
    text = spelled(sign(credential_document(credential), private, addresses.method(key), at))
    credential.document, credential.key, credential.sealed_at = text, key, at
    credential.sha256 = hashlib.sha256(text.encode()).hexdigest()
    credential.save(update_fields=["document", "sha256", "key", "sealed_at"])
    papers = Drawing.objects.filter(certificate=credential.certificate_id)
    for drawing in papers.exclude(drawn_at=None):
        draw_over(drawing, at, anyway=True)
    return True
