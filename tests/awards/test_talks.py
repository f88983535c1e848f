"""Interviews are planned with people who have no account, booked through meetings, and confidential
from the organisation."""

from datetime import time, timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from awards import appointing, interviewing, talks
from awards.flow import Part, Stage
from awards.models import Group, InterviewNote, Talk
from awards.talks import AskedBefore
from meetings import visiting
from meetings.feed import calendar_of
from meetings.models import Busy, Kind, Visit, WeeklyHours
from meetings.rules import NoNumber, NotFree
from meetings.services import book
from notices.models import Message
from notices.services import compose
from tests.awards.walking import walk
from tests.make import person
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
MIA, MAX = "mia@harbour.example", "max@harbour.example"


def hours(host) -> None:
    """Every day from nine to five, by the host's own clock."""
    for day in range(7):
        WeeklyHours.objects.create(
            host=host, weekday=day, starts=time(9), ends=time(17), kinds=[Kind.PROGRAMME]
        )


@pytest.fixture
def way(who, time_machine):
    way = walk(who, to=Stage.INTERVIEWS)
    hours(who.fin)
    time_machine.move_to(way.at, tick=False)
    return way


def ask(way, *addresses, group=Group.MENTOR) -> list[Talk]:
    return talks.ask(way.bid, group=group, addresses=addresses or [MIA], by=way.who.fin, at=way.at)


def take(talk, way, n=0, **said) -> Talk:
    slot = talks.times(talk, way.at)[n]
    asked = {"how": "video", "phone": "", "zone": "Europe/Dublin"} | said
    return talks.choose(talk, starts_at=slot.starts_at, **asked, at=way.at)


def letters(kind) -> list[Message]:
    return list(Message.objects.filter(kind=kind))


# --- Asking --------------------------------------------------------------------------------------


def test_each_person_is_asked_at_their_own_address_once(way):
    first = ask(way, MIA, "MAX@harbour.example ", MIA)

    with pytest.raises(AskedBefore):
        ask(way, MIA.upper())
    assert [talk.address for talk in first] == [MIA, MAX]
    assert [(m.address, m.to) for m in letters("programme_talk_invitation")] == [
        (MIA, None), (MAX, None),
    ]  # fmt: skip
    mail = compose(letters("programme_talk_invitation")[0])
    assert str(first[0].key) in mail.body
    assert str(first[1].key) not in mail.body


def test_the_database_asks_nobody_twice(way):
    [talk] = ask(way)

    with pytest.raises(DatabaseError), transaction.atomic():
        Talk.objects.create(
            bid=way.bid, by=way.who.fin, group="team", address=talk.address.upper(),
            made_at=way.at, expires_at=way.at + timedelta(days=1),
        )  # fmt: skip


@pytest.mark.parametrize("who_asks", ["cora", "sam", "noor", "pan"])
def test_only_who_hears_people_asks_them(way, who_asks):
    who_asks = getattr(way.who, who_asks)
    if who_asks == way.who.sam:  # the second assessor of the sequential way may hear people too
        assert talks.may_ask(way.bid, who_asks)
        return

    with pytest.raises(Refused, match="by the assessors"):
        talks.ask(way.bid, group=Group.MENTOR, addresses=[MIA], by=who_asks, at=way.at)


def test_nobody_is_asked_before_interviews_take_place(who):
    way = walk(who, to=Stage.ADJUSTMENT)

    with pytest.raises(Refused, match="while they take place"):
        ask(way)


def test_there_is_an_end_to_asking(way):
    with pytest.raises(Refused, match="many people"):
        ask(way, *[f"{n}@harbour.example" for n in range(61)])


# --- Choosing ------------------------------------------------------------------------------------


def test_a_time_is_taken_through_meetings_and_both_hear_of_it(way):
    [talk] = ask(way)

    taken = take(talk, way)

    assert (taken.visit.host, taken.visit.kind, taken.zone) == (
        way.who.fin, Kind.PROGRAMME, "Europe/Dublin",
    )  # fmt: skip
    assert list(Busy.objects.filter(visit=taken.visit).values_list("person", flat=True)) == [
        way.who.fin.pk
    ]
    mail = compose(letters("programme_talk_booked")[0])
    assert "Dublin" in mail.body
    assert any("BEGIN:VCALENDAR" in str(a[1]) for a in mail.attachments)
    told = compose(letters("programme_talk_chosen")[0])
    assert told.to == [way.who.fin.email]
    assert MIA not in told.body + str(told.attachments)


def test_a_time_that_is_taken_is_refused_and_left_out(way):
    one, two = ask(way, MIA, MAX)
    taken = take(one, way)

    with pytest.raises(NotFree, match="just taken"):
        talks.choose(
            two, starts_at=taken.visit.starts_at, how="video", phone="", zone="", at=way.at
        )
    free = [slot.starts_at for slot in talks.times(two, way.at)]
    assert taken.visit.starts_at not in free


def test_a_talk_and_a_meeting_never_share_a_time(way):
    [talk] = ask(way)
    slot = talks.times(talk, way.at)[0]
    book(
        kind=Kind.PROGRAMME, host=way.who.fin, guest=person("ada"), starts_at=slot.starts_at,
        how="video", support_needs="", by=way.who.fin, at=way.at,
    )  # fmt: skip

    with pytest.raises(NotFree):
        talks.choose(talk, starts_at=slot.starts_at, how="video", phone="", zone="", at=way.at)
    visit = Visit.objects.create(
        kind=Kind.PROGRAMME, host=way.who.fin, starts_at=slot.starts_at, ends_at=slot.ends_at,
        how="video", about="x", booked_at=way.at, changed_at=way.at,
    )  # fmt: skip
    row = {"person": way.who.fin, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
    with pytest.raises(DatabaseError), transaction.atomic():
        Busy.objects.create(visit=visit, **row)


def test_the_same_time_twice_is_one_visit_and_another_one_moves_it(way):
    [talk] = ask(way)
    slot = talks.times(talk, way.at)[0].starts_at
    for _twice in range(2):
        talks.choose(talk, starts_at=slot, how="video", phone="", zone="", at=way.at)
    moved = take(talk, way, 5)

    assert (Visit.objects.count(), Busy.objects.count(), moved.visit.sequence) == (1, 1, 1)
    assert len(letters("programme_talk_booked")) == 2


def test_who_wants_to_be_called_gives_a_number(way):
    [talk] = ask(way)

    with pytest.raises(NoNumber):
        take(talk, way, how="phone")
    assert take(talk, way, how="phone", phone="+353 1 234").visit.place == "+353 1 234"


def test_who_declines_gives_the_time_back_and_is_asked_no_more(way):
    [talk] = ask(way)
    take(talk, way)

    talks.decline(talk, at=way.at)

    assert (Busy.objects.count(), talks.find(talk.key, way.at)) == (0, None)
    assert len(letters("programme_talk_declined")) == 1
    with pytest.raises(Refused, match="closed"):
        take(talk, way)
    with pytest.raises(AskedBefore):
        ask(way)


def test_who_steps_back_leaves_nobody_waiting(way):
    one, _two = ask(way, MIA, MAX)
    take(one, way)

    appointing.declare(way.bid, clear=False, by=way.who.fin, at=way.at)

    assert Busy.objects.count() == 0
    assert len(letters("programme_talk_cancelled")) == 2
    assert talks.find(one.key, way.at) is None
    told = {m.to for m in letters("programme_part_empty")}
    assert told == {way.who.noor}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_many_at_once_for_one_time_give_one_visit(who, time_machine):
    way = walk(who, to=Stage.INTERVIEWS)
    hours(who.fin)
    asked = ask(way, *[f"{n}@harbour.example" for n in range(6)])
    slot, start, got = talks.times(asked[0], way.at)[0], Barrier(6), []

    def choose(talk) -> None:
        start.wait()
        try:
            talks.choose(talk, starts_at=slot.starts_at, how="video", phone="", zone="", at=way.at)
            got.append(True)
        except NotFree:
            got.append(False)
        finally:
            connection.close()

    threads = [Thread(target=choose, args=[talk]) for talk in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (got.count(True), got.count(False), Visit.objects.count()) == (1, 5, 1)


def test_the_day_before_they_are_reminded_once(way):
    [talk] = ask(way)
    taken = take(talk, way, 40)
    before = taken.visit.starts_at - timedelta(hours=20)

    early = talks.remind(before - timedelta(days=1))
    talks.remind(before)
    talks.remind(before + timedelta(hours=1))

    assert (early, len(letters("programme_talk_reminder"))) == (0, 1)


def test_a_month_after_the_end_nobody_knows_who_was_asked(way):
    ask(way, MIA, MAX)
    way.bid.move("withdraw", by=way.who.cora, at=way.at)

    gone = [talks.forget(way.at + timedelta(days=days)) for days in (29, 31, 32)]

    assert gone == [0, 2, 0]
    assert not Talk.objects.filter(address__contains="harbour").exists()


def test_the_host_finds_the_visit_in_their_calendar_without_a_name(way, browse):
    [talk] = ask(way)
    taken = take(talk, way)

    file = calendar_of(way.who.fin, at=way.at).decode()
    page = browse(way.who.fin).get(reverse("meetings:day"), {"week": taken.visit.starts_at.date()})

    assert str(taken.visit.uid) in file
    assert MIA not in file
    assert "Programme interview" in page.content.decode()


def test_a_visit_ends_once(way):
    [talk] = ask(way)
    visit = take(talk, way).visit
    later = visit.starts_at + timedelta(minutes=1)

    with pytest.raises(Refused, match="begun"):
        visiting.cancel(visit, at=later)
    visiting.cancel(visit, at=way.at)
    with pytest.raises(Refused, match="cancelled"):
        visiting.cancel(visit, at=way.at)


# --- Recording and confidence --------------------------------------------------------------------


def record(way, talk=None, by=None) -> InterviewNote:
    return interviewing.record_interview(
        way.bid, group=Group.MENTOR, alias="Mentor ALIAS", held_on=way.at.date(),
        notes="SECRET words.", by=by or way.who.fin, at=way.at, talk=talk,
    )  # fmt: skip


def test_an_interview_is_recorded_once_for_its_invitation(way):
    [talk] = ask(way)
    take(talk, way)
    record(way, talk)

    with pytest.raises(Refused, match="recorded already"):
        record(way, talk)
    assert InterviewNote.objects.count() == 1
    assert talks.find(talk.key, way.at) is None


def test_the_organisation_learns_how_many_were_heard_and_nothing_else(way, browse):
    mia, _max = ask(way, MIA, MAX)
    take(mia, way)
    record(way, mia)
    record(way)
    cora = browse(way.who.cora)
    pages = {
        name: cora.get(reverse(f"awards:{name}", args=args))
        for name, args in {
            "workspace": [way.bid.pk],
            "voices": [way.bid.pk],
            "report": [way.bid.pk],
            "criterion": [way.bid.pk, "S1.1"],
            "programme": [way.bid.programme_id],
            "index": [],
            "interviews": [way.bid.pk],
            "desk": [way.bid.pk],
        }.items()
    }

    said = " ".join(page.content.decode() for name, page in pages.items() if name != "voices")
    assert "Interviews held so far: 2" in pages["workspace"].content.decode()
    for secret in (MIA, MAX, "ALIAS", "SECRET", "Mentor or coach", str(mia.key)):
        assert secret not in said
    codes = {name: page.status_code for name, page in pages.items()}
    assert (codes.pop("interviews"), codes.pop("desk")) == (404, 404)
    assert set(codes.values()) == {200}
    owed = Message.objects.filter(to=way.who.cora).values_list("kind", flat=True)
    assert not [kind for kind in owed if "talk" in kind]
    facts = [event.facts for event in Event.objects.of_case(way.bid.trail_case())]
    assert not [fact for fact in facts if "group" in fact or "address" in str(fact)]


def test_of_two_in_parallel_each_sees_whom_they_asked(who, browse, time_machine):
    way = walk(who, to=Stage.ASSESSMENT, scheme="ismcp")
    time_machine.move_to(way.at, tick=False)
    ask(way)
    url = reverse("awards:interviews", args=[way.bid.pk])

    shown = [MIA in browse(one).get(url).content.decode() for one in (who.fin, who.sam)]

    assert shown == [True, False]


# --- Pages ---------------------------------------------------------------------------------------


def test_an_assessor_asks_records_and_takes_back_on_the_page(way, browse):
    fin, page = browse(way.who.fin), reverse("awards:interviews", args=[way.bid.pk])
    asking = reverse("awards:ask", args=[way.bid.pk])
    wrong = fin.post(asking, {"asked": "mentor", "addresses": "nobody"})
    fin.post(asking, {"asked": "mentor", "addresses": f"{MIA}\n{MAX}"})
    mia, _max = Talk.objects.order_by("pk")
    fin.post(reverse("awards:take_talk_back", args=[way.bid.pk, mia.pk]))
    said = {"group": "mentor", "alias": "M", "held_on": way.at.date(), "notes": "Good."}
    fin.post(f"{page}?talk={_max.pk}", said)

    assert b"is not an e-mail address" in wrong.content
    mia.refresh_from_db()
    _max.refresh_from_db()
    assert (mia.taken_back_at, _max.note.alias) == (way.at, "M")


def test_who_was_asked_needs_no_account(way):
    [talk] = ask(way)
    client, url = Client(), reverse("awards:talk", args=[talk.key])
    page = client.get(url, {"zone": "Asia/Tokyo"})
    nothing = client.post(url, {"how": "video", "zone": "Asia/Tokyo"})
    slot = talks.times(talk, way.at)[3]
    client.post(url, {"slot": slot.value, "how": "video", "zone": "Asia/Tokyo"})
    booked, file = client.get(url), client.get(reverse("awards:talk_ics", args=[talk.key]))
    declined = client.post(url, {"decline": "yes"})

    assert "Tokyo" in page.content.decode()
    assert "Toronto" in page.content.decode()  # both clocks
    assert b"Choose a time." in nothing.content
    assert "Add to my calendar" in booked.content.decode()
    assert b"BEGIN:VCALENDAR" in file.content
    assert b"Thank you for telling us" in declined.content
    assert (client.get(url).status_code, Talk.objects.get().visit.is_booked) == (410, False)


def test_the_link_closes_with_the_interviews(way):
    [talk] = ask(way)
    later = way.at + timedelta(days=31)

    assert talks.find(talk.key, later) is None
    way.bid.cast.filter(part=Part.FIRST_ASSESSOR).update(ended_at=way.at)
    assert talks.find(talk.key, way.at) is None
