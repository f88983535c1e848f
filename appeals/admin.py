"""Appeals are read; the panel answers them on its own page."""

from django.contrib import admin

from appeals.models import Appeal, Complaint
from trail.admin import RecordAdmin


@admin.register(Appeal)
class AppealAdmin(RecordAdmin):
    list_display = ["number", "decision", "stage", "received_at", "answer_due_on", "answered_at"]
    list_filter = ["stage"]
    list_select_related = ["decision__application__applicant", "decision__application__tier"]


@admin.register(Complaint)
class ComplaintAdmin(RecordAdmin):
    """The list says that there is one; whom it is about might be the reader."""

    list_display = ["number", "subject", "stage", "received_at", "answer_due_on", "answered_at"]
    list_filter = ["stage", "subject"]
    fields = ["subject", "stage", "received_at", "answer_due_on", "answered_at"]
