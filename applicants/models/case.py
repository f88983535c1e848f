"""The application: one person's try for one certificate, from first rating to decision."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.roles import Role, parts_of_work, work_of
from applicants.flow import DAYS, FLOWS, OWNER, RESTS_AT, ROUTES, Stage
from applicants.models.bonds import bonds
from applicants.models.fitness import unfit
from applicants.models.independence import Declaration
from applicants.models.renewing import follow
from certificates.dates import body_day
from certificates.models import Certificate, Requirement, Route, Tier
from frameworks.models import Edition
from trail.flow import Flow, Move, Refused
from trail.models import Event, Staged

if TYPE_CHECKING:
    from accounts.models import User


class TookAnotherPart(Refused):
    """Who examined does not decide, and nobody holds two parts in one case."""


class NotIndependent(Refused):
    """Something binds this person to the applicant."""


class NotQualified(Refused):
    """This certificate, this language or this part is not theirs to take."""


class NotDeclared(Refused):
    """Interests are declared before the file opens."""


OPEN = list(OWNER)
STAFF_PARTS = (
    Role.INTAKE_MANAGER,
    Role.AUDITOR,
    Role.SECOND_AUDITOR,
    Role.THIRD_AUDITOR,
    Role.VERIFIER,
    Role.DECIDER,
)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def open(self) -> Self:
        return self.filter(stage__in=OPEN)

    def visible_to(self, user: "User") -> Self:
        """One's own; the cases one takes a part in; for administrators all, and for deciders what
        waits for a decision that nobody has taken on. Who stepped back sees nothing more."""
        if Role.ADMINISTRATOR in user.roles:
            return self
        part = CaseRole.objects.filter(application=OuterRef("pk"), person=user, ended_at=None)
        mine = Q(applicant=user) | Q(Exists(part))
        if Role.DECIDER in user.roles:
            taken = CaseRole.objects.filter(
                application=OuterRef("pk"), role=Role.DECIDER, ended_at=None
            )
            out = CaseRole.objects.filter(application=OuterRef("pk"), person=user).exclude(
                role=Role.DECIDER, ended_at=None
            )
            bound = Declaration.objects.filter(application=OuterRef("pk"), person=user, clear=False)
            free = ~Q(Exists(taken)) & ~Q(Exists(out)) & ~Q(Exists(bound))
            mine |= Q(stage=Stage.DECISION) & free
        return self.filter(mine)

    def waiting_for(self, user: "User") -> Self:
        """The worklist of this person: what moves on when they act."""
        waiting = Q(pk__in=[])
        for stage, role in OWNER.items():
            if role == Role.APPLICANT:
                waiting |= Q(stage=stage, applicant=user)
            elif role in user.roles:
                part = CaseRole.objects.filter(
                    application=OuterRef("pk"),
                    person=user,
                    role__in=parts_of_work(role),
                    ended_at=None,
                )
                waiting |= Q(stage=stage) & Q(Exists(part))
        return self.filter(waiting)

    def late(self, on: date) -> Self:
        return self.open().filter(due_on__lt=on)


class Application(Staged):
    """`edition` is what the case was started under: it never changes for this case."""

    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications"
    )
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="applications")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="applications")
    opened_at = models.DateTimeField()
    renews = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="renewal_cases")
    due_on = models.DateField(null=True)  # the last day for whoever's turn it is
    rounds = models.PositiveSmallIntegerField(default=0)  # times sent back
    dormant_from = models.CharField(max_length=20, blank=True)
    reminders_paused = models.BooleanField(default=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["stage", "due_on", "id"],
                condition=Q(stage__in=OPEN),
                name="application_open_by_due",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="application_stage_known"
            ),
            models.CheckConstraint(
                condition=Q(stage=Stage.DORMANT) & ~Q(dormant_from="")
                | ~Q(stage=Stage.DORMANT) & Q(dormant_from=""),
                name="application_rests_from_somewhere",
            ),
            models.UniqueConstraint(
                fields=["applicant", "tier"],
                condition=Q(stage__in=OPEN),
                name="one_open_application_per_tier",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.applicant} for {self.tier}"

    @property
    def route(self) -> Route:
        return Route(self.tier.route)

    @property
    def path(self) -> tuple[Stage, ...]:
        return ROUTES[self.route]

    @property
    def flow(self) -> Flow:
        return FLOWS[self.route]

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def owner(self) -> Role | None:
        """Whose turn it is, as a role; None when the case has come to rest for good."""
        return OWNER.get(Stage(self.stage))

    def trail_case(self) -> str:
        return f"case:{self.pk}"

    def history(self) -> models.QuerySet[Event]:
        return Event.objects.of_case(self.trail_case()).select_related("actor").order_by("-pk")

    def asked(self) -> models.QuerySet[Requirement]:
        """Every statement and facet this case must show, under the editions it was started with.

        Renewing a certificate that renews another includes the other's statements.
        """
        wanted = Q(tier=self.tier_id, statement__edition=self.edition_id)
        if self.renews_id and self.tier.renews_with:
            other = Tier.objects.get(scheme=self.tier.scheme_id, level=self.tier.renews_with)
            edition = other.framework.edition_at(self.opened_at)
            wanted |= Q(tier=other, statement__edition=edition)
        return Requirement.objects.filter(wanted).in_order()

    def acts_as(self, user: "User | None") -> frozenset[str]:
        """Nobody acts for the body on their own application, nor in two parts of one case."""
        if user is None:
            return frozenset({Role.CLOCK})
        if user.pk == self.applicant_id:
            return frozenset({Role.APPLICANT})
        part = self.cast.filter(person=user).first()
        if part is not None:
            work = work_of(part.role)
            held = part.ended_at is None and work in user.roles
            return frozenset({work}) if held else frozenset()
        # A decider or a panel may take up what nobody has taken; every other part is assigned.
        free = {Role.PANEL_CHAIR}
        if not self.cast.filter(role=Role.DECIDER, ended_at=None).exists():
            free.add(Role.DECIDER)
        return frozenset(free & user.roles)

    def bars(self, person: "User", on: date, role: str = "") -> list[str]:
        """Why this person may not take that part; empty when nothing stands against it. Without a
        part, whatever binds them."""
        return self.bars_of([person.pk], on, role)[person.pk]

    def bars_of(self, people: Sequence[int], on: date, role: str = "") -> dict[int, list[str]]:
        """The same for many. What a second person has allowed counts for that part alone."""
        found, allowed = bonds(self, people, on), self._allowed(role)
        return {
            pk: [str(bond.label) for bond in found.get(pk, []) if (pk, bond) not in allowed]
            for pk in people
        }

    def _allowed(self, role: str) -> set[tuple[int, str]]:
        granted = self.exceptions.filter(role=role, answer="granted") if role else None
        return set(granted.values_list("person", "bond")) if granted is not None else set()

    def unfit(self, role: str, people: Sequence[int], on: date) -> dict[int, list[str]]:
        """Who is not qualified for this case, or has not declared for the year; the others are
        not in it."""
        return unfit(self, work_of(role), people, on)

    def declared(self, person: "User") -> bool:
        return self.declarations.filter(person=person, clear=True).exists()

    def guard(self, move: Move, by: "User | None", at: datetime) -> None:
        """Independence holds at the moment of every step, for superusers too."""
        if by is None or by.pk == self.applicant_id:
            return
        today = body_day(at)
        if reasons := self.bars(by, today, move.role):
            raise NotIndependent(reasons[0])
        if move.role not in STAFF_PARTS:
            return
        if not self.declared(by):
            raise NotDeclared(_("Declare your interests in this case first."))
        # Who holds the part was looked at when they were assigned, and finishes it.
        held = self.cast.filter(person=by).exists()
        if not held and (lacking := self.unfit(move.role, [by.pk], today)):
            raise NotQualified(lacking[by.pk][0])

    def _check_record(self, move: Move) -> None:
        """A stage that speaks of a decision has one, and a case wakes up to where it rested."""
        standing = self.decisions.filter(set_aside_at=None)
        decided = {"certify": "grant", "decline": "decline"}
        if move.verb in decided and not standing.filter(outcome=decided[move.verb]).exists():
            raise Refused(_("No such decision is recorded."))
        if move.verb == "reopen" and standing.exists():
            raise Refused(_("The decision stands."))
        wakes = move.source == Stage.DORMANT and move.target in RESTS_AT
        if wakes and move.target != self.dormant_from:
            raise Refused(_("This case rested elsewhere."))

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
        """Every step signs for the part that the person takes in this case, and sets the date by
        which the next owner should act."""
        target = Stage(self.flow.find(self.stage, verb).target)
        days = DAYS.get(target)
        due = body_day(at) + timedelta(days=days) if days else None
        move = self.flow.find(self.stage, verb)
        if by is not None and move.role in self.acts_as(by):
            self.guard(move, by, at)
            CaseRole.sign(self, by, move.role, at)
        self._check_record(move)
        columns = {"due_on": due, "dormant_from": "", **(also or {})}
        follow(self, move, at)
        return super().move(verb, by=by, at=at, also=columns, **facts)


class CaseRole(models.Model):
    """Who took which part in a case. One part a person: the database refuses a second,
    whatever rights that person has elsewhere. An ended part still counts."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="cast")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="parts")
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)  # recused, replaced

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "person"], name="one_part_per_person_and_case"
            ),
            models.UniqueConstraint(
                fields=["application", "role"],
                condition=Q(ended_at=None) & ~Q(role=Role.PANEL_CHAIR),
                name="one_person_per_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} is the {self.role} of {self.application}"

    @classmethod
    def sign(cls, application: Application, person: "User", role: str, at: datetime) -> None:
        """Take this part in the case. Raises TookAnotherPart for who holds another."""
        part, _new = cls.objects.get_or_create(
            application=application, person=person, defaults={"role": role, "since": at}
        )
        if work_of(part.role) != role:
            raise TookAnotherPart(
                _("You are the %(part)s in this case.") % {"part": part.get_role_display()}
            )
