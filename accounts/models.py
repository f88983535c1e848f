"""People, and what the body has asked them to do."""

import zoneinfo
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.names import plain_name
from accounts.roles import GRANTED, Role

if TYPE_CHECKING:
    from datetime import tzinfo

ZONES = [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones())]


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    FRENCH = "fr-ca", "Français"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def with_role(self, role: str, on: date) -> "models.QuerySet[User]":
        """Everybody who holds this role on that day."""
        grants = Grant.objects.in_force(on).filter(role=role)
        return self.filter(is_active=True, pk__in=grants.values("user")).order_by("full_name")


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Grants say what they are to the body, the case what they are to a case."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("full name"), max_length=200, validators=[plain_name])
    called = models.CharField(
        _("what we call you"), max_length=80, blank=True, validators=[plain_name]
    )
    native_name = models.CharField(
        _("name in your own script"), max_length=200, blank=True, validators=[plain_name]
    )
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=Language, default=Language.ENGLISH
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="America/Toronto")
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    support_needs = models.TextField(_("support that helps you take part"), blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return self.full_name

    @property
    def first_name_to_use(self) -> str:
        return self.called or self.full_name or self.email

    @property
    def zone(self) -> "tzinfo":
        return zoneinfo.ZoneInfo(self.time_zone)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """Roles in force on the body's today. Read once per request."""
        return self.roles_on(timezone.localdate(timezone=timezone.get_default_timezone()))

    def roles_on(self, day: date) -> frozenset[Role]:
        grants = Grant.objects.in_force(day).filter(user=self)
        return frozenset(Role(role) for role in grants.values_list("role", flat=True))


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, on: date) -> Self:
        open_or_later = Q(ends_on=None) | Q(ends_on__gte=on)
        return self.filter(open_or_later, starts_on__lte=on, taken_back_at=None)

    def overlapping(self, starts_on: date, ends_on: date | None) -> Self:
        """Grants that share a day with this period."""
        still_on = self.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on), taken_back_at=None)
        return still_on.filter(starts_on__lte=ends_on) if ends_on else still_on


class Grant(models.Model):
    """A role that the body gave to a person, by whom and for how long. Ended, never removed."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the last day
    # Ended on its first day or before: it holds on no day at all.
    taken_back_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="grants_given")
    given_at = models.DateTimeField(default=timezone.now)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(ends_on=None),
                name="one_open_grant_per_user_and_role",
            ),
            models.CheckConstraint(condition=Q(role__in=GRANTED), name="grant_is_a_granted_role"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="grant_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | Q(ends_on=F("starts_on")),
                name="grant_taken_back_is_ended",
            ),
            models.CheckConstraint(
                condition=Q(given_by=None) | ~Q(given_by=F("user")),
                name="nobody_grants_to_themselves",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display()}"
