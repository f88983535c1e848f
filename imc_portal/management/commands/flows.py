"""manage.py flows [--write]: the ways of cases and appeals as diagrams, from their tables."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand

from appeals.flow import COMPLAINT_FLOW as COMPLAINT
from appeals.flow import FLOW as APPEAL
from applicants.flow import FLOWS, OWNER
from applicants.provider_flow import FLOW as PROVIDER
from awards.flow import FLOWS as AWARDS
from certificates.batch_flow import FLOW as BATCH
from certificates.flow import FLOW as PROPOSAL
from renewals.flow import FLOW as LEAVE

PAGE = Path(settings.BASE_DIR) / "docs" / "flows.md"
HEAD = """# The ways of a case

Written by `./run manage flows --write` from the tables in `applicants/flow.py`,
`applicants/provider_flow.py`, `appeals/flow.py`, `certificates/flow.py`, `renewals/flow.py` and
`awards/flow.py`; a test notices when this page lags behind.

A stage is named after the work that is awaited, and has one owner: whoever's turn it is.
"""


def page() -> str:
    owners = "\n".join(f"| {stage.label} | {role.label} |" for stage, role in OWNER.items())
    parts = [HEAD, f"| stage | whose turn |\n|---|---|\n{owners}\n"]
    flows = {route.label: flow for route, flow in FLOWS.items()} | {
        "Appeal": APPEAL,
        "Complaint": COMPLAINT,
        "Proposal about a certificate": PROPOSAL,
        "Request of an education provider": PROVIDER,
        "Leave that moves the end of a certificate": LEAVE,
        "Work on many certificates": BATCH,
    }
    flows |= {f"Programme award: {way.value}": flow for way, flow in AWARDS.items()}
    for title, flow in flows.items():
        parts.append(f"## {title}\n\n```mermaid\n{flow.mermaid()}\n```\n")
    return "\n".join(parts)


class Command(BaseCommand):
    help = "Print the flows as Markdown with diagrams; --write keeps them in docs/flows.md"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *_args: object, write: bool, **_options: object) -> None:
        if write:
            PAGE.write_text(page())
        else:
            self.stdout.write(page())
