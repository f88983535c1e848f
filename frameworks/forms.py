"""What administrators write about editions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frameworks.editing import AreaWords, Words, version
from frameworks.layout import LABELS, LONGEST, MAY_RUN_ON
from frameworks.models import FRENCH, ORIGINAL, Area, Edition, PendingImport, Statement
from frameworks.registry import columns_for, marks_of
from frameworks.tables import BYTES
from frameworks.texts import code_faults, faults, tidy

if TYPE_CHECKING:
    from django.http import QueryDict


def language_of(column: str) -> str:
    return FRENCH if column.endswith("_fr") else ORIGINAL


class PlainText(forms.CharField):
    """Words that no spreadsheet runs and that hide nothing. Named after its column."""

    def __init__(self, column: str, **options: Any) -> None:
        self.column = column
        breaks = column in MAY_RUN_ON
        short = LONGEST[column] <= 200
        rows = {"rows": 4 if breaks else 2}
        options.setdefault("label", LABELS.get(column))
        options.setdefault("widget", forms.TextInput if short else forms.Textarea(attrs=rows))
        super().__init__(max_length=LONGEST[column], **options)
        self.widget.attrs["class"] = "form-control"
        self.widget.attrs["lang"] = language_of(column)

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        code = self.column in {"code", "area_code"}
        found = (
            code_faults(value, LONGEST[self.column])
            if code
            else faults(value, LONGEST[self.column], breaks=self.column in MAY_RUN_ON)
        )
        text = _("This text")  # not within the braces: it would not be found to be translated
        wrong = [f"{text} {fault}." for fault in found]
        if wrong:
            raise ValidationError(wrong)


class Draft(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Label of the new edition"),
        max_length=40,
        help_text=gettext_lazy("The year and a number, as in 2027.1."),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


class Upload(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What the table holds"),
        choices=PendingImport.Kind.choices,
        widget=forms.RadioSelect,
        initial=PendingImport.Kind.STATEMENTS,
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX, up to 5 MB and 2,000 rows."),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > BYTES:
            raise ValidationError(_("The file is larger than 5 MB. No edition is that long."))
        return file


@dataclass(frozen=True, slots=True)
class Column:
    """Fields that stand under one another on the page."""

    heading: str
    fields: Sequence[forms.BoundField]
    note: str = ""


class Edit(forms.Form):
    """What is written about a statement or an area. `seen` is the version that was shown."""

    adding: str | Promise
    naming: str | Promise
    saving: str | Promise
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def heading(self) -> str:
        code = self.initial.get("code", "")
        return str(self.naming) % {"code": code} if code else str(self.adding)

    def rows(self) -> list[list[Column]]:
        raise NotImplementedError

    def words(self) -> Words | AreaWords:
        raise NotImplementedError

    def columns(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    def beside(self) -> list[tuple[Any, str, str]]:
        """Somebody else was faster: what they wrote, where it differs from what stands here.
        Whoever saves again has seen it."""
        theirs, mine = self.initial, self.cleaned_data
        cast("QueryDict", self.data)["seen"] = theirs["seen"]
        return [
            (self.fields[name].label, language_of(name), str(words))
            for name, words in theirs.items()
            if name not in {"seen", "marks", "after"} and words != mine.get(name)
        ]


class EditStatement(Edit):
    adding = gettext_lazy("Add a statement")
    naming = gettext_lazy("Statement %(code)s")
    saving = gettext_lazy("Save the statement")
    code = PlainText("code", label=gettext_lazy("Code"))
    area = forms.ChoiceField(label=gettext_lazy("Area"))
    after = forms.ChoiceField(label=gettext_lazy("Stands after"), required=False)
    action = PlainText("action")
    outcome = PlainText("outcome")
    action_fr = PlainText("action_fr", required=False)
    outcome_fr = PlainText("outcome_fr", required=False)
    concept_prompt = PlainText("concept_prompt", required=False)
    practice_prompt = PlainText("practice_prompt", required=False)
    attitude = PlainText("attitude", required=False)
    safety_critical = forms.BooleanField(label=LABELS["safety_critical"], required=False)
    marks = forms.MultipleChoiceField(
        label=LABELS["marks"], required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, edition: Edition, statement: Statement | None, *args: Any, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        areas = Area.objects.filter(edition=edition)
        others = Statement.objects.filter(edition=edition).order_by("position")
        if statement is not None:
            others = others.exclude(pk=statement.pk)
        self._offer("area", [(area.code, str(area)) for area in areas])
        first = ("", _("Nothing: it is the first"))
        self._offer(
            "after", [first, *((one.code, f"{one.code} {one.action[:60]}") for one in others)]
        )
        columns = columns_for(edition.framework)
        if columns:
            self._offer("marks", [(column.name, column.label) for column in columns])
        else:
            del self.fields["marks"]
        for name in ("area", "after"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def rows(self) -> list[list[Column]]:
        whole = _("Certificates that ask for the whole profile ask for it too.")
        asks, place = _("Who asks for it"), _("Where it stands")
        shows = self.columns("concept_prompt", "practice_prompt", "attitude")
        return [
            [
                Column(_("In English"), self.columns("action", "outcome")),
                Column(_("In French"), self.columns("action_fr", "outcome_fr")),
            ],
            [
                Column(place, self.columns("code", "area", "after")),
                Column(asks, self.columns("marks", "safety_critical"), whole),
            ],
            [Column(_("What an answer shows"), shows)],
        ]

    def words(self) -> Words:
        said = {**self.cleaned_data}
        said.pop("seen")
        return Words(**{**said, "marks": frozenset(said.get("marks", ()))})


class EditArea(Edit):
    adding = gettext_lazy("Add an area")
    naming = gettext_lazy("Area %(code)s")
    saving = gettext_lazy("Save the area")
    code = PlainText("area_code", label=gettext_lazy("Code"))
    title = PlainText("area_title")
    title_fr = PlainText("area_title_fr", required=False)
    plain_title = PlainText("plain_title", required=False)
    plain_title_fr = PlainText("plain_title_fr", required=False)
    description = PlainText("description", required=False)
    description_fr = PlainText("description_fr", required=False)

    def rows(self) -> list[list[Column]]:
        english, french = _("In English"), _("In French")
        return [
            [Column(_("Where it stands"), self.columns("code"))],
            [
                Column(english, self.columns("title", "plain_title", "description")),
                Column(french, self.columns("title_fr", "plain_title_fr", "description_fr")),
            ],
        ]

    def words(self) -> AreaWords:
        said = {**self.cleaned_data}
        said.pop("seen")
        return AreaWords(**said)


class Reflect(forms.Form):
    """Length is checked by the service, which says what is kept."""

    text = forms.CharField(required=False)
    revision = forms.IntegerField(min_value=0)

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])


class Publish(forms.Form):
    standing = forms.ChoiceField(
        label=gettext_lazy("What is this edition?"),
        choices=[
            ("approved", gettext_lazy("Approved by the body")),
            ("sample", gettext_lazy("A sample, awaiting the body’s approval")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether it is approved or a sample.")},
    )
    fallback = forms.BooleanField(
        label=gettext_lazy("Where French is missing, English is shown and marked as English."),
        required=False,
    )


def statement_as_written(edition: Edition, one: Statement | None, area: str) -> dict[str, Any]:
    """A statement as the page for it begins; a new one stands at the end of its area."""
    others = Statement.objects.filter(edition=edition).order_by("-position")
    if one is None:
        last = others.filter(area__code=area).first() or others.first()
        return {"area": area, "after": last.code if last else "", "seen": ""}
    before = others.filter(position__lt=one.position).first()
    said = one.texts.filter(language=FRENCH).first()
    return {
        "code": one.code,
        "area": one.area.code,
        "after": before.code if before else "",
        "action": one.action,
        "outcome": one.outcome,
        "concept_prompt": one.concept_prompt,
        "practice_prompt": one.practice_prompt,
        "attitude": one.attitude,
        "safety_critical": one.safety_critical,
        "marks": sorted(marks_of(edition).get(one.code, ())),
        "action_fr": said.action if said else "",
        "outcome_fr": said.outcome if said else "",
        "seen": version(one),
    }


def area_as_written(one: Area | None) -> dict[str, Any]:
    if one is None:
        return {"seen": ""}
    said = one.texts.filter(language=FRENCH).first()
    return {
        "code": one.code,
        "title": one.title,
        "plain_title": one.plain_title,
        "description": one.description,
        "title_fr": said.title if said else "",
        "plain_title_fr": said.plain_title if said else "",
        "description_fr": said.description if said else "",
        "seen": version(one),
    }
