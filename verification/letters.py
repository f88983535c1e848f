"""The letter of the verification that is not about a time: entries went back."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.flow import Stage
from notices.letters import Letter, Obsolete, letter
from notices.models import Message
from notices.texts import absolute
from verification.models import SentBack


@letter("verification_sent_back")
def sent_back(message: Message) -> Letter:
    rows = SentBack.objects.select_related("verification__application", "verification__verifier")
    sent = rows.filter(pk=message.context["sent_back"]).first()
    if sent is None or sent.verification.application.stage != Stage.PORTFOLIO:
        raise Obsolete
    application = sent.verification.application
    due = date_format(sent.due_on)
    return Letter(
        context={
            "verifier_name": sent.verification.verifier.full_name,
            "revise_count": str(sent.statements.count()),
            "audit_url": absolute(reverse("portfolios:workspace", args=[application.pk])),
            "revise_due_date": due,
        },
        whose_turn=_("Yours"),
        by_when=due,
    )
