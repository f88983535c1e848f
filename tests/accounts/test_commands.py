import re

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.roles import Role
from tests import make
from trail.models import Event

pytestmark = pytest.mark.django_db


def test_the_first_administrator_is_made_and_told_what_to_do(capsys):
    call_command("first_administrator", "Noor@Example.org")

    noor = User.objects.get(email="noor@example.org")
    assert (noor.is_staff, noor.roles) == (True, {Role.ADMINISTRATOR})
    assert EmailAddress.objects.filter(user=noor, verified=True, primary=True).exists()
    assert Event.objects.latest("pk").actor is None
    steps = re.findall(r"(?m)^(\d)\.", capsys.readouterr().out)
    assert steps == ["1", "2", "3"]


def test_the_first_administrator_may_be_somebody_who_has_signed_up():
    eve = make.person("eve")

    call_command("first_administrator", eve.email)

    eve.refresh_from_db()
    assert (eve.is_staff, User.objects.get(pk=eve.pk).roles) == (True, {Role.ADMINISTRATOR})


def test_making_the_first_administrator_twice_changes_nothing():
    eve = make.person("eve")

    call_command("first_administrator", eve.email)
    call_command("first_administrator", eve.email)

    assert eve.grants.count() == 1


def test_a_second_administrator_is_asked_for_and_not_made(noor):
    with pytest.raises(CommandError, match="an administrator already"):
        call_command("first_administrator", "other@example.org")

    assert not User.objects.filter(email="other@example.org").exists()


def test_an_address_must_be_one(db):
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("first_administrator", "noor")
