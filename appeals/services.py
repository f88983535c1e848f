"""Appeals: received within the window, and taken back. The panel's work is in `panels.py`."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from appeals.flow import ANSWER_DAYS, Stage
from appeals.models import Appeal, Ground
from appeals.telling import tell_secretary
from applicants.models import Decision, Outcome
from certificates.dates import body_day
from notices.services import post
from trail.flow import Refused
from trail.models import Event


@transaction.atomic
def appeal(decision: Decision, *, ground: Ground, text: str, by: User, at: datetime) -> Appeal:
    """Receive an appeal against a refusal, within 30 days of it."""
    _check(decision, by, at)
    if not text.strip():
        raise Refused(_("Tell us what you think went wrong."))
    received = _receive(decision, ground, text.strip(), at)
    post("appeal_received", to=by, key=f"appeal:{received.pk}:received", appeal=received.pk)
    tell_secretary(received, at)
    Event.objects.record(
        "appeal",
        about=received,
        by=by,
        at=at,
        after=received.stage,
        case=received.trail_case(),
        ground=ground.value,
    )
    return received


def _check(decision: Decision, by: User, at: datetime) -> None:
    """Raises where there is nothing to appeal against, or no longer, or not for this person."""
    if by.pk != decision.application.applicant_id:
        raise Refused(_("Only the applicant can appeal."))
    if decision.outcome != Outcome.DECLINE or decision.set_aside_at:
        raise Refused(_("There is nothing to appeal against."))
    if body_day(at) > decision.appeal_until:
        raise Refused(
            _("Appeals were possible until %(day)s. Write to us if something kept you.")
            % {"day": date_format(decision.appeal_until)}
        )
    if decision.appeals.exclude(stage=Stage.TAKEN_BACK).exists():
        raise Refused(_("You have appealed against this decision."))


def _receive(decision: Decision, ground: Ground, text: str, at: datetime) -> Appeal:
    try:
        with transaction.atomic():
            return Appeal.objects.create(
                decision=decision,
                ground=ground,
                text=text,
                received_at=at,
                answer_due_on=body_day(at) + timedelta(days=ANSWER_DAYS),
                stage=Stage.RECEIVED,
                stage_since=at,
            )
    except IntegrityError:
        raise Refused(_("You have appealed against this decision.")) from None


@transaction.atomic
def take_back(appeal: Appeal, *, by: User, at: datetime) -> None:
    """The applicant ends the appeal; the decision stands."""
    appeal.move("take_back", by=by, at=at)
