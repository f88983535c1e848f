"""The verification meeting: booking it, keeping its record, signing it.

A verifier finds and recommends. Nothing here decides.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.assigning import hand_on
from applicants.flow import REVISION_DAYS, ROUNDS, Stage
from applicants.models import Application, CaseRole
from applicants.models.case import NotDeclared
from applicants.registry import REOPENERS
from certificates.dates import body_day
from frameworks.models import Area, Statement
from meetings import services as meetings
from meetings.closing import close
from meetings.finding import Slot, free_slots
from meetings.models import Meeting, MeetingOutcome, State
from notices.services import post
from trail.flow import Refused
from verification.models import (
    Appointment,
    Found,
    Outcome,
    Recommendation,
    SentBack,
    Verification,
)
from verification.script import meeting_kind


class NotTheVerifier(Refused):
    """Only the verifier of this case keeps its record."""


class NoVerifier(Refused):
    """Nobody is assigned yet whom the applicant could meet."""


class MeetingBooked(Refused):
    """There is a meeting already."""


class Locked(Refused):
    """A signed record does not change."""


class NotAsked(Refused):
    """This certificate does not ask for that statement."""


class Incomplete(Refused):
    """The record lacks something. `missing` says what, one sentence each."""

    def __init__(self, *missing: str) -> None:
        self.missing = list(missing)
        super().__init__(" ".join(missing))


class NoMoreRounds(Refused):
    """Work goes back twice at most."""


def verifier_of(application: Application) -> User | None:
    """Who holds the part now."""
    parts = application.cast.filter(role=Role.VERIFIER, ended_at=None).select_related("person")
    part: CaseRole | None = parts.first()
    return part.person if part else None


def areas_asked(application: Application) -> list[Area]:
    """The areas of the statements this case must show, in their order."""
    areas: dict[int, Area] = {}
    for requirement in application.asked():
        areas.setdefault(requirement.statement.area_id, requirement.statement.area)
    return list(areas.values())


# --- Meeting ----------------------------------------------------------------------------------
def slots(application: Application, *, at: datetime, days: int = 28) -> list[Slot]:
    """When the assigned verifier can be met."""
    verifier = verifier_of(application)
    if verifier is None:
        return []
    return free_slots(
        [verifier], meeting_kind(application), at=at, days=days, guest=application.applicant
    )


def upcoming(application: Application, at: datetime) -> Meeting | None:
    """The meeting that is booked and not yet over."""
    booked = Meeting.objects.filter(
        verification__verification__application=application, state=State.BOOKED, ends_at__gt=at
    )
    return booked.select_related("host", "guest").order_by("starts_at").first()


@transaction.atomic
def book(
    application: Application,
    *,
    starts_at: datetime,
    how: str,
    support_needs: str,
    support: Mapping[str, str] | None = None,
    by: User,
    at: datetime,
    phone: str = "",
) -> Appointment:
    """The applicant books with the assigned verifier; a meeting with a former one is cancelled."""
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if by.pk != locked.applicant_id or locked.stage != Stage.VERIFICATION:
        raise Refused(_("This case does not wait for you to book a verification meeting."))
    verifier = verifier_of(locked)
    if verifier is None:
        raise NoVerifier(_("We are still choosing your verifier. We write as soon as we know."))
    if (booked := upcoming(locked, at)) is not None:
        if booked.host_id == verifier.pk:
            raise MeetingBooked(_("You have booked a meeting. Move or cancel it first."))
        reason = _("Another verifier was assigned.")
        meetings.cancel(booked, reason=reason, by=by, at=at, with_its_case=True)
    record = _record(locked, verifier, at)
    meeting = meetings.book(
        kind=meeting_kind(locked),
        host=verifier,
        guest=by,
        starts_at=starts_at,
        how=how,
        phone=phone,
        support=support,
        support_needs=support_needs,
        about=_about(locked),
        by=by,
        at=at,
    )
    return Appointment.objects.create(verification=record, meeting=meeting)


def _about(application: Application) -> dict[str, str]:
    """What the letters of the meeting say, and where its pages are."""
    return {
        "tier_name": application.tier.title,
        "task_name": str(_("Verification meeting")),
        "task_path": reverse("verification:desk", args=[application.pk]),
        "case_path": reverse("case_file", args=[application.pk]),
        "booking_path": reverse("verification:book", args=[application.pk]),
        "prep_path": reverse("register:page", args=["meeting-help"]),
        "case": application.trail_case(),
    }


@transaction.atomic
def hand_meeting_on(
    application: Application, meeting: Meeting, *, to: User, by: User, at: datetime
) -> None:
    """A colleague becomes the verifier of this case. The meeting goes into a record of their own:
    what the former verifier wrote stays theirs, unsigned."""
    hand_on(application, Role.VERIFIER, person=to, by=by, at=at)
    record = _record(application, to, at)
    Appointment.objects.filter(meeting=meeting).update(verification=record)


# --- Record -----------------------------------------------------------------------------------
@transaction.atomic
def open_verification(application: Application, *, by: User, at: datetime) -> Verification:
    """The record of this verifier in this case; begun now where there is none."""
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if locked.stage != Stage.VERIFICATION:
        raise Refused(_("This case does not wait for verification."))
    if verifier_of(locked) != by or Role.VERIFIER not in locked.acts_as(by):
        raise NotTheVerifier(_("Only the verifier of this case keeps its record."))
    if not locked.declared(by):
        raise NotDeclared(_("Declare your interests in this case first."))
    return _record(locked, by, at)


def _record(application: Application, verifier: User, at: datetime) -> Verification:
    record, _new = Verification.objects.get_or_create(
        application=application, verifier=verifier, signed_at=None, defaults={"opened_at": at}
    )
    return record


def _mine(verification: Verification, by: User) -> Verification:
    """The record, ours until the transaction ends, if this person may write in it. The case is
    locked first, as everywhere."""
    application = Application.objects.select_for_update().get(pk=verification.application_id)
    row = Verification.objects.select_for_update().get(pk=verification.pk)
    row.application = application
    if row.signed_at:
        raise Locked(_("This record is signed, so it does not change any more."))
    if row.verifier_id != by.pk or verifier_of(row.application) != by:
        raise NotTheVerifier(_("Only the verifier of this case keeps its record."))
    if not row.application.declared(by):
        raise NotDeclared(_("Declare your interests in this case first."))
    if row.application.stage != Stage.VERIFICATION:
        raise Refused(_("This case does not wait for verification."))
    return row


@transaction.atomic
def save_outcome(
    verification: Verification,
    statement: Statement,
    *,
    found: str,
    note: str,
    by: User,
    at: datetime,
) -> Outcome:
    """What was found of one statement. Saving again replaces it while the record is open."""
    record = _mine(verification, by)
    if not record.application.asked().filter(statement=statement).exists():
        raise NotAsked(_("This certificate does not ask for that statement."))
    if found not in Found.values:
        raise Refused(_("Choose what you found."))
    note = note.strip()
    if found == Found.NOT_CONFIRMED and not note:
        raise Incomplete(
            _("%(code)s: say in the note why it is not confirmed.") % {"code": statement.code}
        )
    outcome, _new = Outcome.objects.update_or_create(
        verification=record,
        statement=statement,
        defaults={"found": found, "note": note, "saved_at": at},
    )
    return outcome


@transaction.atomic
def save_record(
    verification: Verification,
    *,
    identity_checked: str,
    persons_present: str,
    adjustments_made: str,
    summary: str,
    by: User,
    at: datetime,
) -> Verification:
    """What frames the outcomes: whose identity was seen how, who was there, what was arranged."""
    record = _mine(verification, by)
    record.identity_checked = identity_checked.strip()
    record.persons_present = persons_present.strip()
    record.adjustments_made = adjustments_made.strip()
    record.summary, record.saved_at = summary.strip(), at
    record.save(
        update_fields=[
            "identity_checked",
            "persons_present",
            "adjustments_made",
            "summary",
            "saved_at",
        ]
    )
    return record


# --- Signing ----------------------------------------------------------------------------------
@transaction.atomic
def sign(
    verification: Verification, *, recommendation: str, by: User, at: datetime
) -> Verification:
    """Lock the record under the verifier's name and hand the case to the decision.

    The recommendation never decides. Raises Incomplete for what is missing.
    """
    record = _mine(verification, by)
    if recommendation not in Recommendation.values:
        raise Refused(_("Choose what you recommend."))
    if missing := what_is_missing(record, recommendation):
        raise Incomplete(*missing)
    record.recommendation, record.signed_at = recommendation, at
    record.save(update_fields=["recommendation", "signed_at"])
    _close_held(record, by, at)
    _tell_decider(record.application)
    record.application.move(
        "complete", by=by, at=at, verification=record.pk, recommendation=recommendation
    )
    verification.refresh_from_db()
    return record


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
    outcomes = list(record.outcomes.select_related("statement"))
    explored = {o.statement.area_id for o in outcomes if o.found != Found.NOT_EXPLORED}
    if silent := _silent_areas(record.application, explored):
        missing.append(
            _("Record at least one outcome for: %(areas)s.") % {"areas": ", ".join(silent)}
        )
    refused = [o.statement.code for o in outcomes if o.found == Found.NOT_CONFIRMED]
    if refused and recommendation == Recommendation.AWARD:
        missing.append(
            _("You did not confirm %(codes)s. Recommend conditions, or not yet.")
            % {"codes": ", ".join(refused)}
        )
    if recommendation != Recommendation.AWARD and not record.summary:
        missing.append(_("Say in the summary what is missing."))
    return missing


def _silent_areas(application: Application, explored: set[int]) -> list[str]:
    """Areas nobody asked about. A renewal talk is short: one statement explored is enough."""
    if application.renews_id:
        return [] if explored else [_("at least one statement")]
    return [area.code for area in areas_asked(application) if area.pk not in explored]


def _tell_decider(application: Application) -> None:
    part = application.cast.filter(role=Role.DECIDER, ended_at=None).first()
    if part is not None:
        post(
            "staff_task_assigned",
            to=part.person,
            key=f"task:{application.pk}:{part.role}:{part.pk}",
            application=application.pk,
            role=part.role,
        )


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
    record = _mine(verification, by)
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
