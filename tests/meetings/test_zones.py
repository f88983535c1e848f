"""One meeting in twelve zones, on both sides of their clock changes: page, letter and calendar file
say the same instant, and two programs of other people read it from the file.

What should be read is worked out here from the time zone database, not with the portal's code.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts.roles import Role
from meetings import feed as feeds
from meetings.hosting import HoursRow, set_hours, set_rules
from meetings.models import How, Kind, Meeting
from meetings.services import book, cancel, reschedule
from notices.services import drain
from tests.foreign import ask, needs_node

pytestmark = [pytest.mark.django_db, pytest.mark.slow, needs_node]
# A year from here holds two clock changes of every zone that has any.
BEGIN = datetime(2026, 9, 1, 12, tzinfo=UTC)
YEAR, HOUR, QUARTER = timedelta(days=365), timedelta(hours=1), timedelta(minutes=15)
READERS = ("ical.js", "node-ical")
PLACES = {
    "America/Toronto": "Toronto",
    "Australia/Lord_Howe": "Lord Howe",  # by half an hour
    "Asia/Kathmandu": "Kathmandu",  # UTC+5:45, all year
    "Pacific/Apia": "Apia",  # none any more
    "Africa/Casablanca": "Casablanca",  # back for the month of Ramadan
    "America/Sao_Paulo": "São Paulo",
    "Asia/Kolkata": "Kolkata",
    "Asia/Tokyo": "Tokyo",
    "America/St_Johns": "St. John’s",
    "Pacific/Chatham": "Chatham",  # at a quarter to four
    "Europe/Dublin": "Dublin",  # whose winter is the exception
    "Pacific/Auckland": "Auckland",
}


@dataclass(frozen=True)
class Said:
    """What left about one meeting at one step."""

    where: str  # precisely what to look at when it is wrong
    file: str
    method: str
    sequence: int
    starts_at: datetime
    meeting: Meeting

    def expected(self):
        ends_at = self.starts_at + QUARTER
        return {
            "uid": f"{self.meeting.uid}@testserver",
            "sequence": self.sequence,
            "starts": self.starts_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "ends": ends_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "status": "CANCELLED" if self.method == "CANCEL" else "CONFIRMED",
        }


# --- What a clock on the wall says ----------------------------------------------------------------
def changes(zone):
    """The two clock changes of the year, to the hour; Toronto's where the zone has none."""
    hours = [BEGIN + n * HOUR for n in range(365 * 24)]
    found = [
        later
        for earlier, later in pairwise(hours)
        if earlier.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset()
    ]
    return found[:2] or changes(ZoneInfo("America/Toronto"))


def instants(zone):
    """Seven: just before, at and after both changes, and one between them."""
    first, second = changes(zone)
    around = [change + step for change in (first, second) for step in (-HOUR, 0 * HOUR, HOUR)]
    between = first + (second - first) / 2
    return [*around, between.replace(minute=0, second=0, microsecond=0)]


def day_of(moment, zone):
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y}"


def clock_of(moment, zone):
    return f"{moment.astimezone(zone):%H:%M}"


def zone_of(moment, zone):
    """Place and distance: “Lord Howe time”, “UTC+10:30”."""
    minutes = int(moment.astimezone(zone).utcoffset() / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    offset = f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"
    return f"{PLACES[zone.key]} time", offset


# --- People and their meetings --------------------------------------------------------------------
@pytest.fixture
def ina(person):
    """Meets people at every hour of the day, a year ahead."""
    host = person("Ina", Role.INTAKE_MANAGER)
    always = [HoursRow(day, time(0), time(0), [Kind.INTAKE]) for day in range(7)]
    set_hours(host, always, by=host, at=BEGIN)
    rules = {"buffer_minutes": 0, "notice_hours": 0, "horizon_days": 365, "daily_cap": 40}
    way = {"ways": [How.VIDEO, How.PHONE], "video_link": "https://meet.example/ina", "address": ""}
    set_rules(host, **way, **rules, change_hours=0, by=host, at=BEGIN)
    return host


def letters(at):
    mail.outbox.clear()
    drain(at)
    return mail.outbox


def steps(guest, host, starts_at, at):
    """One meeting through the real services: (step, method, meeting, letters) after each."""
    meeting = book(
        kind=Kind.INTAKE,
        host=host,
        guest=guest,
        starts_at=starts_at,
        how=How.VIDEO,
        support_needs="",
        by=guest,
        at=at,
    )
    yield "request", "REQUEST", meeting, letters(at)
    meeting = reschedule(meeting, starts_at=starts_at + 2 * QUARTER, by=guest, at=at)
    yield "move", "REQUEST", meeting, letters(at)
    meeting = cancel(meeting, reason="Ill.", by=host, at=at)
    yield "cancel", "CANCEL", meeting, letters(at)


def wrong_words(where, words, moment, zone, *, step, shown):
    """What should be said of this moment on this person's clock, and is not."""
    wanted = [day_of(moment, zone), clock_of(moment, zone), *zone_of(moment, zone)]
    text = " ".join(words.split())
    return [f"{where}: {shown} after {step} lacks {want!r}" for want in wanted if want not in text]


def journey(zones, visit, person, ina):
    """Every meeting of every zone: what left in files, and which words were wrong."""
    said, wrong = [], []
    for n, zone in enumerate(zones):
        guest = person(f"Guest{n}", zone=zone.key)
        ina.time_zone = zones[n - 1].key  # the neighbour in the list, so that every zone hosts too
        ina.save()
        browser = visit(guest)
        for instant in instants(zone):
            for step, method, meeting, sent in steps(guest, ina, instant, BEGIN):
                where = f"{zone.key} {instant:%Y-%m-%dT%H:%MZ} {step}"
                by_address = {letter.to[0]: letter for letter in sent}
                assert set(by_address) == {guest.email, ina.email}, where
                for reader in (guest, ina):
                    letter = by_address[reader.email]
                    wrong += wrong_words(
                        where, letter.body, meeting.starts_at, reader.zone, step=step, shown="mail"
                    )
                page = browser.get(reverse("meetings:manage", args=[meeting.pk])).content.decode()
                wrong += wrong_words(
                    where, page, meeting.starts_at, guest.zone, step=step, shown="page"
                )
                file = by_address[guest.email].attachments[0].content
                said.append(Said(where, file, method, meeting.sequence, meeting.starts_at, meeting))
    return said, wrong


def misread(said, answers):
    """Where a reader complains, or reads something else than was said."""
    problems = []
    for one in said:
        for reader in READERS:
            answer = answers[one.where][reader]
            problems += [f"{one.where} {reader}: {words}" for words in answer["problems"]]
            if answer.get("method") != one.method or len(answer["events"]) != 1:
                problems.append(f"{one.where} {reader}: {answer}")
                continue
            read, expected = answer["events"][0], one.expected()
            problems += [
                f"{one.where} {reader}: {name} is {read[name]!r}, not {value!r}"
                for name, value in expected.items()
                if read[name] != value
            ]
    return problems


# --- The proof ------------------------------------------------------------------------------------
@pytest.mark.time_machine(BEGIN, tick=False)
def test_twelve_zones_around_their_clock_changes_are_read_alike_everywhere(visit, person, ina):
    zones = [ZoneInfo(key) for key in PLACES]

    said, wrong = journey(zones, visit, person, ina)
    answers = ask("read_calendars.js", {one.where: one.file for one in said})

    assert wrong == []
    assert misread(said, answers) == []
    assert len(said) == len(answers) == 12 * 7 * 3
    by_meeting = [[one.sequence for one in said[n : n + 3]] for n in range(0, len(said), 3)]
    assert by_meeting == [[0, 1, 2]] * 84
    assert len({one.meeting.uid for one in said}) == 84


@pytest.mark.time_machine(BEGIN, tick=False)
@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_a_feed_is_read_alike_by_both(person, ina, language, client):
    ada = person("Ada", language=language, zone="Australia/Lord_Howe")
    expected = {}
    for n, instant in enumerate(instants(ada.zone)):
        # One stays as it was booked, the next is moved, the third is cancelled, and so on.
        *_, (step, _, meeting, _) = islice(steps(ada, ina, instant, BEGIN), 1 + n % 3)
        expected[f"{meeting.uid}@testserver"] = (
            meeting.sequence,
            "CANCELLED" if step == "cancel" else "CONFIRMED",
            meeting.starts_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        )
    secret = feeds.secret_of(feeds.make(by=ada, at=BEGIN))
    file = client.get(reverse("meetings:read_feed", args=[secret])).content.decode()
    with translation.override(language):
        name = gettext("IMC meetings")

    answers = ask("read_calendars.js", {"feed": file})["feed"]

    for reader in READERS:
        answer = answers[reader]
        read = {e["uid"]: (e["sequence"], e["status"], e["starts"]) for e in answer["events"]}
        assert (answer["problems"], answer["method"], answer["name"]) == ([], "PUBLISH", name)
        assert read == expected
        assert [e["attendees"] for e in answer["events"]] == [[]] * 7


def test_a_broken_file_is_a_problem_to_both():
    broken = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:soon\r\nEND:VEVENT\r\n"

    answers = ask("read_calendars.js", {"broken": broken})["broken"]

    assert [reader for reader in READERS if not answers[reader]["problems"]] == []


def test_the_seven_instants_lie_on_both_sides_of_the_changes():
    for key in PLACES:
        zone = ZoneInfo(key)
        offsets = [instant.astimezone(zone).utcoffset() for instant in instants(zone)]
        changing = changes(zone) != changes(ZoneInfo("America/Toronto")) or key == "America/Toronto"
        assert (offsets[0] != offsets[1], offsets[3] != offsets[4]) == (changing, changing), key
