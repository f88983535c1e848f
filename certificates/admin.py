"""The catalogue may be edited where no case rests on it; certificates are read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from certificates.batches import Batch
from certificates.models import Certificate, CertificateEvent, Requirement, Scheme, Tier
from certificates.papers import Drawing, EarlierPaper
from certificates.proposals import Proposal
from certificates.steps import RenewalAmount, RenewalStep
from certificates.wishes import Agreement, NameRequest
from trail.admin import RecordAdmin, ReferenceAdmin


@admin.register(Scheme)
class SchemeAdmin(ReferenceAdmin):
    list_display = ["name", "generation", "issuer", "administered_by"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        return ["key"] if obj else []


@admin.register(Tier)
class TierAdmin(ReferenceAdmin):
    """Words and validity. Route, level and framework are what running cases stand on."""

    list_display = ["title", "scheme", "level", "route", "years_valid", "offered"]
    list_filter = ["scheme", "route"]
    list_select_related = ["scheme"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug", "scheme", "level", "rank", "route", "framework"] if obj else []


@admin.register(Requirement)
class RequirementAdmin(ReferenceAdmin):
    """What a published edition asks for is what cases were started under: it is read."""

    list_display = ["tier", "statement", "facet"]
    list_filter = ["tier", "facet"]
    list_select_related = ["tier", "statement"]
    search_fields = ["statement__code"]

    def has_add_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        draft = obj is None or obj.statement.edition.published_at is None
        return draft and super().has_change_permission(request, obj)

    def get_readonly_fields(self, _request: HttpRequest, _obj: Any = None) -> list[str]:
        return ["tier", "statement", "facet"]


@admin.register(RenewalStep)
class RenewalStepAdmin(ReferenceAdmin):
    list_display = ["code", "title", "detail"]


@admin.register(RenewalAmount)
class RenewalAmountAdmin(ReferenceAdmin):
    list_display = ["step", "measure", "amount"]
    list_select_related = ["step"]


@admin.register(Batch)
class BatchAdmin(RecordAdmin):
    list_display = ["number", "kind", "stage", "ordered_by", "ordered_at", "count", "last_error"]
    list_filter = ["kind", "stage"]
    list_select_related = ["ordered_by"]


@admin.register(Certificate)
class CertificateAdmin(RecordAdmin):
    list_display = [
        "number",
        "holder",
        "tier",
        "awarded_on",
        "expires_on",
        "extended_to",
        "stopped_at",
    ]
    list_filter = ["tier"]
    list_select_related = ["holder", "tier"]
    search_fields = ["number", "holder__full_name"]


@admin.register(CertificateEvent)
class CertificateEventAdmin(RecordAdmin):
    list_display = ["certificate", "kind", "effective_at", "recorded_at", "by"]
    list_select_related = ["certificate", "by"]


@admin.register(Proposal)
class ProposalAdmin(RecordAdmin):
    list_display = ["certificate", "deed", "stage", "proposed_by", "proposed_at", "decided_by"]
    list_filter = ["deed", "stage"]
    list_select_related = ["certificate", "proposed_by", "decided_by"]


@admin.register(Agreement)
class AgreementAdmin(RecordAdmin):
    list_display = ["certificate", "what", "version", "agreed_at", "ended_at"]
    list_select_related = ["certificate"]


@admin.register(NameRequest)
class NameRequestAdmin(RecordAdmin):
    list_display = ["certificate", "asked_at", "answered_at", "answered_by"]
    list_select_related = ["certificate", "answered_by"]


@admin.register(EarlierPaper)
class EarlierPaperAdmin(RecordAdmin):
    list_display = ["certificate", "paper", "drawn_at", "sha256"]
    list_select_related = ["certificate"]


@admin.register(Drawing)
class DrawingAdmin(RecordAdmin):
    list_display = ["certificate", "paper", "attempts", "drawn_at", "last_error"]
    list_select_related = ["certificate"]
