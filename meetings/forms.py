"""Choosing a time, and saying when one can be met."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from meetings.finding import Slot, nearest
from meetings.hosting import HoursRow
from meetings.models import How, Kind, Weekday
from meetings.rules import taken_words
from meetings.slots_view import Day, days


class SlotForm(forms.Form):
    """A time out of those that are free. One that is gone is answered with the nearest others."""

    slot = forms.CharField(
        label=_("Time"), error_messages={"required": _("Choose one of the times.")}
    )

    def __init__(self, data: Any = None, *, slots: Sequence[Slot], viewer: User) -> None:
        super().__init__(data)
        self.slots, self.viewer = slots, viewer

    def days(self) -> list[Day]:
        """What the template shows; the time that was chosen stays chosen."""
        return days(self.slots, self.viewer, chosen=str(self["slot"].value() or ""))

    def clean_slot(self) -> Slot:
        value = self.cleaned_data["slot"]
        for slot in self.slots:
            if slot.value == value:
                return slot
        try:
            wanted = datetime.fromisoformat(value)
        except ValueError:
            wanted = timezone.now()
        if timezone.is_naive(wanted):
            raise forms.ValidationError(_("Choose one of the times."))
        raise forms.ValidationError(taken_words(nearest(self.slots, wanted), self.viewer))


class BookingForm(SlotForm):
    """A time, and how to meet then."""

    how = forms.ChoiceField(
        label=_("How shall we meet?"), choices=How.choices, widget=forms.RadioSelect
    )
    phone = forms.CharField(
        label=_("The number we call"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("Only for a meeting by phone. Begin with + and the country code."),
    )
    support_needs = forms.CharField(
        label=_("Do you need captions, an interpreter or anything else?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only the person who meets you sees this."),
    )

    def __init__(self, data: Any = None, *, slots: Sequence[Slot], viewer: User) -> None:
        super().__init__(data, slots=slots, viewer=viewer)
        self.initial = {
            "how": How.VIDEO,
            "phone": viewer.phone,
            "support_needs": viewer.support_needs,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("how") == How.PHONE and not cleaned.get("phone"):
            self.add_error("phone", _("Give the number on which we can call you."))
        return cleaned

    def booking(self) -> dict[str, Any]:
        """What `services.book` wants to know, once the form is valid."""
        slot: Slot = self.cleaned_data["slot"]
        answers = {name: self.cleaned_data[name] for name in ("how", "phone", "support_needs")}
        return {"host": slot.host, "starts_at": slot.starts_at, **answers}

    def without_host(self) -> dict[str, Any]:
        """The same where only one person can be the host."""
        return {name: value for name, value in self.booking().items() if name != "host"}


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence. The other person reads it in the letter."),
    )


class HoursForm(forms.Form):
    """One row of the week."""

    clock = {"type": "time", "step": 900, "class": "form-control"}
    weekday = forms.TypedChoiceField(
        label=_("Day"),
        coerce=int,
        choices=[("", _("Choose a day")), *Weekday.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs=clock, format="%H:%M"))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs=clock, format="%H:%M"))

    def __init__(self, *args: Any, kinds: Sequence[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"] = forms.MultipleChoiceField(
            label=_("For"),
            widget=forms.CheckboxSelectMultiple,
            choices=[(kind.value, kind.label) for kind in kinds],
            initial=[kind.value for kind in kinds],
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends is not None and starts >= ends != datetime.min.time():
            self.add_error("ends", _("The end lies before the start. Use 00:00 for midnight."))
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


class DayOffForm(forms.Form):
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Note for yourself"), max_length=120, required=False)


class RulesForm(forms.Form):
    """How a host is booked."""

    place = forms.CharField(
        label=_("Video link or address"),
        required=False,
        max_length=300,
        help_text=_("Guests find it in their letters and calendars."),
    )
    notice_hours = forms.IntegerField(
        label=_("Hours of notice you need"), min_value=0, max_value=336
    )
    buffer_minutes = forms.IntegerField(
        label=_("Minutes free between meetings"), min_value=0, max_value=120
    )
    horizon_days = forms.IntegerField(
        label=_("Days ahead that can be booked"), min_value=1, max_value=365
    )
    daily_cap = forms.IntegerField(label=_("Meetings a day at most"), min_value=1, max_value=40)
