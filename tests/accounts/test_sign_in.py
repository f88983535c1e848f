"""Signing in, forgetting a password, and staying signed in for only so long."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import identify_hasher, make_password
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from imc_portal import settings as real
from notices.services import drain
from tests import make
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
WRONG = "The address and password do not match. Check both and try again."


def sign_in(client, person, password=PASSWORD):
    email = person if isinstance(person, str) else person.email
    return client.post(reverse("account_login"), {"login": email, "password": password})


def ask_for_reset(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def reset_page():
    drain(timezone.now())
    return re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(client, eve, with_password):
    with_password(eve)

    known = sign_in(client, eve, "not the password")
    unknown = sign_in(client, "nobody@example.org", "not the password")

    assert known.context["form"].non_field_errors() == [WRONG]
    assert unknown.context["form"].non_field_errors() == [WRONG]
    assert known.status_code == unknown.status_code == 200


def test_the_sixth_wrong_password_locks_for_a_while(client, eve, with_password):
    with_password(eve)
    for _ in range(5):
        sign_in(client, eve, "not the password")

    answer = sign_in(client, eve)

    assert answer.context["form"].errors != {}
    assert "_auth_user_id" not in client.session


def test_a_known_and_an_unknown_address_are_answered_the_same_on_reset(client, eve, with_password):
    with_password(eve)

    known = ask_for_reset(client, eve.email)
    unknown = ask_for_reset(client, "nobody@example.org")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    drain(timezone.now())
    assert {letter.to[0]: letter.subject for letter in mail.outbox} == {
        eve.email: "Reset your password",
        "nobody@example.org": "There is no account for this address",
    }


def test_a_new_password_is_chosen_by_the_link_once(client, eve, with_password):
    with_password(eve)
    ask_for_reset(client, eve.email)
    page = reset_page()
    form = client.get(page, follow=True)

    client.post(
        form.redirect_chain[-1][0],
        {"password1": "nine slow otters", "password2": "nine slow otters"},
    )

    eve.refresh_from_db()
    assert eve.check_password("nine slow otters")
    assert "_auth_user_id" not in client.session
    assert client.get(page).context["token_fail"]


def test_a_reset_link_works_for_a_day(client, eve, with_password, time_machine):
    time_machine.move_to("2026-09-01T12:00:00Z")
    with_password(eve)
    ask_for_reset(client, eve.email)
    page = reset_page()
    time_machine.move_to("2026-09-02T12:00:01Z")

    assert client.get(page).context["token_fail"]


def test_after_a_reset_staff_still_need_their_second_factor(client, dee, with_password):
    with_password(dee)
    ask_for_reset(client, dee.email)
    form = client.get(reset_page(), follow=True)
    client.post(
        form.redirect_chain[-1][0],
        {"password1": "nine slow otters", "password2": "nine slow otters"},
    )

    answer = sign_in(client, dee, "nine slow otters")

    assert answer.url == reverse("mfa_authenticate")
    assert client.get(reverse("worklist")).url.startswith(reverse("account_login"))


def test_the_password_alone_does_not_sign_staff_in(client, dee, with_password):
    with_password(dee)

    answer = sign_in(client, dee)

    assert answer.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "address", ["/worklist/", "/people/", "/administration/", "/people/me/", "/"]
)
def test_staff_without_a_second_factor_set_one_up_before_any_page(client, noor, address):
    Authenticator.objects.filter(user=noor).delete()
    noor.is_staff = True
    noor.save()
    client.force_login(noor)

    assert client.get(address).url == reverse("mfa_activate_totp")


def test_the_factor_is_set_up_after_the_password_is_given_once_more(client, noor, with_password):
    Authenticator.objects.filter(user=noor).delete()
    sign_in(client, with_password(noor))

    asked = client.get(reverse("mfa_activate_totp"), follow=True)
    shown = client.post(asked.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)

    assert asked.redirect_chain[-1][0].startswith(reverse("account_reauthenticate"))
    assert shown.redirect_chain[-1][0] == reverse("mfa_activate_totp")
    assert shown.status_code == 200


@pytest.mark.parametrize("name", ["account_email", "mfa_activate_totp"])
def test_how_one_signs_in_is_changed_only_after_showing_who_one_is(
    client, eve, with_password, name
):
    sign_in(client, with_password(eve))

    answer = client.post(reverse(name), {"email": "other@example.org", "action_add": ""})

    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_a_person_who_becomes_staff_needs_the_factor_from_the_next_page_on(client, eve, noor):
    client.force_login(eve)
    assert client.get(reverse("accounts:profile")).status_code == 200

    make.grant(
        make.Role.AUDITOR, to=eve, by=noor, at=make.NOON, starts_on=make.NOON.date(), ends_on=None
    )

    assert client.get(reverse("accounts:profile")).url == reverse("mfa_activate_totp")


def test_the_administration_has_no_door_of_its_own(client, noor, with_password):
    noor.is_staff = noor.is_superuser = True
    with_password(noor)

    client.post("/administration/login/", {"username": noor.email, "password": PASSWORD})
    answer = client.get("/administration/", follow=True)

    assert "_auth_user_id" not in client.session
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("minutes", "sent_to"), [(29, None), (31, "/accounts/login/?next=%2Fpeople%2Fme%2F")]
)
def test_staff_are_signed_out_after_half_an_hour(client, dee, time_machine, minutes, sent_to):
    time_machine.move_to("2026-09-01T12:00:00Z", tick=False)
    client.force_login(dee)
    client.get(reverse("accounts:profile"))
    time_machine.shift(minutes * 60)

    answer = client.get(reverse("accounts:profile"))

    assert getattr(answer, "url", None) == sent_to


def test_staff_are_signed_out_after_twelve_hours_however_busy(client, dee, time_machine):
    time_machine.move_to("2026-09-01T12:00:00Z", tick=False)
    client.force_login(dee)
    seen = []
    for _ in range(30):
        seen.append(client.get(reverse("accounts:profile")).status_code)
        time_machine.shift(25 * 60)

    assert seen.index(302) == 29


def test_passwords_are_kept_as_argon2id(settings):
    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS

    kept = make_password(PASSWORD)

    assert identify_hasher(kept).algorithm == "argon2"
    assert kept.startswith("argon2$argon2id$")


def test_nobody_is_asked_to_be_remembered(client):
    assert list(client.get(reverse("account_login")).context["form"].fields) == [
        "login",
        "password",
    ]
