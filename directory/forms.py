"""Looking for somebody, saying what one shows, and writing to a person."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from accounts.models import User
from accounts.open_forms import OpenForm, own_name, who_writes
from certificates.models import Certificate, Level, Visibility
from directory.finding import Asked
from directory.models import Entry, Field
from directory.services import Wish
from directory.world import countries, languages

TONGUES = ("language_1", "language_2", "language_3", "language_4")


class Search(forms.Form):
    name = forms.CharField(label=_later("Name"), max_length=100, required=False)
    place = forms.CharField(label=_later("Place"), max_length=100, required=False)
    country = forms.ChoiceField(label=_later("Country"), required=False)
    language = forms.ChoiceField(label=_later("Language"), required=False)
    level = forms.ChoiceField(
        label=_later("Certificate"), required=False, choices=[("", _later("Any")), *Level.choices]
    )
    offers = forms.BooleanField(label=_later("Offers mentoring"), required=False)
    volunteers = forms.BooleanField(label=_later("Volunteers"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["country"].choices = [("", _("Anywhere")), *countries()]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("Any")), *languages()]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What was understood: a field that makes no sense asks for nothing."""
        self.is_valid()
        return Asked(**{name: self.cleaned_data[name] for name in self.cleaned_data})


class Mine(forms.Form):
    """One's own entry: every field with its switch, the certificates, and the consent."""

    place = forms.CharField(label=_later("Place"), max_length=120, required=False)
    country = forms.ChoiceField(label=_later("Country"), required=False)
    language_1 = forms.ChoiceField(label=_later("First language"), required=False)
    language_2 = forms.ChoiceField(label=_later("Second language"), required=False)
    language_3 = forms.ChoiceField(label=_later("Third language"), required=False)
    language_4 = forms.ChoiceField(label=_later("Fourth language"), required=False)
    about = forms.CharField(
        label=_later("About me"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_later("A few sentences: how you mentor, and what people find with you."),
    )
    for_whom = forms.CharField(
        label=_later("For whom I mentor"),
        max_length=300,
        required=False,
        help_text=_later("For example: young nurses, people new to a country, other mentors."),
    )
    certificates = forms.TypedMultipleChoiceField(coerce=int, required=False)
    agreed = forms.BooleanField(required=False)

    def __init__(
        self, data: Any = None, *, entry: Entry, certificates: Sequence[Certificate]
    ) -> None:
        listed = [one.pk for one in certificates if one.visibility == Visibility.DIRECTORY]
        initial = {
            "place": entry.place,
            "country": entry.country,
            "about": entry.about,
            "for_whom": entry.for_whom,
            "certificates": listed,
            **dict(zip(TONGUES, entry.languages, strict=False)),
            **{f"show_{field.value}": entry.reveals(field) for field in Field},
        }
        super().__init__(data, initial=initial)
        self.held = certificates
        nothing = [("", _("Not chosen"))]
        self.fields["country"].choices = [*nothing, *countries()]  # type: ignore[attr-defined]
        for name in TONGUES:
            self.fields[name].choices = [*nothing, *languages()]  # type: ignore[attr-defined]
        choices = [(one.pk, one.snapshot["title"]) for one in certificates]
        self.fields["certificates"].choices = choices  # type: ignore[attr-defined]
        for field in Field:
            label = _("Show %(what)s") % {"what": field.label}
            self.fields[f"show_{field.value}"] = forms.BooleanField(label=label, required=False)

    def wish(self) -> Wish:
        said = self.cleaned_data
        tongues = [said[name] for name in TONGUES if said[name]]
        return Wish(
            place=said["place"],
            country=said["country"],
            languages=list(dict.fromkeys(tongues)),
            about=said["about"],
            for_whom=said["for_whom"],
            shows=[field.value for field in Field if said[f"show_{field.value}"]],
            certificates=[one for one in self.held if one.pk in said["certificates"]],
        )


class Write(OpenForm):
    """A letter to a person."""

    name = own_name(_later("Your name"))
    email = forms.EmailField(
        label=_later("Your e-mail address"),
        help_text=_later("We send a link there first. Answers go to this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    text = forms.CharField(
        label=_later("Your letter"),
        min_length=20,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_later("Who you are, and what you hope for from a first talk."),
        error_messages={"min_length": _later("Write a few more words, so they know who asks.")},
    )

    def __init__(self, data: Any = None, *, user: User | None) -> None:
        super().__init__(data, initial=who_writes(user))
        self.helper = self.lay_out("name", "email", "text")


class Report(forms.Form):
    why = forms.CharField(
        label=_later("What is wrong with it?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_later("The administrators read this, the letter, and the address it came from."),
        error_messages={"required": _later("Write in a sentence what is wrong with it.")},
    )


class Settle(forms.Form):
    note = forms.CharField(
        label=_later("What was done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    bar = forms.BooleanField(
        label=_later("This writer reaches nobody in the directory any more"), required=False
    )
