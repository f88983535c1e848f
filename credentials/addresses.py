"""Where credentials live. Their host is part of every signature, so it never changes."""

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.urls import reverse

if TYPE_CHECKING:
    from credentials.models import SigningKey


def base() -> str:
    """The beginning of every address inside a credential."""
    scheme = urlsplit(settings.SITE_URL).scheme
    return f"{scheme}://{settings.CREDENTIAL_HOST}"


def issuer() -> str:
    """The body's name among machines. A port is written with %3A, as the method asks."""
    return f"did:web:{quote(settings.CREDENTIAL_HOST, safe='.-')}"


def method(key: "SigningKey") -> str:
    """The full address of a key."""
    return f"{issuer()}#{key.name}"


def credential(public_id: str) -> str:
    return f"{base()}/c/{public_id}"


def achievement(slug: str) -> str:
    return f"{base()}{reverse('credentials:achievement', args=[slug])}"


def picture(slug: str, ending: str) -> str:
    return f"{base()}{reverse('credentials:badge', args=[slug, ending])}"


def status_list(number: int) -> str:
    return f"{base()}{reverse('credentials:status_list', args=[number])}"


def statement(framework: str, label: str, code: str) -> str:
    return f"{base()}{reverse('frameworks:edition', args=[framework, label])}#{code}"
