"""When a certificate can be renewed, and until when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.dates import body_day, years_after
from certificates.models import Certificate, CertificateEvent
from certificates.status import Kind, Status

OPENS_DAYS = 365  # renewal opens a year before the end
GRACE_DAYS = 90
WARNINGS = (365, 180, 90, 60, 30, 7)  # days before the end on which we write


def opens_on(expires_on: date) -> date:
    return expires_on - timedelta(days=OPENS_DAYS)


def grace_ends(expires_on: date) -> date:
    return expires_on + timedelta(days=GRACE_DAYS)


def next_end(certificate: Certificate) -> date | None:
    """The end of the next term."""
    after = next_term(certificate)
    return after.ends_on if after else None


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a chain: `number` terms from `anchor` on."""

    anchor: date
    number: int
    years: int

    @property
    def ends_on(self) -> date:
        return years_after(self.anchor, self.years * self.number)

    def following(self, extended_to: date | None) -> "Term":
        """Counted from the first award, so that 29 February comes back. A leave that moved the end
        moves all that follows: the chain is counted from that end."""
        if extended_to is not None:
            return Term(extended_to, 1, self.years)
        return Term(self.anchor, self.number + 1, self.years)


def next_term(certificate: Certificate) -> Term | None:
    years = certificate.tier.years_valid
    if not years:
        return None
    term = Term(certificate.anchor_on, certificate.term, years)
    return term.following(certificate.extended_to)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The dates around the end of a certificate, as its holder reads them."""

    awarded_on: date
    ends_on: date
    extended_from: date | None  # the end as it was awarded, where a leave has moved it
    next_end: date

    @property
    def opens_on(self) -> date:
        return opens_on(self.ends_on)

    @property
    def grace_ends(self) -> date:
        return grace_ends(self.ends_on)


def calendar_of(certificate: Certificate) -> Calendar | None:
    """None where nothing ends."""
    ends, after = certificate.ends_on, next_end(certificate)
    if ends is None or after is None:
        return None
    moved = certificate.expires_on if certificate.extended_to else None
    return Calendar(certificate.awarded_on, ends, moved, after)


def may_renew(certificate: Certificate, at: datetime) -> str:
    """Why this certificate cannot be renewed now; empty when it can."""
    if certificate.ends_on is None:
        return _("This certificate does not expire, so there is nothing to renew.")
    if CertificateEvent.objects.filter(certificate=certificate, kind=Kind.RENEWED).exists():
        return _("This certificate has been renewed.")
    status = certificate.status(at)
    if status not in (Status.VALID, Status.LAPSED):
        return _("A certificate that is %(status)s cannot be renewed.") % {
            "status": str(status.label).lower()
        }
    today = body_day(at)
    opens = opens_on(certificate.ends_on)
    if today < opens:
        return _("Renewal opens on %(day)s.") % {"day": date_format(opens)}
    if today > grace_ends(certificate.ends_on):
        return _("The time to renew has passed. Apply anew; your concepts do not expire.")
    return ""
