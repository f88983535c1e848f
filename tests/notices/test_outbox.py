"""Letters are rows: owed once, sent once, tried again, given up on in the open."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from threading import Barrier

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction

from notices import services
from notices.letters import BUILDERS, Letter, Obsolete, letter
from notices.models import ATTEMPTS, LetterText, Message
from notices.services import WAITS, drain, post
from tests.make import NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def owe(wave, ada):
    def owe(key="wave:1", **more):
        post("wave", **{"to": ada, "key": key, "not_before": NOON, **more})
        return Message.objects.get(key=key)

    return owe


@pytest.fixture
def broken(monkeypatch):
    """A mail server that hangs up."""

    def hang_up(*_args):
        raise SMTPServerDisconnected("Connection unexpectedly closed")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", hang_up)


def test_owing_a_letter_twice_is_owing_it_once(owe, ada):
    owe(case=1)
    owe(case=2)

    assert Message.objects.get().context == {"case": 1}


def test_a_letter_is_owed_only_if_its_reason_is_committed(owe):
    with transaction.atomic():
        owe()
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_a_letter_that_nobody_writes_is_refused_at_once(ada):
    with pytest.raises(LookupError, match="nobody writes the letter riddle"):
        post("riddle", to=ada, key="riddle:1")


def test_two_apps_do_not_write_the_same_letter(wave):
    with pytest.raises(ValueError, match="two apps write the letter wave"):
        letter("wave")(lambda _message: Letter({}))


@pytest.mark.parametrize("both", [True, False])
def test_a_letter_has_exactly_one_recipient(wave, ada, both):
    who = {"to": ada, "address": "x@example.org"} if both else {"to": None, "address": ""}

    with pytest.raises(IntegrityError, match="message_has_one_recipient"), transaction.atomic():
        Message.objects.create(key="k", kind="wave", not_before=NOON, **who)


def test_a_due_letter_is_sent_once(owe):
    message = owe()

    assert (drain(NOON), drain(NOON + MINUTE)) == (1, 0)
    message.refresh_from_db()
    assert [(m.to, m.subject) for m in mail.outbox] == [
        (["ada@example.org"], "Hello from the pier")
    ]
    assert (message.sent_at, message.attempts, message.leased_until) == (NOON, 1, None)


def test_a_letter_waits_for_its_time(owe):
    owe()

    assert drain(NOON - MINUTE) == 0
    assert mail.outbox == []


def test_a_letter_keeps_its_message_id_when_sent_again(owe):
    message = owe()
    drain(NOON)
    Message.objects.update(sent_at=None)

    drain(NOON)

    ids = {m.extra_headers["Message-ID"] for m in mail.outbox}
    assert ids == {f"<{message.pk}.wave@imc-portal>"}


def test_a_letter_whose_fact_is_gone_is_dropped(owe, monkeypatch):
    def gone(_message):
        raise Obsolete

    monkeypatch.setitem(BUILDERS, "wave", gone)
    message = owe()

    drain(NOON)

    message.refresh_from_db()
    assert (message.dropped_at, message.sent_at, mail.outbox) == (NOON, None, [])
    assert drain(NOON + MINUTE) == 0


def test_a_letter_says_what_holds_when_it_leaves(owe, wave):
    owe()
    wave["place"] = "the harbour"

    drain(NOON)

    assert mail.outbox[0].subject == "Hello from the harbour"


def test_a_letter_that_failed_waits_longer_each_time_and_is_given_up_in_the_open(
    owe, broken, capsys
):
    message = owe()
    at, waits = NOON, []
    for _ in range(ATTEMPTS):
        assert drain(at) == 1
        message.refresh_from_db()
        waits.append(message.not_before - at)
        at = message.not_before

    assert waits[:-1] == WAITS
    assert drain(at + timedelta(days=30)) == 0
    assert list(Message.objects.dead()) == [message]
    assert not Message.objects.waiting().exists()
    assert "unexpectedly closed" in message.last_error
    call_command("drain")
    assert capsys.readouterr().out.split("\n")[0] == "0 sent, 0 waiting, 1 given up"


def test_a_letter_that_cannot_be_written_holds_up_no_other(owe, ada, monkeypatch):
    LetterText.objects.create(kind="riddle", subject="Who is {nobody}", body="?")
    monkeypatch.setitem(BUILDERS, "riddle", lambda _message: Letter({}))
    post("riddle", to=ada, key="riddle:1", not_before=NOON - MINUTE)
    owe()

    drain(NOON)

    assert [m.subject for m in mail.outbox] == ["Hello from the pier"]
    assert Message.objects.get(key="riddle:1").last_error == "UnknownPlaceholder('nobody')"


def test_a_letter_being_sent_is_left_alone_until_its_lease_is_over(owe):
    owe()
    Message.objects.update(leased_until=NOON + MINUTE)

    assert drain(NOON) == 0
    assert drain(NOON + 2 * MINUTE) == 1


def test_an_attempt_counts_before_its_effect(owe, monkeypatch):
    message = owe()

    def die(_message):
        raise KeyboardInterrupt

    monkeypatch.setitem(BUILDERS, "wave", die)
    with pytest.raises(KeyboardInterrupt):
        drain(NOON)

    message.refresh_from_db()
    assert (message.attempts, message.leased_until is None) == (1, False)


def test_a_drain_takes_up_no_more_than_its_share(owe):
    for n in range(5):
        owe(key=f"wave:{n}")

    assert drain(NOON, limit=3) == 3
    assert Message.objects.waiting().count() == 2


def test_the_command_sends_everything_that_is_due(owe, capsys):
    for n in range(25):
        owe(key=f"wave:{n}")

    call_command("drain")

    assert capsys.readouterr().out == "25 sent, 0 waiting, 0 given up\n"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_drains_at_once_send_nothing_twice(owe):
    for n in range(40):
        owe(key=f"wave:{n}")
    together = Barrier(4)

    def drain_it(_):
        together.wait()
        try:
            return services.drain(NOON, limit=40)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(drain_it, range(4)))

    ids = [m.extra_headers["Message-ID"] for m in mail.outbox]
    assert (sum(taken), len(ids), len(set(ids))) == (40, 40, 40)
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}
