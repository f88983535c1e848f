"""What a holder says about a certificate, and what the staff propose."""

from collections.abc import Sequence
from typing import Any, TypedDict

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from certificates.flow import Deed
from certificates.lifecycle import Change
from certificates.models import Tier, Visibility
from certificates.reissuing import Scope
from certificates.terms import listing
from certificates.wishes import NameRequest

NAMED, NESTED = "named", "nested"


class VisibilityForm(forms.Form):
    """Who can see the certificate. Being listed is a wish of its own, ticked beside the choice."""

    visibility = forms.ChoiceField(
        label=_("Who can see this certificate?"),
        choices=Visibility.choices,
        error_messages={"required": _("Choose one of the three.")},
    )
    consent = forms.BooleanField(label=lazy(listing, str)(), required=False)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("visibility") == Visibility.DIRECTORY and not cleaned.get("consent"):
            self.add_error(
                "consent", _("Tick this too: we list only people who ask for it. You can undo it.")
            )
        return cleaned


class Said(TypedDict):
    reason: str
    change: Change


class ProposalForm(forms.Form):
    """Why, and what is left or how the name is written, where the deed asks for it."""

    scope = forms.ChoiceField(
        label=_("What falls away?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what falls away.")},
    )
    without = forms.MultipleChoiceField(
        label=_("Statements that fall away"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input mt-0"}),
    )
    name = forms.CharField(
        label=_("The name as it should stand on the certificate"),
        max_length=200,
        error_messages={"required": _("Write the right name.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The holder reads these words in a letter. The public never does."),
        error_messages={"required": _("Write a reason. The holder reads it.")},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        deed: Deed,
        codes: Sequence[str],
        nested: Tier | None,
        asked: NameRequest | None = None,
    ) -> None:
        super().__init__(data, initial={"name": asked.name, "reason": asked.why} if asked else None)
        choices = [(NAMED, _now("The statements ticked below"))]
        if nested is not None:
            words = _now("Everything above the %(tier)s, which is left") % {"tier": nested.name}
            choices.append((NESTED, words))
        self.fields["scope"].choices = choices  # type: ignore[attr-defined]
        self.fields["without"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        if deed != Deed.REDUCE:
            del self.fields["scope"], self.fields["without"]
        if deed != Deed.REPLACE:
            del self.fields["name"]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("scope") == NAMED and not cleaned.get("without"):
            self.add_error("without", _("Tick at least one statement."))
        return cleaned

    def said(self) -> Said:
        asked = self.cleaned_data
        nested = asked.get("scope") == NESTED
        without = () if nested else tuple(asked.get("without", ()))
        change = Change(Scope(without, nested), asked.get("name", ""))
        return Said(reason=asked["reason"], change=change)


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever proposed it reads this."),
        error_messages={"required": _("Write a reason. Whoever proposed it reads it.")},
    )


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Your name as it should stand on the certificate"),
        max_length=200,
        error_messages={"required": _("Write the right name.")},
    )
    why = forms.CharField(
        label=_("What is wrong, and how we can see it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example a misspelling, or a new name after a marriage."),
        error_messages={"required": _("Tell us in a sentence. The name you wrote is kept.")},
    )


class GiveBackForm(forms.Form):
    reason = forms.CharField(
        label=_("Why? (optional)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the staff reads it."),
    )
    sure = forms.BooleanField(
        label=_("I give this certificate back for good."),
        error_messages={"required": _("Tick this if you are sure. Nothing has happened yet.")},
    )
