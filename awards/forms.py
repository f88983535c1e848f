"""What people fill in about programmes. What they type is kept whatever is refused."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.names import plain_name
from awards.models import EvidenceKind, Group, HelperKind, Programme

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
