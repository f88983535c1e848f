"""How long an applicant has been silent over a self-assessment, and what that calls for."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, TruncDate

from applicants.flow import Stage
from applicants.models import Application
from notices.foreseeing import Rule
from notices.models import Message

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

REMINDER = "self_assessment_reminder"
WARNINGS = (7, 14, 28)  # days of silence before the first, second and third letter
QUIET_DAYS = 14  # between the last warning and the day a silent case comes to rest
REST_AFTER = timedelta(days=WARNINGS[-1] + QUIET_DAYS)  # of silence


class Since(TypedDict):
    since: Any  # a datetime; the checker knows annotations as Any


class Owed(Since):
    letter: str


def waiting() -> "QuerySet[WithAnnotations[Application, Since]]":
    """Cases that wait for a self-assessment, with the moment since which nothing happened.

    Whoever wakes a resting case up begins a new silence; paused reminders ask us to leave it be.
    """
    since = Greatest(
        Coalesce("self_assessment__touched_at", "stage_since"),
        F("stage_since"),
        output_field=DateTimeField(),
    )
    cases = Application.objects.filter(stage=Stage.SELF_ASSESSMENT, reminders_paused=False)
    return cases.annotate(since=since)  # type: ignore[return-value] # the same, without its name


def _numbered(number: Case | Value) -> "QuerySet[WithAnnotations[Application, Owed]]":
    """Each waiting case with the key of its warning of that number, as the database spells it."""
    parts = (
        Value(f"{REMINDER}:"),
        Cast("pk", CharField()),
        Value(":"),
        Cast(TruncDate("since", tzinfo=UTC), CharField()),
        Value(":"),
        Cast(number, CharField()),
    )
    return waiting().annotate(letter=Concat(*parts, output_field=CharField()))


def silent(at: datetime) -> list[tuple[int, int, date, str]]:
    """Who is owed a warning that was not written yet: case, person, silent since, and its key."""
    reached = [
        When(since__lte=at - timedelta(days=days), then=Value(number))
        for number, days in reversed(list(enumerate(WARNINGS, start=1)))
    ]
    rows = (
        _numbered(Case(*reached, output_field=IntegerField()))
        .filter(since__lte=at - timedelta(days=WARNINGS[0]))
        .exclude(Exists(Message.objects.filter(key=OuterRef("letter"))))
        .values_list("pk", "applicant", "since", "letter")
    )
    return [
        (case, applicant, since.astimezone(UTC).date(), key) for case, applicant, since, key in rows
    ]


def tired(at: datetime) -> "QuerySet[WithAnnotations[Application, Owed]]":
    """Cases whose last warning has been out for long enough without an answer."""
    quiet = timedelta(days=QUIET_DAYS)
    warned = Message.objects.filter(key=OuterRef("letter"), not_before__lte=at - quiet)
    return _numbered(Value(len(WARNINGS), output_field=IntegerField())).filter(
        Exists(warned), since__lte=at - REST_AFTER
    )


def warnings_of(case: "WithAnnotations[Application, Since]", at: datetime) -> list[Message]:
    """The warning that is owed at this instant; none once the case would rest."""
    number = sum(case.since <= at - timedelta(days=days) for days in WARNINGS)
    if not number or case.since <= at - REST_AFTER:
        return []
    since = case.since.astimezone(UTC).date()
    return [
        warning(case.pk, case.applicant_id, since, f"{REMINDER}:{case.pk}:{since}:{number}", at)
    ]


def warning(case: int, applicant: int, since: date, key: str, at: datetime) -> Message:
    return Message(
        key=key,
        kind=REMINDER,
        to_id=applicant,
        not_before=at,
        context={"application": case, "since": since.isoformat()},
    )


def _waiting_one(case: int) -> "QuerySet[WithAnnotations[Application, Since]]":
    return waiting().filter(pk=case)


RULES = (Rule(_waiting_one, warnings_of),)
