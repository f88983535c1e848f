"""What the frameworks say in public: statements, prompts, tasks and areas, in every language."""

from collections.abc import Iterator

from certificates.models import Requirement
from frameworks.models import Area, AreaText, Statement, StatementText
from portfolios.likeness.records import Likeness
from portfolios.likeness.registry import PublicText, public_texts

Source = Likeness.Source


@public_texts
def statements() -> Iterator[PublicText]:
    for row in Statement.objects.exclude(edition__published_at=None):
        yield PublicText(Source.STATEMENT, row.code, f"{row.action}\n{row.outcome}")
        yield PublicText(Source.PROMPT, row.code, row.concept_prompt)
        yield PublicText(Source.PROMPT, row.code, row.practice_prompt)
    for said in StatementText.objects.select_related("statement").exclude(
        statement__edition__published_at=None
    ):
        yield PublicText(Source.STATEMENT, said.statement.code, f"{said.action}\n{said.outcome}")


@public_texts
def tasks() -> Iterator[PublicText]:
    for row in Requirement.objects.exclude(task="").select_related("statement"):
        for text in (row.task, row.what_to_bring, row.passes_when):
            yield PublicText(Source.PROMPT, row.statement.code, text)


@public_texts
def areas() -> Iterator[PublicText]:
    for area in Area.objects.exclude(edition__published_at=None):
        yield PublicText(Source.AREA, area.code, area.description)
    for said in AreaText.objects.select_related("area").exclude(area__edition__published_at=None):
        yield PublicText(Source.AREA, said.area.code, said.description)
