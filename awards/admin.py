"""Standards and scoring are reference data; organisations, bids and awards are read only.

Sheets, scores and interviews are not shown at all: nobody reads them past the rules of reading.
"""

from django.contrib import admin

from awards.models import (
    Award,
    AwardDecision,
    AwardEvent,
    AwardPaper,
    AwardProposal,
    AwardRule,
    AwardScheme,
    Band,
    Bid,
    BidPart,
    Criterion,
    Organisation,
    Programme,
    ScoreLevel,
    ScoringRule,
    Standard,
    Step,
)
from trail.admin import RecordAdmin, ReferenceAdmin

for model in (Standard, Criterion, ScoreLevel, ScoringRule, Band, Step, AwardScheme, AwardRule):
    admin.site.register(model, ReferenceAdmin)


@admin.register(Organisation)
class OrganisationAdmin(RecordAdmin):
    list_display = ["name", "city", "country", "made_at"]
    search_fields = ["name"]


@admin.register(Programme)
class ProgrammeAdmin(RecordAdmin):
    list_display = ["name", "organisation", "pairs", "started_on", "cycle_ended_on", "listed"]
    list_select_related = ["organisation"]
    search_fields = ["name", "organisation__name"]


@admin.register(Bid)
class BidAdmin(RecordAdmin):
    list_display = ["programme", "scheme", "stage", "stage_since", "due_on"]
    list_filter = ["stage", "scheme"]
    list_select_related = ["programme", "scheme"]


@admin.register(BidPart)
class BidPartAdmin(RecordAdmin):
    list_display = ["bid", "person", "part", "since", "declared_at", "ended_at", "ended_why"]
    list_filter = ["part"]
    list_select_related = ["bid__programme", "bid__scheme", "person"]


@admin.register(AwardDecision)
class AwardDecisionAdmin(RecordAdmin):
    list_display = ["bid", "label", "points", "most", "by", "at"]
    list_select_related = ["bid__programme", "bid__scheme", "by"]


@admin.register(Award)
class AwardAdmin(RecordAdmin):
    list_display = ["number", "programme", "scheme_title", "label", "awarded_on", "valid_until"]
    list_select_related = ["programme"]
    search_fields = ["number", "programme__name"]


@admin.register(AwardEvent)
class AwardEventAdmin(RecordAdmin):
    list_display = ["award", "kind", "effective_at", "by"]
    list_select_related = ["award__programme", "by"]


@admin.register(AwardProposal)
class AwardProposalAdmin(RecordAdmin):
    list_display = ["award", "deed", "stage", "proposed_by", "proposed_at", "decided_by"]
    list_filter = ["deed", "stage"]
    list_select_related = ["award__programme", "proposed_by", "decided_by"]


@admin.register(AwardPaper)
class AwardPaperAdmin(RecordAdmin):
    list_display = ["award", "paper", "language", "attempts", "drawn_at", "last_error"]
    list_select_related = ["award__programme"]
