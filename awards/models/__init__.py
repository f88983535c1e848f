"""Programme awards: the standards, the schemes, and the way of a bid to its award."""

from awards.flow import Process
from awards.models.bids import (
    OPEN,
    AwardSubmission,
    Bid,
    BidPart,
    EvidenceItem,
    EvidenceKind,
    NotDeclared,
    NotIndependent,
    Response,
    TookAnotherPart,
)
from awards.models.organisations import (
    Helper,
    HelperKind,
    Invitation,
    Member,
    Organisation,
    Programme,
)
from awards.models.schemes import AwardRule, AwardScheme
from awards.models.sheets import (
    Award,
    AwardDecision,
    CriterionScore,
    Group,
    InterviewNote,
    SecondCheck,
    Sheet,
    SheetKind,
)
from awards.models.standards import Band, Criterion, ScoreLevel, ScoringRule, Standard, Step

__all__ = [
    "OPEN",
    "Award",
    "AwardDecision",
    "AwardRule",
    "AwardScheme",
    "AwardSubmission",
    "Band",
    "Bid",
    "BidPart",
    "Criterion",
    "CriterionScore",
    "EvidenceItem",
    "EvidenceKind",
    "Group",
    "Helper",
    "HelperKind",
    "InterviewNote",
    "Invitation",
    "Member",
    "NotDeclared",
    "NotIndependent",
    "Organisation",
    "Process",
    "Programme",
    "Response",
    "ScoreLevel",
    "ScoringRule",
    "SecondCheck",
    "Sheet",
    "SheetKind",
    "Standard",
    "Step",
    "TookAnotherPart",
]
