"""The questions that help to write an action plan."""

from applicants.models import Prompt
from imc_portal.content.reader import Folder
from imc_portal.content.store import Report, longest, store


def read(folder: Folder) -> list[Prompt]:
    columns = ("code", "scope", "applies_to", "prompt", "example")
    return [
        Prompt(
            code=row.text("code", longest(Prompt, "code")),
            scope=row.text("scope", longest(Prompt, "scope")),
            applies_to=row.text("applies_to", longest(Prompt, "applies_to")),
            text=row.text("prompt"),
            example=row.text("example", optional=True),
            position=position,
        )
        for position, row in enumerate(
            folder.rows("action_plan_prompts.csv", *columns, key="code"), start=1
        )
    ]


def write(prompts: list[Prompt], report: Report) -> None:
    store(prompts, lambda prompt: prompt.code, report)
