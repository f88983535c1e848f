"""Interviews as they are planned: whom an assessor asks, and which time they chose.

For the assessor who asks, and nobody else: the organisation never learns who was asked.
"""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from awards.models.bids import Bid
from awards.models.sheets import Group, InterviewNote
from meetings.models import Visit


class TalkQuerySet(models.QuerySet["Talk"]):
    def open(self, at: datetime) -> Self:
        """Those whose link still lets somebody choose."""
        return self.filter(declined_at=None, taken_back_at=None, expires_at__gt=at, note=None)

    def booked(self) -> Self:
        return self.filter(visit__isnull=False, visit__cancelled_at=None)


class Talk(models.Model):
    """One person, asked at one address: `key` is in the link that is sent there and nowhere else.
    Nobody is asked twice by the same assessor: taking part is voluntary."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="talks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    group = models.CharField(max_length=12, choices=Group)
    address = models.EmailField()
    zone = models.CharField(max_length=64, blank=True)  # whose clock they chose by
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    declined_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    visit = models.OneToOneField(Visit, models.PROTECT, null=True, related_name="talk")
    note = models.OneToOneField(InterviewNote, models.PROTECT, null=True, related_name="talk")

    objects = TalkQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "bid", "by", Lower("address"), name="nobody_is_asked_twice_for_a_talk"
            ),
            models.CheckConstraint(condition=Q(group__in=Group.values), name="talk_group_known"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="talk_lasts_a_while"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} for {self.bid}"

    @property
    def is_booked(self) -> bool:
        return self.visit is not None and self.visit.is_booked
