"""Asking for a decision to be looked at again, and the panel's answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals.models import Ground

UPHOLD, DISMISS = "uphold", "dismiss"


class AppealForm(forms.Form):
    ground = forms.ChoiceField(
        label=_("What went wrong?"),
        choices=Ground.choices,
        error_messages={"required": _("Choose what comes closest. What you wrote is kept.")},
    )
    text = forms.CharField(
        label=_("Tell us what happened"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Name the statement, the meeting or the day. The panel reads this."),
        error_messages={
            "required": _("Tell us what you think went wrong. Your choice above is kept.")
        },
    )


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            (UPHOLD, _("Uphold it: somebody else decides anew")),
            (DISMISS, _("Dismiss it: the decision stands")),
        ],
        error_messages={"required": _("Choose one. What you wrote is kept.")},
    )
    reasons = forms.CharField(
        label=_("Reasons, in plain words"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write the reasons. Your choice above is kept.")},
    )
    independent = forms.BooleanField(
        label=_("I took no part in this case before."),
        error_messages={"required": _("Only who confirms this answers. Your words are kept.")},
    )
