"""Leaves are read here; why somebody asked is read on the page where they are answered. Notes are
their holder's alone until they are handed in."""

from django.contrib import admin

from renewals.models import Leave
from trail.admin import RecordAdmin


@admin.register(Leave)
class LeaveAdmin(RecordAdmin):
    list_display = ["certificate", "starts_on", "ends_on", "stage", "moved_to"]
    list_filter = ["stage"]
    list_select_related = ["certificate"]
    exclude = ["why", "words"]
