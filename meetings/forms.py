"""Choosing a time, and saying when one can be met."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from meetings.finding import SLOT, ways_of
from meetings.hosting import HoursRow
from meetings.models import OUTCOMES, How, Kind, Meeting, MeetingOutcome, State, Support, Weekday
from meetings.registry import Colleague
from meetings.slots import MIDNIGHT

CHOOSE = _("Choose one of the times.")
A_LIFE = timedelta(days=3660)  # nobody means a time beyond, and dates must not run out


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required, help_text=help_text)


def clock_field(label: Any) -> forms.TimeField:
    """A time on the host's wall, by the quarter of an hour."""
    attrs = {"type": "time", "step": 900, "class": "form-control"}
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs=attrs, format="%H:%M"))


def kinds_field(kinds: Sequence[Kind]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("For"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind.value, kind.label) for kind in kinds],
        initial=[kind.value for kind in kinds],
    )


def check_order(form: forms.Form) -> None:
    """Hours end after they start; an end at midnight is the end of the day."""
    starts, ends = form.cleaned_data.get("starts"), form.cleaned_data.get("ends")
    if starts and ends is not None and starts >= ends != MIDNIGHT:
        form.add_error("ends", _("The end lies before the start. Use 00:00 for midnight."))


class SlotForm(forms.Form):
    """A time, named in UTC. Whether it can be had is said by the rules."""

    slot = forms.CharField(label=_("Time"), error_messages={"required": CHOOSE})

    def clean_slot(self) -> datetime:
        try:
            wanted = datetime.strptime(self.cleaned_data["slot"], SLOT).replace(tzinfo=UTC)
        except ValueError:
            raise forms.ValidationError(CHOOSE) from None
        if abs(wanted - timezone.now()) > A_LIFE:
            raise forms.ValidationError(CHOOSE)
        return wanted


class QuestionsForm(SlotForm):
    """How to meet at a time that is held, and what helps."""

    phone = forms.CharField(
        label=_("The number we call"),
        required=False,
        max_length=40,
        help_text=_("Only for a meeting by phone. Begin with + and the country code."),
    )
    support = forms.MultipleChoiceField(
        label=_("What helps you to take part?"),
        required=False,
        choices=Support.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    interpreter = forms.CharField(label=_("Into which language?"), required=False, max_length=80)
    support_needs = forms.CharField(
        label=_("Anything else that helps?"),
        required=False,
        max_length=2000,
        help_text=_("Only the person who meets you sees this."),
    )

    def __init__(self, data: Any = None, *, hosts: Sequence[User], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        among = User.objects.filter(pk__in=[host.pk for host in hosts])
        self.fields["host"] = forms.ModelChoiceField(
            among, required=False, error_messages={"invalid_choice": CHOOSE}
        )
        taken = {way for host in hosts for way in ways_of(host)}
        self.ways = [way for way in How if way in taken]
        self.fields["how"] = forms.ChoiceField(
            label=_("How shall we meet?"),
            choices=[(way.value, way.label) for way in self.ways],
            widget=forms.RadioSelect,
        )
        if self.initial.get("how") not in self.ways:
            self.initial["how"] = self.ways[0]

    @property
    def is_about_a_time(self) -> bool:
        """Is it known which time is meant, whatever else is missing?"""
        return not {"slot", "host"} & set(self.errors)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if Support.PHONE in cleaned.get("support", []) and How.PHONE in self.ways:
            cleaned["how"] = How.PHONE  # what helps goes before what was chosen
        if cleaned.get("how") == How.PHONE and not cleaned.get("phone"):
            self.add_error("phone", _("Give the number on which we can call you."))
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What `services.book` wants to know beside the time, once the form is valid."""
        answers = {name: self.cleaned_data[name] for name in ("how", "phone", "support_needs")}
        details = {Support.INTERPRETER: self.cleaned_data["interpreter"]}
        support = {need: details.get(Support(need), "") for need in self.cleaned_data["support"]}
        return {**answers, "support": support}


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence. The other person reads it in the letter."),
    )


class HoursForm(forms.Form):
    """One row of the week."""

    weekday = forms.TypedChoiceField(
        label=_("Day"),
        coerce=int,
        choices=[("", _("Choose a day")), *Weekday.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    starts = clock_field(_("From"))
    ends = clock_field(_("To"))

    def __init__(self, *args: Any, kinds: Sequence[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"] = kinds_field(kinds)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        check_order(self)
        return cleaned

    def row(self) -> HoursRow:
        cleaned = self.cleaned_data
        kinds = [Kind(kind) for kind in cleaned["kinds"]]
        return HoursRow(cleaned["weekday"], cleaned["starts"], cleaned["ends"], kinds)


if TYPE_CHECKING:
    FormSet = forms.BaseFormSet[HoursForm]
else:
    FormSet = forms.BaseFormSet


class BaseWeek(FormSet):
    """Empty rows are no rows, and a removed row is gone."""

    def add_fields(self, form: HoursForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove")

    def rows(self) -> list[HoursRow]:
        gone = self.deleted_forms
        return [form.row() for form in self.forms if form.cleaned_data and form not in gone]


WeekFormSet: type[BaseWeek] = forms.formset_factory(  # type: ignore[assignment]
    HoursForm, formset=BaseWeek, extra=2, can_delete=True
)


class DaysOffForm(forms.Form):
    first = day_field(_("First day"))
    last = day_field(_("Last day"), required=False, help_text=_("Leave it empty for one day."))
    note = forms.CharField(label=_("Note for yourself"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["last"] = cleaned.get("last") or cleaned.get("first")
        return cleaned


class ThatDayForm(forms.Form):
    """Other hours on one day."""

    day = day_field(_("Day"))
    starts = clock_field(_("From"))
    ends = clock_field(_("To"))

    def __init__(self, *args: Any, kinds: Sequence[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"] = kinds_field(kinds)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        check_order(self)
        return cleaned


class RulesForm(forms.Form):
    """How a host is booked."""

    ways = forms.MultipleChoiceField(
        label=_("People meet you"),
        choices=[
            (How.VIDEO, _("by video")),
            (How.PHONE, _("by phone")),
            (How.PLACE, _("in person")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one way in which people can meet you.")},
    )
    video_link = forms.URLField(
        label=_("Your video room"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=_("Guests find the link in their letters and calendars."),
    )
    address = forms.CharField(
        label=_("Your address"),
        required=False,
        max_length=300,
        help_text=_("For meetings in person. Say how to find the door."),
    )
    notice_hours = forms.IntegerField(
        label=_("Hours of notice you need"), min_value=0, max_value=336
    )
    change_hours = forms.IntegerField(
        label=_("Hours before which guests move or cancel by themselves"),
        min_value=0,
        max_value=72,
        help_text=_("Later they write to you. You and administrators can until it begins."),
    )
    buffer_minutes = forms.IntegerField(
        label=_("Minutes free between meetings"), min_value=0, max_value=120
    )
    horizon_days = forms.IntegerField(
        label=_("Days ahead that can be booked"), min_value=1, max_value=365
    )
    daily_cap = forms.IntegerField(label=_("Meetings a day at most"), min_value=1, max_value=40)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if How.PLACE in cleaned.get("ways", []) and not cleaned.get("address"):
            self.add_error("address", _("Say where people find you, or do not meet in person."))
        return cleaned


class EndForm(forms.Form):
    """How it went, in one choice. A meeting whose record is kept elsewhere ends as held there."""

    HELD = "held:"

    ending = forms.ChoiceField(
        label=_("How did it go?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it went. What you wrote is kept.")},
    )
    left = forms.CharField(
        label=_("What is left?"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only where it goes on another time. Both of you read it."),
    )

    def __init__(self, data: Any = None, *, meeting: Meeting) -> None:
        super().__init__(data)
        recorded = bool(meeting.about.get("task_path"))
        outcomes = OUTCOMES[Kind(meeting.kind)]
        held = [o for o in outcomes if not recorded or o == MeetingOutcome.PARTLY]
        ending = self.fields["ending"]
        if isinstance(ending, forms.ChoiceField):
            ending.choices = [
                *((f"{self.HELD}{o.value}", _HELD.get(o, o.label)) for o in held),
                (State.INTERRUPTED.value, _("It was interrupted")),
                (State.GUEST_ABSENT.value, _("The guest did not come")),
                (State.HOST_ABSENT.value, _("The host did not come")),
            ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        goes_on = cleaned.get("ending") in {
            State.INTERRUPTED.value,
            f"{self.HELD}{MeetingOutcome.PARTLY}",
        }
        if goes_on and not cleaned.get("left"):
            self.add_error("left", _("Say what is left. Both of you read it."))
        if not goes_on:
            cleaned["left"] = ""
        return cleaned

    def ended(self) -> dict[str, Any]:
        """What `closing.close` wants to know, once the form is valid."""
        ending = self.cleaned_data["ending"]
        if ending.startswith(self.HELD):
            state, outcome = State.DONE, ending.removeprefix(self.HELD)
        else:
            state, outcome = State(ending), ""
        return {"state": state, "outcome": outcome, "left": self.cleaned_data["left"]}


_HELD = {
    MeetingOutcome.COMPLETE: _("It took place, and everything was talked about"),
    MeetingOutcome.PARTLY: _("It took place, and a part is left for another time"),
}


class SharedNoteForm(forms.Form):
    shared = forms.CharField(
        label=_("Note for both of you"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You both read it, and so does whoever may read the case file."),
    )


class PrivateNoteForm(forms.Form):
    private = forms.CharField(
        label=_("Note for yourself"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only you read this, whoever else may see the meeting."),
    )


class HandOverForm(forms.Form):
    """To whom, and why. Only those who may take the meeting are offered."""

    to = forms.ChoiceField(
        label=_("Who takes it on?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a colleague.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence. Your colleague and the guest read it."),
    )

    def __init__(self, data: Any = None, *, colleagues: Sequence[Colleague]) -> None:
        super().__init__(data)
        self.people = {str(c.person.pk): c.person for c in colleagues if c.may_act}
        to = self.fields["to"]
        if isinstance(to, forms.ChoiceField):
            to.choices = [(pk, person.full_name) for pk, person in self.people.items()]

    def colleague(self) -> User:
        return self.people[self.cleaned_data["to"]]
