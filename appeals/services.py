"""Appeals: received within the window, answered by people who took no part, with reasons."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from appeals.flow import ANSWER_DAYS, Stage
from appeals.models import Appeal, Ground
from applicants.deciding import set_aside
from applicants.models import CaseRole, Decision, Outcome
from certificates.dates import body_day
from notices.services import post
from trail.flow import Refused
from trail.models import Event


@transaction.atomic
def appeal(decision: Decision, *, ground: Ground, text: str, by: User, at: datetime) -> Appeal:
    """Receive an appeal against a refusal, within 30 days of it."""
    application = decision.application
    if by.pk != application.applicant_id:
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
    if not text.strip():
        raise Refused(_("Tell us what you think went wrong."))
    try:
        with transaction.atomic():
            received = Appeal.objects.create(
                decision=decision,
                ground=ground,
                text=text.strip(),
                received_at=at,
                answer_due_on=body_day(at) + timedelta(days=ANSWER_DAYS),
                stage=Stage.PANEL,
                stage_since=at,
            )
    except IntegrityError:
        raise Refused(_("You have appealed against this decision.")) from None
    post("appeal_received", to=by, key=f"appeal:{received.pk}:received", appeal=received.pk)
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


@transaction.atomic
def answer(appeal: Appeal, *, uphold: bool, reasons: str, by: User, at: datetime) -> Appeal:
    """The panel's answer. Upheld: the decision is set aside and somebody else decides anew."""
    application = appeal.decision.application
    type(application).objects.select_for_update().get(pk=application.pk)
    if not reasons.strip():
        raise Refused(_("Write the reasons. The applicant receives them."))
    verb = "uphold" if uphold else "dismiss"
    move = appeal.flow.find(appeal.stage, verb)
    if move.role not in appeal.acts_as(by):
        raise Refused(_("Only the panel answers an appeal."))
    appeal.guard(move, by, at)
    CaseRole.sign(application, by, Role.PANEL_CHAIR, at)
    post(
        "appeal_decided",
        to=application.applicant,
        key=f"appeal:{appeal.pk}:answered",
        appeal=appeal.pk,
    )
    also = {"answer": reasons.strip(), "answered_at": at}
    appeal.move(verb, by=by, at=at, also=also)
    if uphold:
        set_aside(appeal.decision, by=by, at=at)
    return appeal


@transaction.atomic
def take_back(appeal: Appeal, *, by: User, at: datetime) -> None:
    """The applicant ends the appeal; the decision stands."""
    appeal.move("take_back", by=by, at=at)
