"""A list that was pasted or uploaded."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from register.lists.checking import Asked
from register.lists.table import BYTES, rows_of


class ListForm(forms.Form):
    """One of the two; a file goes before what was pasted."""

    text = forms.CharField(
        label=gettext_lazy("Paste your list"),
        required=False,
        max_length=BYTES,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 10,
                "spellcheck": "false",
                "autocomplete": "off",
                "placeholder": "IMC-2026-7F3K-Q9, Ada Example",
            }
        ),
    )
    file = forms.FileField(label=gettext_lazy("Or choose a file"), required=False)
    rows: Sequence[Asked] = ()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        file, text = said.get("file"), said.get("text", "")
        if self.errors:
            return said
        if not file and not text.strip():
            raise forms.ValidationError(_("Paste a list, or choose a file."))
        if file and file.size > BYTES:
            raise forms.ValidationError(_("This is larger than 1 MB. Send it in parts."))
        sent = rows_of(file.name if file else "list.csv", file.read() if file else text.encode())
        if sent.problems:
            raise forms.ValidationError(list(sent.problems))
        self.rows = sent.rows
        return said

    @property
    def sent_again(self) -> str:
        """The rows as they were read, so that the answer can be fetched as a table as well."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["number", "name", "on"])
        writer.writerows([row.number, row.name, row.typed] for row in self.rows)
        return out.getvalue()
