"""Cases are read here. What one person wrote for themselves alone is not shown at all."""

from django.contrib import admin

from applicants.models import (
    ActionPlan,
    Application,
    CaseRole,
    Decision,
    Declaration,
    IntakeInterview,
    Interest,
    PlanItem,
    PlanVersion,
    Prompt,
    TeachingRelation,
)
from trail.admin import RecordAdmin, ReferenceAdmin


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
