"""What the people of a programme say without their names: the survey, its links, its answers.

Nothing here leads from an answer to a link, to a person, or to a moment (docs/adr/0037).
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from awards.models.bids import Bid
from awards.models.sheets import Group
from awards.models.standards import Criterion
from certificates.dates import body_day

ASKED = (Group.MENTOR, Group.MENTEE, Group.STAKEHOLDER)


class SurveyQuestion(models.Model):
    """One statement that people agree with from 0 to 4: reference data, for these groups."""

    code = models.CharField(max_length=10, unique=True)
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    groups = models.JSONField(default=list)
    text = models.CharField(max_length=300)
    text_fr = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def words(self) -> str:
        """In the reader's language."""
        return self.text_fr if (get_language() or "").startswith("fr") else self.text


class Survey(models.Model):
    """One survey a bid: asked once, closed once, shown once. `least` is the smallest group whose
    answers are ever shown. The links follow from `seed` and the server's own key."""

    bid = models.OneToOneField(Bid, models.PROTECT, related_name="survey")
    seed = models.CharField(max_length=64)
    least = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closes_on = models.DateField()  # the last day on which people answer

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(least__gte=2), name="a_survey_group_is_no_person")
        ]

    def __str__(self) -> str:
        return f"survey of {self.bid}"

    def is_closed(self, at: datetime) -> bool:
        return body_day(at) > self.closes_on


class Ticket(models.Model):
    """A link that can be used once. Of the link itself only a digest is kept, and of its use only
    that it was used: neither when nor for which answer."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="tickets")
    group = models.CharField(max_length=12, choices=Group)
    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    used = models.BooleanField(default=False)

    class Meta:
        ordering = ["group", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "group", "number"], name="survey_links_are_numbered"
            ),
            models.CheckConstraint(condition=Q(group__in=ASKED), name="survey_link_for_a_group"),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.number} of {self.survey}"


class Voice(models.Model):
    """One answer. Its number is drawn by lot, so that the order of answers tells nothing; it has no
    moment, no author and no link. The database refuses more answers than links were used, and any
    change of one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="voices")
    group = models.CharField(max_length=12, choices=Group)
    scores = models.JSONField()  # the code of a question: 0 to 4
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(group__in=ASKED), name="voice_of_a_group")
        ]

    def __str__(self) -> str:
        return f"{self.group} of {self.survey}"
