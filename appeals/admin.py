"""Appeals are read; the panel answers them on its own page."""

from django.contrib import admin

from appeals.models import Appeal
from trail.admin import RecordAdmin


@admin.register(Appeal)
class AppealAdmin(RecordAdmin):
    list_display = ["number", "decision", "stage", "received_at", "answer_due_on", "answered_at"]
    list_filter = ["stage"]
    list_select_related = ["decision__application__applicant", "decision__application__tier"]
