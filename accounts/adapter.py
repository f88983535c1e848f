"""Where allauth's letters join ours: they are owed in the same outbox, in the body's words.

The outbox keeps ids only. The secret in a link is made when the letter leaves, so that none lies in
the database, the page answers while the mail server is away, and known and unknown addresses take
the same time.
"""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, User
from notices.services import post


class Adapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "The address and password do not match. Check both and try again."
        ),
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        user.full_name = form.cleaned_data.get("full_name", "")
        user.called = form.cleaned_data.get("called", "")
        user.time_zone = form.cleaned_data.get("time_zone") or settings.TIME_ZONE
        user.language = Language(get_language() or Language.ENGLISH)
        user.joined_at = timezone.now()
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def send_confirmation_mail(
        self,
        request: HttpRequest,  # noqa: ARG002
        emailconfirmation: Any,
        signup: bool,  # noqa: ARG002, FBT001
    ) -> None:
        address = emailconfirmation.email_address
        _owe("verify_address", address.email, confirms=address.pk)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:  # noqa: ARG002
        _owe("password_reset", email, user=user.pk)

    def send_account_already_exists_mail(self, email: str) -> None:
        _owe("account_exists", email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """What is left to allauth: telling an address that nobody has an account with it."""
        if template_prefix == "account/email/unknown_account":
            _owe("no_account", email)
        else:
            super().send_mail(template_prefix, email, context)


def _owe(kind: str, email: str, **ids: Any) -> None:
    """Each asking is a fact of its own: whoever asks again gets another letter."""
    person = User.objects.filter(email=email.lower(), is_active=True).first()
    post(kind, key=f"{kind}:{uuid4()}", to=person, address=email, **ids)
