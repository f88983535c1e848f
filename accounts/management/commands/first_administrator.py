"""manage.py first_administrator EMAIL: the one person whom nobody could have given the role."""

from argparse import ArgumentParser

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant, User
from accounts.roles import Role
from accounts.services import body_day, grant
from notices.texts import absolute


class Command(BaseCommand):
    help = "Make somebody the first administrator; they then choose a password and a second factor"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *_args: object, email: str, **_options: object) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"“{email}” is not an e-mail address.") from None
        at = timezone.now()
        today = body_day(at)
        person = User.objects.filter(email__iexact=email).first()
        if Grant.objects.in_force(today).filter(role=Role.ADMINISTRATOR).exclude(user=person):
            raise CommandError("There is an administrator already. Ask them for the role.")
        if person is None:
            person = User.objects.create_user(email, full_name=email.partition("@")[0])
        if Role.ADMINISTRATOR not in person.roles_on(today):
            grant(Role.ADMINISTRATOR, to=person, by=None, at=at, starts_on=today, ends_on=None)
        person.is_staff = True
        person.save(update_fields=["is_staff"])
        # Whoever can run this command vouches for the address.
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
        self.stdout.write(
            f"{person.email} is an administrator.\n"
            f"1. Choose a password: {absolute(reverse('account_reset_password'))}\n"
            "2. Sign in. The portal asks for a second factor first.\n"
            f"3. Write your name: {absolute(reverse('accounts:profile'))}"
        )
