"""The case: who asks for what, who took which part, and why they may."""

from applicants.models.case import (
    OPEN,
    Application,
    ApplicationQuerySet,
    CaseRole,
    TookAnotherPart,
)
from applicants.models.decision import Decision, Outcome
from applicants.models.independence import Declaration, Interest, TeachingRelation
from applicants.models.intake import IntakeInterview, IntakeOutcome
from applicants.models.plan import ActionPlan, Owner, PlanItem, PlanVersion, Prompt

__all__ = [
    "OPEN",
    "ActionPlan",
    "Application",
    "ApplicationQuerySet",
    "CaseRole",
    "Decision",
    "Declaration",
    "IntakeInterview",
    "IntakeOutcome",
    "Interest",
    "Outcome",
    "Owner",
    "PlanItem",
    "PlanVersion",
    "Prompt",
    "TeachingRelation",
    "TookAnotherPart",
]
