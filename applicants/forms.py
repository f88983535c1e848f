"""What people fill in about a case as a whole."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from applicants.intake import PlanLine
from applicants.models import IntakeOutcome, Outcome
from applicants.models.case import STAFF_PARTS
from frameworks.models import Statement

CLEAR, INTEREST = "clear", "interest"
EMPTY_LINES = 3


def day_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day as year-month-day: 2026-09-30.")},
    )


class DeclareForm(forms.Form):
    """What binds me to this person, said before the file opens."""

    stand = forms.ChoiceField(
        label=gettext_lazy("What is true?"),
        choices=[
            (CLEAR, gettext_lazy("Nothing binds me to this person")),
            (INTEREST, gettext_lazy("Something does, so I step back")),
        ],
        error_messages={"required": gettext_lazy("Choose one of the two. What you wrote is kept.")},
    )
    note = forms.CharField(
        label=gettext_lazy("What is it?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One sentence. Administrators read it, the applicant does not."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("stand") == INTEREST and not cleaned.get("note"):
            self.add_error("note", _("Say in one sentence what it is. Your choice is kept."))
        return cleaned


class InterviewForm(forms.Form):
    """The record of the interview. Its two texts have different readers."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What did you agree?"),
        choices=IntakeOutcome.choices,
        error_messages={
            "required": gettext_lazy("Choose what you agreed. What you wrote is kept.")
        },
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The applicant reads this, and so does everyone in the case."),
        error_messages={"required": gettext_lazy("Write what you agreed. The applicant reads it.")},
    )
    private_note = forms.CharField(
        label=gettext_lazy("Note for yourself"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only you read this."),
    )
    next_check_on = day_field(
        gettext_lazy("Look at the plan together again on"),
        help_text=gettext_lazy("Leave it empty when nothing is agreed."),
    )


class PlanLineForm(forms.Form):
    """One step of the plan."""

    text = forms.CharField(
        label=gettext_lazy("Step"), max_length=300, widget=forms.TextInput(attrs={"size": 40})
    )
    statement = forms.ChoiceField(label=gettext_lazy("Statement"), required=False)
    due_on = day_field(gettext_lazy("Until"))

    def __init__(
        self, *args: Any, statements: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["statement"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", _("No single one")), *statements]


if TYPE_CHECKING:
    FormSet = forms.BaseFormSet[PlanLineForm]
else:
    FormSet = forms.BaseFormSet


class BasePlan(FormSet):
    """Empty rows are no steps."""

    def lines(self, statements: Iterable[Statement]) -> list[PlanLine]:
        known = {str(statement.pk): statement for statement in statements}
        return [
            PlanLine(row["text"], known.get(row["statement"]), row["due_on"])
            for form in self.forms
            if (row := form.cleaned_data)
        ]


PlanFormSet: type[BasePlan] = forms.formset_factory(  # type: ignore[assignment]
    PlanLineForm, formset=BasePlan, extra=EMPTY_LINES, max_num=12, absolute_max=12
)


class AssignForm(forms.Form):
    role = forms.ChoiceField(choices=[(role.value, role.label) for role in STAFF_PARTS])
    person = forms.ModelChoiceField(queryset=User.objects.all())

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class PersonForm(forms.Form):
    """Somebody found by address. `findable` are the people whom the asker may name."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the other person"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, findable: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.findable = findable

    def clean_email(self) -> User:
        found = self.findable.filter(email__iexact=self.cleaned_data["email"]).first()
        if found is None:
            raise forms.ValidationError(
                _("Nobody you can name here has this address. Check it and try again.")
            )
        return found


class TeachForm(PersonForm):
    """Who taught whom, from when to when."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Who taught whom?"),
        choices=[
            ("taught", gettext_lazy("I taught, mentored or coached them")),
            ("learned", gettext_lazy("They taught, mentored or coached me")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who taught whom.")},
    )
    starts_on = day_field(gettext_lazy("From"), required=True)
    ends_on = day_field(
        gettext_lazy("Until"), help_text=gettext_lazy("Leave it empty while it goes on.")
    )
    provider = forms.CharField(
        label=gettext_lazy("Course or provider"), required=False, max_length=200
    )
    field_order = ["direction", "email", "starts_on", "ends_on", "provider"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
            self.add_error("ends_on", _("The last day lies before the first."))
        return cleaned

    def relation(self, me: User) -> dict[str, Any]:
        """What `teach` wants to know."""
        cleaned = self.cleaned_data
        other = cleaned["email"]
        taught = cleaned["direction"] == "taught"
        teacher, learner = (me, other) if taught else (other, me)
        kept = {name: cleaned[name] for name in ("starts_on", "ends_on", "provider")}
        return {"teacher": teacher, "learner": learner, **kept}


class InterestForm(PersonForm):
    note = forms.CharField(
        label=gettext_lazy("What links you?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "For example: family, close friends, a shared business. Administrators read it."
        ),
    )


class DecideForm(forms.Form):
    """The decision. A missing reason keeps the choice."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=Outcome.choices,
        error_messages={"required": gettext_lazy("Choose one. What you wrote is kept.")},
    )
    reasons = forms.CharField(
        label=gettext_lazy("Reasons, in plain words"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": gettext_lazy("Write at least one sentence. Your choice above is kept.")
        },
    )
    independent = forms.BooleanField(
        label=gettext_lazy("I did not teach, audit or verify this person."),
        error_messages={
            "required": gettext_lazy("Only who confirms this decides. Your words are kept.")
        },
    )
