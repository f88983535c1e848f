"""What people fill in about programmes. What they type is kept whatever is refused."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.names import plain_name
from awards.models import ASKED, EvidenceKind, Group, HelperKind, Programme
from files.uploads import ACCEPT
from meetings.finding import SLOT
from meetings.models import How

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FoundForm(forms.Form):
    name = forms.CharField(label=_("Organisation"), max_length=200, validators=[plain_name])
    city = forms.CharField(
        label=_("City (optional)"), max_length=120, required=False, validators=[plain_name]
    )
    country = forms.CharField(label=_("Country"), max_length=120, validators=[plain_name])
    programme = forms.CharField(
        label=_("Name of the programme"), max_length=200, validators=[plain_name]
    )


class ProfileForm(forms.ModelForm):
    """Fields alone: a service saves them."""

    class Meta:
        model = Programme
        fields = ["name", "purpose", "audience", "pairs", "started_on", "cycle_ended_on", "listed"]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 4}),
            "started_on": DAY,
            "cycle_ended_on": DAY,
        }
        help_texts = {
            "purpose": _("Two or three sentences: which need it serves, and for whom."),
            "audience": _("Such as: nurses in their first two years."),
            "cycle_ended_on": _(
                "A full cycle runs from the first match to the last review. Leave it empty until "
                "one is over."
            ),
            "listed": _("Your organisation, the programme and the level. Nothing else is shown."),
        }


class InviteForm(forms.Form):
    address = forms.EmailField(
        label=_("E-mail address"), help_text=_("The invitation works for this address alone, once.")
    )


class HelperForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, validators=[plain_name])
    email = forms.EmailField(label=_("E-mail address"))
    kind = forms.ChoiceField(label=_("What they are"), choices=HelperKind.choices)


class ResponseForm(forms.Form):
    text = forms.CharField(label=_("How you meet it"), required=False, widget=forms.Textarea)
    score = forms.TypedChoiceField(
        label=_("Your own score"),
        choices=[(str(n), str(n)) for n in range(5)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    differs = forms.ChoiceField(choices=[("no", "no"), ("yes", "yes")], required=False)
    differs_why = forms.CharField(required=False, widget=forms.Textarea)
    revision = forms.IntegerField(min_value=0)


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=EvidenceKind.choices)
    title = forms.CharField(label=_("What it is"), max_length=200, validators=[plain_name])
    detail = forms.CharField(
        label=_("What it shows (optional)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    url = forms.URLField(
        label=_("Address of the document (optional)"),
        required=False,
        max_length=500,
        assume_scheme="https",
    )

    def __init__(self, *args: Any, verbal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        title = self.fields["title"]
        if verbal:
            title.help_text = _("A document by its title; or who can tell of it, by their role.")


class FileForm(forms.Form):
    """A file for the library; the service looks at it."""

    file = forms.FileField(
        label=_("File"),
        max_length=300,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF, Word, OpenDocument, PNG, JPG or text, 25 MB at most."),
    )
    about = forms.CharField(
        label=_("What it shows (optional)"),
        max_length=200,
        required=False,
        validators=[plain_name],
    )
    dated_on = forms.DateField(
        label=_("Day of the document"),
        widget=DAY,
        help_text=_("When it was made or last changed, not when you send it."),
    )


class ScoreForm(forms.Form):
    points = forms.TypedChoiceField(
        label=_("Points"), choices=[(str(n), str(n)) for n in range(5)], coerce=int
    )
    comment = forms.CharField(required=False, max_length=8000, widget=forms.Textarea)
    accepts = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")],
        coerce=lambda said: said == "yes",
        empty_value=None,
        required=False,
    )


class InterviewForm(forms.Form):
    group = forms.ChoiceField(label=_("Who spoke"), choices=Group.choices)
    alias = forms.CharField(
        label=_("What you call them here"),
        max_length=40,
        validators=[plain_name],
        help_text=_("No names: “Mentor 2” is enough."),
    )
    held_on = forms.DateField(label=_("Day"), widget=DAY)
    notes = forms.CharField(
        label=_("What was said"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Read by the assessors alone. The organisation never sees it."),
    )


class AskForm(forms.Form):
    """Whom an assessor wants to hear: one address a line."""

    asked = forms.ChoiceField(label=_("What they are to the programme"), choices=Group.choices)
    addresses = forms.CharField(
        label=_("Their e-mail addresses"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr", "autocomplete": "off"}),
        help_text=_("One a line. Each gets a letter with a link of their own."),
    )

    def clean_addresses(self) -> list[str]:
        found: list[str] = self.cleaned_data["addresses"].replace(",", " ").split()
        for address in found:
            try:
                validate_email(address)
            except forms.ValidationError:
                raise forms.ValidationError(
                    _("“%(address)s” is not an e-mail address."), params={"address": address}
                ) from None
        return found


class ChooseForm(forms.Form):
    """A time, by somebody without an account."""

    slot = forms.CharField(error_messages={"required": _("Choose a time.")})
    how = forms.ChoiceField(choices=How.choices)
    phone = forms.CharField(required=False, max_length=40)
    zone = forms.CharField(required=False, max_length=64)

    def clean_slot(self) -> datetime:
        try:
            return datetime.strptime(self.cleaned_data["slot"], SLOT).replace(tzinfo=UTC)
        except ValueError:
            raise forms.ValidationError(_("Choose a time.")) from None


class PeopleForm(forms.Form):
    """How many people of each group are asked; the service makes a link for each."""

    def __init__(self, *args: Any, made: Mapping[Group, int] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in ASKED:
            self.fields[group.value] = forms.IntegerField(
                label=group.label, min_value=0, initial=(made or {}).get(group, 0)
            )

    @property
    def people(self) -> dict[Group, int]:
        return {group: self.cleaned_data[group.value] for group in ASKED}


class SurveyForm(PeopleForm):
    closes_on = forms.DateField(
        label=_("Last day for answers"),
        widget=DAY,
        help_text=_("Nobody sees any answer before this day is over."),
    )


class VoiceForm(forms.Form):
    """One statement after the other; the page draws them itself."""

    words = forms.CharField(required=False, max_length=1500, widget=forms.Textarea)

    def __init__(self, *args: Any, codes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = codes
        for code in codes:
            self.fields[code] = forms.TypedChoiceField(
                choices=[(str(n), str(n)) for n in range(5)], coerce=int
            )

    @property
    def scores(self) -> dict[str, int]:
        return {code: self.cleaned_data[code] for code in self.codes}


class SummaryForm(forms.Form):
    summary = forms.CharField(
        label=_("Summary"), max_length=8000, widget=forms.Textarea(attrs={"rows": 6})
    )


class CheckForm(forms.Form):
    agreed = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    reasons = forms.CharField(
        label=_("Your reasons"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class DecideForm(forms.Form):
    award = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    reasons = forms.CharField(
        label=_("Your reasons"), max_length=8000, widget=forms.Textarea(attrs={"rows": 5})
    )


class OnDay(forms.Form):
    on = forms.DateField(
        label=_("A day in the past"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class ReasonForm(forms.Form):
    """Why something should happen to an award."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The team reads this in its letter."),
        error_messages={"required": _("Write a reason. The team reads it.")},
    )
