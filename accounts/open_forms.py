"""Forms that anybody may send, signed in or not."""

import uuid
from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import plain_name

ADDRESS = r"[/@<>]"
NO_ADDRESS = RegexValidator(
    ADDRESS, _("Write the name only, without addresses."), inverse_match=True
)
NO_ADDRESS_OF_MINE = RegexValidator(
    ADDRESS, _("Write your name only, without addresses."), inverse_match=True
)


class OpenForm(forms.Form):
    """`token` makes one of two clicks. `fax` is for machines: people neither see nor fill it."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    fax = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial={"token": uuid.uuid4(), **initial})

    @property
    def from_a_machine(self) -> bool:
        return bool(self.data.get("fax"))

    def lay_out(self, *parts: Any) -> FormHelper:
        """These fields in this order, and out of sight what is for machines."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        hidden = Div("fax", css_class="visually-hidden", aria_hidden="true")
        helper.layout = Layout("token", *parts, hidden)
        return helper


def who_writes(user: User | None) -> dict[str, str]:
    return {"name": user.full_name, "email": user.email} if user else {}


def own_name(label: Any, **more: Any) -> forms.CharField:
    """The name of whoever writes: no sign that hides, and nothing that becomes a link in a mail."""
    return forms.CharField(
        label=label,
        max_length=100,
        validators=[plain_name, NO_ADDRESS_OF_MINE],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        **more,
    )
