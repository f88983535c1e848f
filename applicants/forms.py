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
from applicants.models import IntakeOutcome, Owner
from applicants.models.case import STAFF_PARTS
from applicants.planning import MOST_STEPS, PlanLine
from certificates.models import Tier
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
    suggested = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Which certificate suits better?"),
        queryset=Tier.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    referred_to = forms.CharField(
        label=gettext_lazy("Who or what helps more now?"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "A programme, a course, a supervisor: say where to find it. The applicant reads it."
        ),
    )
    next_check_on = day_field(
        gettext_lazy("Look at the plan together again on"),
        help_text=gettext_lazy("Leave it empty when nothing is agreed."),
    )

    def __init__(self, *args: Any, others: QuerySet[Tier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suggested = self.fields["suggested"]
        if isinstance(suggested, forms.ModelMultipleChoiceField):
            suggested.queryset = others

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        outcome = cleaned.get("outcome")
        if outcome == IntakeOutcome.ANOTHER and not cleaned.get("suggested"):
            self.add_error("suggested", _("Name the certificate that suits better."))
        if outcome == IntakeOutcome.REFER and not cleaned.get("referred_to"):
            self.add_error(
                "referred_to", _("Say who or what helps more now. The applicant reads it.")
            )
        return cleaned


class PlanLineForm(forms.Form):
    """One step of the plan. A row without words is no step, and a row may be taken out."""

    item = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Step"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    statement = forms.ChoiceField(label=gettext_lazy("Statement"), required=False)
    owner = forms.ChoiceField(
        label=gettext_lazy("Who"), choices=Owner.choices, initial=Owner.APPLICANT, required=False
    )
    owner_name = forms.CharField(
        label=gettext_lazy("Name of somebody else"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    due_on = day_field(gettext_lazy("Until"))
    remove = forms.BooleanField(label=gettext_lazy("Take this step out"), required=False)

    def __init__(
        self, *args: Any, statements: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["statement"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", _("No single one")), *statements]

    def clean(self) -> dict[str, Any]:
        """A name says by itself that somebody else takes the step."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("remove"):
            return cleaned
        if cleaned.get("owner_name"):
            cleaned["owner"] = Owner.OTHER
        elif cleaned.get("owner") == Owner.OTHER:
            self.add_error("owner_name", _("Name whoever takes the step."))
        said = [cleaned.get(name) for name in ("statement", "due_on", "owner_name")]
        if any(said) and not cleaned.get("text"):
            self.add_error("text", _("Say what the step is."))
        return cleaned


if TYPE_CHECKING:
    FormSet = forms.BaseFormSet[PlanLineForm]
else:
    FormSet = forms.BaseFormSet


class BasePlan(FormSet):
    """The steps of a plan, as rows."""

    def lines(self, statements: Iterable[Statement]) -> list[PlanLine]:
        known = {str(statement.pk): statement for statement in statements}
        return [
            PlanLine(
                text=row["text"],
                statement=known.get(row["statement"]),
                due_on=row["due_on"],
                owner=row["owner"] or Owner.APPLICANT,
                owner_name=row["owner_name"],
                item=row["item"],
            )
            for form in self.forms
            if (row := form.cleaned_data).get("text") and not row["remove"]
        ]


PlanFormSet: type[BasePlan] = forms.formset_factory(  # type: ignore[assignment]
    PlanLineForm, formset=BasePlan, extra=EMPTY_LINES, max_num=MOST_STEPS, absolute_max=MOST_STEPS
)


def plan_rows(
    data: Any, *, statements: Sequence[Statement], lines: Sequence[PlanLine] = ()
) -> BasePlan:
    """The rows of a plan; `lines` are what it begins with."""
    choices = [(str(s.pk), f"{s.code} {s.said.name[:70]}") for s in statements]
    initial = [
        {
            "item": line.item,
            "text": line.text,
            "statement": str(line.statement.pk) if line.statement else "",
            "owner": line.owner,
            "owner_name": line.owner_name,
            "due_on": line.due_on,
        }
        for line in lines
    ]
    return PlanFormSet(data, initial=initial, prefix="plan", form_kwargs={"statements": choices})


class CheckDayForm(forms.Form):
    """When the two look at the plan together again."""

    next_check_on = day_field(
        gettext_lazy("Look at the plan together again on"),
        help_text=gettext_lazy("Leave it empty when nothing is agreed."),
    )


class AmendForm(CheckDayForm):
    """A change of the plan as a whole; `version` is the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


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
