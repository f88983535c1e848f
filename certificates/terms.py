"""The words to which a holder agrees. A change of words is a new version, and is asked for anew."""

from django.utils.translation import gettext as _

TERMS, LISTING = "2026-11", "2026-11"


def terms() -> list[str]:
    """How a certificate and its badge may be used."""
    return [
        _("I name the certificate in full, as it stands on the paper, with what it covers."),
        _("I show it only while it is valid. When it ends, is suspended or withdrawn, I stop."),
        _("I do not let it pass for an ISO certification, or for praise of my business."),
        _("I change nothing on the paper or the badge, and use no other marks of the body."),
        _("When my name or something else that stands on it changes, I tell the body."),
    ]


def listing() -> str:
    return _("I want my name, certificate and place in the public directory.")
