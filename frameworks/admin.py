"""Profiles and reference lists. What is published is read: a change is a new edition."""

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
from trail.admin import ReferenceAdmin


class DraftAdmin(ReferenceAdmin):
    """Editable while the edition is a draft; `edition_of` finds it. New ones come by import."""

    def edition_of(self, obj: Any) -> Edition:
        found: Edition = obj.edition
        return found

    def has_add_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        draft = obj is None or self.edition_of(obj).published_at is None
        return draft and super().has_change_permission(request, obj)

    def get_readonly_fields(self, _request: HttpRequest, _obj: Any = None) -> list[str]:
        return ["edition"]


@admin.register(Framework)
class FrameworkAdmin(ReferenceAdmin):
    list_display = ["title", "key", "publisher"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        return ["key"] if obj else []


@admin.register(Edition)
class EditionAdmin(DraftAdmin):
    """Publishing is a step of its own: the day is shown here, not set."""

    list_display = ["framework", "label", "sample", "published_at", "retired_at"]
    list_select_related = ["framework"]

    def edition_of(self, obj: Any) -> Edition:
        found: Edition = obj
        return found

    def get_readonly_fields(self, _request: HttpRequest, _obj: Any = None) -> list[str]:
        return ["framework", "published_at", "published_by", "retired_at"]


@admin.register(Area)
class AreaAdmin(DraftAdmin):
    list_display = ["code", "title", "edition"]
    list_filter = ["edition"]
    list_select_related = ["edition__framework"]


@admin.register(Statement)
class StatementAdmin(DraftAdmin):
    list_display = ["code", "action", "edition", "safety_critical"]
    list_filter = ["edition", "safety_critical"]
    list_select_related = ["edition__framework"]
    search_fields = ["code", "action", "outcome"]

    def get_readonly_fields(self, _request: HttpRequest, _obj: Any = None) -> list[str]:
        return ["edition", "area"]


@admin.register(AreaText)
class AreaTextAdmin(DraftAdmin):
    list_display = ["area", "language", "title"]
    list_select_related = ["area"]

    def edition_of(self, obj: Any) -> Edition:
        found: Edition = obj.area.edition
        return found

    def get_readonly_fields(self, _request: HttpRequest, _obj: Any = None) -> list[str]:
        return ["area", "language"]


@admin.register(StatementText)
class StatementTextAdmin(DraftAdmin):
    list_display = ["statement", "language"]
    list_select_related = ["statement"]

    def edition_of(self, obj: Any) -> Edition:
        found: Edition = obj.statement.edition
        return found

    def get_readonly_fields(self, _request: HttpRequest, _obj: Any = None) -> list[str]:
        return ["statement", "language"]


@admin.register(Crosswalk)
class CrosswalkAdmin(DraftAdmin):
    list_display = ["indicator", "statement", "link"]
    list_select_related = ["indicator", "statement"]

    def edition_of(self, obj: Any) -> Edition:
        found: Edition = obj.statement.edition
        return found

    def get_readonly_fields(self, _request: HttpRequest, _obj: Any = None) -> list[str]:
        return ["indicator", "statement"]


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
