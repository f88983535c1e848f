"""What a verifier writes down."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from frameworks.models import Statement
from meetings.models import How
from trail.flow import Refused
from verification.models import Document, Found, Outcome, Recommendation, Verification
from verification.record import Conflict


class OutcomeForm(forms.Form):
    """What was found of one statement: a form of its own, which saves itself."""

    found = forms.ChoiceField(
        label=_("Outcome"),
        choices=Found.choices,
        error_messages={"required": _("Choose an outcome for this note. Your words are kept.")},
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    revision = forms.IntegerField(required=False, min_value=0)

    def __init__(
        self,
        data: Any = None,
        *,
        statement: Statement,
        kept: Outcome | None = None,
    ) -> None:
        initial = {"found": kept.found, "note": kept.note} if kept else {}
        super().__init__(data, initial=initial, auto_id=f"%s-{statement.code}")
        self.statement, self.kept, self.stored = statement, kept, ""
        self.read = kept.revision if kept else 0

    def hear(self, refusal: Refused) -> None:
        """Where another window saved in between, both are shown, and saving again keeps this."""
        self.add_error(None, str(refusal))
        if isinstance(refusal, Conflict):
            self.stored, self.read = told(refusal.stored), refusal.stored.revision

    @property
    def first_error(self) -> str:
        return first_error(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("found") == Found.NOT_CONFIRMED and not cleaned.get("note"):
            self.add_error("note", _("Say why it is not confirmed. Your choice is kept."))
        if cleaned.get("found") == Found.NOT_EXPLORED and not cleaned.get("note"):
            self.add_error("note", _("Say why it was not explored. Your choice is kept."))
        return cleaned


def first_error(form: forms.Form) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def told(stored: Outcome | Verification) -> str:
    """What another window saved, in words."""
    if isinstance(stored, Outcome):
        return f"{stored.get_found_display()}. {stored.note}".strip()
    said = (stored.identity_checked, stored.persons_present, stored.interruptions, stored.summary)
    return "\n".join(words for words in said if words)


def outcome_forms(
    statements: Sequence[Statement], record: Verification | None
) -> list[OutcomeForm]:
    """One form a statement, filled in with what the record says so far."""
    kept = record.outcomes.filter(statement__in=statements) if record else []
    found = {outcome.statement_id: outcome for outcome in kept}
    return [
        OutcomeForm(statement=statement, kept=found.get(statement.pk)) for statement in statements
    ]


class RecordForm(forms.Form):
    """What frames the outcomes."""

    mode = forms.ChoiceField(
        label=_("How did you meet?"), choices=[("", "—"), *How.choices], required=False
    )
    identity_document = forms.ChoiceField(
        label=_("Which paper did you see?"),
        choices=[("", "—"), *Document.choices],
        required=False,
        help_text=_("The kind alone. Its number is not kept, and no copy is made."),
    )
    identity_checked = forms.CharField(
        label=_("How did you check who you met?"),
        max_length=200,
        required=False,
        help_text=_("For example: held to the camera, face and photo compared."),
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
    interruptions = forms.CharField(
        label=_("What broke in?"),
        max_length=300,
        required=False,
        help_text=_("For example: the line dropped for five minutes. Leave it empty otherwise."),
    )
    summary = forms.CharField(
        label=_("Summary for the decision"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Name conditions, or what is missing. The applicant reads it too."),
    )
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    helper = FormHelper()
    helper.form_tag = False


class SignForm(RecordForm):
    """The record with a recommendation under it."""

    recommendation = forms.ChoiceField(
        label=_("What do you recommend?"),
        choices=Recommendation.choices,
        error_messages={"required": _("Choose what you recommend. What you wrote is kept.")},
    )


class LaterForm(forms.Form):
    """What is left for another meeting; both read it."""

    left = forms.CharField(label=_("What is left?"), max_length=300, required=False)


class AddendumForm(forms.Form):
    """What is added to a signed record."""

    statement = forms.ModelChoiceField(
        label=_("About which statement? (optional)"),
        queryset=Statement.objects.none(),
        required=False,
        empty_label=_("The record as a whole"),
    )
    text = forms.CharField(
        label=_("What do you add?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        help_text=_("What you signed stays as it is. This stands beside it, with your name."),
        error_messages={"required": _("Write what you add.")},
    )
    why = forms.CharField(
        label=_("Why?"),
        max_length=300,
        help_text=_("For example: I noted the wrong statement."),
        error_messages={"required": _("Say why you add it. Your words above are kept.")},
    )

    helper = FormHelper()
    helper.form_tag = False

    def __init__(self, data: Any = None, *, asked: Sequence[int], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["statement"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Statement.objects.filter(pk__in=asked).order_by("position")


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
