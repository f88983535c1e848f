"""A meeting, whose time it takes, what changed about it, and what was noted for oneself."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from meetings.models.kinds import MINUTES, OUTCOMES, How, Kind, MeetingOutcome, State


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """Those who meet, and administrators."""
        if Role.ADMINISTRATOR in user.roles:
            return self.all()
        return self.of(user)

    def of(self, user: User) -> Self:
        return self.filter(Q(host=user) | Q(guest=user))

    def upcoming(self, at: datetime) -> Self:
        return self.filter(state=State.BOOKED, ends_at__gt=at).order_by("starts_at", "pk")

    def standing(self) -> Self:
        """To come, or held and whole: what was broken off or left a part is to be booked anew."""
        done = Q(state=State.DONE) & ~Q(outcome=MeetingOutcome.PARTLY)
        return self.filter(Q(state=State.BOOKED) | done)

    def without_outcome(self, at: datetime) -> Self:
        """Over, and nobody has said how it went. The oldest first."""
        return self.filter(state=State.BOOKED, ends_at__lte=at).order_by("ends_at", "pk")

    def handed_over_by(self, user: User) -> Self:
        """Meetings that this person gave to a colleague, and does not hold any more."""
        given = Change.objects.filter(meeting=OuterRef("pk"), old_host=user)
        return self.filter(Exists(given)).exclude(host=user).exclude(guest=user)

    def past(self, at: datetime) -> Self:
        """Over, cancelled, or waiting for somebody to say how it went. Newest first."""
        return self.exclude(state=State.BOOKED, ends_at__gt=at).order_by("-starts_at", "-pk")


class Meeting(models.Model):
    """Two people, one time. A moved meeting stays the same meeting: its times change."""

    kind = models.CharField(max_length=20, choices=Kind)
    host = models.ForeignKey(User, models.PROTECT, related_name="meetings_hosted")
    guest = models.ForeignKey(User, models.PROTECT, related_name="meetings_attended")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.BOOKED)
    how = models.CharField(max_length=10, choices=How)
    place = models.CharField(max_length=300, blank=True)
    # Which support was asked for, each with its detail ("interpreter": "Tagalog") or none.
    support = models.JSONField(default=dict, blank=True)
    support_needs = models.TextField(blank=True)  # and what else, in the guest's words
    # What the meeting is about, told by the app above: tier_name, task_name, task_path (where its
    # record is kept), case_path, booking_path, prep_path. Meetings know no cases.
    about = models.JSONField(default=dict, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="meetings_cancelled"
    )
    cancel_reason = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=10, choices=MeetingOutcome, blank=True)
    left = models.CharField(max_length=300, blank=True)  # for another time
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by"
    )
    shared_note = models.TextField(blank=True)  # both read it, and whoever may read the case file

    objects = MeetingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["starts_at"], condition=Q(state=State.BOOKED), name="meeting_booked"
            ),
            models.Index(fields=["host", "-starts_at"], name="meeting_of_host"),
            models.Index(fields=["guest", "-starts_at"], name="meeting_of_guest"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(host=F("guest")), name="nobody_meets_themselves"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(
                    *[
                        Q(kind=kind, ends_at=F("starts_at") + timedelta(minutes=minutes))
                        for kind, minutes in MINUTES.items()
                    ],
                    _connector=Q.OR,
                ),
                name="meeting_is_as_long_as_its_kind",
            ),
            models.CheckConstraint(condition=Q(how__in=How.values), name="meeting_how_is_known"),
            models.CheckConstraint(
                condition=Q(state=State.BOOKED, closed_at=None)
                | ~Q(state=State.BOOKED) & Q(state__in=State.values, closed_at__isnull=False),
                name="meeting_is_booked_or_closed",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CANCELLED, cancelled_by__isnull=False)
                & ~Q(cancel_reason="")
                | ~Q(state=State.CANCELLED) & Q(cancelled_by=None, cancel_reason=""),
                name="meeting_is_cancelled_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    *[
                        Q(state=State.DONE, kind=kind, outcome__in=outcomes)
                        for kind, outcomes in OUTCOMES.items()
                    ],
                    ~Q(state=State.DONE) & Q(outcome=""),
                    _connector=Q.OR,
                ),
                name="meeting_done_has_an_outcome_of_its_kind",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.INTERRUPTED) | Q(outcome=MeetingOutcome.PARTLY))
                & ~Q(left="")
                | ~Q(state=State.INTERRUPTED) & ~Q(outcome=MeetingOutcome.PARTLY) & Q(left=""),
                name="meeting_broken_off_says_what_is_left",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def minutes(self) -> int:
        return MINUTES[Kind(self.kind)]

    @property
    def is_booked(self) -> bool:
        return self.state == State.BOOKED

    @property
    def is_to_continue(self) -> bool:
        """Broken off, or held in part: the guest chooses another time for the rest."""
        return self.state == State.INTERRUPTED or self.outcome == MeetingOutcome.PARTLY

    @property
    def call_url(self) -> str:
        """One click to the call: the video room, or the number to dial."""
        if self.how == How.PHONE:
            return "tel:" + "".join(sign for sign in self.place if sign in "+0123456789")
        return self.place if self.place.startswith(("https://", "http://")) else ""

    def other(self, person: User) -> User:
        """The one whom this person meets; for an onlooker, the guest."""
        return self.host if person.pk == self.guest_id else self.guest

    def has_begun(self, at: datetime) -> bool:
        return self.starts_at <= at


class Visit(models.Model):
    """A time that a host gives to somebody without an account. Who comes is known to the app
    above, which keeps them confidential: nothing here names them. `about` names the matter."""

    kind = models.CharField(max_length=20, choices=Kind)
    host = models.ForeignKey(User, models.PROTECT, related_name="visits")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=How)
    place = models.CharField(max_length=300, blank=True)
    about = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField(default=0)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["host", "-starts_at"], name="visit_of_host")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *[
                        Q(kind=kind, ends_at=F("starts_at") + timedelta(minutes=minutes))
                        for kind, minutes in MINUTES.items()
                    ],
                    _connector=Q.OR,
                ),
                name="visit_is_as_long_as_its_kind",
            ),
            models.CheckConstraint(condition=Q(how__in=How.values), name="visit_how_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def is_booked(self) -> bool:
        return self.cancelled_at is None


class Busy(models.Model):
    """One row for each person of a booked meeting, as host or guest alike, and for the host of a
    visit.

    The database refuses two that overlap for one person (see guards.py), so nobody is ever in two
    meetings at once, whatever happened before.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, related_name="busy")
    visit = models.OneToOneField(Visit, models.CASCADE, null=True, related_name="busy")
    person = models.ForeignKey(User, models.PROTECT, related_name="busy")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "busy times"
        indexes = [models.Index(fields=["person", "starts_at"], name="busy_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="busy_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["meeting", "person"], name="busy_once_a_meeting_and_person"
            ),
            models.CheckConstraint(
                condition=Q(meeting=None, visit__isnull=False)
                | Q(meeting__isnull=False, visit=None),
                name="busy_with_a_meeting_or_a_visit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """What a meeting was before: its time before it was moved, or its host before they handed it
    over."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="changes")
    old_starts_at = models.DateTimeField()
    old_host = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="meetings_handed_over"
    )
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(old_host=None, reason="") | Q(old_host__isnull=False) & ~Q(reason=""),
                name="handed_over_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        if self.old_host:
            return f"handed over by {self.old_host}"
        return f"moved from {self.old_starts_at:%Y-%m-%d %H:%M}"


class PrivateNote(models.Model):
    """What one person noted of a meeting for themselves. Nobody else reads it, whatever their
    role: no page, export or administration shows it, and it stays with its author when the
    meeting is handed over."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="private_notes")
    author = models.ForeignKey(User, models.CASCADE, related_name="private_notes")
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "author"], name="one_private_note_per_meeting_and_author"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="private_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"note of {self.author}"

    @classmethod
    def text_of(cls, meeting: Meeting, reader: User) -> str:
        """The reader's own note; somebody else's is as good as none."""
        found = cls.objects.filter(meeting=meeting, author=reader).values_list("text", flat=True)
        return found.first() or ""
