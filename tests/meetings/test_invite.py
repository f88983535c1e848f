"""What calendars read: parsed back with a parser."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from meetings.invite import Invite, Method, Party, ics

NINE = datetime(2026, 9, 3, 9, tzinfo=UTC)


def invite(**changes):
    fields = {
        "uid": "7f3k@portal.example",
        "sequence": 0,
        "starts_at": NINE,
        "ends_at": NINE + timedelta(minutes=15),
        "changed_at": NINE - timedelta(days=2),
        "title": "Intake interview: Ngọc, “Aki” and Ina",
        "place": "https://meet.example/ina",
        "url": "https://portal.example/meetings/1/",
        "organizer": Party("International Mentoring Community", "portal@imc.example"),
        "attendees": [
            Party('Olúfúnmiláyọ̀ "Funmi" Adébáyọ̀, Dr.', "funmi@imc.example"),
            Party("Ina", "ina@imc.example"),
        ],
    }
    return Invite(**{**fields, **changes})


def parsed(content):
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_invitation_is_one_event_in_utc_without_zone_tables():
    content = ics(invite(), Method.REQUEST)

    calendar, event = parsed(content)
    assert calendar["METHOD"] == "REQUEST"
    assert calendar.walk("VTIMEZONE") == []
    assert b"DTSTART:20260903T090000Z" in content
    assert b"DTEND:20260903T091500Z" in content
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (
        "7f3k@portal.example",
        0,
        "CONFIRMED",
    )
    assert event["ORGANIZER"] == "mailto:portal@imc.example"
    assert [str(a) for a in event["ATTENDEE"]] == [
        "mailto:funmi@imc.example",
        "mailto:ina@imc.example",
    ]


def test_names_survive_without_their_quotation_marks():
    _calendar, event = parsed(ics(invite(), Method.REQUEST))

    assert event["ATTENDEE"][0].params["CN"] == "Olúfúnmiláyọ̀ Funmi Adébáyọ̀, Dr."
    assert event["SUMMARY"] == "Intake interview: Ngọc, “Aki” and Ina"


def test_cancellation_keeps_identifier_and_attendees_and_says_cancelled():
    calendar, event = parsed(ics(invite(sequence=2, cancelled=True), Method.CANCEL))

    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert (event["UID"], len(event["ATTENDEE"])) == ("7f3k@portal.example", 2)


def test_what_is_published_names_no_attendees():
    _calendar, event = parsed(ics(invite(), Method.PUBLISH))

    assert ("ATTENDEE" in event, event["ORGANIZER"]) == (False, "mailto:portal@imc.example")


def test_a_mailbox_without_a_name_gets_none():
    content = ics(invite(organizer=Party("", "portal@imc.example")), Method.REQUEST)

    assert b"ORGANIZER:mailto:portal@imc.example" in content


@pytest.mark.parametrize(
    "name", ["Ina; Dr.", "Ina, M.D.", "Ina: host", 'Ina "I." Host', "I\u2019na"]
)
def test_names_with_marks_of_the_format_are_quoted(name):
    content = ics(invite(attendees=[Party(name, "ina@imc.example")]), Method.REQUEST)

    _calendar, event = parsed(content)
    assert event["ATTENDEE"].params["CN"] == name.replace('"', "")
    assert event["ATTENDEE"] == "mailto:ina@imc.example"
    assert b"^'" not in content


def test_same_meeting_gives_the_same_bytes():
    assert ics(invite(), Method.PUBLISH) == ics(invite(), Method.PUBLISH)
