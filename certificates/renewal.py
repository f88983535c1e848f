"""When a certificate can be renewed, and until when."""

from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.dates import body_day, years_after
from certificates.models import Certificate, CertificateEvent
from certificates.status import Kind, Status

OPENS_DAYS = 365  # renewal opens a year before the end
GRACE_DAYS = 90
WARNINGS = (180, 90, 60, 30, 7)  # days before the end on which we write


def opens_on(expires_on: date) -> date:
    return expires_on - timedelta(days=OPENS_DAYS)


def grace_ends(expires_on: date) -> date:
    return expires_on + timedelta(days=GRACE_DAYS)


def next_end(certificate: Certificate) -> date | None:
    """The end of the next term: counted from the first award, so that 29 February comes back."""
    years = certificate.tier.years_valid
    return years_after(certificate.anchor_on, years * (certificate.term + 1)) if years else None


def may_renew(certificate: Certificate, at: datetime) -> str:
    """Why this certificate cannot be renewed now; empty when it can."""
    if certificate.expires_on is None:
        return _("This certificate does not expire, so there is nothing to renew.")
    if CertificateEvent.objects.filter(certificate=certificate, kind=Kind.RENEWED).exists():
        return _("This certificate has been renewed.")
    status = certificate.status(at)
    if status not in (Status.VALID, Status.LAPSED):
        return _("A certificate that is %(status)s cannot be renewed.") % {
            "status": str(status.label).lower()
        }
    today = body_day(at)
    opens = opens_on(certificate.expires_on)
    if today < opens:
        return _("Renewal opens on %(day)s.") % {"day": date_format(opens)}
    if today > grace_ends(certificate.expires_on):
        return _("The time to renew has passed. Apply anew; your concepts do not expire.")
    return ""
