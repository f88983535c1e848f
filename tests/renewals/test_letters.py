"""What people are told about renewals and leaves, and when they are not."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from applicants.flow import Stage
from certificates.dates import body_day, end_of
from certificates.models import Certificate
from certificates.reminders import remind_of_renewals
from notices.models import Message
from notices.services import drain
from portfolios.panels import RenewalShare
from renewals import services

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then(held):
    """What is owed is owed from the moment at which it happens."""
    with time_machine.travel(held.at, tick=False):
        yield


def told(at, subject):
    """What has left by then under this subject."""
    with time_machine.travel(at, tick=False):
        drain(at)
    return [(m.to, m.body) for m in mail.outbox if subject in m.subject]


def asked(held, ada):
    day = body_day(held.at) + timedelta(days=10)
    return services.ask_leave(
        held.certificate, why="health", starts_on=day, ends_on=day + timedelta(days=59),
        words="An operation.", by=ada, at=held.at,
    )  # fmt: skip


def test_a_request_is_told_to_administrators_and_its_answer_to_the_holder(held, ada, noor):
    leave = asked(held, ada)
    [(to, body)] = told(held.at, "Leave: Ada Example asks")
    assert to == ["noor@example.org"]
    assert "60 days of leave" in body
    assert f"/renewals/leaves/{leave.pk}/" in body

    services.grant_leave(leave, by=noor, at=held.at)
    [(to, body)] = told(held.at, "Your leave: the answer")
    moved = held.certificate.expires_on + timedelta(days=60)
    assert to == ["ada@example.org"]
    assert "Your leave of 60 days is granted." in body
    assert f"{moved.day} " in body
    assert "operation" not in "".join(m.body for m in mail.outbox)


def test_an_answered_request_is_not_announced_any_more(held, ada, noor):
    services.take_leave_back(asked(held, ada), by=ada, at=held.at)

    assert told(held.at, "asks") == []


def test_a_year_before_the_end_the_holder_hears_that_handing_in_is_open(held):
    opens = end_of(held.certificate.expires_on) - timedelta(days=365, hours=6)
    remind_of_renewals(opens)

    [(_to, body)] = told(opens, "You can renew from today")
    assert f"/renewals/{held.certificate.number}/" in body
    assert "Handing in early costs nothing" in body


def test_a_leave_moves_the_reminders_too(held, ada, noor):
    services.grant_leave(asked(held, ada), by=noor, at=held.at)
    ends = Certificate.objects.get(pk=held.certificate.pk).ends_on

    remind_of_renewals(end_of(held.certificate.expires_on) - timedelta(days=30, hours=6))
    assert not Message.objects.filter(kind="recertification_30").exists()
    remind_of_renewals(end_of(ends) - timedelta(days=30, hours=6))
    assert Message.objects.get(kind="recertification_30").key == (
        f"renewal:{held.certificate.pk}:{ends}:-30d"
    )


def test_whoever_has_handed_in_is_not_reminded(held, renew):
    on = renew(held.certificate, to=Stage.AUDIT, before=50)
    ends = held.certificate.expires_on

    for days in (30, 7, -1):
        remind_of_renewals(end_of(ends) - timedelta(days=days, hours=6))

    kinds = Message.objects.filter(kind__startswith="recertification_", posted_at__gt=on.at)
    assert list(kinds) == []


def test_who_is_drawn_reads_that_it_says_nothing_about_their_work(held, renew):
    RenewalShare.objects.create(tier=held.certificate.tier, percent=100)
    on = renew(held.certificate, to=Stage.AUDIT)

    [(to, body)] = told(on.at, "Your renewal was drawn")
    assert to == ["ada@example.org"]
    assert "This says nothing about your work" in body
