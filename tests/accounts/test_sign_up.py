"""From the first page to the confirmed address, and what strangers can learn on the way."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notices.models import Message
from notices.services import drain
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
FORM = {
    "full_name": "Ada Obi-Lindqvist",
    "called": "Ada",
    "email": "ada.o@example.org",
    "time_zone": "Africa/Lagos",
    "password1": PASSWORD,
}


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), {**FORM, **changes})


def letters():
    drain(timezone.now())
    return mail.outbox


def link(letter):
    return re.search(r"http://testserver(\S+)", letter.body)[1]


def test_the_whole_way_in(client):
    answer = sign_up(client)
    [letter] = letters()
    confirmation = client.get(link(letter))
    client.post(link(letter))
    signed_in = client.post(
        reverse("account_login"), {"login": FORM["email"], "password": PASSWORD}
    )

    person = User.objects.get()
    assert answer.url == reverse("account_email_verification_sent")
    assert (letter.subject, letter.to) == ("Please confirm your email address", [FORM["email"]])
    assert letter.body.split("\n")[2] == "Hello Ada,"
    assert confirmation.status_code == 200
    assert signed_in.url == reverse("home")
    assert (person.full_name, person.called, person.time_zone) == (
        "Ada Obi-Lindqvist",
        "Ada",
        "Africa/Lagos",
    )
    assert client.session.get_expire_at_browser_close()


def test_reading_the_letter_twice_needs_a_press_to_confirm(client):
    sign_up(client)

    client.get(link(letters()[0]))

    assert not EmailAddress.objects.get().verified


def test_nobody_is_in_before_the_address_is_confirmed(client):
    sign_up(client)

    answer = client.get(reverse("accounts:profile"))

    assert answer.url == f"{reverse('account_login')}?next={reverse('accounts:profile')}"


def test_the_letter_is_owed_and_holds_no_secret(client):
    sign_up(client)

    owed = Message.objects.get()
    assert (owed.kind, owed.context) == (
        "verify_address",
        {"confirms": EmailAddress.objects.get().pk},
    )
    assert mail.outbox == []


def test_a_confirmed_address_gets_no_late_letter(client):
    sign_up(client)
    EmailAddress.objects.update(verified=True)

    assert letters() == []


def test_a_link_works_for_a_day(client, time_machine):
    time_machine.move_to("2026-09-01T12:00:00Z")
    sign_up(client)
    page = link(letters()[0])
    time_machine.move_to("2026-09-02T12:00:01Z")

    client.post(page)

    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize("verified", [True, False])
def test_a_known_address_gets_the_same_answer_and_its_owner_a_letter(
    client, eve, with_password, verified
):
    unknown = sign_up(client)
    with_password(eve, verified=verified)
    client.logout()

    known = sign_up(client, email=eve.email.upper())

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert User.objects.filter(email__iexact=eve.email).count() == 1
    [to_eve] = [letter for letter in letters() if letter.to == [eve.email]]
    assert to_eve.subject == "You have an account already"
    assert link(to_eve) == reverse("account_reset_password")


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("password1", "short", "too short"),
        ("password1", "elevenchars", "too short"),
        ("password1", "password1234", "too common"),
        ("password1", "ada.o@example.org", "too similar"),
        ("full_name", "", "required"),
        ("full_name", "Ada\u202eibO", "invisible character"),
        ("time_zone", "Mars/Olympus", "valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, field, value, error):
    answer = sign_up(client, **{field: value})

    form = answer.context["form"]
    assert error in str(form.errors[field])
    assert form["email"].value() == FORM["email"]
    assert not User.objects.exists()


def test_extra_fields_change_nothing(client):
    sign_up(client, is_staff="1", is_superuser="1", is_active="1", role="administrator")

    person = User.objects.get()
    assert (person.is_staff, person.is_superuser, person.roles) == (False, False, frozenset())


def test_the_browser_may_guess_the_time_zone(client):
    page = client.get(reverse("account_signup")).content.decode()

    assert page.count("data-guess-zone") == 1
    assert page.count('<option value="Africa/Lagos">Africa/Lagos</option>') == 1
