"""Records of verification are read; a signed one is corrected by nobody, only added to."""

from django.contrib import admin

from trail.admin import RecordAdmin
from verification.models import Addendum, Appointment, Outcome, SentBack, Verification

CASE = ["application__applicant", "application__tier"]


@admin.register(Verification)
class VerificationAdmin(RecordAdmin):
    list_display = ["application", "verifier", "recommendation", "signed_at"]
    list_select_related = [*CASE, "verifier"]


@admin.register(Appointment)
class AppointmentAdmin(RecordAdmin):
    list_display = ["verification", "meeting"]
    list_select_related = ["meeting", *(f"verification__{name}" for name in CASE)]


@admin.register(Outcome)
class OutcomeAdmin(RecordAdmin):
    list_display = ["verification", "statement", "found", "saved_at"]
    list_select_related = ["statement", *(f"verification__{name}" for name in CASE)]
    exclude = ["note"]


@admin.register(SentBack)
class SentBackAdmin(RecordAdmin):
    list_display = ["verification", "at", "due_on"]
    list_select_related = [f"verification__{name}" for name in CASE]


@admin.register(Addendum)
class AddendumAdmin(RecordAdmin):
    list_display = ["verification", "statement", "by", "at"]
    list_select_related = ["statement", "by", *(f"verification__{name}" for name in CASE)]
    exclude = ["text", "why"]
