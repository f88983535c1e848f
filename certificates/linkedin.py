"""The address with which a holder adds a certificate to a LinkedIn profile: a plain link. Pure."""

from urllib.parse import urlencode

from certificates.models import Certificate

ADD = "https://www.linkedin.com/profile/add"


def add_to_profile(certificate: Certificate) -> str:
    """Their form, filled in. The holder's name is never part of it: the profile knows it."""
    said = certificate.snapshot
    facts = {
        "startTask": "CERTIFICATION_NAME",
        "name": said["title"],
        "organizationName": said["issuer"],
        "issueYear": certificate.awarded_on.year,
        "issueMonth": certificate.awarded_on.month,
        "certUrl": said["check_url"],
        "certId": certificate.number,
    }
    if ends := certificate.ends_on:
        facts |= {"expirationYear": ends.year, "expirationMonth": ends.month}
    return f"{ADD}?{urlencode(facts)}"
