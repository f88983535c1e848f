"""The public pages may be edited; what people wrote to us is read, and answered on its own page."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from notices.models import BodyFact
from notices.texts import placeholders
from register.models import Enquiry, Page
from trail.admin import RecordAdmin, ReferenceAdmin

if TYPE_CHECKING:
    # The type checker knows which rows; Django itself does not ask.
    FormBase = forms.ModelForm[Page]
else:
    FormBase = forms.ModelForm

LIVE_WORDS = {"recognition_status"}  # filled in by the page itself


class PageForm(FormBase):
    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        known = {*BodyFact.objects.values_list("key", flat=True), *LIVE_WORDS}
        if words := sorted(placeholders(body) - known):
            asked = ", ".join(f"{{{word}}}" for word in words)
            raise forms.ValidationError(
                _("Nobody fills in %(words)s on a page.") % {"words": asked}
            )
        return body


@admin.register(Page)
class PageAdmin(ReferenceAdmin):
    form = PageForm  # type: ignore[assignment]  # the base knows no rows
    list_display = ["slug", "language", "title"]
    list_filter = ["language"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug", "language"] if obj else []


@admin.register(Enquiry)
class EnquiryAdmin(RecordAdmin):
    list_display = ["topic", "name", "received_at", "answered_at", "answered_by"]
    list_filter = ["topic"]
    list_select_related = ["answered_by"]
