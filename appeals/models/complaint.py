"""A complaint: about how somebody behaved, or about how we work. Anybody may make one."""

import secrets
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from appeals.flow import COMPLAINT_FLOW, COMPLAINT_WORDS, OPEN, Stage
from appeals.models.matter import Matter
from applicants.models import Application, CaseRole, Decision
from applicants.models.bonds import Bond, ties
from certificates.flow import Stage as ProposalStage
from certificates.models import Certificate
from certificates.proposals import Proposal
from trail.flow import Flow

if TYPE_CHECKING:
    from accounts.models import User


# What keeps somebody from hearing it, whichever of the two they are tied to.
TIES = {
    Bond.TAUGHT: gettext_lazy("Taught one of the two, or was taught by them, within two years."),
    Bond.INTEREST: gettext_lazy("Has declared an interest in one of the two."),
    Bond.FAMILY: gettext_lazy("Is family of one of the two, or bears the name of a relative."),
    Bond.ORGANISATION: gettext_lazy(
        "Belongs, or belonged within two years, to an organisation of one of the two."
    ),
}


class Subject(models.TextChoices):
    HOLDER = "holder", gettext_lazy("A certified mentor")
    STAFF = "staff", gettext_lazy("Somebody who works for you")
    PROCESS = "process", gettext_lazy("How you work: a process, a delay, an answer")
    OTHER = "other", gettext_lazy("Something else")


def seed() -> str:
    return secrets.token_hex(16)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def open(self) -> Self:
        return self.filter(stage__in=OPEN)

    def free_of(self, user: "User") -> Self:
        """Those that this person is in no way in. `~Q(column=value)` alone would leave out rows
        where the column is empty."""
        kept = self.model.kept_from.through.objects.filter(complaint=OuterRef("pk"), user=user)
        return self.filter(
            ~Q(Exists(kept)),
            Q(against=None) | ~Q(against=user),
            Q(sender=None) | ~Q(sender=user),
        )

    def handled_by(self, user: "User") -> Self:
        """The secretary, panel chairs and whoever sits on the panel: never whom it is about, who
        might be meant, or who wrote it."""
        found = self.free_of(user)
        if user.roles & {Role.ADMINISTRATOR, Role.PANEL_CHAIR}:
            return found
        seats = user.seats.filter(ended_at=None, complaint__isnull=False)
        return found.filter(pk__in=seats.values("complaint"))

    def visible_to(self, user: "User") -> Self:
        """Whoever wrote it, and whoever handles it."""
        return self.filter(Q(sender=user) | Q(pk__in=self.handled_by(user).values("pk")))


class Complaint(Matter):
    """`name` and `email` are empty where somebody keeps their name to themselves; they follow it
    at a secret address. `kept_from` are people of ours who might be meant: they neither see nor
    handle it. `against` is whom it is about, as the secretary has found out."""

    token = models.UUIDField(unique=True)  # a double click is one complaint
    seed = models.CharField(max_length=32, default=seed)
    subject = models.CharField(max_length=10, choices=Subject)
    about_whom = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="complaints"
    )
    against = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, null=True, related_name="complaints"
    )
    proposal = models.ForeignKey(  # what an upheld complaint led to
        Proposal, models.PROTECT, null=True, related_name="complaints"
    )
    kept_from = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ["answer_due_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=[s for s in Stage.values if s != Stage.TAKEN_BACK]),
                name="complaint_stage_known",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.UPHELD, Stage.DISMISSED]) | ~Q(answer=""),
                name="complaint_answered_with_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.INADMISSIBLE) | ~Q(admission=""),
                name="complaint_turned_away_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(subject__in=Subject.values), name="complaint_subject_known"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"C-{self.pk:04}"

    @property
    def secret(self) -> str:
        """What the address carries on which whoever wrote it follows it."""
        key = salted_hmac("appeals.complaint", f"{self.pk}:{self.seed}", algorithm="sha256")
        return f"{self.pk}-{key.hexdigest()[:40]}"

    @property
    def stage_label(self) -> str:
        stage = Stage(self.stage)
        return str(COMPLAINT_WORDS.get(stage, stage.label))

    @property
    def proposal_label(self) -> str:
        """How far what it led to has come."""
        return str(ProposalStage(self.proposal.stage).label) if self.proposal else ""

    @property
    def flow(self) -> Flow:
        return COMPLAINT_FLOW

    @property
    def application(self) -> Application | None:
        """The case of the certificate that it is about."""
        if self.certificate is None:
            return None
        found = Decision.objects.filter(reference=self.certificate.decision)
        decision = found.select_related("application__applicant").first()
        return decision.application if decision else None

    @property
    def writer(self) -> "User | None":
        return self.sender

    @property
    def url(self) -> str:
        return reverse("appeals:complaint", args=[self.pk])

    def trail_case(self) -> str:
        return f"complaint:{self.pk}"

    def bars(self, person: "User", on: date) -> list[str]:
        """Nobody whom it is about or who wrote it, nobody bound to either, and where it is about
        a certificate nobody who took a part in its case."""
        if person.pk == self.sender_id:
            return [_("Wrote this complaint.")]
        if person.pk == self.against_id or self.kept_from.filter(pk=person.pk).exists():
            return [_("It may be about this person.")]
        sides = [side for side in (self.against, self.sender) if side is not None]
        bound = [ties(side, {person.pk}, on) for side in sides]
        reasons = [
            str(words) for kind, words in TIES.items() if any(found[kind] for found in bound)
        ]
        application = self.application
        if application is not None:
            parts = CaseRole.objects.filter(application=application, person=person)
            part = parts.exclude(role=Role.PANEL_CHAIR).first()
            if part is not None:
                words = _("Was the %(part)s in the case of this certificate.")
                reasons.append(words % {"part": part.get_role_display()})
        return reasons
