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
from awards.models.held import DEEDS, Award, AwardEvent, AwardProposal
from awards.models.kept import FrozenFile, KeptFile
from awards.models.organisations import (
    Helper,
    HelperKind,
    Invitation,
    Member,
    Organisation,
    Programme,
)
from awards.models.printed import AwardPaper, Language, Printout, PrintoutKind
from awards.models.schemes import AwardRule, AwardScheme
from awards.models.sheets import (
    AwardDecision,
    CriterionScore,
    Group,
    InterviewNote,
    SecondCheck,
    Sheet,
    SheetKind,
)
from awards.models.standards import Band, Criterion, ScoreLevel, ScoringRule, Standard, Step
from awards.models.talks import Talk
from awards.models.voices import ASKED, Survey, SurveyQuestion, Ticket, Voice

__all__ = [
    "ASKED",
    "DEEDS",
    "OPEN",
    "Award",
    "AwardDecision",
    "AwardEvent",
    "AwardPaper",
    "AwardProposal",
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
    "FrozenFile",
    "Group",
    "Helper",
    "HelperKind",
    "InterviewNote",
    "Invitation",
    "KeptFile",
    "Language",
    "Member",
    "NotDeclared",
    "NotIndependent",
    "Organisation",
    "Printout",
    "PrintoutKind",
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
    "Survey",
    "SurveyQuestion",
    "Talk",
    "Ticket",
    "TookAnotherPart",
    "Voice",
]
