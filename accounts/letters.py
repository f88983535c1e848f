"""Letters about one's own account. Their links are made when they leave."""

from allauth.account import app_settings
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from notices.letters import Letter, Obsolete, letter
from notices.models import Message
from notices.texts import absolute

HOUR = 3600


@letter("verify_address")
def verify_address(message: Message) -> Letter:
    rows = EmailAddress.objects.select_related("user").filter(pk=message.context["confirms"])
    address = rows.filter(verified=False).first()
    if address is None:
        raise Obsolete
    key = EmailConfirmationHMAC.create(address).key
    return Letter(
        {
            "first_name": address.user.first_name_to_use,
            "verify_url": absolute(reverse("account_confirm_email", args=[key])),
            "link_hours": str(settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS * 24),
        },
        secret=True,
    )


@letter("password_reset")
def password_reset(message: Message) -> Letter:
    user = User.objects.filter(pk=message.context["user"], is_active=True).first()
    if user is None:
        raise Obsolete
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    page = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), token])
    return Letter(
        {
            "first_name": user.first_name_to_use,
            "reset_url": absolute(page),
            "link_hours": str(settings.PASSWORD_RESET_TIMEOUT // HOUR),
        },
        secret=True,
    )


@letter("account_exists", "no_account")
def about_no_new_account(message: Message) -> Letter:
    """Only whoever reads the mailbox learns whether an address has an account."""
    return Letter(
        {
            "first_name": message.to.first_name_to_use if message.to else message.address,
            "reset_url": absolute(reverse("account_reset_password")),
        }
    )
