"""Whose time a time is, in words: people read place names, not zone identifiers."""

from datetime import datetime, tzinfo

# Places whose name the zone's key writes without its own letters.
PLACES = {
    "Asuncion": "Asunción",
    "Bogota": "Bogotá",
    "Cancun": "Cancún",
    "Cordoba": "Córdoba",
    "Curacao": "Curaçao",
    "Merida": "Mérida",
    "Reykjavik": "Reykjavík",
    "Sao_Paulo": "São Paulo",
    "Sao_Tome": "São Tomé",
    "St_Johns": "St. John’s",
    "Zurich": "Zürich",
}
WORLD = frozenset({"UTC", "Etc/UTC", "GMT", "Etc/GMT"})


def place_name(zone: str | tzinfo) -> str:
    """The place that names a zone: "St. John’s" for America/St_Johns, "UTC" for UTC."""
    key = str(zone)
    if key in WORLD:
        return "UTC"
    place = key.rpartition("/")[2]
    return PLACES.get(place, place.replace("_", " "))


def offset_words(moment: datetime) -> str:
    """How far the moment's own zone is from UTC just then, as people write it: UTC+7, UTC−3:30."""
    offset = moment.utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"
