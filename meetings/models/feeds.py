"""Where a person's calendar program reads their meetings."""

from django.db import models

from accounts.models import User


class CalendarFeed(models.Model):
    """The secret address at which a person's calendar program reads their meetings.

    The secret itself is not kept: it follows from the seed and the server's own key, so that a
    copy of the database opens nobody's calendar. Its digest finds the row (docs/adr/0013).
    """

    person = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    seed = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    last_read_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"calendar feed of {self.person}"
