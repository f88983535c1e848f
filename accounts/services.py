"""Giving and ending roles."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Grant, User
from accounts.roles import Role
from trail.flow import Refused
from trail.models import Event


class NotYours(Refused):
    """Only an administrator gives roles, and nobody gives one to themselves."""


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
    _check(by, to, at.date())
    held = Grant.objects.in_force(starts_on).filter(user=to, role=role)
    if held.exists():
        raise Refused(
            _("%(person)s is %(role)s already.") % {"person": to, "role": role.label}
        )
    if ends_on and ends_on < starts_on:
        raise Refused(_("The last day lies before the first."))
    given = Grant.objects.create(
        user=to, role=role, given_by=by, given_at=at, starts_on=starts_on, ends_on=ends_on
    )
    Event.objects.record("grant", about=given, by=by, at=at, role=role.value, user=to.pk)
    return given


@transaction.atomic
def end_grant(given: Grant, *, by: User, at: datetime) -> None:
    """From now on the person does not hold the role; what they did stays theirs."""
    _check(by, given.user, at.date())
    yesterday = at.date() - timedelta(days=1)
    row = Grant.objects.select_for_update().get(pk=given.pk)
    if row.starts_on > yesterday:
        # It began today: the shortest grant the calendar knows is one day.
        yesterday = row.starts_on
    row.ends_on = yesterday
    row.save(update_fields=["ends_on"])
    Event.objects.record("end_grant", about=row, by=by, at=at, role=row.role, user=row.user_id)
