"""Portfolios are read without their words: entries are for those who took a part in the case."""

from django.contrib import admin

from portfolios.models import (
    Audit,
    AuditRule,
    Criterion,
    Entry,
    Evidence,
    Finding,
    LogSession,
    Portfolio,
    Submission,
    VerbalAudit,
)
from trail.admin import RecordAdmin, ReferenceAdmin

CASE = ["application__applicant", "application__tier"]


@admin.register(Portfolio)
class PortfolioAdmin(RecordAdmin):
    list_display = ["application", "opened_at", "touched_at"]
    list_select_related = CASE


@admin.register(Entry)
class EntryAdmin(RecordAdmin):
    list_display = ["portfolio", "statement", "facet", "state", "saved_at"]
    list_filter = ["state", "facet"]
    list_select_related = ["statement", *(f"portfolio__{name}" for name in CASE)]
    exclude = ["text"]


@admin.register(Evidence)
class EvidenceAdmin(RecordAdmin):
    list_display = ["portfolio", "size", "added_at"]
    list_select_related = [f"portfolio__{name}" for name in CASE]
    fields = ["portfolio", "size", "sha256", "added_at"]


@admin.register(LogSession)
class LogSessionAdmin(RecordAdmin):
    list_display = ["person", "sort", "on", "minutes", "mode"]
    list_select_related = ["person"]
    fields = ["person", "sort", "on", "minutes", "mode"]


@admin.register(Submission)
class SubmissionAdmin(RecordAdmin):
    list_display = ["portfolio", "number", "sent_at", "sha256"]
    list_select_related = [f"portfolio__{name}" for name in CASE]
    exclude = ["snapshot", "declaration"]


@admin.register(Audit)
class AuditAdmin(RecordAdmin):
    list_display = ["application", "number", "auditor", "opened_at", "closed_at", "result"]
    list_select_related = [*CASE, "auditor"]


@admin.register(Finding)
class FindingAdmin(RecordAdmin):
    list_display = ["audit", "statement", "facet", "relevance", "authorship", "mastery"]
    list_select_related = ["statement", *(f"audit__{name}" for name in CASE)]
    exclude = ["comment"]


@admin.register(VerbalAudit)
class VerbalAuditAdmin(RecordAdmin):
    list_display = ["application", "meeting"]
    list_select_related = [*CASE, "meeting"]


@admin.register(Criterion)
class CriterionAdmin(ReferenceAdmin):
    list_display = ["title", "key", "definition"]


@admin.register(AuditRule)
class AuditRuleAdmin(ReferenceAdmin):
    list_display = ["title", "key", "rule"]
