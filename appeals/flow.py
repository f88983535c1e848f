"""The way of an appeal, from the day it reaches us to its answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from trail.flow import Flow, Move


class Stage(models.TextChoices):
    PANEL = "panel", _("With the appeal panel")
    UPHELD = "upheld", _("Upheld: a new decision will be made")
    DISMISSED = "dismissed", _("Dismissed: the decision stands")
    TAKEN_BACK = "taken_back", _("Taken back by the applicant")


FLOW = Flow(
    Move("uphold", Stage.PANEL, Stage.UPHELD, Role.PANEL_CHAIR),
    Move("dismiss", Stage.PANEL, Stage.DISMISSED, Role.PANEL_CHAIR),
    Move("take_back", Stage.PANEL, Stage.TAKEN_BACK, Role.APPLICANT),
)
OWNER = {Stage.PANEL: Role.PANEL_CHAIR}
FINAL = frozenset({Stage.UPHELD, Stage.DISMISSED, Stage.TAKEN_BACK})
ANSWER_DAYS = 30
EVIDENCE_DAYS = 10
