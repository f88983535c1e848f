"""Checking and writing to us."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import plain_name
from register.models import Topic


class Check(forms.Form):
    number = forms.CharField(label=_("Number or code"), max_length=200, validators=[plain_name])
    name = forms.CharField(max_length=200, required=False, validators=[plain_name])


class OnDay(forms.Form):
    on = forms.DateField(
        label=_("A day in the past"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class Contact(forms.Form):
    """A message to us. `fax` is for machines: people neither see nor fill it."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    topic = forms.ChoiceField(
        label=_("What is it about?"), choices=[("", _("Choose a topic")), *Topic.choices]
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        validators=[
            plain_name,
            RegexValidator(
                r"[/@<>]", _("Write your name only, without addresses."), inverse_match=True
            ),
        ],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We answer to this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    text = forms.CharField(
        label=_("Your message"), max_length=5000, widget=forms.Textarea(attrs={"rows": 7})
    )
    fax = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, user: User | None, topic: str = "") -> None:
        initial = {"token": uuid.uuid4(), "topic": topic}
        if user:
            initial |= {"name": user.full_name, "email": user.email}
        super().__init__(data, initial=initial)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "token",
            "topic",
            "name",
            "email",
            "text",
            Div("fax", css_class="visually-hidden", aria_hidden="true"),
        )

    @property
    def from_a_machine(self) -> bool:
        return bool(self.data.get("fax"))


class Answer(forms.Form):
    note = forms.CharField(
        label=_("What was answered"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
