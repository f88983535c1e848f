"""What people write into a renewal file. What they type is kept whatever is refused."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, Requirement
from portfolios.languages import CHOICES
from portfolios.logbook import LogSession
from renewals.models import Leave, Note, NoteKind, Why
from renewals.services import LONGEST, Written

if TYPE_CHECKING:
    from datetime import date

    from frameworks.models import Statement

HELP = {
    NoteKind.PRACTICE: _(
        "What happened, what you did, what came of it, and what you would do again. No names."
    ),
    NoteKind.CHANGE: _("What do you do differently now, since when, and what made you change it?"),
    NoteKind.REFLECTION: _("What did you notice about yourself as a mentor?"),
    NoteKind.REHEARSAL: _(
        "What you rehearsed, with whom, what you learned, and when you checked your referral list."
    ),
}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class NoteForm(forms.Form):
    on = _day(_("When"))
    statement = forms.TypedChoiceField(label=_("About which statement"), coerce=int)
    text = forms.CharField(
        label=_("In your own words"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto", "class": "entry mw-100"}),
        error_messages={"required": _("Write a few words first.")},
    )
    language = forms.ChoiceField(label=_("Written in"), choices=CHOICES)
    link = forms.URLField(
        label=_("A page that shows it (optional)"),
        required=False,
        max_length=400,
        assume_scheme="https",
    )
    link_title = forms.CharField(
        label=_("What that page shows (optional)"), required=False, max_length=200
    )
    sessions = forms.TypedMultipleChoiceField(
        label=_("Sessions of your log that belong to it (optional)"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(
        self,
        *args: Any,
        kind: NoteKind,
        asked: Sequence[Requirement],
        log: Sequence[LogSession],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.statements: dict[int, Statement] = {r.statement_id: r.statement for r in asked}
        self.log = {line.pk: line for line in log}
        self.fields["text"].help_text = HELP[kind]
        if kind == NoteKind.PRACTICE:
            self.fields["statement"].choices = _by_area(asked)  # type: ignore[attr-defined]
        else:
            del self.fields["statement"]
        if log:
            self.fields["sessions"].choices = [(line.pk, _of_log(line)) for line in log]  # type: ignore[attr-defined]
        else:
            del self.fields["sessions"]

    def written(self) -> Written:
        said = self.cleaned_data
        return Written(
            kind=self.kind,
            on=said["on"],
            text=said["text"],
            language=said["language"],
            statement=self.statements.get(said.get("statement", 0)),
            link=said["link"],
            link_title=said["link_title"],
            sessions=[self.log[pk] for pk in said.get("sessions", [])],
        )


def _of_log(line: LogSession) -> str:
    return f"{date_format(line.on)} · {line.focus}"


def _by_area(asked: Sequence[Requirement]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Statements under the heading of their area."""
    areas: dict[str, list[tuple[int, str]]] = {}
    for requirement in asked:
        statement, area = requirement.statement, requirement.statement.area
        heading = f"{area.code} {area.said.name}"
        areas.setdefault(heading, []).append(
            (statement.pk, f"{statement.code} {statement.said.name}")
        )
    return list(areas.items())


def said_in(note: Note) -> dict[str, Any]:
    """What the form shows of an entry that is there."""
    return {
        "on": note.on,
        "statement": note.statement_id,
        "text": note.text,
        "language": note.language,
        "link": note.link,
        "link_title": note.link_title,
        "sessions": list(note.sessions.values_list("pk", flat=True)),
        "revision": note.revision,
    }


class LeaveForm(forms.Form):
    why = forms.ChoiceField(
        label=_("What for"),
        choices=Why.choices,
        widget=forms.RadioSelect,
        help_text=_("Only you and the administrators see this. It is never shown to the public."),
    )
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))
    words = forms.CharField(
        label=_("Anything we should know (optional)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, certificate: Certificate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.certificate = certificate

    @property
    def sketch(self) -> Leave | None:
        """The leave as it is typed, for the dates that would follow."""
        said: dict[str, date] = getattr(self, "cleaned_data", {})
        if "starts_on" not in said or "ends_on" not in said:
            return None
        return Leave(
            certificate=self.certificate, starts_on=said["starts_on"], ends_on=said["ends_on"]
        )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Why not"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("The person reads your words. Granting needs none."),
    )
