"""Letters over a real connection to a mail server that is well, ill, or away."""

from datetime import timedelta

import pytest

from notices.models import Message
from notices.services import drain, post
from tests.make import NOON
from tests.postbox import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(db):
    post("no_account", key="k", address="werner@example.org", not_before=NOON)
    return Message.objects.get()


def test_a_letter_arrives_with_both_parts(by_smtp, owed):
    drain(NOON)

    [letter] = by_smtp.letters
    assert letter["To"] == "werner@example.org"
    assert letter["Message-ID"] == f"<{owed.pk}.no_account@imc-portal>"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("mood", "error"),
    [
        ("refuses", "SMTPRecipientsRefused"),
        ("later", "SMTPRecipientsRefused"),
        ("hangs up", "SMTPServerDisconnected"),
        ("falls asleep", "SMTPServerDisconnected"),
    ],
)
def test_a_letter_outlives_an_ill_mail_server(by_smtp, owed, mood, error):
    by_smtp.mood = mood
    drain(NOON)
    owed.refresh_from_db()
    failed = (owed.sent_at, owed.attempts, owed.last_error.partition("(")[0])
    by_smtp.mood = "kind"
    drain(NOON + timedelta(minutes=1))

    owed.refresh_from_db()
    assert failed == (None, 1, error)
    assert (owed.sent_at, owed.last_error) == (NOON + timedelta(minutes=1), "")
    assert by_smtp.ids[-1] == f"<{owed.pk}.no_account@imc-portal>"


def test_a_letter_outlives_a_mail_server_that_is_away(by_smtp, owed, settings):
    settings.EMAIL_PORT = free_port()
    drain(NOON)
    settings.EMAIL_PORT = by_smtp.port
    drain(NOON + timedelta(minutes=1))

    owed.refresh_from_db()
    assert (owed.attempts, len(by_smtp.letters)) == (2, 1)


def test_a_page_does_not_notice_that_the_mail_server_is_away(client, settings, by_smtp, eve):
    settings.EMAIL_PORT = free_port()

    answer = client.post("/accounts/password/reset/", {"email": eve.email})

    assert answer.status_code == 302
    assert Message.objects.get().kind == "password_reset"
