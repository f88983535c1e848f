"""A deed that one person proposed and that waits for another, or was answered."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.roles import Role
from certificates import registry
from certificates.flow import BY_TWO, FLOW, Deed, Hand, Stage
from trail.flow import Flow, Move, Refused
from trail.models import Staged

if TYPE_CHECKING:
    from accounts.models import User

# Administrators decide nothing: they may propose, and others confirm.
PROPOSERS = frozenset({Role.DECIDER, Role.PANEL_CHAIR, Role.ADMINISTRATOR})
CONFIRMERS = frozenset({Role.DECIDER, Role.PANEL_CHAIR})


class NeedsAnother(Refused):
    """Two different people do this together."""


class Bound(Refused):
    """A link to the holder, or a part in their case, stands in the way."""


class ByTwo(Staged):
    """A deed that one person proposed: kept for good, whatever came of it. The database asks for
    two different people (`two_people`)."""

    reason = models.TextField()  # whom it befalls reads it
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)  # why it was refused

    class Meta:
        abstract = True

    @property
    def flow(self) -> Flow:
        return FLOW

    @property
    def stage_label(self) -> str:
        return str(Stage(self.stage).label)

    @property
    def is_waiting(self) -> bool:
        return self.stage == Stage.WAITING

    @abstractmethod
    def befalls(self, user: "User") -> bool:
        """Is it about what this very person holds?"""

    @property
    @abstractmethod
    def subject(self) -> str:
        """Who holds what it is about."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What they hold."""

    @abstractmethod
    def bars(self, user: "User", at: datetime) -> Sequence[str]:
        """Why this person may not confirm it, a sentence each."""

    def acts_as(self, user: "User | None") -> frozenset[str]:
        if user is None:
            return frozenset()
        if self.befalls(user):
            return frozenset({Hand.HOLDER})
        if user.pk == self.proposed_by_id:
            return frozenset({Hand.FIRST})
        return frozenset({Hand.SECOND} if user.roles & CONFIRMERS else ())

    def guard(self, move: Move, by: "User | None", at: datetime) -> None:
        """Who confirms is bound to nobody whom it befalls, and examined nothing of it."""
        if by is not None and move.verb == "confirm":
            for reason in self.bars(by, at):
                raise Bound(_("You cannot confirm this: %(reason)s") % {"reason": reason})

    def demand_second(self, by: "User") -> None:
        """Raise NeedsAnother for whoever proposed it, and Refused for whoever may not answer."""
        if by.pk == self.proposed_by_id:
            raise NeedsAnother(_("You proposed this yourself. Somebody else has to answer it."))
        if Hand.SECOND not in self.acts_as(by):
            raise Refused(
                _(
                    "Only the Director of Certification or a panel chair answers this, and nobody"
                    " does about what is their own."
                )
            )

    def answered(self, by: "User", at: datetime) -> dict[str, Any]:
        """What an answer writes beside the stage."""
        return {"decided_by": by, "decided_at": at}


def shown(rows: Iterable[ByTwo], user: "User") -> list[tuple[ByTwo, bool]]:
    """Each with whether this very person may answer it."""
    return [(one, Hand.SECOND in one.acts_as(user)) for one in rows]


def two_people(
    *, reason: str, answered: str, two: str, refused: str
) -> list[models.CheckConstraint]:
    """What the database asks of every such deed, under these names of constraints."""
    return [
        models.CheckConstraint(condition=~Q(reason=""), name=reason),
        models.CheckConstraint(
            condition=Q(stage=Stage.WAITING, decided_by=None, decided_at=None)
            | ~Q(stage=Stage.WAITING) & Q(decided_by__isnull=False, decided_at__isnull=False),
            name=answered,
        ),
        models.CheckConstraint(
            condition=Q(stage__in=[Stage.WAITING, Stage.TAKEN_BACK])
            | ~Q(decided_by=F("proposed_by")),
            name=two,
        ),
        models.CheckConstraint(condition=~Q(stage=Stage.REFUSED) | ~Q(answer=""), name=refused),
    ]


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: "User") -> Self:
        """Whoever may propose; nobody sees what is proposed about themselves."""
        if not user.roles & PROPOSERS:
            return self.none()
        return self.exclude(certificate__holder=user)

    def waiting(self) -> Self:
        return self.filter(stage=Stage.WAITING)

    def waiting_for(self, user: "User") -> Self:
        """Those that this person might answer."""
        if not user.roles & CONFIRMERS:
            return self.none()
        return self.visible_to(user).waiting().exclude(proposed_by=user)


class Proposal(ByTwo):
    certificate = models.ForeignKey(
        "certificates.Certificate", models.PROTECT, related_name="proposals"
    )
    deed = models.CharField(max_length=20, choices=Deed)
    name = models.CharField(max_length=200, blank=True)  # the corrected one
    without = models.JSONField(default=list)  # codes of statements that fall away
    nested = models.BooleanField(default=False)  # reduce to the certificate nested in this one

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(deed__in=BY_TWO), name="proposal_deed_is_known"),
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="proposal_stage_is_known"
            ),
            *two_people(
                reason="proposal_has_a_reason",
                answered="proposal_is_answered_by_somebody",
                two="proposal_takes_two_people",
                refused="proposal_refused_with_reasons",
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(stage=Stage.WAITING),
                name="one_waiting_proposal_a_certificate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.certificate_id}: {self.stage}"

    def befalls(self, user: "User") -> bool:
        return user.pk == self.certificate.holder_id

    @property
    def subject(self) -> str:
        return str(self.certificate.snapshot["holder"])

    @property
    def title(self) -> str:
        return str(self.certificate.snapshot["title"])

    def bars(self, user: "User", at: datetime) -> Sequence[str]:
        return registry.bars(user, self.certificate, at)
