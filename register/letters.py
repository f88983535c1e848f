"""What stands in the letters to people who wrote to us."""

from django.utils.formats import date_format

from appeals.dates import working_days_after
from certificates.dates import body_day
from notices.letters import Letter, Obsolete, letter
from notices.models import BodyFact, Message
from register.models import Enquiry


@letter("enquiry_received", "scholarship_received")
def received(message: Message) -> Letter:
    enquiry = Enquiry.objects.filter(pk=message.context["enquiry"]).first()
    if enquiry is None:
        raise Obsolete
    days = int(BodyFact.objects.values_map()["ack_days"])
    by = date_format(working_days_after(body_day(enquiry.received_at), days), "j F Y")
    context = {
        "scholarship_answer_date": by,
    }
    if message.to is None:
        context["first_name"] = enquiry.name
    return Letter(context)
