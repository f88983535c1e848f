"""Giving and ending roles."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Grant, User
from accounts.roles import Role
from trail.flow import Refused
from trail.models import Event


class NotYours(Refused):
    """Only an administrator gives roles, and nobody gives one to themselves."""


def body_day(at: datetime) -> date:
    """Roles begin and end with the body's day, wherever the person is."""
    return timezone.localdate(at, timezone.get_default_timezone())


def _check(by: User | None, to: User, on: date) -> None:
    """`by` is None only for the command line, which sets up the first administrator."""
    if by is None:
        return
    if Role.ADMINISTRATOR not in by.roles_on(on):
        raise NotYours(_("Only an administrator can give or end roles."))
    if by == to:
        raise NotYours(_("Nobody gives or ends a role of their own. Ask another administrator."))


@transaction.atomic
def grant(
    role: Role, *, to: User, by: User | None, at: datetime, starts_on: date, ends_on: date | None
) -> Grant:
    """Give a role for a period; `ends_on` is the last day, None means until further notice."""
    _check(by, to, body_day(at))
    if ends_on and ends_on < starts_on:
        raise Refused(_("The last day lies before the first."))
    User.objects.select_for_update().get(pk=to.pk)
    if Grant.objects.overlapping(starts_on, ends_on).filter(user=to, role=role).exists():
        raise Refused(
            _("%(person)s is %(role)s already in that time.") % {"person": to, "role": role.label}
        )
    given = Grant.objects.create(
        user=to, role=role, given_by=by, given_at=at, starts_on=starts_on, ends_on=ends_on
    )
    Event.objects.record("grant", about=given, by=by, at=at, role=role.value, user=to.pk)
    return given


@transaction.atomic
def end_grant(given: Grant, *, by: User, at: datetime) -> None:
    """From this moment the person does not hold the role; what they did stays theirs."""
    today = body_day(at)
    _check(by, given.user, today)
    row = Grant.objects.select_for_update().get(pk=given.pk)
    if row.taken_back_at or (row.ends_on and row.ends_on < today):
        raise Refused(_("This role has ended already."))
    if row.starts_on < today:
        row.ends_on = today - timedelta(days=1)
    else:
        row.ends_on, row.taken_back_at = row.starts_on, at
    row.save(update_fields=["ends_on", "taken_back_at"])
    Event.objects.record("end_grant", about=row, by=by, at=at, role=row.role, user=row.user_id)
