"""What people put into the public directory, and the letters that reach them through it."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from certificates.models import Certificate, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable


class Field(models.TextChoices):
    """What an entry can show. Each has a switch of its own."""

    NAME = "name", _("my name, as it stands on the certificate")
    PLACE = "place", _("my place")
    COUNTRY = "country", _("my country")
    LANGUAGES = "languages", _("my languages")
    ABOUT = "about", _("what I wrote about myself")
    FOR_WHOM = "for_whom", _("for whom I mentor")
    OFFERS = "offers", _("that I offer mentoring")
    VOLUNTEERS = "volunteers", _("that I volunteer")
    LETTERS = "letters", _("that people can write to me through the portal")


def listed_certificates(on: date) -> models.QuerySet[Certificate]:
    """Certificates in force on that day whose holders list them. Asked anew by every search, so
    that one which ends, is suspended or withdrawn takes its entry along at once."""
    return Certificate.objects.in_force(on).filter(visibility=Visibility.DIRECTORY)


class EntryQuerySet(models.QuerySet["Entry"]):
    def shown(self, on: date, level: str = "") -> Self:
        """Consented to, and upheld by a certificate that is valid that day and listed."""
        held = listed_certificates(on).filter(holder=OuterRef("person"))
        if level:
            held = held.filter(tier__level=level)
        return self.filter(Exists(held), listed_since__isnull=False)


class Entry(models.Model):
    """What a person says about themselves to whoever looks for a mentor.

    It holds drafts too: only what `shows` names, under a consent that stands, leaves this row. The
    last five columns are what is searched. They hold nothing that is not shown.
    """

    person = models.OneToOneField(User, models.PROTECT, related_name="directory_entry")
    public_id = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=200, blank=True)  # from the newest certificate listed
    place = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    languages = models.JSONField(default=list, blank=True)
    about = models.TextField(max_length=1000, blank=True)
    for_whom = models.CharField(max_length=300, blank=True)
    shows = models.JSONField(default=list, blank=True)
    listed_since = models.DateTimeField(null=True)  # while a consent stands
    changed_at = models.DateTimeField()

    sort_key = models.CharField(max_length=400, blank=True)
    folded_name = models.CharField(max_length=400, blank=True)
    folded_place = models.CharField(max_length=240, blank=True)
    shown_country = models.CharField(max_length=2, blank=True)
    tags = models.TextField(blank=True)  # " l:en l:is offers ", one space around each

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(
                fields=["sort_key", "id"],
                condition=Q(listed_since__isnull=False),
                name="entry_in_order",
            ),
            models.Index(
                fields=["shown_country", "sort_key", "id"],
                condition=Q(listed_since__isnull=False),
                name="entry_in_country",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(listed_since__isnull=False)
                | Q(sort_key="", folded_name="", folded_place="", shown_country="", tags=""),
                name="entry_is_found_only_while_listed",
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    def reveals(self, field: Field) -> bool:
        return field.value in self.shows


class Consent(models.Model):
    """The very words under which somebody is in the directory, and until when."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="consents")
    version = models.CharField(max_length=20)
    words = models.TextField()
    fields = models.JSONField()
    agreed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["agreed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(ended_at=None), name="one_consent_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.version}"

    def covers(self, fields: "Iterable[str]") -> bool:
        return set(fields) <= set(self.fields)


class Word(models.Model):
    """Every word of the names that are shown, once: what a mistyped name is compared with."""

    text = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.text


class ApproachQuerySet(models.QuerySet["Approach"]):
    def visible_to(self, user: User) -> Self:
        """Letters belong to whom they were written to, once the writer's address is proven."""
        return self.filter(entry__person=user, confirmed_at__isnull=False)

    def reported_to(self, user: User) -> Self:
        """Reports are read by administrators; nobody answers their own."""
        if Role.ADMINISTRATOR not in user.roles:
            return self.none()
        return self.filter(reported_at__isnull=False).exclude(entry__person=user)


class Approach(models.Model):
    """A letter to somebody in the directory. It waits until the writer has shown that the address
    is theirs; `token` makes a double click one letter."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="approaches")
    token = models.UUIDField(unique=True)
    key = models.CharField(max_length=64, unique=True)  # in the link of the confirmation
    name = models.CharField(max_length=100)
    email = models.EmailField()
    text = models.TextField()
    language = models.CharField(max_length=10, default="en")
    written_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    report = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    settled_note = models.TextField(blank=True)

    objects = ApproachQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "approaches"
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["email", "written_at"], name="approach_by_address")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reported_at=None) | Q(confirmed_at__isnull=False),
                name="approach_reported_after_it_came",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False, reported_at__isnull=False),
                name="approach_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"approach {self.pk}"


class Barred(models.Model):
    """An address that may not write any more: to one person, or where `entry` is empty to nobody
    in the directory."""

    entry = models.ForeignKey(Entry, models.CASCADE, null=True, related_name="barred")
    email = models.EmailField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "barred"
        constraints = [
            models.UniqueConstraint(fields=["entry", "email"], name="barred_once_from_a_person"),
            models.UniqueConstraint(
                fields=["email"], condition=Q(entry=None), name="barred_once_from_everybody"
            ),
        ]

    def __str__(self) -> str:
        return f"barred {self.pk}"
