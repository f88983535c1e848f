"""What people fill in about themselves and each other: bonds, qualifications, the register."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Language, User
from accounts.roles import Role
from applicants.forms import day_field
from applicants.models import Application, Competence, Provider, Relative, Threat
from applicants.models.qualification import QUALIFIED_CHOICES
from certificates.models import Tier

ROSTER_BYTES = 1024 * 1024

if TYPE_CHECKING:
    ProviderBase = forms.ModelForm[Provider]
else:
    ProviderBase = forms.ModelForm


def words_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class YearForm(forms.Form):
    """Once a year: everything that binds me is written down."""

    note = words_field(
        gettext_lazy("Anything else that could sway your judgement (optional)"),
        required=False,
        help_text=gettext_lazy("Such as money, a business, or a friendship. Administrators read."),
    )
    complete = forms.BooleanField(
        label=gettext_lazy("Everybody and everything that binds me is named on this page."),
        error_messages={"required": gettext_lazy("Tick this when the page is complete.")},
    )


class AffiliationForm(forms.Form):
    organisation = forms.CharField(label=gettext_lazy("Organisation"), max_length=200)
    what = forms.CharField(
        label=gettext_lazy("What you are there (optional)"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Such as employed, owner, volunteer or on the board."),
    )
    starts_on = day_field(gettext_lazy("Since (optional)"))


class RelativeForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=200)
    kin = forms.ChoiceField(label=gettext_lazy("Who they are to you"), choices=Relative.Kin)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address (optional)"),
        required=False,
        help_text=gettext_lazy("With it, nobody of the same name is taken for them."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class QualifyForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Work"), choices=QUALIFIED_CHOICES)
    tiers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Certificates"),
        queryset=Tier.objects.select_related("scheme").order_by("scheme", "rank"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one certificate.")},
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one language.")},
    )
    starts_on = day_field(gettext_lazy("From"), required=True)
    ends_on = day_field(gettext_lazy("Until"), required=True)
    basis = words_field(
        gettext_lazy("On what it rests (optional)"),
        required=False,
        help_text=gettext_lazy("Such as the training and the observed assessment below."),
    )


class CompetenceForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=Competence.Kind)
    role = forms.ChoiceField(label=gettext_lazy("Work"), choices=QUALIFIED_CHOICES)
    on = day_field(gettext_lazy("Day"), required=True)
    by_whom = forms.CharField(label=gettext_lazy("Who taught or observed"), max_length=200)
    result = forms.ChoiceField(label=gettext_lazy("Result"), choices=Competence.Result)
    note = words_field(gettext_lazy("Note (optional)"), required=False)


class ProviderForm(ProviderBase):
    """What is noted about a provider by us. Whether it is recognised is decided on its request."""

    website = forms.URLField(
        label=gettext_lazy("Website (optional)"), required=False, assume_scheme="https"
    )

    class Meta:
        model = Provider
        fields = ["name", "country", "website", "contact_name", "contact_email"]
        labels = {
            "name": gettext_lazy("Name"),
            "country": gettext_lazy("Country (optional)"),
            "contact_name": gettext_lazy("Name of the contact (optional)"),
            "contact_email": gettext_lazy("E-mail address of the contact (optional)"),
        }
        help_texts = {
            "contact_email": gettext_lazy(
                "Whoever has an account with this address keeps the entry and hands in rosters."
            ),
        }


class AskMoreForm(forms.Form):
    text = words_field(gettext_lazy("What is missing"))


class RecogniseForm(forms.Form):
    until = day_field(gettext_lazy("Recognised until"), required=True)


class AgreeForm(forms.Form):
    """A change of the entry leaves the time of the recognition as it is."""


class ReasonsForm(forms.Form):
    reasons = words_field(
        gettext_lazy("Reasons"), help_text=gettext_lazy("The provider receives them.")
    )


class RosterForm(forms.Form):
    """The table, and on the second step the same table again, which was looked through."""

    file = forms.FileField(
        label=gettext_lazy("The roster, as .csv or .xlsx"),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def clean_file(self) -> Any:
        """It travels once more with the page that shows what would change."""
        file = self.cleaned_data["file"]
        if file.size > ROSTER_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB. Send it in parts."))
        return file


class ThreatForm(forms.Form):
    what = words_field(gettext_lazy("What could sway judgement"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Threat.Kind)
    scope = forms.ChoiceField(label=gettext_lazy("What it concerns"), choices=Threat.Scope)
    case = forms.ModelChoiceField(
        label=gettext_lazy("Number of the case (for one case)"),
        queryset=Application.objects.none(),
        required=False,
        widget=forms.NumberInput,
        error_messages={"invalid_choice": gettext_lazy("There is no such case.")},
    )
    email = forms.EmailField(label=gettext_lazy("E-mail address (for one person)"), required=False)
    organisation = forms.CharField(
        label=gettext_lazy("Organisation (for one organisation)"), required=False, max_length=200
    )
    mitigation = words_field(gettext_lazy("What is done about it"))
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who looks after it"), queryset=User.objects.none()
    )
    review_on = day_field(gettext_lazy("Look at it again on"), required=True)

    def __init__(
        self, data: Any, *, cases: QuerySet[Application], owners: QuerySet[User], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["case"].queryset = cases  # type: ignore[attr-defined]
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        needed = {"case": "case", "person": "email", "organisation": "organisation"}
        field = needed.get(cleaned.get("scope", ""))
        if field and not cleaned.get(field) and field not in self.errors:
            self.add_error(field, _("Say which one."))
        if field == "email" and cleaned.get("email"):
            cleaned["person"] = User.objects.filter(email__iexact=cleaned["email"]).first()
            if cleaned["person"] is None:
                self.add_error("email", _("Nobody has this address."))
        return cleaned


class ReviewForm(forms.Form):
    note = words_field(gettext_lazy("What you found"))
    mitigation = words_field(gettext_lazy("What is done about it from now on"))
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who looks after it"), queryset=User.objects.none()
    )
    review_on = day_field(gettext_lazy("Look at it again on"), required=True)

    def __init__(self, data: Any = None, *, owners: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]


class ExceptionForm(forms.Form):
    person = forms.ModelChoiceField(
        label=gettext_lazy("For whom"),
        queryset=User.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose for whom.")},
    )
    reason = words_field(
        gettext_lazy("Why nobody else can do it"),
        help_text=gettext_lazy("It stands in the case file and in the register."),
    )
    role = Role.INTAKE_MANAGER

    def __init__(self, data: Any = None, *, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    note = words_field(gettext_lazy("What speaks for it or against it, and what is done about it"))
    review_on = day_field(
        gettext_lazy("Look at it again on"),
        help_text=gettext_lazy("Needed when you allow it."),
    )
