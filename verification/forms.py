"""What a verifier writes down."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from frameworks.models import Statement
from verification.models import Found, Recommendation, Verification


class OutcomeForm(forms.Form):
    """What was found of one statement. `statement` gives the fields their names on the page."""

    found = forms.ChoiceField(label=_("Outcome"), choices=Found.choices, required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, statement: Statement, **kwargs: Any) -> None:
        super().__init__(data, prefix=statement.code, **kwargs)
        self.statement = statement
        self.saved = bool(kwargs.get("initial"))

    @property
    def is_empty(self) -> bool:
        """Nothing was chosen: nothing is recorded of this statement."""
        return not self.cleaned_data.get("found") and not self.cleaned_data.get("note")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("note") and not cleaned.get("found"):
            self.add_error("found", _("Choose an outcome for this note. Your words are kept."))
        if cleaned.get("found") == Found.NOT_CONFIRMED and not cleaned.get("note"):
            self.add_error("note", _("Say why it is not confirmed. Your choice is kept."))
        return cleaned


def outcome_forms(
    statements: Sequence[Statement], record: Verification | None, data: Any = None
) -> list[OutcomeForm]:
    """One form a statement, filled in with what the record says so far."""
    outcomes = record.outcomes.filter(statement__in=statements) if record else []
    found = {o.statement_id: {"found": o.found, "note": o.note} for o in outcomes}
    return [
        OutcomeForm(data, statement=statement, initial=found.get(statement.pk))
        for statement in statements
    ]


class RecordForm(forms.Form):
    """What frames the outcomes."""

    identity_checked = forms.CharField(
        label=_("How did you check who you met?"),
        max_length=200,
        required=False,
        help_text=_("For example: passport held to the camera. No numbers, no copies."),
    )
    persons_present = forms.CharField(
        label=_("Who was there?"),
        max_length=300,
        required=False,
        help_text=_("You, the applicant, an interpreter or a support person."),
    )
    adjustments_made = forms.CharField(
        label=_("What support was arranged?"),
        max_length=300,
        required=False,
        help_text=_("For example: captions, breaks, extra time. Write “none” where none was."),
    )
    summary = forms.CharField(
        label=_("Summary for the decision"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Name conditions, or what is missing. The applicant reads it too."),
    )

    helper = FormHelper()
    helper.form_tag = False


class SignForm(RecordForm):
    """The record with a recommendation under it."""

    recommendation = forms.ChoiceField(
        label=_("What do you recommend?"),
        choices=Recommendation.choices,
        error_messages={"required": _("Choose what you recommend. What you wrote is kept.")},
    )


class SendBackForm(forms.Form):
    """Which entries go back, and why."""

    statements = forms.ModelMultipleChoiceField(
        label=_("Which statements go back?"),
        queryset=Statement.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Name at least one statement. Your words are kept.")},
    )
    why = forms.CharField(
        label=_("What is missing?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The applicant reads this beside each of the entries."),
        error_messages={"required": _("Say what is missing. Your choice above is kept.")},
    )

    helper = FormHelper()
    helper.form_tag = False

    def __init__(self, data: Any = None, *, asked: Sequence[int], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["statements"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = Statement.objects.filter(pk__in=asked)
