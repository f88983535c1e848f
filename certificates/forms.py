"""What a holder says about a certificate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import Visibility


class VisibilityForm(forms.Form):
    """Who can see the certificate. Being listed is a wish of its own, ticked beside the choice."""

    visibility = forms.ChoiceField(
        label=_("Who can see this certificate?"),
        choices=Visibility.choices,
        error_messages={"required": _("Choose one of the three.")},
    )
    consent = forms.BooleanField(
        label=_("I want my name, certificate and place in the public directory."), required=False
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("visibility") == Visibility.DIRECTORY and not cleaned.get("consent"):
            self.add_error(
                "consent", _("Tick this too: we list only people who ask for it. You can undo it.")
            )
        return cleaned
