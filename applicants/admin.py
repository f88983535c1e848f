"""Cases are read here. What one person wrote for themselves alone is not shown at all."""

from django.contrib import admin

from applicants.models import (
    ActionPlan,
    Affiliation,
    Application,
    CaseRole,
    Competence,
    Decision,
    Declaration,
    IntakeInterview,
    Interest,
    MoreAsked,
    PartException,
    Particular,
    PlanItem,
    PlanVersion,
    Prompt,
    Provider,
    ProviderRequest,
    Qualification,
    Relative,
    RosterRow,
    TeachingRelation,
    Threat,
)
from trail.admin import RecordAdmin, ReferenceAdmin

CASE = ("applicant", "tier")


@admin.register(Application)
class ApplicationAdmin(RecordAdmin):
    list_display = ["pk", "applicant", "tier", "stage", "stage_since", "due_on"]
    list_filter = ["stage", "tier"]
    list_select_related = ["applicant", "tier"]
    search_fields = ["applicant__full_name", "applicant__email"]


@admin.register(CaseRole)
class CaseRoleAdmin(RecordAdmin):
    list_display = ["application", "person", "role", "since", "ended_at", "ended_why"]
    list_filter = ["role"]
    list_select_related = ["application__applicant", "application__tier", "person"]


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    list_display = ["application", "outcome", "by", "at", "set_aside_at"]
    list_filter = ["outcome"]
    list_select_related = ["application__applicant", "application__tier", "by"]


@admin.register(MoreAsked)
class MoreAskedAdmin(RecordAdmin):
    list_display = ["application", "whose", "by", "at", "due_on"]
    list_select_related = ["application__applicant", "application__tier", "by"]


@admin.register(Particular)
class ParticularAdmin(RecordAdmin):
    list_display = ["decision", "more", "statement"]
    list_select_related = [
        "statement",
        *(f"{about}__application__{name}" for about in ("decision", "more") for name in CASE),
    ]
    exclude = ["words"]


@admin.register(Declaration)
class DeclarationAdmin(RecordAdmin):
    list_display = ["person", "application", "clear", "at"]
    list_select_related = ["person", "application__applicant", "application__tier"]
    exclude = ["note"]


@admin.register(TeachingRelation)
class TeachingRelationAdmin(RecordAdmin):
    list_display = ["teacher", "learner", "starts_on", "ends_on", "provider", "declared_by"]
    list_select_related = ["teacher", "learner", "declared_by"]


@admin.register(Interest)
class InterestAdmin(RecordAdmin):
    list_display = ["person", "about", "declared_at", "ends_on"]
    list_select_related = ["person", "about"]
    exclude = ["note"]


@admin.register(Affiliation)
class AffiliationAdmin(RecordAdmin):
    list_display = ["person", "organisation", "starts_on", "ends_on", "declared_at"]
    list_select_related = ["person"]


@admin.register(Relative)
class RelativeAdmin(RecordAdmin):
    """That there is one. Who it is stays with the person."""

    list_display = ["person", "kin", "declared_at"]
    list_select_related = ["person"]
    exclude = ["name", "key", "email"]


@admin.register(Provider)
class ProviderAdmin(RecordAdmin):
    list_display = ["name", "country", "recognised_from", "recognised_until"]


@admin.register(ProviderRequest)
class ProviderRequestAdmin(RecordAdmin):
    """That there is one. What it says is read on its page, by whoever is free of it."""

    list_display = ["number", "name", "kind", "stage", "stage_since", "decided_by"]
    list_filter = ["stage", "kind"]
    list_select_related = ["decided_by"]
    fields = ["name", "country", "kind", "stage", "stage_since", "starts_on", "ends_on"]


@admin.register(RosterRow)
class RosterRowAdmin(RecordAdmin):
    list_display = ["provider", "starts_on", "ends_on", "withdrawn_at", "relation"]
    list_select_related = ["provider", "relation__teacher", "relation__learner"]


@admin.register(Qualification)
class QualificationAdmin(RecordAdmin):
    list_display = ["person", "role", "starts_on", "ends_on", "given_by", "ended_at"]
    list_filter = ["role"]
    list_select_related = ["person", "given_by"]


@admin.register(Competence)
class CompetenceAdmin(RecordAdmin):
    list_display = ["person", "kind", "role", "on", "result", "recorded_by"]
    list_filter = ["kind", "role"]
    list_select_related = ["person", "recorded_by"]


@admin.register(PartException)
class PartExceptionAdmin(RecordAdmin):
    list_display = ["application", "person", "role", "bond", "asked_by", "answer", "answered_by"]
    list_select_related = [
        "application__applicant",
        "application__tier",
        "person",
        "asked_by",
        "answered_by",
    ]


@admin.register(Threat)
class ThreatAdmin(RecordAdmin):
    list_display = ["pk", "kind", "scope", "stage", "owner", "review_on"]
    list_filter = ["stage", "kind"]
    list_select_related = ["owner"]


@admin.register(IntakeInterview)
class IntakeInterviewAdmin(RecordAdmin):
    list_display = ["application", "outcome", "recorded_at"]
    list_select_related = ["application__applicant", "application__tier"]


@admin.register(ActionPlan)
class ActionPlanAdmin(RecordAdmin):
    list_display = ["application", "manager", "signed_by_manager_at", "signed_by_applicant_at"]
    list_select_related = ["application__applicant", "application__tier", "manager"]


@admin.register(PlanItem)
class PlanItemAdmin(RecordAdmin):
    list_display = ["plan", "text", "owner", "owner_name", "due_on", "done_at", "done_by"]
    list_select_related = ["plan__application__applicant", "plan__application__tier", "done_by"]


@admin.register(PlanVersion)
class PlanVersionAdmin(RecordAdmin):
    list_display = ["plan", "number", "replaced_at", "replaced_by"]
    list_select_related = [
        "plan__application__applicant",
        "plan__application__tier",
        "replaced_by",
    ]


@admin.register(Prompt)
class PromptAdmin(ReferenceAdmin):
    list_display = ["code", "scope", "applies_to", "text"]
    list_filter = ["scope"]
