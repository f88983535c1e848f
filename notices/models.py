"""Letters we owe people, their texts, and the facts about the body that fill them in."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

ATTEMPTS = 8
FRENCH = "_fr"  # ends the key of a fact in French, beside the English one


class BodyFactQuerySet(models.QuerySet["BodyFact"]):
    def values_map(self) -> dict[str, str]:
        """Every fact by its key, in the language of the reader where the body has said it so."""
        values = dict(self.values_list("key", "value"))
        if not (get_language() or "en").startswith("fr"):
            return values
        french = {
            key.removesuffix(FRENCH): value
            for key, value in values.items()
            if key.endswith(FRENCH) and value
        }
        return values | french


class BodyFact(models.Model):
    """One fact about the body, such as its name: the one table that pages and letters read."""

    key = models.SlugField(unique=True)
    meaning = models.CharField(max_length=200)
    value = models.TextField()

    objects = BodyFactQuerySet.as_manager()

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"

    @property
    def french_key(self) -> str:
        return f"{self.key}{FRENCH}"


class LetterText(models.Model):
    """The words of one kind of letter. Staff may edit them; placeholders are an allow-list."""

    kind = models.SlugField()
    language = models.CharField(max_length=10, default="en")
    trigger = models.CharField(max_length=200, blank=True)
    audience = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()

    class Meta:
        ordering = ["kind", "language"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "language"], name="one_text_a_kind_and_tongue")
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> Self:
        return self.filter(sent_at=None, dropped_at=None, attempts__lt=ATTEMPTS)

    def due(self, at: datetime) -> Self:
        """What nobody is sending at this moment and has not been sent."""
        free = Q(leased_until=None) | Q(leased_until__lt=at)
        return self.waiting().filter(free, not_before__lte=at).order_by("not_before", "pk")

    def dead(self) -> Self:
        """Given up on after the last attempt: staff must look."""
        return self.filter(sent_at=None, dropped_at=None, attempts__gte=ATTEMPTS)


class Message(models.Model):
    """An e-mail we owe somebody. The key is a fact, so asking twice is asking once.

    The row is the queue: Celery may lose everything it holds and no letter is lost. `context`
    holds ids only; what they say is read when the letter is sent.
    """

    key = models.CharField(max_length=160, unique=True)
    kind = models.SlugField()
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="letters"
    )
    address = models.EmailField(blank=True)  # for people without an account
    context = models.JSONField(default=dict)
    posted_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)  # the fact no longer held when its time came

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=Q(sent_at=None, dropped_at=None),
                name="message_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(to__isnull=False, address="") | Q(to__isnull=True) & ~Q(address=""),
                name="message_has_one_recipient",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(dropped_at=None), name="message_sent_or_dropped"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_dead(self) -> bool:
        return self.attempts >= ATTEMPTS and self.sent_at is None and self.dropped_at is None


class Copy(models.Model):
    """What left, word for word. Letters with a secret in them leave none."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="copy")
    subject = models.TextField()
    text = models.TextField()

    class Meta:
        verbose_name_plural = "copies"

    def __str__(self) -> str:
        return f"copy of {self.message_id}"


class Mail(models.Model):
    """The demo's mailbox: what would have gone out, readable at /demo/mail/."""

    at = models.DateTimeField(auto_now_add=True)
    to = models.TextField()
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "mail"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
