"""Portfolios are read without their words: entries are for those who took a part in the case."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from portfolios.likeness.records import Comparison
from portfolios.logbook import LogSession
from portfolios.models import Audit, Entry, Evidence, Finding, Portfolio, Submission, VerbalAudit
from portfolios.panels import RenewalLook, RenewalShare, SampleEntry, SecondAudit, SecondAuditShare
from portfolios.rulebook import AuditRule, Criterion
from trail.admin import RecordAdmin, ReferenceAdmin

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

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
    exclude = ["text", "advice", "answer"]


@admin.register(Evidence)
class EvidenceAdmin(RecordAdmin):
    list_display = ["portfolio", "size", "added_at", "state", "fault", "attempts"]
    list_filter = ["state"]
    list_select_related = [f"portfolio__{name}" for name in CASE]
    fields = ["portfolio", "size", "sha256", "added_at", "state", "fault", "attempts"]


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


@admin.register(Comparison)
class ComparisonAdmin(RecordAdmin):
    """What the background owes. `manage.py compare --again` takes up what was given up."""

    list_display = ["submission", "marked_at", "compared_at", "attempts", "last_error"]
    list_select_related = [f"submission__portfolio__{name}" for name in CASE]


@admin.register(Audit)
class AuditAdmin(RecordAdmin):
    """Closed ones alone: what somebody still reads blind is shown to nobody."""

    list_display = ["application", "number", "auditor", "opened_at", "closed_at", "result"]
    list_select_related = [*CASE, "auditor"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Model]":
        return super().get_queryset(request).exclude(closed_at=None)


@admin.register(SecondAudit)
class SecondAuditAdmin(RecordAdmin):
    list_display = ["submission", "why", "since", "disputed_at", "settled_at"]
    list_filter = ["why"]


@admin.register(SecondAuditShare)
class SecondAuditShareAdmin(ReferenceAdmin):
    list_display = ["tier", "percent"]
    list_select_related = ["tier"]


@admin.register(RenewalShare)
class RenewalShareAdmin(ReferenceAdmin):
    list_display = ["tier", "percent"]
    list_select_related = ["tier"]


@admin.register(RenewalLook)
class RenewalLookAdmin(RecordAdmin):
    list_display = ["submission", "full", "why", "since"]
    list_filter = ["full", "why"]


@admin.register(SampleEntry)
class SampleEntryAdmin(RecordAdmin):
    list_display = ["key", "statement_code", "facet"]
    fields = ["key", "position", "statement_code", "facet", "text"]


@admin.register(Finding)
class FindingAdmin(RecordAdmin):
    list_display = ["audit", "statement", "facet", "relevance", "authorship", "mastery"]
    list_select_related = ["statement", *(f"audit__{name}" for name in CASE)]
    exclude = ["comment", "not_assessed"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Model]":
        return super().get_queryset(request).exclude(audit__closed_at=None)


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
