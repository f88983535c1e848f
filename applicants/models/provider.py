"""Education providers whom the body recognises, and what their rosters say: who taught whom."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.roles import Role
from applicants.models.independence import TeachingRelation, bars_from
from certificates.dates import years_after

if TYPE_CHECKING:
    from accounts.models import User

CONFIRM_DAYS = 30  # before a year is over, the contact is asked to confirm the entry


def listed(codes: list[str]) -> str:
    """Codes as a column that any database can look into."""
    return f",{','.join(codes)}," if codes else ""


class ProviderFacts(models.Model):
    """What a provider tells about itself, in its own words. `contact_*` is between it and us."""

    name = models.CharField(max_length=200)
    country = models.CharField(max_length=120, blank=True)
    website = models.URLField(blank=True)
    offer = models.TextField(blank=True)  # what, how, and at what price
    languages = models.CharField(max_length=300, blank=True)  # ",en,fr,"
    areas = models.CharField(max_length=300, blank=True)  # of the profiles: ",M1,M2,"
    alignment = models.TextField(blank=True)
    teachers = models.TextField(blank=True)
    support = models.TextField(blank=True)
    complaints = models.TextField(blank=True)
    public_email = models.EmailField(blank=True)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(blank=True)

    class Meta:
        abstract = True

    @property
    def language_codes(self) -> list[str]:
        return [code for code in self.languages.split(",") if code]

    @property
    def area_codes(self) -> list[str]:
        return [code for code in self.areas.split(",") if code]


class ProviderQuerySet(models.QuerySet["Provider"]):
    def recognised(self, on: date) -> Self:
        lasts = Q(recognised_until=None) | Q(recognised_until__gte=on)
        return self.filter(lasts, recognised_from__lte=on, ended_at=None)

    def public(self, on: date) -> Self:
        """Recognised now or once: who asks about a former provider gets a true answer."""
        return self.filter(recognised_from__lte=on)

    def of_contact(self, user: "User") -> Self:
        """Those for which this person speaks: their confirmed address is the contact's."""
        own = EmailAddress.objects.filter(user=user, verified=True)
        addresses = own.annotate(small=Lower("email")).values("small")
        found = self.annotate(contact=Lower("contact_email")).exclude(contact_email="")
        return found.filter(contact__in=addresses)

    def visible_to(self, user: "User") -> Self:
        """The whole entry: for administrators, and for whoever speaks for the provider."""
        return self if Role.ADMINISTRATOR in user.roles else self.of_contact(user)


class Provider(ProviderFacts):
    """An organisation that teaches mentors. Where somebody learned counts for nothing; who taught
    them decides who may not judge them. One without `recognised_from` is noted for its roster."""

    name = models.CharField(max_length=200, unique=True)
    recognised_from = models.DateField(null=True, blank=True)
    recognised_until = models.DateField(null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)  # the last day the entry was confirmed
    conditions = models.CharField(max_length=20, blank=True)  # the version agreed to
    ended_at = models.DateTimeField(null=True, blank=True)  # before its time, by us
    ended_why = models.TextField(blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recognised_until=None) | Q(recognised_until__gte=F("recognised_from")),
                name="recognition_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why=""),
                name="recognition_ended_with_reasons",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_recognised(self, on: date) -> bool:
        if self.ended_at or self.recognised_from is None or self.recognised_from > on:
            return False
        return self.recognised_until is None or self.recognised_until >= on

    @property
    def confirm_by(self) -> date | None:
        """The day by which the entry is confirmed again: a year after it last was."""
        last = self.confirmed_on or self.recognised_from
        return years_after(last, 1) if last else None

    def may_confirm(self, on: date) -> bool:
        by = self.confirm_by
        return self.is_recognised(on) and by is not None and on >= by - timedelta(CONFIRM_DAYS)


class RosterRowQuerySet(models.QuerySet["RosterRow"]):
    def waiting(self) -> Self:
        """Rows whose people have no account here yet, or only one of them."""
        return self.filter(relation=None, withdrawn_at=None)

    def barring(self, on: date) -> Self:
        """Rows that bar although nobody has matched them yet."""
        return self.waiting().filter(Q(ends_on=None) | Q(ends_on__gte=bars_from(on)))


class RosterRow(models.Model):
    """One line of a roster, kept under the addresses that it names. It becomes a relation when
    both people have an account with that address."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="rows")
    learner_email = models.EmailField()
    learner_name = models.CharField(max_length=200, blank=True)
    teacher_email = models.EmailField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True)  # the provider says that it never was so
    relation = models.OneToOneField(
        TeachingRelation, models.PROTECT, null=True, related_name="roster_row"
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = RosterRowQuerySet.as_manager()

    class Meta:
        ordering = ["learner_email", "teacher_email", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "learner_email", "teacher_email", "starts_on"],
                name="one_roster_row_per_teaching",
            ),
            models.CheckConstraint(
                condition=~Q(learner_email=F("teacher_email")), name="roster_names_two_people"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="roster_row_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.starts_on}"
