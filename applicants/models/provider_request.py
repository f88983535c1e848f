"""What education providers ask of us, what is said about it, and the rosters that they hand in."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from accounts.roles import Role
from applicants.models.bonds import name_key
from applicants.models.independence import Affiliation
from applicants.models.provider import Provider, ProviderFacts, RosterRow
from applicants.provider_flow import FLOW, OPEN, WITH_US, Hand, Kind, Stage
from trail.flow import Flow
from trail.models import Staged

if TYPE_CHECKING:
    from accounts.models import User

ADDRESS_DAYS = 14  # after that, a request whose address nobody confirmed is gone


def seed() -> str:
    return secrets.token_hex(16)


def is_bound(user: "User", name: str, addresses: Iterable[str], provider: int) -> bool:
    """Is its contact, belongs to it or did, or teaches for it."""
    email = user.email.casefold()
    if email in {address.casefold() for address in addresses}:
        return True
    member = Affiliation.objects.filter(person=user, key=name_key(name))
    teaches = RosterRow.objects.filter(provider=provider, teacher_email__iexact=email)
    return member.exists() or teaches.exists()


class ProviderRequestQuerySet(models.QuerySet["ProviderRequest"]):
    def open(self) -> Self:
        return self.filter(stage__in=OPEN)

    def with_us(self) -> Self:
        return self.filter(stage__in=WITH_US)

    def unconfirmed(self, at: datetime) -> Self:
        return self.filter(stage=Stage.ADDRESS, asked_at__lt=at - timedelta(days=ADDRESS_DAYS))

    def visible_to(self, user: "User") -> Self:
        """Administrators, once the address was confirmed. Whoever asked follows it at its secret
        address, or at the provider's own pages."""
        if Role.ADMINISTRATOR not in user.roles:
            return self.none()
        return self.exclude(stage=Stage.ADDRESS)


class ProviderRequest(Staged, ProviderFacts):
    """To be recognised, to stay so, or to have the entry changed. It carries the whole entry as it
    is to be; with `provider` empty the provider is new to us."""

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FIRST)
    provider = models.ForeignKey(
        Provider, models.PROTECT, null=True, blank=True, related_name="requests"
    )
    token = models.UUIDField(unique=True)  # a double click is one request
    seed = models.CharField(max_length=32, default=seed)
    asked_at = models.DateTimeField()
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="provider_requests"
    )
    conditions = models.CharField(max_length=20)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reasons = models.TextField(blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    objects = ProviderRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="provider_request_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="provider_request_stage_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.FIRST) | Q(provider__isnull=False),
                name="provider_request_about_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.REFUSED) | ~Q(reasons=""),
                name="provider_refused_with_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.RECOGNISED)
                | Q(provider__isnull=False)
                & (Q(kind=Kind.CHANGE) | Q(starts_on__isnull=False, ends_on__gt=F("starts_on"))),
                name="provider_recognised_for_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.RECOGNISED, Stage.REFUSED])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="provider_request_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["provider"],
                condition=Q(stage__in=OPEN),
                name="one_open_request_a_provider",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"P-{self.pk:04}"

    @property
    def secret(self) -> str:
        """What the address carries on which whoever asked follows it."""
        key = salted_hmac("applicants.provider", f"{self.pk}:{self.seed}", algorithm="sha256")
        return f"{self.pk}-{key.hexdigest()[:40]}"

    @property
    def stage_label(self) -> str:
        return str(Stage(self.stage).label)

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def flow(self) -> Flow:
        return FLOW

    def trail_case(self) -> str:
        return f"provider:{self.pk}"

    def acts_as(self, user: "User | None") -> frozenset[str]:
        """Nobody (None) is whoever came by the secret address. Staff who are bound are nobody."""
        if user is None or user.pk == self.sender_id:
            return frozenset({Hand.CONTACT})
        if self.provider_id and Provider.objects.of_contact(user).filter(pk=self.provider_id):
            return frozenset({Hand.CONTACT})
        if Role.ADMINISTRATOR in user.roles and not self.binds(user):
            return frozenset({Hand.STAFF})
        return frozenset()

    def binds(self, user: "User") -> bool:
        """Has said that something binds them to it, or is bound as far as we know."""
        said = self.declarations.filter(person=user, free=False)
        entry = self.provider_id or 0
        addresses = (self.contact_email, self.public_email)
        return said.exists() or is_bound(user, self.name, addresses, entry)

    def read_by(self, user: "User") -> bool:
        """Has this person said that nothing binds them? Before that, the entry is not shown."""
        return self.declarations.filter(person=user, free=True).exists()


class ProviderDeclaration(models.Model):
    """Whether anything binds somebody of the staff to a provider, said before its entry is read."""

    request = models.ForeignKey(ProviderRequest, models.PROTECT, related_name="declarations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    free = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "person"], name="one_declaration_a_provider_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} about {self.request_id}"


class ProviderNote(models.Model):
    """What we asked a provider, and what it answered. Added, never changed."""

    request = models.ForeignKey(ProviderRequest, models.PROTECT, related_name="notes")
    text = models.TextField()
    ours = models.BooleanField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="provider_notes"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="provider_note_says_something"),
            models.CheckConstraint(
                condition=Q(ours=False) | Q(by__isnull=False), name="our_provider_note_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"note {self.pk} on {self.request_id}"


class RosterFileQuerySet(models.QuerySet["RosterFile"]):
    def waiting(self) -> Self:
        return self.filter(answered_at=None)


class RosterFile(models.Model):
    """A roster as the provider's contact handed it in, held until somebody of the staff takes it
    in or sends it back. Then the file itself goes; its rows stay where they belong."""

    class Answer(models.TextChoices):
        TAKEN = "taken", "Taken in"
        RETURNED = "returned", "Sent back"

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="roster_files")
    token = models.UUIDField(unique=True)
    name = models.CharField(max_length=200)
    content = models.BinaryField(blank=True)
    rows = models.PositiveIntegerField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    objects = RosterFileQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | Q(answer__in=["taken", "returned"], answered_by__isnull=False)
                & Q(answered_at__isnull=False, content=b""),
                name="roster_file_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(answer="returned") | ~Q(note=""), name="roster_file_returned_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.provider_id}"
