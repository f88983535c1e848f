"""What happened, and the only way to change a stage."""

import hashlib
import json
from abc import abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from trail.flow import Flow, Move, Refused, said

if TYPE_CHECKING:
    from accounts.models import User

# One number for the lock under which links are added to the chain.
CHAIN_LOCK = 4_170_241
FIRST_LINK = "0" * 64


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, thing: models.Model) -> Self:
        return self.filter(subject=thing._meta.label_lower, subject_id=str(thing.pk))

    def of_case(self, case: str) -> Self:
        """Everything that belongs to one case, whatever it is about."""
        return self.filter(case=case)

    def record(
        self,
        verb: str,
        *,
        about: models.Model,
        by: "User | None",
        at: datetime,
        before: str = "",
        after: str = "",
        case: str = "",
        **facts: Any,
    ) -> "Event":
        """Add a link to the chain. Call it last in the transaction: the lock is held until commit.

        `facts` are ids and codes, never names or free text: the chain outlives erased people.
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        last = self.model.objects.order_by("-pk").values_list("hash", flat=True).first()
        event = self.model(
            at=at,
            actor=by,
            verb=verb,
            subject=about._meta.label_lower,
            subject_id=str(about.pk),
            before=before,
            after=after,
            case=case,
            facts=facts,
            previous=last or FIRST_LINK,
        )
        event.hash = event.link()
        event.save(force_insert=True)
        return event


class Event(models.Model):
    """One thing that happened. Rows are added, never changed or removed: the database refuses.

    There is no key to the subject, so the trail outlives what it describes.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    case = models.CharField(max_length=40, blank=True, db_index=True)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id"], name="event_subject")]
        constraints = [
            models.UniqueConstraint(fields=["previous"], name="the_chain_does_not_fork"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.verb} {self.subject} {self.subject_id}"

    def link(self) -> str:
        """SHA-256 over the previous link and everything this row says, as canonical JSON."""
        content = [
            self.previous,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor_id,
            self.verb,
            self.subject,
            self.subject_id,
            self.case,
            self.before,
            self.after,
            self.facts,
        ]
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


class Sight(models.Model):
    """Somebody of the staff read a file that is not theirs. One row a person, case and day: enough
    to say who saw what, and never a flood. Added, never changed or removed."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sights")
    case = models.CharField(max_length=40, db_index=True)
    what = models.CharField(max_length=20)
    day = models.DateField()
    at = models.DateTimeField()  # the first time that day

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "case", "what", "day"], name="one_sight_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} read {self.what} of {self.case} on {self.day}"


class Head(models.Model):
    """The end of the chain as it was published on a day, so that a cut-off end is seen by
    anybody who kept the page. Added, never changed or removed.

    `sights_hash` seals who read what until then, `unbroken` says that the whole chain was walked
    before it was published.
    """

    day = models.DateField(unique=True)
    links = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    sights = models.PositiveBigIntegerField()
    sights_hash = models.CharField(max_length=64)
    unbroken = models.BooleanField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.links} links, {self.hash}"


class Staged(models.Model):
    """A model that goes through a flow. Its stage changes in `move`, and nowhere else."""

    stage = models.CharField(max_length=20)
    stage_since = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    @abstractmethod
    def flow(self) -> Flow: ...

    @abstractmethod
    def acts_as(self, user: "User | None") -> frozenset[str]:
        """What this person is to this very thing; nobody (None) is the clock."""

    def trail_case(self) -> str:
        """The case under which events of this thing are found."""
        return ""

    def guard(self, move: Move, by: "User | None", at: datetime) -> None:
        """Raise Refused where more than the table is asked for, such as independence."""

    def moves_for(self, user: "User") -> list[Move]:
        roles = self.acts_as(user)
        return [m for m in self.flow if m.source == self.stage and m.role in roles]

    @transaction.atomic
    def move(
        self,
        verb: str,
        *,
        by: "User | None",
        at: datetime,
        also: Mapping[str, Any] | None = None,
        **facts: Any,
    ) -> Move:
        """Take one step, once: whoever comes second is refused.

        `also` sets other columns of the same row in the same statement, so that constraints over
        both hold throughout. Call it after the domain rows and letters of the step: the trail's
        row comes last.
        """
        type(self)._default_manager.select_for_update().filter(pk=self.pk).first()
        move = self.flow.find(self.stage, verb)
        if move.role not in self.acts_as(by):
            raise Refused(_("Only this role can do that: %(role)s.") % {"role": said(move.role)})
        self.guard(move, by, at)
        still_there = type(self)._default_manager.filter(pk=self.pk, stage=move.source)
        if not still_there.update(stage=move.target, stage_since=at, **(also or {})):
            raise Refused(_("Somebody else was faster: this has already moved on."))
        self.refresh_from_db()
        Event.objects.record(
            verb,
            about=self,
            by=by,
            at=at,
            before=move.source,
            after=move.target,
            case=self.trail_case(),
            **facts,
        )
        return move
