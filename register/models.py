"""What everybody can read, and what they write to us."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.models import User


class PageQuerySet(models.QuerySet["Page"]):
    def for_reader(self, language: str | None) -> Self:
        """In the reader's language where there is such a text, else in English."""
        own = models.Case(models.When(language=language or "en", then=0), default=1)
        return self.filter(language__in={language or "en", "en"}).order_by(own)


class Page(models.Model):
    """A public page in the body's words: a small, safe subset of Markdown with {placeholders}."""

    slug = models.SlugField()
    language = models.CharField(max_length=10, default="en")
    title = models.CharField(max_length=200)
    description = models.CharField(max_length=300, blank=True)
    body = models.TextField()

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ["slug", "language"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "language"], name="one_page_per_slug")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def lang(self) -> str:
        """The language of the text where it is not the reader's own, to mark it as such."""
        return "" if self.language == (get_language() or "en") else self.language


class Topic(models.TextChoices):
    CHOOSING = "choosing", _("Choosing a certificate")
    APPLICATION = "application", _("My application")
    SCHOLARSHIP = "scholarship", _("Scholarships")
    PROVIDERS = "providers", _("Education providers")
    PROGRAMME = "programme", _("Programme award")
    ACCESS = "access", _("Access and support needs")
    PRIVACY = "privacy", _("Privacy")
    COMPLAINT = "complaint", _("A complaint")
    OTHER = "other", _("Something else")


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def visible_to(self, user: "User") -> Self:
        """Administrators read what people write to us; nobody else does."""
        return self if Role.ADMINISTRATOR in user.roles else self.none()

    def waiting_first(self) -> Self:
        """Unanswered ones from the oldest on, then the answered from the newest back."""
        return self.select_related("sender", "answered_by").order_by(
            models.F("answered_at").desc(nulls_first=True), "received_at", "pk"
        )


class Enquiry(models.Model):
    """A message from the contact form. `token` makes a double click one message."""

    token = models.UUIDField(unique=True)
    topic = models.CharField(max_length=20, choices=Topic)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    text = models.TextField()
    received_at = models.DateTimeField()
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="enquiries"
    )
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answer_note = models.TextField(blank=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "enquiries"
        ordering = ["answered_at", "-received_at"]
        constraints = [
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="enquiry_topic_known"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="enquiry_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}: {self.name}"

    @property
    def number(self) -> str:
        letter = "C" if self.topic == Topic.COMPLAINT else "E"
        return f"{letter}-{self.pk:04}"
