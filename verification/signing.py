"""Signing the record and what follows: the case goes on or back, and something may be added.

A verifier finds and recommends. Nothing here decides.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.asking_more import open_question
from applicants.deciding import tell_decider
from applicants.flow import REVISION_DAYS, ROUNDS
from applicants.models import Application
from applicants.registry import REOPENERS
from certificates.dates import body_day
from frameworks.models import Area, Statement
from meetings.closing import close
from meetings.models import MeetingOutcome, State
from notices.services import post
from trail.flow import Refused
from trail.models import Event
from verification.booking import upcoming
from verification.models import (
    Addendum,
    Found,
    Outcome,
    Recommendation,
    SentBack,
    Verification,
)
from verification.record import Incomplete, NotAsked, NotTheVerifier, mine, plain


class NoMoreRounds(Refused):
    """Work goes back twice at most."""


class NotSigned(Refused):
    """An open record is simply written on; only to a signed one something is added."""


def areas_asked(application: Application) -> list[Area]:
    """The areas of the statements this case must show, in their order."""
    areas: dict[int, Area] = {}
    for requirement in application.asked():
        areas.setdefault(requirement.statement.area_id, requirement.statement.area)
    return list(areas.values())


@transaction.atomic
def sign(
    verification: Verification, *, recommendation: str, by: User, at: datetime
) -> Verification:
    """Lock the record under the verifier's name and hand the case to the decision.

    The recommendation never decides. Raises Incomplete for what is missing.
    """
    record = mine(verification, by)
    if recommendation not in Recommendation.values:
        raise Refused(_("Choose what you recommend."))
    missing = [*_still_to_meet(record.application, at), *what_is_missing(record, recommendation)]
    if missing:
        raise Incomplete(*missing)
    record.recommendation, record.signed_at = recommendation, at
    record.save(update_fields=["recommendation", "signed_at"])
    _close_held(record, by, at)
    tell_decider(record.application, f"record:{record.pk}")
    record.application.move(
        "complete", by=by, at=at, verification=record.pk, recommendation=recommendation
    )
    verification.refresh_from_db()
    return record


def _still_to_meet(application: Application, at: datetime) -> list[str]:
    """A meeting to come would be left without a case."""
    meeting = upcoming(application, at)
    if meeting is None or meeting.has_begun(at):
        return []
    day = date_format(meeting.starts_at.astimezone(meeting.host.zone), "j F Y")
    return [_("A meeting is booked for %(day)s. Hold it, or cancel it first.") % {"day": day}]


def _close_held(record: Verification, by: User, at: datetime) -> None:
    """Whoever writes down what came of a meeting says with it that the meeting took place."""
    for appointment in record.appointments.select_related("meeting"):
        meeting = appointment.meeting
        if meeting.is_booked and meeting.has_begun(at):
            close(meeting, state=State.DONE, outcome=MeetingOutcome.COMPLETE, by=by, at=at)


def what_is_missing(record: Verification, recommendation: str) -> list[str]:
    """What stands between this record and a signature, one sentence each."""
    missing = []
    if not record.identity_checked:
        missing.append(_("Say how you checked who you met."))
    if not record.identity_document:
        missing.append(_("Say which kind of paper you saw."))
    if silent := _unexplored(record):
        missing.append(
            _("Record at least one outcome for: %(areas)s.") % {"areas": ", ".join(silent)}
        )
    refused = [
        outcome.statement.code
        for outcome in standing(record)
        if outcome.found == Found.NOT_CONFIRMED
    ]
    if refused and recommendation == Recommendation.AWARD:
        missing.append(
            _("You did not confirm %(codes)s. Recommend conditions, or not yet.")
            % {"codes": ", ".join(refused)}
        )
    if recommendation != Recommendation.AWARD and not record.summary:
        missing.append(_("Say in the summary what is missing."))
    return missing


def standing(record: Verification) -> list[Outcome]:
    """What is found of each statement by now: here, or else in a record signed before."""
    rows = Outcome.objects.filter(verification__application=record.application_id)
    signed = rows.exclude(verification__signed_at=None)
    found = {
        outcome.statement_id: outcome
        for outcome in (signed | rows.filter(verification=record))
        .select_related("statement")
        .order_by("verification")
    }
    return sorted(found.values(), key=lambda outcome: outcome.statement.position)


def _unexplored(record: Verification) -> list[str]:
    """Areas nobody asked about. A renewal talk is short: one statement explored is enough. What
    the decider asked about is explored each."""
    application = record.application
    outcomes = record.outcomes.exclude(found=Found.NOT_EXPLORED)
    if asked := open_question(application):
        done = set(outcomes.values_list("statement_id", flat=True))
        named = [particular.statement for particular in asked.particulars.all()]
        return [statement.code for statement in named if statement.pk not in done]
    if application.renews_id:
        return [] if outcomes else [_("at least one statement")]
    explored = set(outcomes.values_list("statement__area", flat=True))
    return [area.code for area in areas_asked(application) if area.pk not in explored]


def _may_go_back(application: Application, statements: Sequence[Statement], why: str) -> None:
    if not statements:
        raise Incomplete(_("Name at least one statement."))
    if not why:
        raise Incomplete(_("Say what is missing. The applicant reads it."))
    if application.rounds >= ROUNDS:
        raise NoMoreRounds(
            _("Work goes back %(count)d times at most. Sign with your recommendation.")
            % {"count": ROUNDS}
        )
    asked = set(application.asked().values_list("statement_id", flat=True))
    if any(statement.pk not in asked for statement in statements):
        raise NotAsked(_("This certificate does not ask for that statement."))


@transaction.atomic
def send_back(
    verification: Verification,
    *,
    statements: Sequence[Statement],
    why: str,
    by: User,
    at: datetime,
) -> SentBack:
    """Named entries go back to the applicant, with a day; the rest stays as it is."""
    record = mine(verification, by)
    application = record.application
    why = why.strip()
    _may_go_back(application, statements, why)
    due = body_day(at) + timedelta(days=REVISION_DAYS)
    sent = SentBack.objects.create(verification=record, why=why, at=at, due_on=due)
    sent.statements.set(statements)
    _close_held(record, by, at)
    for reopen in REOPENERS:
        reopen(application, statements, why, at)
    post(
        "verification_sent_back",
        to=application.applicant,
        key=f"verification:{record.pk}:back:{sent.pk}",
        sent_back=sent.pk,
        application=application.pk,
    )
    application.move(
        "send_back",
        by=by,
        at=at,
        also={"due_on": due, "rounds": F("rounds") + 1},
        statements=[statement.code for statement in statements],
        verification=record.pk,
    )
    return sent


@transaction.atomic
def add_to_record(
    verification: Verification,
    *,
    text: str,
    why: str,
    statement: Statement | None = None,
    by: User,
    at: datetime,
) -> Addendum:
    """What a signed record got wrong or left out, beside it: it never changes the record."""
    application = Application.objects.select_for_update().get(pk=verification.application_id)
    row = Verification.objects.get(pk=verification.pk)
    if row.verifier_id != by.pk or not application.cast.filter(
        person=by, role=Role.VERIFIER, ended_at=None
    ):
        raise NotTheVerifier(_("Only the verifier who signed a record adds to it."))
    if not row.is_signed:
        raise NotSigned(_("This record is still open: write in it."))
    text, why = plain(text), " ".join(why.split())
    if missing := _unsaid(text, why):
        raise Incomplete(*missing)
    if statement and not application.asked().filter(statement=statement).exists():
        raise NotAsked(_("This certificate does not ask for that statement."))
    added = Addendum.objects.create(
        verification=row, statement=statement, text=text, why=why, by=by, at=at
    )
    Event.objects.record(
        "add_to_record",
        about=row,
        by=by,
        at=at,
        case=application.trail_case(),
        addendum=added.pk,
        statement=statement.code if statement else "",
    )
    return added


def _unsaid(text: str, why: str) -> list[str]:
    missing = [] if text else [_("Write what you add.")]
    return missing if why else [*missing, _("Say why you add it.")]
