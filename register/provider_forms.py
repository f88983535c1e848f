"""What education providers fill in, and how people look for one."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import HTML, Div
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import plain_name
from accounts.open_forms import NO_ADDRESS, OpenForm, own_name
from applicants.models.provider import listed
from applicants.provider_words import areas, languages
from applicants.recognising import FACTS, Facts


def _line(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, **more)


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ProviderSearch(forms.Form):
    q = forms.CharField(label=_("Name or word"), max_length=100, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    language = forms.ChoiceField(label=_("Taught in"), required=False)
    area = forms.ChoiceField(label=_("About"), required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=1000)

    def __init__(self, data: Any, *, countries: list[str], taught: list[tuple[str, str]]) -> None:
        super().__init__(data)
        lists = {
            "country": [("", _("Anywhere")), *((one, one) for one in countries)],
            "language": [("", _("Any language")), *languages()],
            "area": [("", _("Anything")), *taught],
        }
        for name, choices in lists.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]


class EntryForm(OpenForm):
    """A provider's entry, as its contact writes it."""

    name = _line(_("Name of the organisation"), 200, validators=[plain_name, NO_ADDRESS])
    country = _line(
        _("Country"),
        120,
        validators=[plain_name],
        widget=forms.TextInput(attrs={"autocomplete": "country-name"}),
    )
    website = forms.URLField(
        label=_("Website"), assume_scheme="https", widget=forms.URLInput(attrs={"maxlength": 200})
    )
    public_email = forms.EmailField(
        label=_("E-mail address for learners (optional)"),
        required=False,
        help_text=_("It is shown to everybody."),
    )
    offer = _text(
        _("What you offer"),
        _("Courses, their length, online or on site, and at what price. Shown to everybody."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages in which you teach"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )
    areas = forms.MultipleChoiceField(
        label=_("Areas of the profiles that you teach"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one area.")},
    )
    alignment = _text(
        _("How your content relates to the statements"),
        _("Which statements, and how a learner gets to show them. Shown to everybody."),
    )
    teachers = _text(
        _("Who teaches, and what mentoring experience they have"), _("We alone read this.")
    )
    support = _text(_("How you support learners with disabilities"), _("Shown to everybody."))
    complaints = _text(_("How learners can complain to you"), _("Shown to everybody."))
    contact_name = own_name(_("Your name"))
    contact_email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_(
            "We write to it, and show it to nobody. With an account of this address you "
            "keep the entry."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    agree = forms.BooleanField(
        label=_("We agree to these conditions."),
        error_messages={"required": _("Tick this when you agree to the conditions.")},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        at: datetime,
        user: User | None = None,
        facts: Facts | None = None,
        agreed: bool = False,
    ) -> None:
        initial: dict[str, Any] = {}
        if facts:
            initial = {name: getattr(facts, name) for name in FACTS}
            for name in ("languages", "areas"):
                initial[name] = [code for code in initial[name].split(",") if code]
        elif user:
            initial = {"contact_name": user.full_name, "contact_email": user.email}
        super().__init__(data, initial=initial)
        self.fields["languages"].choices = languages()  # type: ignore[attr-defined]
        self.fields["areas"].choices = areas(at)  # type: ignore[attr-defined]
        if agreed:
            del self.fields["agree"]
        self.helper = self.lay_out(*self._parts(agreed))

    def _parts(self, agreed: bool) -> list[Any]:  # noqa: FBT001 - one form, with or without its end
        conditions = [] if agreed else [
            HTML("{% include 'register/_provider_conditions.html' %}"), "agree",
        ]  # fmt: skip
        return [
            _heading(_("The organisation")),
            "name", "country", "website", "public_email",
            _heading(_("What you teach")),
            "offer", Div("languages", css_class="choices"), Div("areas", css_class="choices"),
            "alignment",
            _heading(_("How you teach")),
            "teachers", "support", "complaints",
            _heading(_("Between you and us")),
            "contact_name", "contact_email",
            *conditions,
        ]  # fmt: skip

    def facts(self) -> Facts:
        said = {name: self.cleaned_data[name] for name in FACTS}
        for name in ("languages", "areas"):
            said[name] = listed(said[name])
        for name, value in said.items():
            said[name] = value.replace("\r\n", "\n").strip()
        return Facts(**said)


def _heading(words: Any) -> HTML:
    return HTML(f'<h2 class="h4 mt-5">{words}</h2>')


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"), max_length=3000, widget=forms.Textarea(attrs={"rows": 5})
    )


class HandInForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("The roster, as .csv or .xlsx"), error_messages={"required": _("Choose a file.")}
    )
