"""Letters about appeals."""

from datetime import timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.roles import Role
from appeals.flow import EVIDENCE_DAYS, Stage
from appeals.models import Appeal
from certificates.dates import body_day
from notices.letters import Letter, Obsolete, letter
from notices.models import Message
from notices.texts import absolute


def _appeal(message: Message) -> Appeal:
    found = (
        Appeal.objects.filter(pk=message.context["appeal"])
        .select_related("decision__application")
        .first()
    )
    if found is None:
        raise Obsolete
    return found


@letter("appeal_received")
def appeal_received(message: Message) -> Letter:
    appeal = _appeal(message)
    received = body_day(appeal.received_at)
    return Letter(
        {
            "decision_date": date_format(body_day(appeal.decision.at)),
            "appeal_date": date_format(received),
            "appeal_number": appeal.number,
            "appeal_answer_date": date_format(appeal.answer_due_on),
            "appeal_evidence_date": date_format(received + timedelta(days=EVIDENCE_DAYS)),
            "appeal_url": absolute(reverse("appeals:show", args=[appeal.pk])),
        },
        whose_turn=_("The appeal panel’s"),
        by_when=date_format(appeal.answer_due_on),
    )


@letter("appeal_decided")
def appeal_decided(message: Message) -> Letter:
    appeal = _appeal(message)
    if appeal.stage not in (Stage.UPHELD, Stage.DISMISSED):
        raise Obsolete
    chair = appeal.decision.application.cast.filter(role=Role.PANEL_CHAIR).last()
    upheld = appeal.stage == Stage.UPHELD
    return Letter(
        {
            "appeal_number": appeal.number,
            "appeal_outcome": str(Stage(appeal.stage).label),
            "appeal_url": absolute(reverse("appeals:show", args=[appeal.pk])),
            "next_step": _("Somebody who has not seen your case decides anew within two weeks.")
            if upheld
            else _("The decision stands. You can apply again when you are ready."),
            "panel_chair_name": chair.person.full_name if chair else _("The appeal panel"),
        }
    )
