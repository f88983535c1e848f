"""Links into other people's calendars, read back as those calendars would."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from meetings.calendar_links import calendar_links
from tests.meetings.test_invite import invite


def links(**changes):
    return {link.name: link.url for link in calendar_links(invite(**changes))}


def asked(url):
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}


def test_google_is_told_the_meeting_in_utc():
    url = links()["Google"]

    assert url.startswith("https://calendar.google.com/calendar/render?")
    assert asked(url) == {
        "action": "TEMPLATE",
        "text": "Intake interview: Ngọc, “Aki” and Ina",
        "dates": "20260903T090000Z/20260903T091500Z",
        "details": "https://portal.example/meetings/1/",
        "location": "https://meet.example/ina",
    }


@pytest.mark.parametrize(
    ("name", "host"),
    [("Outlook.com", "outlook.live.com"), ("Office 365", "outlook.office.com")],
)
def test_outlook_is_told_the_same(name, host):
    url = links()[name]

    assert url.startswith(f"https://{host}/calendar/0/deeplink/compose?")
    assert asked(url) == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": "Intake interview: Ngọc, “Aki” and Ina",
        "startdt": "2026-09-03T09:00:00Z",
        "enddt": "2026-09-03T09:15:00Z",
        "body": "https://portal.example/meetings/1/",
        "location": "https://meet.example/ina",
    }


def test_a_time_of_any_zone_becomes_utc():
    nine = datetime(2026, 9, 3, 9, tzinfo=ZoneInfo("Asia/Kathmandu"))

    url = links(starts_at=nine, ends_at=nine + timedelta(minutes=15))["Google"]

    assert asked(url)["dates"] == "20260903T031500Z/20260903T033000Z"


def test_words_cannot_break_out_of_their_place():
    odd = "Tea & cake + 50 % #1?x=y\r\nBcc: eve"

    for url in links(title=odd, place=odd).values():
        values = asked(url)
        assert list(values.values()).count(odd) == 2
        assert not set(urlsplit(url).query) & set("+ \r\n#\"'<>")
        assert urlsplit(url).fragment == ""
