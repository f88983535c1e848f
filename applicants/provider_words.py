"""In which languages and about which areas providers teach: the choices, and their names."""

from datetime import datetime

from django.utils.translation import get_language_info

from frameworks.models import ORIGINAL, Area, Framework, reader

PROFILES = ("mentor", "journey")
LANGUAGES = (
    "en", "fr", "es", "pt", "de", "it", "nl", "sv", "pl", "uk", "ru", "ro", "el", "tr", "ar",
    "he", "fa", "ur", "hi", "bn", "ta", "zh-hans", "ja", "ko", "vi", "th", "id", "sw",
)  # fmt: skip


def languages() -> list[tuple[str, str]]:
    """Codes with their names in the language of the reader, by name."""
    named = [(code, str(get_language_info(code)["name_translated"])) for code in LANGUAGES]
    return sorted(named, key=lambda pair: pair[1].casefold())


def areas(at: datetime) -> list[tuple[str, str]]:
    """Codes and names of the areas of both profiles, as they are published now."""
    frameworks = {one.key: one for one in Framework.objects.filter(key__in=PROFILES)}
    editions = [frameworks[key].edition_at(at) for key in PROFILES if key in frameworks]
    rows = Area.objects.filter(edition__in=[one for one in editions if one]).order_by(
        "edition__framework__key", "position"
    )
    if reader() != ORIGINAL:
        rows = rows.prefetch_related("texts")
    found = [(area.code, f"{area.code} {area.said.name}") for area in rows]
    return sorted(found, key=lambda pair: not pair[0].startswith("M"))  # the mentor's first


def named(codes: list[str], choices: list[tuple[str, str]]) -> list[str]:
    """What the codes are called; one that no list knows any more stays as it is."""
    names = dict(choices)
    return [names.get(code, code) for code in codes]
