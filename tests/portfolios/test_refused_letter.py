"""A file that does not pass the check is told to its owner: one letter a case and hour."""

from datetime import timedelta

import pytest
from django.core import mail

from notices.models import Message
from notices.services import drain
from portfolios import checking
from portfolios import evidence as keeping
from portfolios.models import Evidence
from tests.portfolios import files

pytestmark = pytest.mark.django_db
LOCKED = "“locked.pdf” is locked with a password. Save it without one."


@pytest.fixture
def refuse(add, walk):
    """Send a file that nobody can open, and have it checked."""

    def at(minutes, name="locked.pdf"):
        moment = walk.at + timedelta(minutes=minutes)
        add(name, files.pdf(password=name))
        checking.check_due(moment)
        return moment

    return at


def letters():
    return list(Message.objects.filter(kind="file_refused").order_by("pk"))


def send(at):
    drain(at)
    return [
        m.body for m in mail.outbox if m.subject == "We could not keep a file of your portfolio"
    ]


def test_several_files_make_one_letter_with_their_reasons(refuse, walk, ada):
    refuse(0)
    at = refuse(2, "second.pdf")

    assert [letter.key for letter in letters()] == [
        f"file_refused:{walk.case.pk}:{walk.at:%Y-%m-%dT%H}"
    ]
    assert send(at) == []  # others may still be refused
    (body,) = send(at + timedelta(minutes=5))
    assert LOCKED in body
    assert "“second.pdf” is locked with a password." in body
    assert f"/portfolio/{walk.case.pk}/" in body


def test_what_is_refused_after_the_letter_left_is_told_in_the_next_hour(refuse, walk):
    sent = refuse(0) + timedelta(minutes=6)
    assert len(send(sent)) == 1

    refuse(10, "second.pdf")
    at = refuse(20, "third.pdf")

    first, second = letters()
    hour = walk.at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    assert (first.sent_at, second.not_before >= hour) == (sent, True)
    assert len(send(at)) == 1
    assert "“third.pdf”" in send(hour + timedelta(minutes=5))[1]


def test_what_its_owner_took_away_is_not_written_about(refuse, walk, ada):
    at = refuse(0)
    keeping.remove(Evidence.objects.get(), by=ada, at=at)

    assert send(at + timedelta(minutes=5)) == []
    assert letters()[0].dropped_at is not None


def test_a_file_that_passes_is_not_written_about(add, walk):
    add("plan.pdf", files.pdf())
    checking.check_due(walk.at)

    assert letters() == []


def test_the_letter_is_in_the_language_of_its_owner(refuse, ada):
    ada.language = "fr-ca"
    ada.save()
    at = refuse(0)

    drain(at + timedelta(minutes=5))

    (letter,) = [m for m in mail.outbox if "portfolio" in m.subject]
    assert letter.subject == "Nous n’avons pas pu garder un fichier de votre portfolio"
    assert "« locked.pdf »" in letter.body.replace("\u202f", " ").replace("\xa0", " ")
