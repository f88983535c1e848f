"""Letters that need the whole house: how far a renewal has come."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.letters import certificate_of
from certificates.models import Certificate
from certificates.renewal import GRACE_DAYS, grace_ends, may_renew
from certificates.status import Kind, Status
from imc_portal.renewal import renewal_work
from notices.letters import Letter, Obsolete, letter
from notices.models import Message
from notices.texts import absolute
from renewals.progress import renewal_case


def _running(message: Message, at: datetime) -> Certificate:
    """The certificate, if it still asks to be renewed. Raises Obsolete otherwise."""
    certificate = certificate_of(message)
    status = certificate.status(at)
    wanted = Status.LAPSED if message.kind == "recertification_lapsed" else Status.VALID
    if (
        certificate.handed_in_on
        or status != wanted
        or certificate.events.filter(kind=Kind.RENEWED).exists()
    ):
        raise Obsolete
    if status == Status.LAPSED and may_renew(certificate, at):
        raise Obsolete
    return certificate


@letter(
    "recertification_365",
    "recertification_180",
    "recertification_90",
    "recertification_60",
    "recertification_30",
    "recertification_7",
    "recertification_lapsed",
)
def recertification(message: Message) -> Letter:
    certificate = _running(message, timezone.now())
    ends = certificate.ends_on
    if ends is None:
        raise Obsolete
    work = renewal_work(certificate, timezone.now())
    case = renewal_case(certificate)
    page = absolute(reverse("renewals:file", args=[certificate.number]))
    booking = absolute(reverse("verification:book", args=[case.pk])) if case else page
    return Letter(
        {
            "tier_name": certificate.tier.name,
            "expiry_date": date_format(ends),
            "renewal_url": page,
            "renewal_summary": ", ".join(line.step.title.lower() for line in work),
            "renewal_done_count": str(sum(line.done for line in work)),
            "renewal_total_count": str(len(work)),
            "renewal_open_steps": "\n".join(
                f"- {line.step.title}" for line in work if not line.done
            ),
            "booking_url": booking,
            "grace_days": str(GRACE_DAYS),
            "grace_end_date": date_format(grace_ends(ends)),
        },
        whose_turn=_("Yours"),
        by_when=date_format(ends),
    )
