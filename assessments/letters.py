"""The letters about a self-assessment, filled in with the state of the moment they leave."""

from datetime import UTC, date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Role
from applicants.flow import Stage
from applicants.letters import case_of, page
from applicants.models import Application
from assessments.profile import profile
from assessments.silence import REMINDER, waiting
from meetings.clocks import zone_in_brackets
from meetings.models import State
from notices.letters import Letter, Obsolete, letter
from notices.models import Message


@letter(REMINDER)
def self_assessment_reminder(message: Message) -> Letter:
    """Obsolete as soon as the person goes on, sends it, pauses reminders or leaves.

    Who has rated nothing yet has begun nothing "well": they get the words of the welcome again.
    """
    application = waiting().filter(pk=message.context["application"]).first()
    if application is None:
        raise Obsolete
    if application.since.astimezone(UTC).date() != date.fromisoformat(message.context["since"]):
        raise Obsolete
    rated, asked = _counted(application)
    return Letter(
        {
            "rated_count": str(rated),
            "statement_count": str(asked),
            "tier_name": application.tier.name,
            "self_assessment_url": page("assessments:start", application.pk),
        },
        whose_turn=_("Yours"),
        by_when=_("No deadline"),
        text="" if rated else "welcome",
    )


def _counted(application: Application) -> tuple[int, int]:
    """How many statements are rated, of how many."""
    assessment = getattr(application, "self_assessment", None)
    if assessment is None:
        return 0, 0
    areas = profile(assessment, "en")
    return sum(area.rated for area in areas), sum(area.statements for area in areas)


@letter("self_assessment_received")
def self_assessment_received(message: Message) -> Letter:
    application = case_of(message)
    return Letter({"baseline_url": page("assessments:result", application.pk)})


@letter("interview_invitation")
def interview_invitation(message: Message) -> Letter:
    """Obsolete once a time is booked or the case has moved on."""
    application = case_of(message)
    booked = application.interviews.filter(meeting__state=State.BOOKED).exists()
    if application.stage != Stage.INTAKE or booked:
        raise Obsolete
    part = application.cast.filter(role=Role.INTAKE_MANAGER, ended_at=None).first()
    return Letter(
        {
            # Whoever's time is chosen becomes the Intake Manager, so there may be no name yet.
            "intake_manager_name": part.person.full_name if part else _("One of our team"),
            "booking_url": page("applicants:book", application.pk),
            "time_zone": zone_in_brackets(application.applicant, timezone.now()),
        },
        whose_turn=_("Yours"),
        by_when=_("Any time that suits you"),
    )
