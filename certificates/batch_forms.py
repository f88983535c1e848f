"""What an administrator fills in to order work on many certificates."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.batch_flow import EXPORTS, Kind
from certificates.bulk import CHOSEN
from certificates.exporting import COLUMNS, USUAL
from certificates.models import Tier
from certificates.papers import Paper


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class OrderForm(forms.Form):
    """Each kind of work asks for what it needs, and always why."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    which = forms.ChoiceField(label=gettext_lazy("Which"))
    tier = forms.ChoiceField(label=gettext_lazy("Certificate"), required=False)
    awarded_from = _day(gettext_lazy("Awarded from (optional)"))
    awarded_until = _day(gettext_lazy("Awarded until (optional)"))
    in_force = forms.BooleanField(
        label=gettext_lazy("Only those that are valid today"), required=False
    )
    format = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[
            ("csv", gettext_lazy("CSV")),
            ("xlsx", gettext_lazy("Spreadsheet (.xlsx)")),
        ],
    )
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"),
        choices=[(name, label) for name, (label, _of) in COLUMNS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one column.")},
    )
    paper = forms.ChoiceField(label=gettext_lazy("Paper"), choices=Paper)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("It stands in the trail with your name."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, kind: Kind) -> None:
        super().__init__(data, initial={"token": uuid.uuid4(), "columns": list(USUAL)})
        options = CHOSEN[kind].options
        if options is None:
            del self.fields["which"]
        else:
            self.fields["which"].choices = options()  # type: ignore[attr-defined]
        if kind in EXPORTS:
            tiers = Tier.objects.select_related("scheme")
            named = [(one.slug, f"{one.name} ({one.scheme.generation})") for one in tiers]
            self.fields["tier"].choices = [("", _("Any")), *named]  # type: ignore[attr-defined]
        else:
            for name in ("tier", "awarded_from", "awarded_until", "in_force"):
                del self.fields[name]
        for name in {"format", "columns"} if kind != Kind.TABLE else set():
            del self.fields[name]
        if kind != Kind.PAPERS:
            del self.fields["paper"]

    def asked(self, today: date) -> dict[str, Any]:
        """As the order keeps it: days as words, and the day for which “today” stands."""
        said = {k: v for k, v in self.cleaned_data.items() if k not in {"token", "reason"} and v}
        if said.pop("in_force", False):
            said["in_force_on"] = today.isoformat()
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in said.items()}
