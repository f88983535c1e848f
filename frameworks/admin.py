"""Profiles and reference lists. Words of editions are read here: drafts have their own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from frameworks.models import (
    Approach,
    Area,
    AreaText,
    Crosswalk,
    Edition,
    Framework,
    GuideQuestion,
    ScaleLevel,
    Statement,
    StatementText,
    Term,
)
from trail.admin import RecordAdmin, ReferenceAdmin


@admin.register(Framework)
class FrameworkAdmin(ReferenceAdmin):
    list_display = ["title", "key", "publisher"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        return ["key"] if obj else []


@admin.register(Edition)
class EditionAdmin(RecordAdmin):
    """Drafts are edited and published on their own pages, which check and record every step."""

    list_display = ["framework", "label", "sample", "published_at", "retired_at"]
    list_select_related = ["framework"]


@admin.register(Area)
class AreaAdmin(RecordAdmin):
    list_display = ["code", "title", "edition"]
    list_filter = ["edition"]
    list_select_related = ["edition__framework"]


@admin.register(Statement)
class StatementAdmin(RecordAdmin):
    list_display = ["code", "action", "edition", "safety_critical"]
    list_filter = ["edition", "safety_critical"]
    list_select_related = ["edition__framework"]
    search_fields = ["code", "action", "outcome"]


@admin.register(AreaText)
class AreaTextAdmin(RecordAdmin):
    list_display = ["area", "language", "title"]
    list_select_related = ["area"]


@admin.register(StatementText)
class StatementTextAdmin(RecordAdmin):
    list_display = ["statement", "language"]
    list_select_related = ["statement"]


@admin.register(Crosswalk)
class CrosswalkAdmin(RecordAdmin):
    list_display = ["indicator", "statement", "link"]
    list_select_related = ["indicator", "statement"]


@admin.register(ScaleLevel)
class ScaleLevelAdmin(ReferenceAdmin):
    list_display = ["value", "language", "label"]


@admin.register(Approach)
class ApproachAdmin(ReferenceAdmin):
    list_display = ["name", "what_it_does"]


@admin.register(Term)
class TermAdmin(ReferenceAdmin):
    list_display = ["term", "term_fr", "meaning"]
    search_fields = ["term", "term_fr"]


@admin.register(GuideQuestion)
class GuideQuestionAdmin(ReferenceAdmin):
    list_display = ["code", "meeting_type", "stage", "minutes", "question"]
    list_filter = ["meeting_type", "stage"]
    search_fields = ["code", "question"]
