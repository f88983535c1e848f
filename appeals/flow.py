"""The way of an appeal and of a complaint, from the day it reaches us to its answer.

Both go the same way: acknowledged by the secretary, admitted or not by a panel chair, answered by
a panel of people who took no part.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from trail.flow import Flow, Move


class Stage(models.TextChoices):
    """Of an appeal; a complaint has the same stages under its own words."""

    RECEIVED = "received", _("Waiting to be acknowledged")
    ADMISSION = "admission", _("Waiting to be admitted")
    PANEL = "panel", _("With the appeal panel")
    UPHELD = "upheld", _("Upheld: a new decision will be made")
    DISMISSED = "dismissed", _("Dismissed: the decision stands")
    INADMISSIBLE = "inadmissible", _("Not admitted")
    TAKEN_BACK = "taken_back", _("Taken back by the applicant")


COMPLAINT_WORDS = {
    Stage.PANEL: _("With the panel"),
    Stage.UPHELD: _("Upheld: we put it right"),
    Stage.DISMISSED: _("Not upheld"),
}

OPEN = (Stage.RECEIVED, Stage.ADMISSION, Stage.PANEL)
_ANSWERED = (
    Move("acknowledge", Stage.RECEIVED, Stage.ADMISSION, Role.ADMINISTRATOR),
    Move("admit", Stage.ADMISSION, Stage.PANEL, Role.PANEL_CHAIR),
    Move("turn_away", Stage.ADMISSION, Stage.INADMISSIBLE, Role.PANEL_CHAIR),
    Move("uphold", Stage.PANEL, Stage.UPHELD, Role.PANEL_CHAIR),
    Move("dismiss", Stage.PANEL, Stage.DISMISSED, Role.PANEL_CHAIR),
)
FLOW = Flow(
    *_ANSWERED, *(Move("take_back", stage, Stage.TAKEN_BACK, Role.APPLICANT) for stage in OPEN)
)
COMPLAINT_FLOW = Flow(*_ANSWERED)
OWNER = {
    Stage.RECEIVED: Role.ADMINISTRATOR,
    Stage.ADMISSION: Role.PANEL_CHAIR,
    Stage.PANEL: Role.PANEL_CHAIR,
}
FINAL = frozenset({Stage.UPHELD, Stage.DISMISSED, Stage.INADMISSIBLE, Stage.TAKEN_BACK})
ACKNOWLEDGE_DAYS = 5  # working days
ADMISSION_DAYS = 5  # working days after it was acknowledged
ANSWER_DAYS = 30
EVIDENCE_DAYS = 10
AHEAD_DAYS = 2  # before a day that is due, whoever's turn it is is reminded
PANELS = (1, 3)  # never even: a majority decides
