"""Where allauth's letters join ours: they are owed in the same outbox, in the body's words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import User
from notices.models import BodyFact, LetterText
from notices.services import blocks
from notices.texts import fill

OURS = {
    "account/email/email_confirmation": "verify_address",
    "account/email/email_confirmation_signup": "verify_address",
    "account/email/password_reset_key": "password_reset",
}
ADDRESS = {"verify_address": ("verify_url", "activate_url"), "password_reset": ("reset_url", "password_reset_url")}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        user.full_name = form.cleaned_data.get("full_name", "")
        user.called = form.cleaned_data.get("called", "")
        user.time_zone = form.cleaned_data.get("time_zone") or settings.TIME_ZONE
        user.joined_at = timezone.now()
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> Any:
        """Confirmation and reset links are secrets that must leave at once, so they are the only
        letters written outside the outbox; the words and the dress are the same."""
        kind = OURS.get(template_prefix)
        words = LetterText.objects.filter(kind=kind, language="en").first() if kind else None
        if kind is None or words is None:
            return super().render_mail(template_prefix, email, context, headers)
        placeholder, name = ADDRESS[kind]
        user: User = context["user"]
        values = {
            **BodyFact.objects.values_map(),
            "first_name": user.first_name_to_use,
            placeholder: context[name],
            "link_hours": "24",
        }
        with translation.override(user.language):
            return _envelope(words, values, email)


def _envelope(words: LetterText, values: dict[str, str], email: str) -> EmailMultiAlternatives:
    subject = " ".join(fill(words.subject, values).split())
    context = {
        "subject": subject,
        "blocks": blocks(words.body, values),
        "issuer": values["issuer_name"],
    }
    envelope = EmailMultiAlternatives(
        subject, render_to_string("emails/letter.txt", context), to=[email]
    )
    envelope.attach_alternative(render_to_string("emails/letter.html", context), "text/html")
    return envelope
