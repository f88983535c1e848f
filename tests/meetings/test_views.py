"""Pages: who sees them, what they do, and that nothing typed is lost."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from icalendar import Calendar

from accounts.roles import Role
from meetings.models import DayHours, DayOff, HostSettings, State, WeeklyHours
from meetings.services import cancel, reschedule
from tests.meetings.conftest import NOON, TEN, quarter

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]
DAY = timedelta(days=1)


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


@pytest.mark.parametrize(
    "name", ["hours", "rules", "take_days_off", "work_again", "open_that_day", "day"]
)
def test_who_meets_nobody_has_no_calendar(ada, ann, visit, name):
    method = "get" if name == "day" else "post"
    assert getattr(visit(ada), method)(page(name)).status_code == 404
    assert getattr(visit(ann), method)(page(name)).status_code == 404


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


def test_old_links_lead_to_what_has_become_of_the_meeting(booked, visit, ada, ina, at):
    meeting = booked()
    browser = visit(ada)
    reschedule(meeting, starts_at=TEN + DAY, by=ina, at=at)
    moved = browser.get(page("manage", meeting.pk)).content.decode()
    move = browser.get(page("move", meeting.pk)).content.decode()
    cancel(meeting, reason="I am ill.", by=ina, at=at)

    later = [browser.get(page(name, meeting.pk)) for name in ("move", "cancel")]

    assert "Friday 4 September 2026" in moved
    assert "on Friday 4 September 2026, 19:30 to 19:45" in " ".join(move.split())
    assert [answer.url for answer in later] == [page("manage", meeting.pk)] * 2
    assert "I am ill." in browser.get(later[0].url).content.decode()


def test_links_to_a_meeting_that_has_begun_lead_to_its_page(booked, visit, ada, time_machine):
    meeting = booked()
    time_machine.move_to(TEN)
    browser = visit(ada)

    later = [browser.get(page(name, meeting.pk)).url for name in ("move", "cancel")]

    assert later == [page("manage", meeting.pk)] * 2


def test_meeting_can_be_added_to_other_calendars_without_asking_them(booked, visit, ada):
    content = visit(ada).get(page("manage", booked().pk)).content.decode()

    outside = re.findall(r'(\w+)="https?://(?!testserver|meet\.example)([^/"]+)', content)
    assert outside == [
        ("href", "calendar.google.com"),
        ("href", "outlook.live.com"),
        ("href", "outlook.office.com"),
    ]


def test_cancelled_meeting_is_not_offered_to_calendars(booked, visit, ada, at):
    meeting = booked()
    cancel(meeting, reason="I am ill.", by=ada, at=at)

    content = visit(ada).get(page("manage", meeting.pk)).content.decode()

    assert "calendar.google.com" not in content


def test_calendar_file_of_a_cancelled_meeting_says_so(booked, visit, ada, at):
    meeting = booked()
    cancel(meeting, reason="I am ill.", by=ada, at=at)

    calendar = Calendar.from_ical(visit(ada).get(page("ics", meeting.pk)).content)

    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("PUBLISH", "CANCELLED", 1)


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


def free(answer):
    """The times on a page, as forms name them."""
    return [time.value for day in answer.context["picker"].page.days for time in day.times]


def test_its_own_time_is_not_among_the_choices(booked, visit, ada):
    meeting = booked()

    slots = free(visit(ada).get(page("move", meeting.pk)))

    assert "2026-09-03T12:30Z" not in slots
    assert "2026-09-03T12:45Z" in slots


def test_time_that_is_gone_is_answered_with_the_nearest(booked, visit, person, ada):
    meeting, bea = booked(), person("Bea")
    booked(guest=bea, by=bea, starts_at=TEN + quarter(1))

    answer = visit(ada).post(page("move", meeting.pk), {"slot": "2026-09-03T12:45Z"})

    content = answer.content.decode()
    (day,) = answer.context["others"]
    assert answer.status_code == 200
    assert "That time was just taken." in content
    assert [time.words for time in day.times] == [
        "Thursday 3 September, 19:15",
        "Thursday 3 September, 20:00",
    ]


@pytest.mark.parametrize("slot", ["", "yesterday", "2026-09-03T12:45"])
def test_bad_times_change_nothing(booked, visit, ada, slot):
    meeting = booked()

    answer = visit(ada).post(page("move", meeting.pk), {"slot": slot})

    meeting.refresh_from_db()
    assert (answer.status_code, meeting.sequence) == (200, 0)
    assert "Choose one of the times." in answer.content.decode()


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
        "video_link": "https://meet.example/room",
        "address": "5 Water Street",
        "notice_hours": 24,
        "change_hours": 6,
        "buffer_minutes": 10,
        "horizon_days": 30,
        "daily_cap": 4,
    }

    ways = {"ways": ["video", "place"]}

    refused = visit(ina).post(page("rules"), {**rules, **ways, "daily_cap": 0})
    nowhere = visit(ina).post(page("rules"), {**rules, **ways, "address": ""})
    saved = visit(ina).post(page("rules"), {**rules, **ways})

    assert (refused.status_code, nowhere.status_code, saved.url) == (200, 200, page("hours"))
    assert list(nowhere.context["rules_form"].errors) == ["address"]
    found = HostSettings.objects.get()
    assert {name: getattr(found, name) for name in rules} == rules
    assert found.ways == ["video", "place"]


def test_days_off_come_and_go(visit, ina, booked):
    booked()
    browser = visit(ina)
    days = {"first": "2026-09-03", "last": "2026-09-05", "note": "Sea"}

    taken = browser.post(page("take_days_off"), days, follow=True)
    again = browser.post(page("take_days_off"), days)
    past = browser.post(page("take_days_off"), {"first": "2026-08-03"})
    odd = browser.post(page("take_days_off"), {"first": "soon"})
    back = browser.post(page("work_again"), {"first": "2026-09-03", "last": "2026-09-04"})

    shown = taken.content.decode()
    assert "Nobody can book on these 3 days now. One meeting is booked then and stays" in shown
    assert "3 September to 5 September 2026" in shown
    assert "You have taken that day off already." in again.content.decode()
    assert "Enter a valid date." in odd.content.decode()
    assert "That day has passed." in past.content.decode()
    assert back.url == page("hours")
    assert [off.day for off in DayOff.objects.all()] == [date(2026, 9, 5)]


def test_one_day_off_needs_no_last_day(visit, ina):
    visit(ina).post(page("take_days_off"), {"first": "2026-09-03"})

    assert [off.day for off in DayOff.objects.all()] == [date(2026, 9, 3)]


def test_one_day_differently_comes_and_goes(visit, ina, person):
    browser = visit(ina)
    hours = {"day": "2026-09-03", "starts": "14:00", "ends": "16:00", "kinds": ["intake"]}

    saved = browser.post(page("open_that_day"), hours)
    twice = browser.post(page("open_that_day"), hours)
    odd = browser.post(page("open_that_day"), {**hours, "ends": "13:00"})
    row = DayHours.objects.get()
    shown = browser.get(page("hours")).content.decode()
    kim = person("Kim", Role.INTAKE_MANAGER)
    assert visit(kim).post(page("drop_day_hours", row.pk)).status_code == 404
    gone = visit(ina).post(page("drop_day_hours", row.pk))

    assert (saved.url, gone.url) == (page("hours"), page("hours"))
    assert "You have said 14:00–16:00 for that day already." in twice.content.decode()
    assert "The end lies before the start." in odd.content.decode()
    assert "Thursday 3 September 2026" in shown
    assert DayHours.objects.count() == 0


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
