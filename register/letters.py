"""What stands in the letters to people who wrote to us."""

from datetime import date, timedelta

from django.utils.formats import date_format

from certificates.dates import body_day
from notices.letters import Letter, Obsolete, letter
from notices.models import BodyFact, Message
from register.models import Enquiry

SATURDAY = 5


@letter("enquiry_received", "scholarship_received", "complaint_received")
def received(message: Message) -> Letter:
    enquiry = Enquiry.objects.filter(pk=message.context["enquiry"]).first()
    if enquiry is None:
        raise Obsolete
    days = int(BodyFact.objects.values_map()["ack_days"])
    by = date_format(working_days_after(body_day(enquiry.received_at), days), "j F Y")
    context = {
        "complaint_number": enquiry.number,
        "complaint_answer_date": by,
        "scholarship_answer_date": by,
    }
    if message.to is None:
        context["first_name"] = enquiry.name
    return Letter(context)


def working_days_after(day: date, count: int) -> date:
    """Monday to Friday; holidays differ from place to place and are not known here."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day
