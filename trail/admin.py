"""Records are read here and changed nowhere: no right opens them, a superuser's included."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from trail.models import Event

if TYPE_CHECKING:
    # The type checker knows which rows; Django itself does not ask.
    from django.db.models import Model

    Base = admin.ModelAdmin[Model]
else:
    Base = admin.ModelAdmin


class RecordAdmin(Base):
    """Something with a stage, or something that happened."""

    actions = None

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return may_look(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def has_add_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False


class ReferenceAdmin(Base):
    """What the body keeps up itself. Nothing is removed: cases and pages point at it."""

    actions = None

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return may_look(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return may_look(request)

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        return may_look(request)

    def has_delete_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False


def may_look(request: HttpRequest) -> bool:
    """Administrators of the body, and superusers, who keep the machine."""
    user = request.user
    return bool(
        user.is_active
        and getattr(user, "is_staff", False)
        and (getattr(user, "is_superuser", False) or "administrator" in getattr(user, "roles", ()))
    )


@admin.register(Event)
class EventAdmin(RecordAdmin):
    list_display = ["at", "verb", "actor", "subject", "subject_id", "before", "after", "case"]
    list_filter = ["subject", "verb"]
    list_select_related = ["actor"]
    search_fields = ["case", "subject_id"]
    date_hierarchy = "at"
