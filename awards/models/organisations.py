"""Who runs a programme: the organisation, its people, and those who help it."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.names import plain_name
from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.models import User


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "User") -> Self:
        """One's own; for administrators all."""
        if Role.ADMINISTRATOR in user.roles:
            return self
        own = Member.objects.filter(organisation=OuterRef("pk"), person=user, ended_at=None)
        return self.filter(Exists(own))


class Organisation(models.Model):
    name = models.CharField(_("organisation"), max_length=200)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=120)
    made_at = models.DateTimeField()

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Somebody of the organisation, with an own sign-in. Never assesses its programmes, not even
    after leaving: the database refuses it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="members")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="organisation_memberships"
    )
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], name="one_membership_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} of {self.organisation}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime) -> Self:
        return self.filter(used_at=None, taken_back_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """Asks one address, once, for a limited time. `key` is in the link; the account that accepts
    must have this very address."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    address = models.EmailField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None, used_by=None)
                | Q(used_at__isnull=False, used_by__isnull=False),
                name="invitation_is_used_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="invitation_lasts_a_while"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address} to {self.organisation}"


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(organisation__in=Organisation.objects.visible_to(user))


class Programme(models.Model):
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="programmes")
    name = models.CharField(_("name of the programme"), max_length=200, validators=[plain_name])
    purpose = models.TextField(_("what it is for"), blank=True)
    audience = models.CharField(
        _("who takes part"), max_length=200, blank=True, validators=[plain_name]
    )
    pairs = models.PositiveIntegerField(_("number of pairs"), null=True, blank=True)
    started_on = models.DateField(_("first day of the programme"), null=True, blank=True)
    cycle_ended_on = models.DateField(_("last day of the first full cycle"), null=True, blank=True)
    listed = models.BooleanField(_("show an award in the public list"), default=True)
    made_at = models.DateTimeField()

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cycle_ended_on=None) | Q(cycle_ended_on__gt=F("started_on")),
                name="a_cycle_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.name


class HelperKind(models.TextChoices):
    CONSULTANT = "consultant", _("Consultant")
    HELPER = "helper", _("Helper")


class Helper(models.Model):
    """Who helped with a programme can never assess it: the database compares the address."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="helpers")
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    kind = models.CharField(_("what they are"), max_length=10, choices=HelperKind)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["named_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "programme", Lower("email"), name="a_helper_is_named_once_per_programme"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.programme}"
