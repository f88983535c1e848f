"""The bid: one programme's try for one award, from the first evidence to the decision."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from applicants.models import Interest, TeachingRelation
from awards.flow import DAYS, FINAL, FLOWS, JUDGES, PATHS, Part, Process, Stage, owners
from awards.models.organisations import Member, Programme
from awards.models.schemes import AwardScheme
from awards.models.standards import Criterion
from awards.rules import Terms
from certificates.dates import body_day
from trail.flow import Flow, Move, Refused
from trail.models import Event, Staged

if TYPE_CHECKING:
    from accounts.models import User

OPEN = [stage for stage in Stage if stage not in FINAL]


class TookAnotherPart(Refused):
    """One part a person and bid."""


class NotIndependent(Refused):
    """Something binds this person to the programme."""


class NotDeclared(Refused):
    """Interests are declared before the file opens."""


class BidQuerySet(models.QuerySet["Bid"]):
    def open(self) -> Self:
        return self.filter(stage__in=OPEN)

    def visible_to(self, user: "User") -> Self:
        """The team's own; those in which one holds a part; for administrators all, and for chairs
        what waits for a decision that nobody has taken."""
        if Role.ADMINISTRATOR in user.roles:
            return self
        team = Member.objects.filter(
            organisation=OuterRef("programme__organisation"), person=user, ended_at=None
        )
        parts = BidPart.objects.filter(bid=OuterRef("pk"))
        judge = parts.filter(person=user, part__in=JUDGES, ended_at=None)
        mine = Q(Exists(team)) | Q(Exists(judge))
        if Role.PANEL_CHAIR in user.roles:
            taken = parts.filter(part=Part.CHAIR, ended_at=None)
            out = parts.filter(person=user)
            mine |= Q(stage=Stage.DECISION) & ~Q(Exists(taken)) & ~Q(Exists(out))
        return self.filter(mine)


class Bid(Staged):
    """`terms` are the rules it was started under: they never change for it."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="bids")
    scheme = models.ForeignKey(AwardScheme, models.PROTECT, related_name="bids")
    process = models.CharField(max_length=12, choices=Process)
    terms = models.JSONField()
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    rounds = models.PositiveSmallIntegerField(default=0)  # times the team was asked to adjust
    # The award that this bid is to follow, without a gap.
    renews = models.ForeignKey("awards.Award", models.PROTECT, null=True, related_name="bids_after")

    objects = BidQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="bid_stage_known"),
            models.UniqueConstraint(
                fields=["programme"],
                condition=Q(stage__in=OPEN),
                name="one_open_bid_per_programme",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} for {self.scheme}"

    @property
    def flow(self) -> Flow:
        return FLOWS[Process(self.process)]

    @property
    def path(self) -> tuple[Stage, ...]:
        return PATHS[Process(self.process)]

    @cached_property
    def rules(self) -> Terms:
        return Terms.from_data(self.terms)

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def owners(self) -> frozenset[str]:
        return owners(self.process, self.stage)

    def trail_case(self) -> str:
        return f"bid:{self.pk}"

    def history(self) -> models.QuerySet[Event]:
        return Event.objects.of_case(self.trail_case()).select_related("actor").order_by("-pk")

    def held(self, part: str) -> "BidPart | None":
        """Who holds this part now."""
        return self.cast.filter(part=part, ended_at=None).select_related("person").first()

    def acts_as(self, user: "User | None") -> frozenset[str]:
        """One part a person; who belongs to the programme acts for it alone, whatever they are
        elsewhere. A chair nobody has named may be taken by whoever holds that role."""
        if user is None:
            return frozenset()
        part = self.cast.filter(person=user).first()
        member = Member.objects.filter(
            organisation=self.programme.organisation_id, person=user
        ).first()
        if member is not None:
            return frozenset({Part.TEAM}) if member.ended_at is None else frozenset()
        if part is not None:
            role = Role.PANEL_CHAIR if part.part == Part.CHAIR else Role.ASSESSOR
            held = part.ended_at is None and part.part in JUDGES and role in user.roles
            return frozenset({part.part}) if held else frozenset()
        free = set()
        if Role.ADMINISTRATOR in user.roles:
            free.add(Part.ADMINISTRATOR)
        if Role.PANEL_CHAIR in user.roles and self.held(Part.CHAIR) is None:
            free.add(Part.CHAIR)
        return frozenset(free)

    def bars(self, person: "User", on: date) -> list[str]:
        """Why this person may not judge here; empty when nothing stands against it."""
        organisation = self.programme.organisation_id
        team = Member.objects.filter(organisation=organisation).values("person")
        reasons = []
        if Member.objects.filter(organisation=organisation, person=person).exists():
            reasons.append(_("Belongs to the organisation."))
        if self.programme.helpers.filter(email__iexact=person.email).exists():
            reasons.append(_("Helped with the programme."))
        taught = TeachingRelation.objects.barring(on).filter(
            Q(teacher=person, learner__in=team) | Q(teacher__in=team, learner=person)
        )
        if taught.exists():
            reasons.append(_("Taught somebody of the team, or was taught by them."))
        linked = Interest.objects.barring(on).filter(
            Q(person=person, about__in=team) | Q(person__in=team, about=person)
        )
        if linked.exists():
            reasons.append(_("Has declared an interest in somebody of the team."))
        return reasons

    def declared(self, person: "User") -> bool:
        return self.cast.filter(person=person, ended_at=None, declared_at__isnull=False).exists()

    def guard(self, move: Move, by: "User | None", at: datetime) -> None:
        """Independence holds at the moment of every step."""
        if by is None or move.role not in JUDGES:
            return
        if reasons := self.bars(by, body_day(at)):
            raise NotIndependent(reasons[0])
        if not self.declared(by):
            raise NotDeclared(_("Declare your interests in this programme first."))

    @transaction.atomic
    def move(
        self,
        verb: str,
        *,
        by: "User | None",
        at: datetime,
        also: Any = None,
        **facts: Any,
    ) -> Move:
        """Every step sets the date by which the next owner should act."""
        days = DAYS.get(Stage(self.flow.find(self.stage, verb).target))
        due = body_day(at) + timedelta(days=days) if days else None
        return super().move(verb, by=by, at=at, also={"due_on": due, **(also or {})}, **facts)


class BidPart(models.Model):
    """Who takes which part. The database refuses a second part to a person, and a judge's part to
    anybody who belongs to the programme or helped with it. An ended part still counts."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="cast")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="award_parts")
    part = models.CharField(max_length=16, choices=Part)
    since = models.DateTimeField()
    declared_at = models.DateTimeField(null=True)  # that nothing binds them
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)  # recused, replaced

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bid", "person"], name="one_part_per_person_and_bid"),
            models.UniqueConstraint(
                fields=["bid", "part"],
                condition=Q(ended_at=None, part__in=JUDGES),
                name="one_person_per_part_of_a_bid",
            ),
            models.CheckConstraint(condition=Q(part__in=JUDGES), name="bid_part_judges"),
        ]

    def __str__(self) -> str:
        return f"{self.person} is the {self.part} of {self.bid}"


class Response(models.Model):
    """What the team says about one criterion, and how it rates itself."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="responses")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    differs = models.BooleanField(default=False)  # met in another way, on purpose
    differs_why = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bid", "criterion"], name="one_response_per_bid_and_criterion"
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=4), name="self_score_up_to_four"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bid} {self.criterion_id}"


class EvidenceKind(models.TextChoices):
    DOCUMENT = "document", gettext_lazy("Document")
    VERBAL = "verbal", gettext_lazy("What people say")


class EvidenceItem(models.Model):
    """One piece of evidence for one criterion. A document is a file of the programme's library, or
    described and linked; verbal evidence names who can tell what."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="evidence")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=EvidenceKind)
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    file = models.ForeignKey("awards.KeptFile", models.PROTECT, null=True, related_name="shown")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EvidenceKind.values), name="evidence_kind_known"
            )
        ]

    def __str__(self) -> str:
        return self.title


class AwardSubmission(models.Model):
    """The frozen copy that was handed in: what is assessed is this, whatever comes later."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "number"], name="award_submissions_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.bid}, submission {self.number}"
