"""The way of an education provider's request, to be recognised, to stay so, or to be shown
otherwise. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from trail.flow import Flow, Move


class Kind(models.TextChoices):
    FIRST = "first", _("Recognition")
    RENEWAL = "renewal", _("Renewal of the recognition")
    CHANGE = "change", _("Change of the entry")


class Stage(models.TextChoices):
    ADDRESS = "address", _("Waiting for the address to be confirmed")
    RECEIVED = "received", _("Waiting to be acknowledged")
    REVIEW = "review", _("Being looked at")
    MORE = "more", _("Waiting for the provider")
    RECOGNISED = "recognised", _("Agreed to")
    REFUSED = "refused", _("Refused")
    TAKEN_BACK = "taken_back", _("Taken back")


class Hand(models.TextChoices):
    """What somebody is to a request."""

    CONTACT = "contact", _("the contact of the provider")
    STAFF = "staff", _("an administrator whom nothing binds to the provider")


OPEN = (Stage.ADDRESS, Stage.RECEIVED, Stage.REVIEW, Stage.MORE)
WITH_US = (Stage.RECEIVED, Stage.REVIEW)
FLOW = Flow(
    Move("confirm_address", Stage.ADDRESS, Stage.RECEIVED, Hand.CONTACT),
    Move("acknowledge", Stage.RECEIVED, Stage.REVIEW, Hand.STAFF),
    Move("ask_more", Stage.REVIEW, Stage.MORE, Hand.STAFF),
    Move("answer", Stage.MORE, Stage.REVIEW, Hand.CONTACT),
    Move("recognise", Stage.REVIEW, Stage.RECOGNISED, Hand.STAFF),
    Move("refuse", Stage.REVIEW, Stage.REFUSED, Hand.STAFF),
    *(Move("take_back", stage, Stage.TAKEN_BACK, Hand.CONTACT) for stage in OPEN),
)
