"""What people say about themselves, and what administrators say about their roles."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ZONES, Language, User
from accounts.names import plain_name
from accounts.roles import GRANTED, Role


class SignupDetails(forms.Form):
    """Added to allauth's address and password. The time zone is guessed by the browser."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        validators=[plain_name],
        help_text=_("As it should stand on a certificate."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    called = forms.CharField(
        label=_("What we call you"),
        max_length=80,
        required=False,
        validators=[plain_name],
        help_text=_("Optional. The name for greetings and letters."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[("", "---"), *ZONES],
        widget=forms.Select(attrs={"data-guess-zone": ""}),
    )
    field_order = ["full_name", "called", "email", "time_zone", "password1"]

    def signup(self, request: Any, user: User) -> None:
        """Asked for by allauth; adapter has stored the details already."""


class Profile(forms.ModelForm):
    class Meta:
        model = User
        fields = [
            "full_name",
            "called",
            "native_name",
            "pronouns",
            "language",
            "time_zone",
            "city",
            "country",
            "phone",
            "support_needs",
        ]
        help_texts = {
            "full_name": _("As it should stand on a certificate."),
            "called": _("The name for greetings and letters."),
            "native_name": _("Shown beside your name, such as 山田 or ليلى."),
            "time_zone": _("All times are shown in this zone."),
            "phone": _("With the country code. Only the people you meet see it."),
            "support_needs": _("Such as captions, an interpreter, breaks or large print."),
        }
        widgets = {
            "time_zone": forms.Select(choices=ZONES),
            "support_needs": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = Language.choices  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Save my profile")))

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone not in dict(ZONES):
            raise forms.ValidationError(_("Choose a time zone from the list."))
        return zone


class ChooseLanguage(forms.Form):
    language = forms.ChoiceField(choices=Language.choices)


class GiveRole(forms.Form):
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, role.label) for role in map(Role, GRANTED)]
    )
    starts_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Until (optional)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("give", _("Give the role")))


class FindPerson(forms.Form):
    q = forms.CharField(label=_("Name or e-mail address"), required=False, max_length=200)
