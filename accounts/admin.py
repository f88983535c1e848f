"""People's profiles. Rights are given on the portal's own pages, and by the command line."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import Grant, User
from trail.admin import RecordAdmin, ReferenceAdmin

PROFILE = [
    "full_name",
    "called",
    "native_name",
    "pronouns",
    "language",
    "time_zone",
    "city",
    "country",
    "phone",
]
SHOWN = ["email", "is_active", "is_staff", "is_superuser", "joined_at", "last_login"]


@admin.register(User)
class UserAdmin(ReferenceAdmin):
    """Profile fields alone: no password, no right and no address is changed here."""

    fields = [*PROFILE, *SHOWN]
    list_display = ["full_name", "email", "time_zone", "language", "is_active"]
    search_fields = ["full_name", "native_name", "email"]

    def has_add_permission(self, _request: HttpRequest, *_: Any) -> bool:
        """People sign up themselves and confirm their address."""
        return False

    def get_readonly_fields(self, _request: HttpRequest, _obj: Any = None) -> list[str]:
        return SHOWN


@admin.register(Grant)
class GrantAdmin(RecordAdmin):
    list_display = ["user", "role", "starts_on", "ends_on", "given_by", "given_at"]
    list_filter = ["role"]
    list_select_related = ["user", "given_by"]
    search_fields = ["user__full_name", "user__email"]
