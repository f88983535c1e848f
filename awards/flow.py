"""The way of a bid: one programme's try for one award.

A stage is named after the work that is awaited. In the sequential way a First Assessor reports, the
team adjusts, and a Second Assessor checks. In the parallel way an Assessor and a Verifier assess
without seeing each other, and settle what differs. A chair who took no other part decides.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from trail.flow import Flow, Move


class Process(models.TextChoices):
    """Who assesses how. Schemes are data; these two ways are code."""

    SEQUENTIAL = "sequential", _("A First Assessor, then a Second Assessor checks")
    PARALLEL = "parallel", _("An Assessor and a Verifier, neither seeing the other’s scores")


class Part(models.TextChoices):
    """What somebody is to a bid. One part a person and bid."""

    TEAM = "team", _("Programme team")
    FIRST_ASSESSOR = "first_assessor", _("First Assessor")
    SECOND_ASSESSOR = "second_assessor", _("Second Assessor")
    ASSESSOR = "assessor", _("Assessor")
    VERIFIER = "verifier", _("Verifier")
    CHAIR = "chair", _("Panel Chair")
    ADMINISTRATOR = "administrator", _("Administrator")


class Stage(models.TextChoices):
    ELIGIBILITY = "eligibility", _("Eligibility")
    EVIDENCE = "evidence", _("Evidence")
    APPOINTMENT = "appointment", _("Appointment of assessors")
    FIRST_REVIEW = "first_review", _("First review")
    ASSESSMENT = "assessment", _("Assessment by two")
    RECONCILIATION = "reconciliation", _("Reconciliation")
    ADJUSTMENT = "adjustment", _("Adjustment")
    INTERVIEWS = "interviews", _("Interviews")
    REPORT = "report", _("Report")
    SECOND_CHECK = "second_check", _("Second check")
    DECISION = "decision", _("Decision")
    AWARDED = "awarded", _("Awarded")
    NOT_AWARDED = "not_awarded", _("Not awarded")
    WITHDRAWN = "withdrawn", _("Withdrawn by the team")


FINAL = frozenset({Stage.AWARDED, Stage.NOT_AWARDED, Stage.WITHDRAWN})
WRITABLE = (Stage.ELIGIBILITY, Stage.EVIDENCE, Stage.ADJUSTMENT)  # the team works on its evidence
SEATS = {
    Process.SEQUENTIAL: (Part.FIRST_ASSESSOR, Part.SECOND_ASSESSOR),
    Process.PARALLEL: (Part.ASSESSOR, Part.VERIFIER),
}
JUDGES = (
    Part.FIRST_ASSESSOR,
    Part.SECOND_ASSESSOR,
    Part.ASSESSOR,
    Part.VERIFIER,
    Part.CHAIR,
)
# Days that the owner of a stage has. The team's first two stages have no date: a programme gathers
# its evidence as it runs.
DAYS = {
    Stage.APPOINTMENT: 14,
    Stage.FIRST_REVIEW: 42,
    Stage.ASSESSMENT: 42,
    Stage.RECONCILIATION: 21,
    Stage.ADJUSTMENT: 60,
    Stage.INTERVIEWS: 42,
    Stage.REPORT: 21,
    Stage.SECOND_CHECK: 21,
    Stage.DECISION: 14,
}
ROUNDS = 2  # how often a team may be asked to adjust

_BEGIN = (
    Move("confirm", Stage.ELIGIBILITY, Stage.EVIDENCE, Part.TEAM),
    Move("submit", Stage.EVIDENCE, Stage.APPOINTMENT, Part.TEAM),
)
_END = (
    Move("award", Stage.DECISION, Stage.AWARDED, Part.CHAIR),
    Move("refuse", Stage.DECISION, Stage.NOT_AWARDED, Part.CHAIR),
)
_WAYS = {
    Process.SEQUENTIAL: (
        Move("appoint", Stage.APPOINTMENT, Stage.FIRST_REVIEW, Part.ADMINISTRATOR),
        Move("report", Stage.FIRST_REVIEW, Stage.ADJUSTMENT, Part.FIRST_ASSESSOR),
        Move("submit_in_full", Stage.ADJUSTMENT, Stage.INTERVIEWS, Part.TEAM),
        Move("close_interviews", Stage.INTERVIEWS, Stage.REPORT, Part.FIRST_ASSESSOR),
        Move("send_for_check", Stage.REPORT, Stage.SECOND_CHECK, Part.FIRST_ASSESSOR),
        Move("agree", Stage.SECOND_CHECK, Stage.DECISION, Part.SECOND_ASSESSOR),
        Move("return", Stage.SECOND_CHECK, Stage.REPORT, Part.SECOND_ASSESSOR),
    ),
    Process.PARALLEL: (
        Move("appoint", Stage.APPOINTMENT, Stage.ASSESSMENT, Part.ADMINISTRATOR),
        Move("finish_assessing", Stage.ASSESSMENT, Stage.RECONCILIATION, Part.ASSESSOR),
        Move("finish_verifying", Stage.ASSESSMENT, Stage.RECONCILIATION, Part.VERIFIER),
        Move("ask_more", Stage.RECONCILIATION, Stage.ADJUSTMENT, Part.ASSESSOR),
        Move("submit_in_full", Stage.ADJUSTMENT, Stage.ASSESSMENT, Part.TEAM),
        Move("send_for_check", Stage.RECONCILIATION, Stage.SECOND_CHECK, Part.ASSESSOR),
        Move("agree", Stage.SECOND_CHECK, Stage.DECISION, Part.VERIFIER),
        Move("return", Stage.SECOND_CHECK, Stage.RECONCILIATION, Part.VERIFIER),
    ),
}


def _flow(way: tuple[Move, ...]) -> Flow:
    on = (*_BEGIN, *way, *_END)
    sources = dict.fromkeys(move.source for move in on)
    out = (Move("withdraw", source, Stage.WITHDRAWN, Part.TEAM) for source in sources)
    return Flow(*on, *out)


FLOWS = {process: _flow(way) for process, way in _WAYS.items()}
PATHS = {
    Process.SEQUENTIAL: (
        Stage.ELIGIBILITY,
        Stage.EVIDENCE,
        Stage.APPOINTMENT,
        Stage.FIRST_REVIEW,
        Stage.ADJUSTMENT,
        Stage.INTERVIEWS,
        Stage.REPORT,
        Stage.SECOND_CHECK,
        Stage.DECISION,
    ),
    Process.PARALLEL: (
        Stage.ELIGIBILITY,
        Stage.EVIDENCE,
        Stage.APPOINTMENT,
        Stage.ASSESSMENT,
        Stage.RECONCILIATION,
        Stage.SECOND_CHECK,
        Stage.DECISION,
    ),
}


def owners(process: str, stage: str) -> frozenset[str]:
    """Whose turn it is. Withdrawing is always the team's and makes nothing theirs."""
    moves = FLOWS[Process(process)]
    return frozenset(m.role for m in moves if m.source == stage and m.verb != "withdraw")
