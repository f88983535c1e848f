"""Meeting the verifier: free times, the booking, another host, and going on in a second meeting."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Role
from applicants.assigning import hand_on
from applicants.flow import Stage
from applicants.models import Application
from meetings import services as meetings
from meetings.closing import close
from meetings.finding import Slot, free_slots
from meetings.models import Meeting, MeetingOutcome, State
from trail.flow import Refused
from verification.models import Appointment, Verification
from verification.record import begin, mine, verifier_of
from verification.script import meeting_kind


class NoVerifier(Refused):
    """Nobody is assigned yet whom the applicant could meet."""


class MeetingBooked(Refused):
    """There is a meeting already."""


class NoMeetingGoesOn(Refused):
    """Only a meeting that has begun can go on in another one."""


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
    record = begin(locked, verifier, at)
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
    record = begin(application, to, at)
    Appointment.objects.filter(meeting=meeting).update(verification=record)


def under_way(record: Verification, at: datetime) -> Meeting | None:
    """The meeting that has begun and of which nobody has said how it went."""
    rows = Meeting.objects.filter(
        verification__verification=record, state=State.BOOKED, starts_at__lte=at
    )
    return rows.order_by("starts_at").first()


@transaction.atomic
def go_on_later(verification: Verification, *, left: str, by: User, at: datetime) -> Verification:
    """This meeting is over and the verification is not. What was found is kept in the same
    record, and the applicant books the rest with the same verifier."""
    record = mine(verification, by)
    meeting = under_way(record, at)
    if meeting is None:
        raise NoMeetingGoesOn(_("No meeting is going on, so there is nothing to break off."))
    close(
        meeting,
        state=State.DONE,
        outcome=MeetingOutcome.PARTLY,
        left=left.strip() or _left(record),
        by=by,
        at=at,
    )
    return record


def _left(record: Verification) -> str:
    """What is still to be talked about, in words for both, where the verifier wrote none."""
    asked = record.application.asked().values("statement").distinct().count()
    left = asked - record.outcomes.count()
    said = ngettext("%(count)d statement is left.", "%(count)d statements are left.", left)
    return said % {"count": left}


def meetings_of(record: Verification) -> list[Meeting]:
    """The meetings of a record, the first one first; what was moved elsewhere is not among them."""
    rows = Meeting.objects.filter(verification__verification=record)
    return list(rows.exclude(state=State.CANCELLED).order_by("starts_at", "pk"))
