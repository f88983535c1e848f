"""What a decider writes: a decision, or what is asked for before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.models import Outcome, Whose
from frameworks.models import Area, Statement

MORE = "more"
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """One statement that can be named, with words of its own."""

    statement: Statement
    named: bool
    words: str


@dataclass(frozen=True, slots=True)
class AreaRows:
    area: Area
    rows: Sequence[Row]

    @property
    def used(self) -> int:
        return sum(row.named or bool(row.words) for row in self.rows)


class DecideForm(forms.Form):
    """The decision. A missing reason keeps the choice. `asked` are the statements of the case;
    `may_ask` who can be asked for more."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[*Outcome.choices, (MORE, gettext_lazy("Ask for more before deciding"))],
        error_messages={"required": gettext_lazy("Choose one. What you wrote is kept.")},
    )
    whose = forms.ChoiceField(choices=Whose.choices, required=False)
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

    def __init__(
        self, data: Any = None, *, asked: Sequence[Statement], may_ask: Sequence[Whose]
    ) -> None:
        super().__init__(data)
        self.asked, self.may_ask = asked, may_ask
        self.named = set(data.getlist("named")) if data else set()

    @property
    def areas(self) -> list[AreaRows]:
        grouped: dict[int, AreaRows] = {}
        for statement in self.asked:
            rows = grouped.setdefault(statement.area_id, AreaRows(statement.area, [])).rows
            rows.append(self._row(statement))  # type: ignore[attr-defined]
        return list(grouped.values())

    def _row(self, statement: Statement) -> Row:
        words = str(self.data.get(f"words-{statement.pk}", "")).strip()[:LONGEST]
        return Row(statement, str(statement.pk) in self.named, words)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        rows = [row for group in self.areas for row in group.rows if row.named or row.words]
        cleaned["statements"] = {row.statement: row.words for row in rows}
        outcome = cleaned.get("outcome")
        if outcome == MORE:
            self._check_more(cleaned)
        elif outcome == Outcome.GRANT and rows:
            self.add_error(None, _("An award is of the whole. Clear the single statements below."))
        elif silent := [row.statement.code for row in rows if not row.words]:
            words = _("Write a reason beside %(codes)s, or untick it.")
            self.add_error(None, words % {"codes": ", ".join(silent)})
        return cleaned

    def _check_more(self, cleaned: dict[str, Any]) -> None:
        if not self.may_ask:
            self.add_error("outcome", _("Nothing more can be asked in this case."))
            return
        if not cleaned["statements"]:
            self.add_error(None, _("Name at least one statement below. Your words are kept."))
        cleaned["whose"] = Whose(cleaned.get("whose") or self.may_ask[0])
        if cleaned["whose"] not in self.may_ask:
            self.add_error("outcome", _("Nothing more can be asked in this case."))
