"""Who gets in where."""

from django.http import Http404

from accounts.http import UserRequest
from accounts.models import User
from accounts.roles import Role
from meetings.models import KINDS_OF_ROLE, Kind

WORKLOAD = frozenset({Role.DECIDER, Role.ADMINISTRATOR})


def kinds_of(user: User) -> list[Kind]:
    """What this person can be met for, by their roles."""
    found = {kind for role in user.roles for kind in KINDS_OF_ROLE.get(role, [])}
    return [kind for kind in Kind if kind in found]


def host(request: UserRequest) -> User:
    """The door to the calendar pages: whoever meets nobody does not see them."""
    if not kinds_of(request.user):
        raise Http404
    return request.user


def sees_workload(user: User) -> bool:
    """Who keeps the body going: the Director and administrators."""
    return bool(WORKLOAD & user.roles)
