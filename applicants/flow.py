"""The way from application to certificate.

Each route is the list of stages an application passes. A stage is named after the work that
is awaited, and has one owner: the role whose turn it is.
"""

from itertools import pairwise

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from certificates.models import Route
from trail.flow import Flow, Move


class Stage(models.TextChoices):
    SELF_ASSESSMENT = "self_assessment", _("Self-assessment")
    INTAKE = "intake", _("Interview")
    PORTFOLIO = "portfolio", _("Portfolio")
    AUDIT = "audit", _("Audit")
    VERIFICATION = "verification", _("Verification")
    DECISION = "decision", _("Decision")
    DORMANT = "dormant", _("Resting")
    CERTIFIED = "certified", _("Certified")
    DECLINED = "declined", _("Not awarded")
    REDIRECTED = "redirected", _("Another certificate chosen")
    REFERRED = "referred", _("Something else helps more now")
    WITHDRAWN = "withdrawn", _("Withdrawn by the applicant")


OWNER = {
    Stage.SELF_ASSESSMENT: Role.APPLICANT,
    Stage.INTAKE: Role.INTAKE_MANAGER,
    Stage.PORTFOLIO: Role.APPLICANT,
    Stage.AUDIT: Role.AUDITOR,
    Stage.VERIFICATION: Role.VERIFIER,
    Stage.DECISION: Role.DECIDER,
    Stage.DORMANT: Role.APPLICANT,
}
FINAL = frozenset(
    {Stage.CERTIFIED, Stage.DECLINED, Stage.REDIRECTED, Stage.REFERRED, Stage.WITHDRAWN}
)

ROUTES = {
    Route.VERBAL_AUDIT: (Stage.SELF_ASSESSMENT, Stage.INTAKE, Stage.AUDIT, Stage.DECISION),
    Route.WRITTEN_AUDIT: (
        Stage.SELF_ASSESSMENT,
        Stage.INTAKE,
        Stage.PORTFOLIO,
        Stage.AUDIT,
        Stage.DECISION,
    ),
    Route.VERIFICATION: (
        Stage.SELF_ASSESSMENT,
        Stage.INTAKE,
        Stage.PORTFOLIO,
        Stage.AUDIT,
        Stage.VERIFICATION,
        Stage.DECISION,
    ),
}

# Days that the owner of a stage has. The applicant's own stages have no date of their own: only
# work that was sent back has one.
DAYS = {Stage.INTAKE: 21, Stage.AUDIT: 14, Stage.VERIFICATION: 30, Stage.DECISION: 14}
REVISION_DAYS = 30
ROUNDS = 2  # how often work can be sent back

# Silence rests a case here, and the applicant wakes it up to where it was.
RESTS_AT = (Stage.SELF_ASSESSMENT, Stage.PORTFOLIO)


def _moves(*path: Stage) -> list[Move]:
    onward = [Move("complete", here, there, OWNER[here]) for here, there in pairwise(path)]
    back = [
        Move("send_back", here, Stage.PORTFOLIO, OWNER[here])
        for here in (Stage.AUDIT, Stage.VERIFICATION)
        if here in path and Stage.PORTFOLIO in path
    ]
    more = [
        Move(verb, Stage.DECISION, there, Role.DECIDER)
        for verb, there in (("ask_more", Stage.PORTFOLIO), ("ask_verifier", Stage.VERIFICATION))
        if there in path
    ]
    out = [
        Move("withdraw", here, Stage.WITHDRAWN, Role.APPLICANT) for here in (*path, Stage.DORMANT)
    ]
    rest = [
        move
        for here in RESTS_AT
        if here in path
        for move in (
            Move("rest", here, Stage.DORMANT, Role.CLOCK),
            Move(f"resume_{here}", Stage.DORMANT, here, Role.APPLICANT),
        )
    ]
    end = [
        Move("redirect", Stage.INTAKE, Stage.REDIRECTED, Role.INTAKE_MANAGER),
        Move("refer", Stage.INTAKE, Stage.REFERRED, Role.INTAKE_MANAGER),
        Move("fail", Stage.AUDIT, Stage.DECISION, Role.AUDITOR),
        Move("certify", Stage.DECISION, Stage.CERTIFIED, Role.DECIDER),
        Move("decline", Stage.DECISION, Stage.DECLINED, Role.DECIDER),
        Move("reopen", Stage.DECLINED, Stage.DECISION, Role.PANEL_CHAIR),
    ]
    return onward + back + more + out + rest + end


FLOWS = {route: Flow(*_moves(*path)) for route, path in ROUTES.items()}


class RegisterStage(models.TextChoices):
    """Where an entry of the impartiality register stands."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


REGISTER = Flow(
    Move("close", RegisterStage.OPEN, RegisterStage.CLOSED, Role.ADMINISTRATOR),
    Move("reopen", RegisterStage.CLOSED, RegisterStage.OPEN, Role.ADMINISTRATOR),
)
