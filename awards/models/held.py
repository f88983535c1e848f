"""What a programme holds, and what happened to it since."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from awards.flow import JUDGES
from awards.models.organisations import Member, Programme
from awards.models.sheets import AwardDecision
from certificates.dates import body_day
from certificates.flow import Deed, Stage
from certificates.numbers import PROGRAMME, tidy
from certificates.proposals import CONFIRMERS, PROPOSERS, ByTwo, two_people
from certificates.snapshot import Snapshot
from certificates.status import Happened, Kind, Standing, Status, standing_at
from credentials.models import Credential

if TYPE_CHECKING:
    from accounts.models import User

# What two people can do about an award. Names and scopes of programmes are not changed: a bid is.
# What can happen to an award, of all that can to a certificate.
HAPPENS = (Kind.ISSUED, Kind.SUSPENDED, Kind.REINSTATED, Kind.WITHDRAWN, Kind.RENEWED)
DEEDS = (Deed.SUSPEND, Deed.REINSTATE, Deed.WITHDRAW)


class AwardQuerySet(models.QuerySet["Award"]):
    def visible_to(self, user: "User") -> Self:
        """A team's own; the staff keep the records of all others."""
        team = Member.objects.filter(
            organisation=OuterRef("programme__organisation"), person=user, ended_at=None
        )
        return self if user.roles & PROPOSERS else self.filter(Exists(team))

    def in_force(self, on: date) -> Self:
        """Begun, not ended, neither suspended nor withdrawn."""
        return self.filter(awarded_on__lte=on, valid_until__gte=on, stopped_at=None)

    def named(self, text: str) -> Self:
        """By its number however it is typed, or by a part of the programme's or organisation's
        name."""
        if number := tidy(text, PROGRAMME):
            return self.filter(number=number)
        named = Q(programme__name__icontains=text)
        named |= Q(programme__organisation__name__icontains=text)
        return self.filter(named) if text else self

    def newest(self) -> Self:
        """Without those that a later award follows."""
        return self.filter(renewed_by=None)


class Award(models.Model):
    """What a programme holds. The database refuses one whose decision names no band, and refuses
    to change what it says. `stopped_at` mirrors its events, so that lists can ask the database."""

    decision = models.OneToOneField(AwardDecision, models.PROTECT, related_name="award")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="awards")
    scheme_title = models.CharField(max_length=40)
    label = models.CharField(max_length=40)
    awarded_on = models.DateField()
    valid_until = models.DateField()  # the last day
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=24, unique=True)
    said = models.JSONField()  # the words of its papers, and what its credential tells
    issued_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    renews = models.OneToOneField("self", models.PROTECT, null=True, related_name="renewed_by")
    credential = models.OneToOneField(
        Credential, models.PROTECT, null=True, related_name="programme_award"
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["-awarded_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("awarded_on")), name="an_award_lasts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.programme}"

    @property
    def language(self) -> str:
        """The team's on the day of the award."""
        return str(self.said["language"])

    def words(self, language: str) -> Snapshot:
        """What its paper says in one of the languages."""
        found: Snapshot = self.said["papers"][language]
        return found

    @property
    def is_renewed(self) -> bool:
        return Award.objects.filter(renews=self).exists()

    def standing(self, at: datetime) -> Standing:
        """What it is worth at that instant: from its events and dates, never stored."""
        return standing_at(
            awarded_on=self.awarded_on,
            expires_on=self.valid_until,
            on=body_day(at),
            at=at,
            events=[Happened(event.kind, event.effective_at) for event in self.events.all()],
        )

    def status(self, at: datetime) -> Status:
        return self.standing(at).status

    def bars(self, person: "User", at: datetime) -> list[str]:
        """Why somebody may not decide about it: what binds them, or that they judged it."""
        bid = self.decision.bid
        reasons = bid.bars(person, body_day(at))
        if bid.cast.filter(person=person, part__in=JUDGES).exists():
            reasons.append(_("Took a part in assessing it."))
        return reasons


class AwardEvent(models.Model):
    """Something that happened to an award. Added, never changed."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.label) for kind in HAPPENS])
    effective_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    proposal = models.ForeignKey(
        "awards.AwardProposal", models.PROTECT, null=True, related_name="events"
    )

    class Meta:
        ordering = ["effective_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=HAPPENS), name="award_event_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.award_id} {self.kind}"


class AwardProposalQuerySet(models.QuerySet["AwardProposal"]):
    def visible_to(self, user: "User") -> Self:
        """Whoever may propose; nobody sees what is proposed about their own programme."""
        if not user.roles & PROPOSERS:
            return self.none()
        own = Member.objects.filter(
            organisation=OuterRef("award__programme__organisation"), person=user
        )
        return self.exclude(Exists(own))

    def waiting(self) -> Self:
        return self.filter(stage=Stage.WAITING)

    def waiting_for(self, user: "User") -> Self:
        """Those that this person might answer."""
        if not user.roles & CONFIRMERS:
            return self.none()
        return self.visible_to(user).waiting().exclude(proposed_by=user)


class AwardProposal(ByTwo):
    award = models.ForeignKey(Award, models.PROTECT, related_name="proposals")
    deed = models.CharField(max_length=20, choices=Deed)

    objects = AwardProposalQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(deed__in=DEEDS), name="award_deed_is_known"),
            *two_people(
                reason="award_proposal_has_a_reason",
                answered="award_proposal_is_answered",
                two="award_proposal_takes_two",
                refused="award_proposal_refused_with_reasons",
            ),
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(stage=Stage.WAITING),
                name="one_waiting_proposal_an_award",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.award_id}: {self.stage}"

    def trail_case(self) -> str:
        return self.award.decision.bid.trail_case()

    def befalls(self, user: "User") -> bool:
        return self.award.programme.organisation.members.filter(person=user).exists()

    @property
    def subject(self) -> str:
        return self.award.programme.name

    @property
    def title(self) -> str:
        return self.award.scheme_title

    def bars(self, user: "User", at: datetime) -> Sequence[str]:
        return self.award.bars(user, at)
