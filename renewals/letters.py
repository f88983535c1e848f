"""Letters about leaves. Why somebody asked stands in none of them."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notices.letters import Letter, Obsolete, letter
from notices.models import Message
from notices.texts import absolute
from renewals.flow import Stage
from renewals.models import Leave


def leave_of(message: Message) -> Leave:
    leave = Leave.objects.filter(pk=message.context["leave"]).first()
    if leave is None:
        raise Obsolete
    return leave


@letter("leave_asked")
def leave_asked(message: Message) -> Letter:
    leave = leave_of(message)
    if leave.stage != Stage.ASKED:
        raise Obsolete
    return Letter(
        {
            "applicant_name": leave.certificate.holder.full_name,
            "tier_name": leave.certificate.tier.name,
            "leave_days": str(leave.days),
            "task_url": absolute(reverse("renewals:leave", args=[leave.pk])),
        },
        whose_turn=_("Yours"),
    )


@letter("leave_answered")
def leave_answered(message: Message) -> Letter:
    leave = leave_of(message)
    certificate = leave.certificate
    ends = leave.moved_to or certificate.ends_on
    answer = (
        _("Your leave of %(days)d days is granted.") % {"days": leave.days}
        if leave.stage == Stage.GRANTED
        else _("Your leave was not granted: %(why)s") % {"why": leave.answer}
    )
    return Letter(
        {
            "tier_name": certificate.tier.name,
            "leave_answer": answer,
            "expiry_date": date_format(ends) if ends else "",
            "renewal_url": absolute(reverse("renewals:file", args=[certificate.number])),
        }
    )
