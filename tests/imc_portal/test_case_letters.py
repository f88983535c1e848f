"""Letters of a case: what left, word for word, and what will leave if nothing changes."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from applicants import reminders, services
from applicants.flow import Stage
from applicants.models import Application
from assessments import services as rating
from certificates import reminders as renewals
from imc_portal.case_letters import rests_at, sent, to_come
from meetings import reminding
from notices.models import Copy, LetterText, Message
from notices.services import drain
from portfolios import seconds, writing
from tests import make
from verification import services as verifying

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def small(db):
    make.small_catalogue("M3.1", "M3.2", "J4.1")


OF_CASES = (
    rating.remind_idle,
    writing.remind_idle,
    reminders.remind_of_due_dates,
    reminders.remind_of_plans,
)
OF_MEETINGS = (reminding.remind, reminding.ask_for_outcomes)


def really_sent(start, days, every=DAY, sweeps=OF_CASES):
    """The keys of all letters that the sweeps owe, each with the instant of the first."""
    known, found = set(Message.objects.values_list("key", flat=True)), {}
    at = start
    while at <= start + timedelta(days=days):
        for sweep in sweeps:
            sweep(at)
        for key in Message.objects.exclude(key__in=known).values_list("key", flat=True):
            known.add(key)
            found[key] = at
        at += every
    return found


def foreseen(on, days, every=DAY):
    on.case.refresh_from_db()
    letters = to_come(on.case, on.cast.noor, on.at)
    last = on.at + timedelta(days=days)
    return {letter.key: letter.at for letter in letters if letter.key and letter.at <= last}


@pytest.mark.parametrize(
    ("stage", "days", "kinds"),
    [
        (Stage.SELF_ASSESSMENT, 60, {"self_assessment_reminder"}),
        (Stage.PORTFOLIO, 120, {"portfolio_reminder"}),
        (Stage.AUDIT, 40, {"due_soon", "due_passed", "due_escalated"}),
        (Stage.DECISION, 40, {"due_soon", "due_passed", "due_escalated"}),
    ],
)
def test_what_is_foreseen_is_what_the_clock_sends(cast, small, stage, days, kinds):
    on = make.walk(cast, to=stage, slug="current-concepts")
    if stage == Stage.AUDIT:
        on.assign(Role.AUDITOR, cast.aud)
    if stage == Stage.DECISION:
        on.assign(Role.DECIDER, cast.dee)

    expected = foreseen(on, days)

    assert {kind for key in expected for kind in kinds if kind.split("_")[0] in key}
    assert really_sent(on.at, days) == expected
    assert set(Message.objects.filter(key__in=expected).values_list("kind", flat=True)) == kinds


def test_a_silent_case_rests_on_the_day_that_was_foreseen(cast, small):
    on = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")
    rests = rests_at(on.case)
    assert to_come(on.case, cast.ada, on.at)[-1].at == rests

    really_sent(on.at, (rests - on.at).days - 1)
    on.case.refresh_from_db()
    assert on.case.stage == Stage.PORTFOLIO
    for day in range(3):
        writing.remind_idle(rests + day * DAY)

    on.case.refresh_from_db()
    assert on.case.stage == Stage.DORMANT


def test_the_letters_around_a_meeting_are_foreseen_to_the_hour(cast):
    on = make.walk(cast, to=Stage.VERIFICATION)
    on.assign(Role.VERIFIER, cast.vera)
    slot = next(s for s in verifying.slots(on.case, at=on.at) if s.starts_at > on.at + 4 * DAY)
    said = {"starts_at": slot.starts_at, "how": "video", "support_needs": ""}
    verifying.book(on.case, **said, by=cast.ada, at=on.at)

    expected = {key: at for key, at in foreseen(on, 12).items() if key.startswith("meeting:")}

    got = really_sent(on.at, 12, HOUR, OF_MEETINGS)
    assert len(expected) == 6  # both are reminded twice, and the host is asked twice
    assert {key: at for key, at in got.items() if key.startswith("meeting:")} == expected


def test_the_end_of_a_certificate_is_foreseen(cast, small):
    on = make.certified(cast, slug="current-practice")
    ends = on.certificate.expires_on
    letters = [c for c in to_come(on.case, cast.ada, on.at) if c.key.startswith("renewal:")]

    assert [(ends - letter.at.date()).days for letter in letters] == [365, 180, 90, 60, 30, 7, -1]
    start = on.at + timedelta(days=(ends - on.at.date()).days - 367)
    assert really_sent(start, 370, sweeps=[renewals.remind_of_renewals]) == {
        letter.key: letter.at for letter in letters
    }


def test_paused_reminders_are_not_foreseen(cast, small):
    on = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")
    services.pause_reminders(on.case, paused=True, by=cast.ada)

    assert to_come(Application.objects.get(pk=on.case.pk), cast.ada, on.at) == []


# --- The pages -----------------------------------------------------------------------------------
@pytest.fixture
def see(client):
    def go(person, on, **asked):
        client.force_login(person)
        with time_machine.travel(on.at, tick=False):
            return client.get(reverse("case_letters", args=[on.case.pk]), asked)

    return go


def all_sent(on):
    while drain(on.at + timedelta(days=400)):
        pass


def test_what_was_sent_is_read_word_for_word_later_on(cast, small, see):
    on = make.walk(cast, to=Stage.INTAKE, slug="current-concepts")
    all_sent(on)
    letter = Message.objects.get(kind="welcome", to=cast.ada)
    LetterText.objects.filter(kind="welcome").update(subject="Other words since then")

    page = see(cast.ada, on, key=letter.key).content.decode()

    assert "Word for word as it was sent" in page
    assert Copy.objects.get(message=letter).subject in page
    assert "Other words since then" not in page


def test_a_letter_to_come_is_read_as_of_today(cast, small, see):
    on = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")
    key = next(c.key for c in to_come(on.case, cast.ada, on.at) if c.key.startswith("portfolio"))

    page = see(cast.ada, on, key=key).content.decode()

    assert "As it would read today" in page
    assert "How is your portfolio coming along?" in page
    assert not Message.objects.filter(key=key).exists()


def test_a_letter_whose_fact_is_not_there_says_so(cast, small, see):
    on = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")
    waits = Message.objects.filter(to=cast.ada, kind="interview_invitation").first()

    page = see(cast.ada, on, key=waits.key).content.decode()

    assert "There is nothing to read now" in page


def test_nobody_reads_letters_of_others_or_unknown_ones(cast, small, see):
    on = make.walk(cast, to=Stage.AUDIT, slug="current-concepts")
    on.assign(Role.AUDITOR, cast.aud)
    theirs = Message.objects.get(kind="staff_task_assigned", to=cast.aud)

    assert see(cast.ada, on, key=theirs.key).status_code == 404
    assert see(cast.aud, on, key=theirs.key).status_code == 200
    assert see(cast.aud, on, key="no-such-key").status_code == 404
    assert see(cast.eve, on).status_code == 404
    # Who keeps the case sees that a letter exists, and reads none of them.
    assert theirs.key in [s.message.key for s in sent(on.case, cast.noor)]
    assert see(cast.noor, on, key=theirs.key).status_code == 404
    assert "Aud Example" in see(cast.noor, on).content.decode()


def test_of_two_auditors_neither_learns_of_the_other(cast, small, see):
    on = make.walk(cast, to=Stage.AUDIT, slug="current-concepts")
    bea = make.person("bea", Role.AUDITOR)
    on.assign(Role.AUDITOR, cast.aud)
    seconds.ask(on.case, by=cast.noor, at=on.at)
    on.assign(Role.SECOND_AUDITOR, bea)
    all_sent(on)

    for reader, other in ((cast.aud, "Bea Example"), (bea, "Aud Example")):
        page = see(reader, on).content.decode()
        assert "Ada Example" in page
        assert other not in page
    assert "Bea Example" in see(cast.noor, on).content.decode()
    assert "Bea Example" not in see(cast.ada, on).content.decode()


def test_who_has_not_declared_declares_first(cast, small, see):
    on = make.walk(cast, to=Stage.DECISION, slug="current-concepts")

    answer = see(cast.dee, on)

    assert answer.headers["Location"].startswith(reverse("applicants:declare", args=[on.case.pk]))


def test_the_page_asks_no_more_for_many_letters_than_for_few(cast, small, see):
    on = make.walk(cast, to=Stage.AUDIT, slug="current-concepts")
    on.assign(Role.AUDITOR, cast.aud)
    asked = []
    for turn in range(2):
        see(cast.aud, on)  # whatever is read once a process is read by now
        with CaptureQueriesContext(connection) as queries:
            see(cast.aud, on)
        asked.append(len(queries))
        Message.objects.bulk_create(
            Message(
                key=f"again:{turn}:{n}",
                kind="portfolio_received",
                to=cast.ada,
                not_before=on.at,
                context={"application": on.case.pk},
            )
            for n in range(30)
        )

    assert asked[0] == asked[1]


def test_no_copy_is_kept_of_a_letter_with_a_secret(client, cast):
    client.post(reverse("account_reset_password"), {"email": cast.eve.email})
    letter = Message.objects.get(kind="password_reset")

    while drain(make.NOON + timedelta(days=4000)):
        pass

    letter.refresh_from_db()
    assert letter.sent_at is not None
    assert not Copy.objects.filter(message=letter).exists()
