"""The way of a leave: asked for by the holder, answered by an administrator. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from trail.flow import Flow, Move


class Stage(models.TextChoices):
    ASKED = "asked", _("Waiting for an answer")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Not granted")
    TAKEN_BACK = "taken_back", _("Taken back")


class Hand(models.TextChoices):
    HOLDER = "holder", _("the holder of the certificate")


FLOW = Flow(
    Move("grant", Stage.ASKED, Stage.GRANTED, Role.ADMINISTRATOR),
    Move("refuse", Stage.ASKED, Stage.REFUSED, Role.ADMINISTRATOR),
    Move("take_back", Stage.ASKED, Stage.TAKEN_BACK, Hand.HOLDER),
)
