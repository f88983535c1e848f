"""A certificate's paper carries its signed credential."""

from datetime import datetime

from certificates.models import Certificate
from certificates.registry import Attached, NotYet, attachment
from credentials.keys import NoKey
from credentials.services import credential_of, seal


@attachment
def signed_credential(certificate: Certificate, at: datetime) -> Attached:
    try:
        credential = seal(credential_of(certificate), at=at)
    except NoKey as missing:
        raise NotYet(str(missing)) from missing
    return Attached(
        name="credential.json",
        description="Open Badges 3.0 credential of this certificate",
        content=credential.document.encode(),
        made_at=credential.sealed_at or at,
    )
