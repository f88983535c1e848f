"""An applicant in Tokyo books a host in Toronto in a real browser, moves the meeting, and the host
cancels it. The letters go through a real mail server and are read back from there.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from applicants.flow import Stage
from meetings.models import Meeting
from meetings.reminding import remind
from notices.models import Message
from notices.services import drain
from tests import make
from tests.postbox import by_smtp, postbox

__all__ = ["by_smtp", "postbox"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MOST = 60_000  # milliseconds for a page, on a busy machine
TOKYO, TORONTO = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/Toronto")
HOUR = timedelta(hours=1)
REMINDED = timedelta(hours=48)  # before a meeting


@pytest.fixture
def clock():
    with time_machine.travel(make.NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def case(cast, clock):
    """Ada sits in Tokyo and waits for her interview; Ina meets people in Toronto."""
    cast.ada.time_zone = "Asia/Tokyo"
    cast.ada.save()
    on = make.walk(cast, to=Stage.INTAKE)
    clock.move_to(on.at)
    drain(on.at, limit=100)
    return on.case


@pytest.fixture
def open_page(page, live_server):
    page.set_default_timeout(MOST)

    def go(name, *args):
        page.goto(live_server.url + reverse(name, args=args))
        return page

    return go


# --- What people do -------------------------------------------------------------------------------
def choose(page, number):
    """One of the times, as a person picks it: by its label. Returns the instant it stands for."""
    time = page.locator('input[name="slot"]').nth(number)
    value = time.get_attribute("value")
    time.locator("xpath=ancestor::label[1]").click()
    return datetime.strptime(value, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def books(open_page, case):
    """From the page of the case to the page of the booked meeting."""
    page = open_page("applicants:book", case.pk)
    starts_at = choose(page, -1)
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("Kept for you until").wait_for()
    page.get_by_role("button", name="Book").click()
    page.wait_for_url("**/meetings/*/")
    return starts_at


def moves(open_page, meeting):
    page = open_page("meetings:manage", meeting.pk)
    page.get_by_role("link", name="Move the meeting").click()
    page.wait_for_url("**/move/")
    starts_at = choose(page, 3)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/meetings/*/")
    return starts_at


def cancels(open_page, meeting):
    page = open_page("meetings:manage", meeting.pk)
    page.get_by_role("link", name="Cancel the meeting").click()
    page.get_by_label("Why?").fill("I have the flu.")
    page.get_by_role("button", name="Cancel the meeting").click()
    page.wait_for_url("**/meetings/*/")


# --- What arrives ---------------------------------------------------------------------------------
def arrived(postbox):
    """The letters that leave now, by who they are for."""
    postbox.letters.clear()
    drain(timezone.now(), limit=100)
    assert list(Message.objects.exclude(last_error="").values_list("last_error", flat=True)) == []
    letters = {parseaddr(letter["To"])[1]: letter for letter in postbox.letters}
    assert len(letters) == len(postbox.letters)
    return letters


def text_of(letter):
    return " ".join(letter.get_body(("plain",)).get_content().split())


def invitation(letter):
    """The calendar of a letter: the same bytes as an alternative and as a file."""
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_filename() for part in parts] == [None, "invite.ics"]
    inside, attached = (part.get_payload(decode=True) for part in parts)
    assert inside == attached
    assert b"\r\n" in inside
    calendar = Calendar.from_ical(inside)
    assert {part.get_param("method") for part in parts} == {str(calendar["METHOD"])}
    (event,) = calendar.walk("VEVENT")
    return {
        "method": str(calendar["METHOD"]),
        "status": str(event["STATUS"]),
        "sequence": event["SEQUENCE"],
        "starts": event["DTSTART"].dt,
        "uid": str(event["UID"]),
        "from": event["ORGANIZER"].removeprefix("mailto:"),
        "to": [address.removeprefix("mailto:") for address in event["ATTENDEE"]],
    }


def missing(text, moment, zone, place):
    """What the letter should say of this moment on that clock, and does not."""
    local = moment.astimezone(zone)
    hours = int(local.utcoffset() / HOUR)
    offset = f"UTC{'+' if hours > 0 else '−'}{abs(hours)}"
    wanted = [
        f"{local:%A} {local.day} {local:%B %Y}",
        f"{local:%H:%M} ({place} time, {offset})",
    ]
    return [words for words in wanted if words not in text]


def check(letters, cast, meeting, *, starts_at, method, sequence):
    """Both read the same instant on their own clock, in words and in the calendar."""
    assert set(letters) == {cast.ada.email, cast.ina.email}
    for letter in letters.values():
        assert invitation(letter) == {
            "method": method,
            "status": "CANCELLED" if method == "CANCEL" else "CONFIRMED",
            "sequence": sequence,
            "starts": starts_at,
            "uid": f"{meeting.uid}@testserver",
            "from": parseaddr(letter["From"])[1],
            "to": [cast.ada.email, cast.ina.email],
        }
    for_ada, for_ina = text_of(letters[cast.ada.email]), text_of(letters[cast.ina.email])
    assert missing(for_ada, starts_at, TOKYO, "Tokyo") == []
    assert missing(for_ina, starts_at, TORONTO, "Toronto") == []
    reason = "I have the flu."
    assert (reason in for_ada, reason in for_ina) == (method == "CANCEL", method == "CANCEL")


# --- The journey ----------------------------------------------------------------------------------
def test_tokyo_books_toronto_moves_and_toronto_cancels(
    clock, case, cast, open_page, sign_in, by_smtp
):
    sign_in(cast.ada)
    starts_at = books(open_page, case)
    meeting = Meeting.objects.get()
    letters = arrived(by_smtp)
    assert on_page(open_page, meeting, starts_at, TOKYO)
    check(letters, cast, meeting, starts_at=starts_at, method="REQUEST", sequence=0)

    # Reminders are owed; she moves it before they leave, so they never do.
    clock.move_to(starts_at - REMINDED)
    assert remind(starts_at - REMINDED) == 2
    sign_in(cast.ada)
    new = moves(open_page, meeting)
    letters = arrived(by_smtp)
    assert new != starts_at
    assert on_page(open_page, meeting, new, TOKYO)
    check(letters, cast, meeting, starts_at=new, method="REQUEST", sequence=1)
    assert Message.objects.exclude(dropped_at=None).count() == 2

    sign_in(cast.ina)
    cancels(open_page, meeting)
    assert on_page(open_page, meeting, new, TORONTO)
    letters = arrived(by_smtp)
    check(letters, cast, meeting, starts_at=new, method="CANCEL", sequence=2)

    # Later, nothing more is said of a meeting that does not take place.
    clock.move_to(new - REMINDED)
    assert (remind(new - REMINDED), arrived(by_smtp)) == (0, {})


def on_page(open_page, meeting, starts_at, zone):
    """Does the meeting's own page say this time on the reader's clock?"""
    local = starts_at.astimezone(zone)
    words = open_page("meetings:manage", meeting.pk).locator("main").inner_text()
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} to" in " ".join(words.split())
