"""The case: who asks for what, who took which part, and why they may."""

from applicants.models.case import (
    OPEN,
    Application,
    ApplicationQuerySet,
    CaseRole,
    TookAnotherPart,
)
from applicants.models.decision import Decision, MoreAsked, Outcome, Particular, Whose
from applicants.models.impartiality import PartException, Review, Threat
from applicants.models.independence import (
    Affiliation,
    Declaration,
    Interest,
    Relative,
    TeachingRelation,
)
from applicants.models.intake import IntakeInterview, IntakeOutcome
from applicants.models.plan import ActionPlan, Owner, PlanItem, PlanVersion, Prompt
from applicants.models.provider import Provider, RosterRow
from applicants.models.provider_request import (
    ProviderDeclaration,
    ProviderNote,
    ProviderRequest,
    RosterFile,
)
from applicants.models.qualification import Competence, Qualification

__all__ = [
    "OPEN",
    "ActionPlan",
    "Affiliation",
    "Application",
    "ApplicationQuerySet",
    "CaseRole",
    "Competence",
    "Decision",
    "Declaration",
    "IntakeInterview",
    "IntakeOutcome",
    "Interest",
    "MoreAsked",
    "Outcome",
    "Owner",
    "PartException",
    "Particular",
    "PlanItem",
    "PlanVersion",
    "Prompt",
    "Provider",
    "ProviderDeclaration",
    "ProviderNote",
    "ProviderRequest",
    "Qualification",
    "Relative",
    "Review",
    "RosterFile",
    "RosterRow",
    "TeachingRelation",
    "Threat",
    "TookAnotherPart",
    "Whose",
]
