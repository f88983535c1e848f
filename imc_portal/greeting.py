"""A word of welcome by the person's own clock."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User


def greeting(user: User, at: datetime) -> str:
    """“Good morning, José María”, where it is morning for them."""
    hour, name = at.astimezone(user.zone).hour, {"name": user.first_name_to_use}
    if 4 <= hour < 12:
        return _("Good morning, %(name)s") % name
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s") % name
    return _("Good evening, %(name)s") % name
