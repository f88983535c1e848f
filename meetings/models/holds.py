"""Times that are kept for somebody for a few minutes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from meetings.models.kinds import Kind


class HoldQuerySet(models.QuerySet["Hold"]):
    def live(self, at: datetime) -> Self:
        return self.filter(until__gt=at)

    def between(self, people: Iterable[User], first: datetime, last: datetime) -> Self:
        """Those that take time of any of these people, on either side of the table."""
        theirs = Q(host__in=people) | Q(guest__in=people)
        return self.filter(theirs, ends_at__gt=first, starts_at__lt=last)


class Hold(models.Model):
    """A time kept for somebody who is about to book it. When `until` has come it counts no more.

    `about` names the matter, as meetings name their case: what is held for one is not shown in
    another.
    """

    guest = models.ForeignKey(User, models.CASCADE, related_name="holds")
    host = models.ForeignKey(User, models.CASCADE, related_name="times_held")
    kind = models.CharField(max_length=20, choices=Kind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    about = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    until = models.DateTimeField()

    objects = HoldQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["until"], name="hold_until")]
        constraints = [
            models.UniqueConstraint(fields=["guest", "about"], name="one_hold_a_guest_and_matter"),
            models.CheckConstraint(
                condition=~Q(host=F("guest")), name="nobody_holds_for_themselves"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="hold_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("made_at")), name="hold_lasts_for_a_while"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} until {self.until:%H:%M}"
