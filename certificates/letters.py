"""Letters to holders: the certificate is ready, or something happened to it."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.flow import Deed, Stage
from certificates.models import Certificate
from certificates.proposals import Proposal
from certificates.status import FINAL
from certificates.wishes import NameRequest
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


@letter(
    "certificate_suspended",
    "certificate_reinstated",
    "certificate_withdrawn",
    "certificate_reduced",
    "certificate_replaced",
)
def confirmed_deed(message: Message) -> Letter:
    """What two people did. Before it is posted, the same words show what would be written."""
    proposal = Proposal.objects.filter(pk=message.context["proposal"]).first()
    if proposal is None or (message.pk and proposal.stage != Stage.CONFIRMED):
        raise Obsolete
    old = proposal.certificate
    new = Certificate.objects.filter(replaces=old).first() or old
    unnumbered = new == old and proposal.deed in (Deed.REDUCE, Deed.REPLACE)
    number = {"certificate_code": _("its number comes with it")} if unnumbered else {}
    return Letter(
        _facts(new)
        | number
        | {
            "tier_name": old.tier.name,
            "old_certificate_code": old.number,
            "holder_name": proposal.name or new.snapshot["holder"],
            "certificate_scope": new.snapshot["scope_detail"],
            "deed_reason": proposal.reason,
        }
    )


@letter("certificate_surrendered")
def surrendered(message: Message) -> Letter:
    return Letter(_facts(certificate_of(message)))


@letter("name_request_answered")
def name_request_answered(message: Message) -> Letter:
    asked = NameRequest.objects.filter(pk=message.context["request"]).first()
    if asked is None:
        raise Obsolete
    refused = asked.proposal.answer if asked.proposal else ""
    return Letter({**_facts(asked.certificate), "deed_reason": asked.answer or refused})


def _facts(certificate: Certificate) -> dict[str, str]:
    ends = certificate.ends_on
    return {
        "tier_name": certificate.tier.name,
        "certificate_code": certificate.number,
        "certificate_url": absolute(reverse("certificates:certificate", args=[certificate.number])),
        "expiry_date": date_format(ends) if ends else _("it does not expire"),
        "also_affected": _what_rests_on(certificate),
    }


def _what_rests_on(certificate: Certificate) -> str:
    resting = Certificate.objects.filter(
        holder=certificate.holder_id, tier__requires=certificate.tier.level, renewed_by=None
    ).exclude(events__kind__in=FINAL)
    names = [one.tier.name for one in resting.select_related("tier")]
    if not names:
        return ""
    return _("%(names)s rests on it, and holds only while it does.") % {"names": ", ".join(names)}
