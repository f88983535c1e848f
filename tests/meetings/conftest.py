"""A small cast: ada applies, ina takes in, eve is a stranger, ann administers."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from accounts.middleware import DEMO_SIGN_IN
from accounts.models import Grant, User
from accounts.roles import Role
from meetings.holding import hold
from meetings.hosting import HoursRow, set_hours, set_rules
from meetings.models import How, Kind
from meetings.services import book
from notices.models import BodyFact, LetterText

# A Tuesday. Ina sits in St. John's (UTC−2:30 in summer), Ada in Jakarta (UTC+7).
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
# Thursday 10:00 on Ina's wall.
TEN = datetime(2026, 9, 3, 12, 30, tzinfo=UTC)


@pytest.fixture
def at():
    return NOON


@pytest.fixture
def person(db):
    def make(name: str, *roles: Role, zone: str = "Asia/Jakarta", **fields) -> User:
        user = User.objects.create_user(
            f"{name.lower()}@example.org", full_name=name, time_zone=zone, **fields
        )
        Grant.objects.bulk_create(
            Grant(user=user, role=role, starts_on=date(2026, 1, 1)) for role in roles
        )
        return user

    return make


@pytest.fixture
def ada(person):
    return person("Ada", phone="+62 811 000")


@pytest.fixture
def ina(person, at):
    host = person("Ina", Role.INTAKE_MANAGER, zone="America/St_Johns")
    weekdays = [HoursRow(day, time(9), time(12), [Kind.INTAKE]) for day in range(5)]
    set_hours(host, weekdays, by=host, at=at)
    set_rules(
        host,
        ways=[How.VIDEO, How.PHONE],
        video_link="https://meet.example/ina",
        address="",
        buffer_minutes=0,
        notice_hours=12,
        change_hours=4,
        horizon_days=60,
        daily_cap=8,
        by=host,
        at=at,
    )
    return host


@pytest.fixture
def ann(person):
    return person("Ann", Role.ADMINISTRATOR, zone="America/Toronto")


@pytest.fixture
def booked(ada, ina, at):
    """Book like the app above does; say what differs."""

    def make(**changes):
        wishes = {
            "kind": Kind.INTAKE,
            "host": ina,
            "guest": ada,
            "starts_at": TEN,
            "how": How.VIDEO,
            "support_needs": "Captions",
            "by": ada,
            "at": at,
            "about": {
                "tier_name": "Mentor",
                "task_name": "Intake interview",
                "task_path": "/cases/1/interview/",
                "booking_path": "/cases/1/book/",
            },
        }
        return book(**{**wishes, **changes})

    return make


@pytest.fixture
def keeps(ada, ina, at):
    """Hold a time for Ada, as the booking page does; say what differs."""

    def make(**changes):
        wishes = {
            "kind": Kind.INTAKE,
            "host": ina,
            "guest": ada,
            "starts_at": TEN,
            "about": "case:1",
        }
        return hold(**{**wishes, "at": at, **changes})

    return make


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


@pytest.fixture
def words(db):
    """The shortest texts that ask for every word, in place of the shipped ones."""
    BodyFact.objects.all().delete()
    LetterText.objects.all().delete()
    BodyFact.objects.bulk_create(
        BodyFact(key=key, meaning=key, value=value)
        for key, value in {"issuer_name": "IMC", "sender_name": "Noor"}.items()
    )
    when = "{meeting_date} {meeting_time} {time_zone} {meeting_link}"
    texts = {
        "interview_confirmation": f"Booked {when} {{intake_manager_name}} {{manage_url}} end",
        "verbal_audit_confirmation": f"Audit {when} {{auditor_name}} {{prep_url}} end",
        "interview_changed": f"New {when} old {{old_meeting_date}} {{old_meeting_time}}",
        "interview_cancelled": "Off {meeting_date} {cancel_reason} {booking_url} end",
        "interview_no_show": "Missed {meeting_time} {booking_url} end",
        "meeting_in_two_days": f"In two days {when} {{host_name}}",
        "meeting_soon": f"Soon {when} {{host_name}}",
        "staff_meeting_in_two_days": "{task_name} {tier_name} {applicant_name} {task_url} end",
        "staff_meeting_soon": "{task_name} {tier_name} {applicant_name} {task_url} end",
        "staff_meeting_cancelled": "{applicant_name} {cancel_reason} end",
        "staff_meeting_outcome": "{applicant_name} {manage_url} end",
        "meeting_host_absent": "Sorry {meeting_time} {booking_url} end",
        "meeting_interrupted": "Left: {what_is_left} {booking_url} end",
        "staff_meeting_interrupted": "Left: {what_is_left} {booking_url} end",
        "meeting_handed_over": f"Now {{host_name}} for {{old_host_name}} {when}",
        "staff_meeting_taken_over": f"Yours now: {{applicant_name}} {when} {{handover_reason}}",
        "staff_meeting_given_away": "{host_name} meets {applicant_name} end",
        "meeting_confirmation": f"Verify {when} {{verifier_name}} {{support_needs}}",
        "meeting_reminder": f"In two days {when}",
    }
    LetterText.objects.bulk_create(
        LetterText(kind=kind, subject=kind, body=body) for kind, body in texts.items()
    )


def quarter(n: int) -> timedelta:
    return n * timedelta(minutes=15)
