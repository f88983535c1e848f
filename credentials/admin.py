"""Keys, credentials and lists are read here; workers write them."""

from django.contrib import admin

from credentials.models import Credential, SigningKey, StatusList
from trail.admin import RecordAdmin


@admin.register(SigningKey)
class SigningKeyAdmin(RecordAdmin):
    list_display = ["name", "for_trying", "made_at", "retired_at"]


@admin.register(StatusList)
class StatusListAdmin(RecordAdmin):
    list_display = ["number", "sealed_at"]


@admin.register(Credential)
class CredentialAdmin(RecordAdmin):
    list_display = ["kind", "certificate", "key", "attempts", "sealed_at", "last_error"]
