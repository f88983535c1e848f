"""The file from the day of the award, leaves, and what is frozen when it is handed in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from applicants.flow import Stage
from applicants.models import Outcome
from applicants.services import withdraw
from certificates.dates import body_day, end_of, years_after
from certificates.models import Certificate
from certificates.renewal import calendar_of
from certificates.status import Kind, Status
from certificates.steps import Measure
from notices.models import Message
from portfolios import sampling
from portfolios.desk import arithmetic
from portfolios.models import Submission
from portfolios.panels import RenewalLook, RenewalShare
from renewals import services
from renewals.flow import Stage as LeaveStage
from renewals.models import Leave, Note, NoteKind
from renewals.page import checklist_of, file_of, state_of
from renewals.progress import facts_of, lines_of
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db


def words(certificate, day, text="She found her own next step.", kind=NoteKind.CHANGE, **more):
    return services.Written(kind=kind, on=day, text=text, **more)


def statement(certificate, code):
    return certificate.edition.statements.get(code=code)


def add(certificate, written, *, by, at, token=None):
    return services.add(certificate, written, token=token, by=by, at=at)


def line(certificate, measure, at):
    return next(x for x in lines_of(facts_of(certificate, at)) if x.measure == measure)


def leave(certificate, *, by, at, first=10, days=60):
    starts = body_day(at) + timedelta(days=first)
    ends = starts + timedelta(days=days - 1)
    return services.ask_leave(
        certificate, why="family", starts_on=starts, ends_on=ends, words="A birth.", by=by, at=at
    )


# --- The file ---------------------------------------------------------------------------------
def test_the_file_is_open_on_the_day_of_the_award(held, ada):
    certificate, day = held.certificate, body_day(held.at)

    add(certificate, words(certificate, day), by=ada, at=held.at)
    shown = file_of(certificate, held.at)

    assert (shown.why_closed, len(shown.notes)) == ("", 1)
    assert [one.text for one in shown.goals] == ["Draft an agreement with my next mentee"]
    assert [(x.step.code, x.measure) for x in shown.lines] == [
        ("RC2", "ratings"), ("RC3", "entries"), ("RC4", "learning"), ("RC4", "supervision"),
        ("RC5", "mentoring"), ("RC6", "ethics"), ("RC7", "talk"),
    ]  # fmt: skip


def test_hours_are_told_with_what_is_left_and_when_it_is_reached(held, ada):
    certificate = held.certificate
    for month in range(1, 4):
        at = held.at + timedelta(days=28 * month)
        make.log.add(
            sort="mentoring", on=body_day(at), minutes=240, mode="video", mentee_alias="B.",
            focus="Goals", reflection="", next_step="", by=ada,
        )  # fmt: skip
    at = held.at + timedelta(days=84)

    told = line(certificate, Measure.MENTORING, at)

    assert told.count.have == 720
    assert told.words.startswith("12 of 24, 12 to go. At your pace you reach it in ")
    assert not told.late
    slow = line(certificate, Measure.MENTORING, held.at + timedelta(days=700))
    assert "after the end" in slow.words
    assert slow.late


def test_hours_are_written_as_the_language_of_the_reader_writes_them(held, ada):
    make.log.add(
        sort="mentoring", on=body_day(held.at), minutes=492, mode="video", mentee_alias="B.",
        focus="Goals", reflection="", next_step="", by=ada,
    )  # fmt: skip

    with override("fr-ca"):
        told = line(held.certificate, Measure.MENTORING, held.at)

    assert ("8,2" in told.words, "15,8" in told.words) == (True, True)


def test_what_was_logged_before_the_award_does_not_count(held):
    assert line(held.certificate, Measure.MENTORING, held.at).count.have == 0


def test_a_form_sent_twice_adds_one_entry(held, ada):
    token, written = uuid4(), words(held.certificate, body_day(held.at))

    twice = [add(held.certificate, written, by=ada, at=held.at, token=token) for _ in range(2)]

    assert twice[0] == twice[1]
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"text": "  "}, "Write a few words first."),
        ({"kind": NoteKind.PRACTICE}, "Choose the statement that this entry is about."),
        ({"day": -30}, "Choose a day from"),
        ({"day": 1}, "Choose a day from"),
        ({"text": "x" * 20_001}, "longer than 20,000"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(held, ada, change, why):
    change = dict(change)
    day = body_day(held.at) + timedelta(days=change.pop("day", 0))

    with pytest.raises(Refused, match=why):
        add(held.certificate, words(held.certificate, day, **change), by=ada, at=held.at)


def test_two_windows_notice_each_other(held, ada):
    written = words(held.certificate, body_day(held.at))
    note = add(held.certificate, written, by=ada, at=held.at)
    services.change(note, written, revision=1, by=ada, at=held.at)

    with pytest.raises(services.Conflict):
        services.change(note, written, revision=1, by=ada, at=held.at)


def test_nobody_else_writes_into_a_file(held, small):
    written = words(held.certificate, body_day(held.at))
    for who in (small.eve, small.noor, small.aud):
        with pytest.raises(services.NotYourFile):
            add(held.certificate, written, by=who, at=held.at)


# --- Feeding the case ---------------------------------------------------------------------------
def test_practice_entries_become_drafts_of_the_portfolio(held, ada, renew):
    certificate, day = held.certificate, body_day(held.at)
    for code in ("M1.1", "M4.1"):
        about = statement(certificate, code)
        add(
            certificate,
            words(certificate, day, f"About {code}.", NoteKind.PRACTICE, statement=about),
            by=ada, at=held.at,
        )  # fmt: skip
    on = renew(certificate, to=Stage.PORTFOLIO)
    portfolio = make.writing.open_portfolio(on.case, by=ada, at=on.at)

    drafts = portfolio.entries.values_list("statement__code", "facet", "text", "state")

    assert sorted(drafts) == [
        ("M1.1", "practice", "About M1.1.", "draft"),
        ("M4.1", "practice", "About M4.1.", "draft"),
    ]


def test_handing_in_freezes_the_file(held, ada, renew):
    certificate, day = held.certificate, body_day(held.at)
    add(certificate, words(certificate, day, "As it was."), by=ada, at=held.at)
    on = renew(certificate, to=Stage.AUDIT)

    frozen = Submission.objects.get(portfolio__application=on.case).snapshot["renewal"]

    assert [note["text"] for note in frozen["notes"]] == ["As it was."]
    assert len(frozen["then_and_now"]) == 9
    assert frozen["then_and_now"][0]["then"] == [3, 3]
    certificate.refresh_from_db()
    with pytest.raises(services.Closed, match="frozen"):
        add(certificate, words(certificate, body_day(on.at)), by=ada, at=on.at)


def test_checklist_says_in_sentences_what_is_missing(held, ada, renew):
    certificate = held.certificate
    before = checklist_of(file_of(certificate, held.at))
    assert not before.ready
    assert any("0 of 24, 24 to go" in gap.text for gap in before.open)

    on = renew(certificate, to=Stage.PORTFOLIO)
    on.write()
    assert checklist_of(file_of(certificate, on.at)).open == []
    ready = [e for e in on.case.portfolio.entries.all() if e.state == "ready"]
    assert len(ready) == 9
    assert checklist_of(file_of(certificate, on.at)).ready


def test_whole_renewal_to_the_new_certificate(held, renew):
    first = held.certificate
    on = renew(first, before=3)  # rated a few days before the end; handed in a little later
    second = on.certificate

    assert second.renews == first
    assert second.expires_on == years_after(first.awarded_on, 4)
    assert [e.kind for e in Certificate.objects.get(pk=first.pk).events.all()] == [
        "issued", "handed_in", "renewed",
    ]  # fmt: skip
    assert state_of(first, on.at) is None
    assert state_of(second, on.at).done == 0


# --- Timely or not --------------------------------------------------------------------------------
def test_a_timely_file_keeps_it_valid_in_every_list(held, renew):
    on = renew(held.certificate, to=Stage.AUDIT, before=30)
    certificate = Certificate.objects.get(pk=held.certificate.pk)
    ends = certificate.expires_on
    later = end_of(ends) + timedelta(days=50)

    assert certificate.handed_in_on == body_day(on.at)
    standing = certificate.standing(later)
    assert (standing.status, standing.handed_in) == (Status.VALID, on.at)
    assert Certificate.objects.in_force(body_day(later)).filter(pk=certificate.pk).exists()
    on.at = later
    on.audit()
    on.verification()
    on.decision(Outcome.DECLINE)
    certificate.refresh_from_db()
    assert certificate.handed_in_on is None
    assert certificate.status(on.at) == Status.LAPSED
    assert certificate.status(later) == Status.VALID  # as it was then
    assert not Certificate.objects.in_force(body_day(on.at)).filter(pk=certificate.pk).exists()


def test_withdrawn_after_the_end_it_lapses_at_once(held, ada, renew):
    on = renew(held.certificate, to=Stage.AUDIT, before=30)
    at = end_of(held.certificate.expires_on) + timedelta(days=5)

    withdraw(on.case, by=ada, at=at)

    assert Certificate.objects.get(pk=held.certificate.pk).status(at) == Status.LAPSED


def test_handed_in_during_grace_it_is_lapsed_until_it_is_renewed(held, renew):
    on = renew(held.certificate, to=Stage.AUDIT, before=-20)
    certificate = Certificate.objects.get(pk=held.certificate.pk)

    assert certificate.status(on.at) == Status.LAPSED
    assert certificate.standing(on.at).handed_in == on.at
    assert not Certificate.objects.in_force(body_day(on.at)).filter(pk=certificate.pk).exists()
    on.audit()
    on.verification()
    on.decision()
    assert on.certificate.expires_on == years_after(certificate.awarded_on, 4)
    assert on.certificate.status(on.at) == Status.VALID


def test_another_name_in_between_keeps_the_leave_and_the_renewal(held, ada, noor, renew):
    asked = leave(held.certificate, by=ada, at=held.at)
    services.grant_leave(asked, by=noor, at=held.at)
    held.certificate.refresh_from_db()
    on = renew(held.certificate, to=Stage.AUDIT, before=30)
    certificate = Certificate.objects.get(pk=held.certificate.pk)
    make.happened(certificate, Kind.REPLACED, at=on.at)

    other = Certificate.objects.get(replaces=certificate)

    assert (other.extended_to, other.handed_in_on) == (
        certificate.expires_on + timedelta(days=60),
        body_day(on.at),
    )
    assert other.standing(on.at).handed_in == on.at


# --- Leaves -----------------------------------------------------------------------------------
def test_a_granted_leave_moves_the_end_and_what_follows(held, ada, noor, renew):
    certificate = held.certificate
    ends = certificate.expires_on
    asked = leave(certificate, by=ada, at=held.at)
    services.grant_leave(asked, by=noor, at=held.at)
    certificate.refresh_from_db()
    moved = ends + timedelta(days=60)

    assert (asked.moved_from, asked.moved_to, certificate.ends_on) == (ends, moved, moved)
    dates = calendar_of(certificate)
    assert (dates.extended_from, dates.ends_on, dates.next_end) == (
        ends, moved, years_after(moved, 2),
    )  # fmt: skip
    assert certificate.status(end_of(ends) + timedelta(days=59)) == Status.VALID
    assert Certificate.objects.in_force(moved).filter(pk=certificate.pk).exists()
    second = renew(certificate).certificate
    assert second.expires_on == years_after(moved, 2)


def test_why_stands_in_no_letter_and_nowhere_in_the_trail(held, ada, noor):
    asked = leave(held.certificate, by=ada, at=held.at)
    services.grant_leave(asked, by=noor, at=held.at)

    told = [*Message.objects.values_list("context", flat=True)]
    told += [*Event.objects.values_list("facts", flat=True)]
    assert "birth" not in str(told)
    assert "family" not in str(told)
    kinds = Message.objects.filter(kind__startswith="leave").values_list("kind", "to__email")
    assert sorted(kinds) == [
        ("leave_answered", "ada@example.org"), ("leave_asked", "noor@example.org"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "days", "why"),
    [
        (10, 13, "14 days or more"),
        (-40, 60, "The leave begins between"),
        (10, 366, "365 days at most"),
        (800, 20, "The leave begins between"),
    ],
)
def test_a_leave_that_does_not_add_up_is_refused(held, ada, first, days, why):
    with pytest.raises(services.NoLeave, match=why):
        leave(held.certificate, by=ada, at=held.at, first=first, days=days)


def test_days_count_once_and_leaves_of_a_term_have_a_limit(held, ada, noor):
    services.grant_leave(leave(held.certificate, by=ada, at=held.at), by=noor, at=held.at)

    with pytest.raises(services.NoLeave, match="covers some of these days"):
        leave(held.certificate, by=ada, at=held.at, first=40)
    with pytest.raises(services.NoLeave, match="60 are used"):
        leave(held.certificate, by=ada, at=held.at, first=100, days=306)


def test_asking_twice_is_one_request_and_only_its_holder_takes_it_back(held, ada, noor):
    asked = leave(held.certificate, by=ada, at=held.at)

    assert leave(held.certificate, by=ada, at=held.at) == asked
    with pytest.raises(services.NoLeave, match="waits for its answer"):
        leave(held.certificate, by=ada, at=held.at, first=100)
    with pytest.raises(Refused):
        services.take_leave_back(asked, by=noor, at=held.at)
    with pytest.raises(Refused):
        services.grant_leave(asked, by=ada, at=held.at)
    services.take_leave_back(asked, by=ada, at=held.at)
    assert asked.stage == LeaveStage.TAKEN_BACK


def test_a_refusal_needs_words_and_moves_nothing(held, ada, noor):
    asked = leave(held.certificate, by=ada, at=held.at)

    with pytest.raises(Refused, match="Write why"):
        services.refuse_leave(asked, answer=" ", by=noor, at=held.at)
    services.refuse_leave(asked, answer="It is over already.", by=noor, at=held.at)

    assert Certificate.objects.get(pk=held.certificate.pk).extended_to is None
    with pytest.raises(Refused):
        services.grant_leave(asked, by=noor, at=held.at)


def test_the_database_itself_refuses_a_leave_without_an_answerer(held, ada):
    asked = leave(held.certificate, by=ada, at=held.at)

    with pytest.raises(IntegrityError), transaction.atomic():
        Leave.objects.filter(pk=asked.pk).update(stage="granted")


# --- Sampling -----------------------------------------------------------------------------------
def share(certificate, percent):
    RenewalShare.objects.update_or_create(tier=certificate.tier, defaults={"percent": percent})


def test_without_a_share_every_renewal_is_looked_at_in_full(held, renew):
    on = renew(held.certificate, to=Stage.AUDIT)
    look = RenewalLook.objects.get(submission__portfolio__application=on.case)

    assert (look.full, look.why) == (True, "all")


def test_the_lot_is_reckoned_again_from_the_trail(held, renew):
    share(held.certificate, 50)
    on = renew(held.certificate, to=Stage.AUDIT)
    submission = Submission.objects.get(portfolio__application=on.case)
    drawn = Event.objects.of_case(on.case.trail_case()).get(verb="draw_look")
    first = Event.objects.of_case(on.case.trail_case()).order_by("pk").first()

    lot = int(first.hash[12:24], 16) % 100
    assert drawn.facts == {"lot": lot, "percent": 50, "drawn": lot < 50}
    assert sampling.lot_of(submission) == lot
    assert submission.renewal_look.full == (lot < 50)


def test_a_renewal_that_is_not_drawn_is_checked_and_decided_by_people(held, small, renew):
    share(held.certificate, 0)
    on = renew(held.certificate, to=Stage.AUDIT)
    on.assign(make.Role.AUDITOR, small.aud)
    audit = make.auditing.open_audit(on.case, by=small.aud, at=on.at)

    assert make.auditing.to_find(audit) == []
    assert arithmetic(audit).sentence == (
        "The renewal is complete. It was not drawn to be looked at in full."
    )
    on.case.refresh_from_db()
    assert on.case.stage == Stage.AUDIT  # nothing goes on by itself
    on.close_audit()
    on.verification()
    on.decision()
    assert on.certificate.renews == held.certificate


def test_whoever_audits_may_always_read_all_of_it(held, small, renew):
    share(held.certificate, 0)
    on = renew(held.certificate, to=Stage.AUDIT)
    on.assign(make.Role.AUDITOR, small.aud)
    audit = make.auditing.open_audit(on.case, by=small.aud, at=on.at)

    with pytest.raises(Refused):
        sampling.read_in_full(audit, by=small.eve, at=on.at)
    sampling.read_in_full(audit, by=small.aud, at=on.at)

    assert len(make.auditing.to_find(audit)) == 9
    with pytest.raises(Refused, match="in full already"):
        sampling.read_in_full(audit, by=small.aud, at=on.at)


def test_who_is_drawn_hears_of_it(held, renew):
    share(held.certificate, 100)
    renew(held.certificate, to=Stage.AUDIT)

    assert Message.objects.filter(kind="renewal_drawn").count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the other engine has no EXPLAIN so")
def test_lists_ask_the_mirrors(held):
    plan = Certificate.objects.in_force(body_day(held.at)).explain()

    assert "certificateevent" not in plan
