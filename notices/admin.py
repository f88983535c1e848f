"""The words of letters and the facts of the body may be edited. What was posted may be read."""

import csv
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from notices.models import BodyFact, LetterText, Mail, Message
from notices.texts import placeholders

if TYPE_CHECKING:
    # The type checker knows which rows; Django itself does not ask.
    TextForm = forms.ModelForm[LetterText]
    TextBase = admin.ModelAdmin[LetterText]
    FactBase = admin.ModelAdmin[BodyFact]
    MessageBase = admin.ModelAdmin[Message]
    MailBase = admin.ModelAdmin[Mail]
else:
    TextForm = forms.ModelForm
    TextBase = FactBase = MessageBase = MailBase = admin.ModelAdmin

SHIPPED = ("emails.csv", "emails_portal.csv")


@cache
def shipped(kind: str) -> frozenset[str] | None:
    """The placeholders of the text that came with the portal: what the letter knows to fill in.
    None for a kind that nobody sends."""
    for name in SHIPPED:
        with (settings.BASE_DIR / "fixtures" / name).open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                if row["key"] == kind:
                    return frozenset(placeholders(f"{row['subject']} {row['body']}"))
    return None


def allowed(kind: str) -> Collection[str] | None:
    """Everything a text of this kind may ask for: its own words, the body's facts, the name."""
    own = shipped(kind)
    if own is None:
        return None
    return {*own, *BodyFact.objects.values_list("key", flat=True), "first_name"}


class LetterTextForm(TextForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        known = allowed(cleaned.get("kind") or self.instance.kind)
        if known is None:
            self.add_error(None, _("Nobody sends a letter of this kind."))
            return cleaned
        for name in ("subject", "body"):
            words = sorted(placeholders(cleaned.get(name) or "").difference(known))
            if words:
                asked = ", ".join(f"{{{word}}}" for word in words)
                self.add_error(
                    name, _("Nobody fills in %(words)s in this letter.") % {"words": asked}
                )
        return cleaned


class Kept:
    """Never removed; read and changed by administrators and superusers. This app knows no others,
    so it says so itself."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _administers(request)

    def has_view_permission(self, request: HttpRequest, *_: Any) -> bool:
        return _administers(request)

    def has_delete_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False


class Edited(Kept):
    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return _administers(request)

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        return _administers(request)


class ReadOnly(Kept):
    def has_add_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False


def _administers(request: HttpRequest) -> bool:
    user = request.user
    role = "administrator" in getattr(user, "roles", ())
    return bool(user.is_active and getattr(user, "is_staff", False)) and (
        role or bool(getattr(user, "is_superuser", False))
    )


@admin.register(LetterText)
class LetterTextAdmin(Edited, TextBase):
    actions = None
    form = LetterTextForm
    list_display = ["kind", "language", "subject", "trigger", "audience"]
    list_filter = ["language"]
    search_fields = ["kind", "subject"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind", "language", "trigger", "audience"] if obj else []


@admin.register(BodyFact)
class BodyFactAdmin(Edited, FactBase):
    actions = None
    list_display = ["key", "value", "meaning"]
    search_fields = ["key", "value"]

    def has_add_permission(self, _request: HttpRequest, *_: Any) -> bool:
        """Texts ask for facts by their keys; a new key would be asked for by nobody."""
        return False

    def get_readonly_fields(self, _request: HttpRequest, _obj: Any = None) -> list[str]:
        return ["key", "meaning"]


@admin.register(Message)
class MessageAdmin(ReadOnly, MessageBase):
    actions = None
    list_display = ["kind", "to", "not_before", "attempts", "sent_at", "dropped_at"]
    list_filter = ["kind", "attempts"]
    list_select_related = ["to"]
    search_fields = ["key"]


@admin.register(Mail)
class MailAdmin(ReadOnly, MailBase):
    actions = None
    list_display = ["at", "to", "subject"]
