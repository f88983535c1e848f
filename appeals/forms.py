"""What is asked of those who appeal or complain, and of those who answer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.open_forms import OpenForm, own_name, who_writes
from appeals.models import Ground, Reader, Subject, Vote
from applicants.assigning import Candidate
from certificates.models import Certificate

LONG = 8000


def long_text(label: Any, help_text: Any = "", *, missing: Any, required: bool = True) -> Any:
    return forms.CharField(
        label=label,
        max_length=LONG,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": missing},
    )


class AppealForm(forms.Form):
    ground = forms.ChoiceField(
        label=_("What went wrong?"),
        choices=Ground.choices,
        error_messages={"required": _("Choose what comes closest. What you wrote is kept.")},
    )
    text = long_text(
        _("Tell us what happened"),
        _("Name the statement, the meeting or the day. The panel reads this."),
        missing=_("Tell us what you think went wrong. Your choice above is kept."),
    )


class ComplaintForm(OpenForm):
    """From anybody."""

    subject = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Subject.choices,
        error_messages={"required": _("Choose what comes closest. What you wrote is kept.")},
    )
    about_whom = forms.CharField(
        label=_("Whom is it about? (optional)"),
        max_length=160,
        required=False,
        help_text=_("Their name. Whoever you name here does not get to see your complaint."),
    )
    number = forms.CharField(
        label=_("Number of their certificate (optional)"),
        max_length=24,
        required=False,
        help_text=_("It stands on the certificate and on its check page."),
    )
    text = long_text(
        _("Tell us what happened"),
        _("What, when and where. Leave out the names of people who need not be in it."),
        missing=_("Tell us what happened. Your choices above are kept."),
    )
    name = own_name(_("Your name (optional)"), required=False)
    email = forms.EmailField(
        label=_("E-mail address (optional)"),
        required=False,
        help_text=_("Without one you follow your complaint on a secret page."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, data: Any = None, *, user: User | None) -> None:
        super().__init__(data, initial=who_writes(user))

    def clean_subject(self) -> Subject:
        return Subject(self.cleaned_data["subject"])


# --- Of those who handle it -------------------------------------------------------------------
class Deed(forms.Form):
    """Something done about a matter. `people` are those who could sit on its panel."""

    def __init__(self, data: Any = None, *, people: Sequence[Candidate] = ()) -> None:
        super().__init__(data)
        self.people = people

    def free(self) -> list[tuple[str, str]]:
        return [(str(c.person.pk), c.person.full_name) for c in self.people if c.may_act]


class Acknowledge(Deed):
    pass


class TurnAway(Deed):
    reasons = long_text(
        _("Why it cannot be heard"),
        _("Whoever wrote to us receives this."),
        missing=_("Write the reasons. Nothing is sent without them."),
    )


class Admit(Deed):
    reasons = long_text(_("A word on how it will be heard (optional)"), missing="", required=False)
    members = forms.MultipleChoiceField(
        label=_("Who sits on the panel with you"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody, and you hear it alone; or two others, and the majority decides."),
    )
    independent = forms.BooleanField(
        label=_("I took no part in this, and nothing binds me to anybody in it."),
        error_messages={"required": _("Only who confirms this goes on. Your words are kept.")},
    )

    def __init__(self, data: Any = None, *, people: Sequence[Candidate] = ()) -> None:
        super().__init__(data, people=people)
        self.fields["members"].choices = self.free()  # type: ignore[attr-defined]

    def clean_members(self) -> list[User]:
        chosen = {int(pk) for pk in self.cleaned_data["members"]}
        return [c.person for c in self.people if c.person.pk in chosen]


class CastVote(Deed):
    choice = forms.ChoiceField(
        label=_("Your vote"),
        choices=Vote.choices,
        error_messages={"required": _("Choose one. What you wrote is kept.")},
    )
    words = long_text(
        _("Your reasons, for the others on the panel (optional)"), missing="", required=False
    )


class Answer(Deed):
    reasons = long_text(
        _("Reasons, in plain words"),
        _("Whoever wrote to us receives this."),
        missing=_("Write the reasons. Your choice above is kept."),
    )


class AnswerAlone(Answer):
    choice = forms.ChoiceField(
        label=_("Answer"),
        choices=Vote.choices,
        error_messages={"required": _("Choose one. What you wrote is kept.")},
    )


class Replace(Deed):
    seat = forms.IntegerField(widget=forms.HiddenInput)
    person = forms.ChoiceField(label=_("Who sits here now"))

    def __init__(self, data: Any = None, *, people: Sequence[Candidate] = ()) -> None:
        super().__init__(data, people=people)
        self.fields["person"].choices = self.free()  # type: ignore[attr-defined]

    def clean_person(self) -> User:
        pk = int(self.cleaned_data["person"])
        return next(c.person for c in self.people if c.person.pk == pk)


class AddNote(Deed):
    reader = forms.ChoiceField(
        label=_("Who reads it"),
        choices=[(r.value, r.label) for r in (Reader.PANEL, Reader.WRITER)],
        error_messages={"required": _("Choose who reads it. What you wrote is kept.")},
    )
    text = long_text(_("Note"), missing=_("Write something first."))


class Add(Deed):
    text = long_text(_("Add something"), missing=_("Write something first."))


class Suspend(Deed):
    reason = long_text(
        _("Why it should be suspended"),
        _("The holder of the certificate reads this. Name nobody who complained."),
        missing=_("Write the reason. Nothing is proposed without one."),
    )


class NameSubject(Deed):
    email = forms.EmailField(label=_("E-mail address of their account"), required=False)
    number = forms.CharField(label=_("Number of their certificate"), max_length=24, required=False)

    def clean_email(self) -> User | None:
        given = self.cleaned_data["email"]
        found = User.objects.filter(email__iexact=given).first() if given else None
        if given and found is None:
            raise forms.ValidationError(_("Nobody has an account with this address."))
        return found

    def clean_number(self) -> Certificate | None:
        given = self.cleaned_data["number"].strip()
        found = Certificate.objects.filter(number__iexact=given).first() if given else None
        if given and found is None:
            raise forms.ValidationError(_("We have no certificate with this number."))
        return found
