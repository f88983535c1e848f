"""The letter to the holder of a new certificate."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.models import Certificate
from notices.letters import Letter, Obsolete, letter
from notices.models import Message
from notices.texts import absolute


def certificate_of(message: Message) -> Certificate:
    """The certificate that a letter is about. Raises Obsolete where it is gone."""
    found = (
        Certificate.objects.filter(pk=message.context["certificate"]).select_related("tier").first()
    )
    if found is None:
        raise Obsolete
    return found


@letter("certificate_ready")
def certificate_ready(message: Message) -> Letter:
    certificate = certificate_of(message)
    page = absolute(reverse("certificates:certificate", args=[certificate.number]))
    return Letter(
        {
            "tier_name": certificate.tier.name,
            "certificate_url": page,
            "certificate_code": certificate.number,
            "expiry_date": date_format(certificate.expires_on)
            if certificate.expires_on
            else _("it does not expire"),
            "check_url": absolute(f"/c/{certificate.public_id}/"),
            "listing_url": page,
        }
    )
