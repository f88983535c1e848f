"""Dates of education providers, computed from the dates: safe to run twice, at once, or late."""

from datetime import datetime, timedelta

from applicants.models import Provider
from applicants.models.provider import CONFIRM_DAYS
from applicants.providing import tell
from applicants.recognising import forget_unconfirmed
from certificates.dates import body_day

AHEAD_DAYS = 60  # before a recognition ends


def remind_of_providers(at: datetime) -> int:
    """Ask for the yearly confirmation, tell that a recognition is about to end, and let go of
    requests whose address nobody confirmed."""
    today = body_day(at)
    told = 0
    for provider in Provider.objects.recognised(today).exclude(contact_email=""):
        due, until = provider.confirm_by, provider.recognised_until
        ends_first = bool(until and due and until <= due)
        if due and not ends_first and today >= due - timedelta(days=CONFIRM_DAYS):
            tell(provider, "provider_year_due", f"year:{due}", due=due.isoformat())
            told += 1
        if until and today >= until - timedelta(days=AHEAD_DAYS):
            tell(provider, "provider_ending", f"ending:{until}", until=until.isoformat())
            told += 1
    return told + forget_unconfirmed(at)
