"""Checking and writing to us."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import plain_name
from accounts.open_forms import OpenForm, own_name, who_writes
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


class Contact(OpenForm):
    """A message to us."""

    topic = forms.ChoiceField(
        label=_("What is it about?"), choices=[("", _("Choose a topic")), *Topic.choices]
    )
    name = own_name(_("Your name"))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We answer to this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    text = forms.CharField(
        label=_("Your message"), max_length=5000, widget=forms.Textarea(attrs={"rows": 7})
    )

    def __init__(self, data: Any = None, *, user: User | None, topic: str = "") -> None:
        super().__init__(data, initial={"topic": topic, **who_writes(user)})
        self.helper = self.lay_out("topic", "name", "email", "text")


class Answer(forms.Form):
    note = forms.CharField(
        label=_("What was answered"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
