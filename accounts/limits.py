"""How often one address may do a thing. Where the cache is away, nobody is stopped."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600


def used_up(what: str, most: int, request: HttpRequest, at: datetime) -> bool:
    """Has this address done it as often as it may in this hour?"""
    return bool(cache.get(_key(what, request, at), 0) >= most)


def note(what: str, request: HttpRequest, at: datetime) -> None:
    key = _key(what, request, at)
    cache.set(key, cache.get(key, 0) + 1, HOUR)


def spend(what: str, most: int, request: HttpRequest, at: datetime) -> bool:
    """Do it once more, unless this address has done it as often as it may in this hour."""
    key = _key(what, request, at)
    done = cache.get(key, 0)
    if done >= most:
        return False
    cache.set(key, done + 1, HOUR)
    return True


def seconds_left(at: datetime) -> int:
    """How long this hour goes on."""
    return HOUR - at.minute * 60 - at.second


def _key(what: str, request: HttpRequest, at: datetime) -> str:
    return f"{what}:{get_adapter(request).get_client_ip(request)}:{at:%Y%m%d%H}"
