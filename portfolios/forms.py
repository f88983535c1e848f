"""What people fill in. What they type is kept whatever is refused."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolios.handing_in import Declaration
from portfolios.languages import CHOICES
from portfolios.log import looks_like_a_full_name
from portfolios.logbook import LogSession
from portfolios.models import AuditResult, Mark

if TYPE_CHECKING:
    LogSessionForm = forms.ModelForm[LogSession]
else:
    LogSessionForm = forms.ModelForm


class EntryForm(forms.Form):
    """Length is checked by the service, which says what is kept."""

    text = forms.CharField(label=_("Your text"), required=False, widget=forms.Textarea)
    language = forms.ChoiceField(
        label=_("Written in"),
        choices=CHOICES,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    answer = forms.CharField(label=_("Your answer to the comment"), required=False, max_length=1000)
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class LinkForm(forms.Form):
    url = forms.CharField(
        label=_("Address of a page"),
        max_length=400,
        widget=forms.TextInput(attrs={"type": "url", "inputmode": "url"}),
    )
    title = forms.CharField(label=_("What it shows (optional)"), required=False, max_length=200)


class TextForm(forms.Form):
    """Length is checked by the service, which says what is kept."""

    title = forms.CharField(
        label=_("What it is"),
        help_text=_("For example “Feedback from R. after six months”. No real names."),
        max_length=200,
    )
    text = forms.CharField(
        label=_("The text"),
        help_text=_(
            "Plain text, up to 10,000 characters. What somebody else wrote belongs in quotation "
            "marks, with who said it and when."
        ),
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto", "class": "entry mw-100"}),
        error_messages={"required": _("Write or paste the text first.")},
    )


class SessionsForm(forms.Form):
    title = forms.CharField(
        label=_("What these sessions show"),
        help_text=_("For example “Three months with R.: from goals to a first talk”."),
        max_length=200,
    )
    sessions = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": _("Choose one session or more.")}
    )

    def __init__(self, *args: Any, log: Sequence[LogSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.log = log
        self.fields["sessions"].choices = [(line.pk, str(line)) for line in log]  # type: ignore[attr-defined]

    @property
    def lines(self) -> list[tuple[LogSession, bool]]:
        """Every line of the log, and whether it is chosen."""
        chosen = {str(value) for value in self["sessions"].value() or []}
        return [(line, str(line.pk) in chosen) for line in self.log]


class LogForm(LogSessionForm):
    class Meta:
        model = LogSession
        fields = [
            "sort",
            "on",
            "minutes",
            "mode",
            "mentee_alias",
            "focus",
            "reflection",
            "next_step",
        ]
        labels = {
            "sort": _("What was it?"),
            "on": _("Day"),
            "minutes": _("Minutes"),
            "mode": _("How did you meet?"),
            "mentee_alias": _("Mentee, as initials or a made-up name (optional)"),
            "focus": _("What was it about?"),
            "reflection": _("What did you notice? (optional)"),
            "next_step": _("Next step (optional)"),
        }
        help_texts = {
            "minutes": _("From 5 to 720."),
            "mentee_alias": _("Never the real name. For example “R.”"),
        }
        widgets = {
            "on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "reflection": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["minutes"].widget.attrs.update(min=5, max=720)

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day is still to come. Log it when it has passed."))
        return on

    def clean_minutes(self) -> int:
        minutes: int = self.cleaned_data["minutes"]
        if not 5 <= minutes <= 720:
            raise forms.ValidationError(_("Give a length from 5 to 720 minutes."))
        return minutes

    @property
    def names_somebody(self) -> bool:
        return looks_like_a_full_name(self.cleaned_data.get("mentee_alias", ""))


class LogTable(forms.Form):
    file = forms.FileField(
        label=_("The table"),
        help_text=_("CSV from any spreadsheet, or .xlsx. Up to 5,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx", "class": "form-control"}),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )


class DeclarationForm(forms.Form):
    own_words = forms.BooleanField(
        label=_("These are my own words, and what I describe is my own work."), required=False
    )
    sources = forms.CharField(
        label=_("Which books, pages or people did you draw on?"),
        help_text=_("Name what you quote, too. Leave this empty if there is nothing to name."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    helpers = forms.CharField(
        label=_("Who helped you, and with what?"),
        help_text=_(
            "A colleague who read it, somebody who typed it. Leave this empty if nobody did."
        ),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    tools = forms.CharField(
        label=_("Which AI, translation or correction tools did you use, and what for?"),
        help_text=_("Name each one. Leave this empty if you used none."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    crisis_readiness = forms.CharField(
        label=_("My crisis rehearsal and my referral list"),
        help_text=_("From the last 12 months: what you rehearsed, and when you checked the list."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    conduct = forms.BooleanField(
        label=_("I keep to the code of conduct, and my mentees cannot be recognised."),
        required=False,
    )

    def __init__(self, data: Any = None, *, crisis: bool) -> None:
        super().__init__(data)
        if not crisis:
            del self.fields["crisis_readiness"]

    def declaration(self) -> Declaration:
        return Declaration(**self.cleaned_data)


class FindingForm(forms.Form):
    relevance = forms.TypedChoiceField(
        choices=Mark.choices, coerce=int, empty_value=None, required=False
    )
    authorship = forms.TypedChoiceField(
        choices=Mark.choices, coerce=int, empty_value=None, required=False
    )
    mastery = forms.TypedChoiceField(
        choices=Mark.choices, coerce=int, empty_value=None, required=False
    )
    comment = forms.CharField(required=False, max_length=4000)
    not_assessed = forms.CharField(required=False, max_length=1000)
    revision = forms.IntegerField(required=False, min_value=0)


class SampleForm(forms.Form):
    """An entry of the sample: the same three criteria. Half of it is kept too."""

    relevance = forms.TypedChoiceField(
        choices=Mark.choices, coerce=int, empty_value=None, required=False
    )
    authorship = forms.TypedChoiceField(
        choices=Mark.choices, coerce=int, empty_value=None, required=False
    )
    mastery = forms.TypedChoiceField(
        choices=Mark.choices, coerce=int, empty_value=None, required=False
    )
    comment = forms.CharField(required=False, max_length=2000)


class CloseForm(forms.Form):
    result = forms.ChoiceField(choices=AuditResult.choices, widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("A sentence about the whole"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a sentence about the whole. The applicant reads it.")},
    )
