"""Pages: who sees them, what they do, and that nothing typed is lost."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from icalendar import Calendar

from accounts.middleware import DEMO_SIGN_IN
from meetings.models import DayOff, HostSettings, State, WeeklyHours
from meetings.services import book, cancel
from tests.meetings.conftest import NOON, TEN, quarter

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]
DAY = timedelta(days=1)


@pytest.fixture
def visit(client, settings):
    """A browser in which somebody is signed in, staff with their second factor."""
    settings.DEMO = True

    def as_(user):
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session[DEMO_SIGN_IN] = True
        session.save()
        return client

    return as_


def page(name, *args):
    return reverse(f"meetings:{name}", args=args)


# --- The door ---------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["manage", "move", "cancel", "ics"])
def test_strangers_find_nothing(booked, visit, person, name):
    meeting, eve = booked(), person("Eve")

    answer = visit(eve).get(page(name, meeting.pk))

    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["manage", "move", "cancel", "ics"])
@pytest.mark.parametrize("who", ["ada@example.org", "ina@example.org", "ann@example.org"])
def test_the_two_and_administrators_are_let_in(booked, ann, visit, name, who):
    meeting = booked()

    answer = visit(get_user_model().objects.get(email=who)).get(page(name, meeting.pk))

    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["move", "cancel"])
def test_strangers_change_nothing(booked, visit, person, name):
    meeting, eve = booked(), person("Eve")

    answer = visit(eve).post(page(name, meeting.pk), {"slot": "2026-09-04T11:30Z", "reason": "No."})

    meeting.refresh_from_db()
    assert (answer.status_code, meeting.state, meeting.starts_at) == (404, State.BOOKED, TEN)


@pytest.mark.parametrize("name", ["hours", "rules", "take_day_off"])
def test_who_meets_nobody_has_no_calendar(ada, ann, visit, name):
    assert visit(ada).post(page(name)).status_code == 404
    assert visit(ann).post(page(name)).status_code == 404


def test_lists_show_ones_own_alone(booked, person, visit, ada):
    booked(support_needs="Captions")

    mine = visit(ada).get(page("mine"))
    theirs = visit(person("Eve")).get(page("mine"))

    assert "Ina" in mine.content.decode()
    assert ("Ina" in theirs.content.decode(), theirs.context["upcoming"]) == (False, [])


# --- Reading ----------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_questions_however_long(
    booked, visit, ada, count, django_assert_max_num_queries
):
    for n in range(count):
        booked(starts_at=TEN + quarter(n))
    browser = visit(ada)

    with django_assert_max_num_queries(8):
        answer = browser.get(page("mine"))

    assert len(answer.context["upcoming"]) == count


def test_my_time_stands_first_and_the_others_beside_it(booked, visit, ada):
    meeting = booked()

    (row,) = visit(ada).get(page("mine")).context["upcoming"]

    assert (row.meeting, row.day, row.span, row.theirs) == (
        meeting,
        "Thursday 3 September 2026",
        "19:30 to 19:45",
        "10:00 St. John’s",
    )


def test_cancelled_meeting_leads_the_guest_to_a_new_time(booked, visit, ada, ina, at):
    meeting = booked()
    cancel(meeting, reason="I am ill.", by=ina, at=at)

    content = visit(ada).get(page("manage", meeting.pk)).content.decode()

    assert "I am ill." in content
    assert 'href="/cases/1/book/"' in content
    assert page("move", meeting.pk) not in content


def test_calendar_file_has_the_present_state(booked, visit, ada):
    meeting = booked()

    answer = visit(ada).get(page("ics", meeting.pk))

    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["DTSTART"].dt) == ("PUBLISH", TEN)
    disposition = f'attachment; filename="meeting-{meeting.pk}.ics"'
    assert answer["Content-Disposition"] == disposition


def test_host_without_hours_is_told_what_to_do(visit, ina):
    WeeklyHours.objects.all().delete()

    lists = visit(ina).get(page("mine")).content.decode()
    calendar = visit(ina).get(page("hours")).content.decode()

    assert "Nobody can book you yet" in lists
    assert "You have no hours yet" in calendar


# --- Moving and cancelling --------------------------------------------------------------------
def test_moving_by_the_page(booked, visit, ada):
    meeting = booked()

    answer = visit(ada).post(page("move", meeting.pk), {"slot": "2026-09-04T11:30Z"})

    meeting.refresh_from_db()
    assert answer.url == page("manage", meeting.pk)
    assert meeting.starts_at == TEN + DAY - quarter(4)


def test_its_own_time_is_not_among_the_choices(booked, visit, ada):
    meeting = booked()

    slots = visit(ada).get(page("move", meeting.pk)).context["form"].slots

    assert TEN not in [slot.starts_at for slot in slots]
    assert TEN + quarter(1) in [slot.starts_at for slot in slots]


def test_time_that_is_gone_is_answered_with_the_nearest(booked, visit, person, ada):
    meeting, bea = booked(), person("Bea")
    booked(guest=bea, by=bea, starts_at=TEN + quarter(1))

    answer = visit(ada).post(page("move", meeting.pk), {"slot": "2026-09-03T12:45Z"})

    content = answer.content.decode()
    assert answer.status_code == 200
    assert "That time was just taken. Free near it: Thursday 3 September, 19:15" in content


@pytest.mark.parametrize("slot", ["", "yesterday", "2026-09-03T12:45", "2026-09-03T12:46Z"])
def test_bad_times_change_nothing(booked, visit, ada, slot):
    meeting = booked()

    answer = visit(ada).post(page("move", meeting.pk), {"slot": slot})

    meeting.refresh_from_db()
    assert (answer.status_code, meeting.sequence) == (200, 0)
    assert list(answer.context["form"].errors) == ["slot"]


def test_refusal_of_the_service_becomes_an_answer_on_the_page(booked, visit, ada, at, time_machine):
    meeting = booked()
    browser = visit(ada)
    time_machine.move_to(TEN)
    browser = visit(ada)

    moved = browser.post(page("move", meeting.pk), {"slot": "2026-09-04T11:30Z"})
    cancelled = browser.post(page("cancel", meeting.pk), {"reason": "My train is late."})

    assert "has begun" in moved.content.decode()
    assert "has begun" in cancelled.content.decode()
    assert "My train is late." in cancelled.content.decode()


def test_cancelling_needs_a_reason(booked, visit, ada):
    meeting = booked()
    browser = visit(ada)

    empty = browser.post(page("cancel", meeting.pk), {"reason": ""})
    said = browser.post(page("cancel", meeting.pk), {"reason": "I am ill."})

    meeting.refresh_from_db()
    assert (empty.status_code, said.url) == (200, page("manage", meeting.pk))
    assert (meeting.state, meeting.cancel_reason) == (State.CANCELLED, "I am ill.")


# --- The host's calendar ----------------------------------------------------------------------
def week(*rows, initial=0):
    data = {"week-TOTAL_FORMS": len(rows), "week-INITIAL_FORMS": initial}
    for n, row in enumerate(rows):
        data |= {f"week-{n}-{name}": value for name, value in row.items()}
    return data


MONDAY = {"weekday": 0, "starts": "09:00", "ends": "12:00", "kinds": ["intake"]}


def test_saving_hours_replaces_and_removes(visit, ina):
    rows = [
        MONDAY,
        {**MONDAY, "weekday": 1, "DELETE": "on"},
        {**MONDAY, "weekday": 2, "ends": "00:00"},
        {"weekday": "", "starts": "", "ends": "", "kinds": ["intake", "renewal"]},
    ]

    answer = visit(ina).post(page("hours"), week(*rows))

    assert answer.url == page("hours")
    assert [str(hours) for hours in ina.weekly_hours.all()] == [
        "Monday 09:00 to 12:00",
        "Wednesday 09:00 to 00:00",
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([MONDAY, {**MONDAY, "starts": "11:00"}], "overlap"),
        ([{**MONDAY, "ends": "08:00"}], "The end lies before the start."),
        ([{**MONDAY, "kinds": ["verification"]}], "verification is not one of"),
        ([{**MONDAY, "starts": "soon"}], "Enter a valid time."),
    ],
)
def test_hours_that_cannot_be_are_refused_and_kept_on_the_page(visit, ina, rows, words):
    answer = visit(ina).post(page("hours"), week(*rows))

    assert (answer.status_code, WeeklyHours.objects.count()) == (200, 5)
    assert words in answer.content.decode()
    assert f'value="{rows[-1]["starts"]}"' in answer.content.decode()


def test_rules_are_saved_or_refused(visit, ina):
    rules = {
        "place": "Room 2",
        "notice_hours": 24,
        "buffer_minutes": 10,
        "horizon_days": 30,
        "daily_cap": 4,
    }

    refused = visit(ina).post(page("rules"), {**rules, "daily_cap": 0})
    saved = visit(ina).post(page("rules"), rules)

    assert (refused.status_code, saved.url) == (200, page("hours"))
    assert HostSettings.objects.values(*rules).get() == rules


def test_days_off_come_and_go(visit, ina, person):
    browser = visit(ina)

    taken = browser.post(page("take_day_off"), {"day": "2026-09-03", "note": "Sea"})
    again = browser.post(page("take_day_off"), {"day": "2026-09-03", "note": "Sea"})
    past = browser.post(page("take_day_off"), {"day": "2026-08-03"})
    odd = browser.post(page("take_day_off"), {"day": "soon"})
    off = DayOff.objects.get()
    shown = browser.get(page("hours")).content.decode()
    back = browser.post(page("work_that_day", off.pk))

    assert (taken.url, back.url) == (page("hours"), page("hours"))
    assert "You have taken that day off already." in again.content.decode()
    assert "Enter a valid date." in odd.content.decode()
    assert "That day has passed." in past.content.decode()
    assert "Thursday 3 September 2026" in shown
    assert DayOff.objects.count() == 0


def test_days_off_of_others_are_not_found(visit, ina, booked):
    off = DayOff.objects.create(host=booked().guest, day=date(2026, 9, 4))

    assert visit(ina).post(page("work_that_day", off.pk)).status_code == 404


def test_meetings_are_read_only_in_the_administration(booked, person, visit):
    root = person("Root")
    root.is_staff = root.is_superuser = True
    root.save()
    meeting = booked()

    browser, base = visit(root), "/administration/meetings/meeting/"
    answers = [
        browser.post(f"{base}{way}").status_code for way in ("add/", f"{meeting.pk}/delete/")
    ]
    changed = browser.post(f"{base}{meeting.pk}/change/", {"state": "done"}).status_code

    meeting.refresh_from_db()
    assert ([*answers, changed], meeting.state) == ([403, 403, 403], State.BOOKED)


def test_book_is_one_call_from_the_form(ada, ina, at):
    from meetings.finding import free_slots
    from meetings.forms import BookingForm
    from meetings.models import Kind

    slots = free_slots([ina], Kind.INTAKE, at=at, guest=ada)
    form = BookingForm(
        {"slot": "2026-09-03T12:30Z", "how": "phone", "phone": "+1 709"}, slots=slots, viewer=ada
    )

    assert form.is_valid()
    meeting = book(kind=Kind.INTAKE, guest=ada, by=ada, at=at, **form.booking())
    assert (meeting.host, meeting.starts_at, meeting.place) == (ina, TEN, "+1 709")
