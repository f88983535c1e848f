"""The pages of the renewal file: for its holder, for administrators, and for nobody else."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from applicants.flow import Stage
from certificates.dates import body_day, end_of
from certificates.models import Certificate
from imc_portal import casefile
from portfolios.models import Entry
from renewals import services
from renewals.models import Leave, Note
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def see(client, held):
    """A page of the file, read by somebody at a time."""

    def read(name, who, *args, at=held.at, data=None):
        with time_machine.travel(at, tick=False):
            client.force_login(who)
            given = [] if name == "desk" else args or [held.certificate.number]
            url = reverse(f"renewals:{name}", args=given)
            return client.get(url) if data is None else client.post(url, data)

    return read


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("name", ["file", "hand_in", "then_and_now", "ask_leave"])
def test_strangers_and_staff_find_nothing(see, small, name):
    for who in (small.eve, small.noor, small.aud, small.dee):
        assert see(name, who).status_code == 404


def test_strangers_find_no_note_and_no_leave(see, held, small):
    certificate = held.certificate
    written = services.Written(kind="change", on=body_day(held.at), text="Mine alone.")
    note = services.add(certificate, written, token=None, by=small.ada, at=held.at)
    day = body_day(held.at) + timedelta(days=5)
    leave = services.ask_leave(
        certificate, why="study", starts_on=day, ends_on=day + timedelta(days=30), words="",
        by=small.ada, at=held.at,
    )  # fmt: skip
    for who in (small.eve, small.aud):
        assert see("change", who, certificate.number, note.pk).status_code == 404
        assert see("remove", who, certificate.number, note.pk, data={}).status_code == 404
        assert see("leave", who, leave.pk).status_code == 404
        assert see("take_back", who, leave.pk, data={}).status_code == 404
    assert see("desk", small.ada).status_code == 404
    assert Note.objects.count() == 1


def test_the_dates_are_shown_with_their_arithmetic(see, held, ada):
    shown = text(see("file", ada))

    ends = held.certificate.expires_on
    assert f"{ends:%-d %B %Y}" in shown
    assert f"{ends.replace(year=ends.year + 2):%-d %B %Y}" in shown
    assert "Early handing in costs nothing" in shown
    assert "Draft an agreement with my next mentee" in shown
    assert "0 of 24, 24 to go." in shown


def test_a_file_that_is_with_us_does_not_speak_of_what_is_missing(see, held, ada, renew):
    assert "See what is missing" in text(see("file", ada))
    renew(held.certificate, to=Stage.AUDIT)

    assert "See what is missing" not in text(see("file", ada, at=end_of(held.certificate.ends_on)))


def test_sessions_of_the_log_are_named_by_their_day_in_words(see, held, ada):
    day = body_day(held.at)
    make.log.add(
        sort="mentoring", on=day, minutes=60, mode="video", mentee_alias="B.",
        focus="Goals", reflection="", next_step="", by=ada,
    )  # fmt: skip

    shown = text(see("add", ada, held.certificate.number, "change"))

    assert f"{day:%-d %B %Y} · Goals" in shown


def test_no_second_leave_is_offered_while_one_waits(see, held, ada):
    day = body_day(held.at) + timedelta(days=5)
    offered = f'href="{reverse("renewals:file", args=[held.certificate.number])}">Not now'
    assert offered in text(see("ask_leave", ada))
    services.ask_leave(
        held.certificate, why="study", starts_on=day, ends_on=day + timedelta(days=30), words="",
        by=ada, at=held.at,
    )  # fmt: skip

    shown = text(see("ask_leave", ada))

    assert offered not in shown
    assert "Take it back first." in shown
    typed = {"why": "health", "starts_on": day, "ends_on": day + timedelta(days=20), "words": "W."}
    assert ">\nW.</textarea>" in text(see("ask_leave", ada, data=typed))


def test_an_entry_is_added_and_what_was_typed_is_kept_when_it_is_refused(see, held, ada):
    number, day = held.certificate.number, body_day(held.at)
    typed = {"on": "2020-01-01", "text": "I wait longer now.", "language": "en"}

    refused = see("add", ada, number, "change", data=typed)
    assert refused.status_code == 200
    assert "I wait longer now." in text(refused)
    assert "this file began with the award" in text(refused)

    token = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
    for _click in range(2):
        kept = see("add", ada, number, "change", data=typed | {"on": str(day), "token": token})
        assert kept.status_code == 302
    assert [note.text for note in Note.objects.all()] == ["I wait longer now."]
    assert "I wait longer now." in text(see("file", ada))


def test_a_practice_entry_names_its_statement_and_its_area_is_written(see, held, ada):
    number, day = held.certificate.number, body_day(held.at)
    about = held.certificate.edition.statements.get(code="M3.1")
    typed = {"on": str(day), "text": "We agreed.", "language": "en", "statement": about.pk}

    assert see("add", ada, number, "practice", data=typed).status_code == 302
    assert "1 of 9 areas have a new entry. Still open: M1, M2, M4" in text(see("file", ada))


def test_an_entry_changed_in_another_window_is_not_lost(see, held, ada):
    number, day = held.certificate.number, body_day(held.at)
    written = services.Written(kind="change", on=day, text="First.")
    note = services.add(held.certificate, written, token=None, by=ada, at=held.at)
    typed = {"on": str(day), "text": "Second.", "language": "en", "revision": 1}
    assert see("change", ada, number, note.pk, data=typed).status_code == 302

    old = see("change", ada, number, note.pk, data=typed | {"text": "Third."})

    assert "saved in another window" in text(old)
    assert "Third." in text(old)
    assert 'name="revision" value="2"' in text(old)


def test_unknown_kinds_are_not_there(see, held, ada):
    assert see("add", ada, held.certificate.number, "poem").status_code == 404


def test_reading_changes_nothing(see, held, ada):
    for name in ("file", "hand_in", "then_and_now", "ask_leave"):
        see(name, ada)
    assert (Note.objects.count(), Leave.objects.count()) == (0, 0)


def test_a_leave_is_asked_for_and_answered_with_its_dates(see, held, small):
    day = body_day(held.at) + timedelta(days=5)
    ends = held.certificate.expires_on
    typed = {"why": "health", "starts_on": str(day), "ends_on": str(day + timedelta(days=29))}

    assert see("ask_leave", small.ada, data=typed).status_code == 302
    asked = Leave.objects.get()
    moved = ends + timedelta(days=30)
    shown = text(see("leave", small.noor, asked.pk))
    assert f"{ends:%-d %B %Y} + 30 days = {moved:%-d %B %Y}" in shown
    assert "+ 30 days" in text(see("desk", small.noor))
    assert see("leave", small.noor, asked.pk, data={"grant": "yes"}).status_code == 302
    assert Certificate.objects.get(pk=held.certificate.pk).extended_to == moved
    assert f"{moved:%-d %B %Y}" in text(see("file", small.ada))


def test_administrators_see_what_renewal_asks_for_as_data(client, held, small):
    client.force_login(small.noor)

    shown = text(client.get(reverse("renewals:desk")))

    for code in (f"RC{n}" for n in range(1, 11)):
        assert f">{code}<" in shown
    for amount in ("24</span> hours of mentoring", "20</span> hours of learning", "4</span> superv",
                   "12</span> months since", "30</span> minutes of renewal talk"):  # fmt: skip
        assert amount in shown


def test_while_a_case_is_open_the_renewal_is_continued(see, client, held, ada, renew):
    on = renew(held.certificate, to=Stage.INTAKE)
    shown = text(see("file", ada, at=on.at))
    assert "Continue your renewal" in shown
    assert "Begin the renewal" not in shown
    with time_machine.travel(on.at, tick=False):
        wallet = text(client.get(reverse("certificates:wallet")))
    assert "Continue the renewal" in wallet
    assert "Renew it" not in wallet


def test_handed_in_in_time_it_is_valid_on_the_check_page_and_in_the_data(client, held, renew):
    on = renew(held.certificate, to=Stage.AUDIT, before=30)
    day = f"{body_day(on.at):%-d %B %Y}"
    public_id = held.certificate.public_id
    later = end_of(held.certificate.expires_on) + timedelta(days=10)

    with time_machine.travel(later, tick=False):
        shown = text(client.get(reverse("register:certificate", args=[public_id])))
        data = client.get(reverse("register:certificate_data", args=[public_id])).json()
        told = client.get(reverse("api:certificate", args=[public_id])).json()

    assert "This certificate is valid" in shown
    assert f"Its renewal was handed in on {day} and is being decided" in shown
    assert (data["status"], data["valid"]) == ("valid", True)
    assert data["renewal_handed_in_on"] == body_day(on.at).isoformat()
    assert data["renewal"] == told["renewal"] == "being decided"
    assert told["renewal_handed_in_on"] == data["renewal_handed_in_on"]


def test_auditors_and_deciders_read_the_frozen_file(client, held, small, renew):
    written = services.Written(kind="change", on=body_day(held.at), text="I wait longer now.")
    services.add(held.certificate, written, token=None, by=small.ada, at=held.at)
    on = renew(held.certificate, to=Stage.AUDIT)
    on.assign(make.Role.AUDITOR, small.aud)
    with time_machine.travel(on.at, tick=False):
        make.auditing.open_audit(on.case, by=small.aud, at=on.at)
        client.force_login(small.aud)
        for url in ("portfolios:desk", "case_file"):
            shown = text(client.get(reverse(url, args=[on.case.pk])))
            assert "I wait longer now." in shown
            assert "Then and now" in shown


@pytest.mark.parametrize(("name", "queries"), [("file", 26), ("hand_in", 26)])
def test_pages_ask_the_database_as_often_whatever_there_is(
    see, held, ada, django_assert_num_queries, name, queries
):
    number, day = held.certificate.number, body_day(held.at)
    for n in range(6):
        written = services.Written(kind="reflection", on=day, text=f"Thought {n}.")
        services.add(held.certificate, written, token=None, by=ada, at=held.at)
    see(name, ada, number)  # signs in

    with django_assert_num_queries(queries):
        see(name, ada, number)


def test_the_case_file_counts_what_a_renewal_was_asked_for(certificate, renew):
    on = renew(certificate)
    written = Entry.objects.filter(portfolio__application=on.case)

    file = casefile.case_file(on.case, on.cast.noor, on.case.history())

    assert len(file.chains) > 0
    assert (file.met, file.asked) == (written.count(), written.count())
    assert {(area.met, area.asked) for area in file.areas} == {(1, 1)}
