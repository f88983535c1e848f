"""Filling words into texts that staff may edit: an allow-list, never the template engine."""

import re
from collections.abc import Mapping

from django.conf import settings

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class UnknownPlaceholder(Exception):
    """A text asks for a word that nobody fills in."""


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace every `{key}`. Raises UnknownPlaceholder for a key without a value."""

    def value(match: re.Match[str]) -> str:
        try:
            return str(values[match[1]])
        except KeyError:
            raise UnknownPlaceholder(match[1]) from None

    return PLACEHOLDER.sub(value, text)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def absolute(path: str) -> str:
    """The full address of a page of ours."""
    return f"{settings.SITE_URL}{path}"
