"""Self-assessments are read; the notes beside the ratings belong to the interview."""

from django.contrib import admin

from assessments.models import Rating, Report, SelfAssessment
from trail.admin import RecordAdmin

CASE = ["application__applicant", "application__tier"]


@admin.register(SelfAssessment)
class SelfAssessmentAdmin(RecordAdmin):
    list_display = ["application", "started_at", "touched_at", "sent_at"]
    list_select_related = CASE
    exclude = ["baseline"]


@admin.register(Rating)
class RatingAdmin(RecordAdmin):
    list_display = ["assessment", "statement", "concept", "practice", "saved_at"]
    list_select_related = ["statement", *(f"assessment__{name}" for name in CASE)]
    exclude = ["note"]


@admin.register(Report)
class ReportAdmin(RecordAdmin):
    list_display = ["assessment", "language", "asked_at", "drawn_at", "attempts", "last_error"]
    list_select_related = [f"assessment__{name}" for name in CASE]
    exclude = ["file"]
