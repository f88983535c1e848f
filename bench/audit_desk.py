"""What the audit desk costs with 144 entries and 60 files: python bench/audit_desk.py.

The same desk with 5 entries and no file stands beside it: the number of queries must be equal, and
the time a query-bound page would take must not creep in. CPU time, medians, the sides taking turns.
Works on a database of its own in memory. Exits with 1 over budget.
"""

import hashlib
import sys
from datetime import date, timedelta

from stand import Stand, medians, queries  # sets the portal up

# isort: split
from allauth.mfa.models import Authenticator

from accounts.models import Grant
from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Application, CaseRole, Declaration
from applicants.services import apply
from certificates.models import Tier
from portfolios import auditing
from portfolios.models import Audit, Evidence, EvidenceKind, FileState, Portfolio, Submission

FILES = 60
MAP_BUDGET, ENTRY_BUDGET, SAVE_QUERIES = 5.0, 5.0, 17
WORDS = "I asked what had changed, listened, and summed up what I had heard. " * 20


class Bench(Stand):
    def __init__(self) -> None:
        super().__init__()
        self.auditor = self.person("aud")
        Grant.objects.create(user=self.auditor, role=Role.AUDITOR, starts_on=date(2020, 1, 1))
        Authenticator.objects.create(
            user=self.auditor, type=Authenticator.Type.TOTP, data={"secret": "x"}
        )
        self.small = self.desk("ada", entries=5, files=0)
        self.large = self.desk("bo", entries=144, files=FILES)
        self.sign_in(self.auditor)

    def desk(self, name: str, *, entries: int, files: int) -> Audit:
        """An open audit on a portfolio of this size. Rows alone: the way there is not measured."""
        case = apply(Tier.objects.get(slug="current-practice"), by=self.person(name), at=self.at)
        Application.objects.filter(pk=case.pk).update(due_on=self.at.date() + timedelta(days=9))
        Application.objects.filter(pk=case.pk).update(stage=Stage.AUDIT)
        case.refresh_from_db()
        CaseRole.objects.create(
            application=case, person=self.auditor, role=Role.AUDITOR, since=self.at
        )
        Declaration.objects.create(
            person=self.auditor, application=case, clear=True, note="", at=self.at
        )
        portfolio = Portfolio.objects.create(
            application=case, opened_at=self.at, touched_at=self.at
        )
        self.files = Evidence.objects.bulk_create(
            Evidence(
                portfolio=portfolio,
                kind=EvidenceKind.FILE,
                title=f"File {k}.pdf",
                file=f"evidence/{k}.pdf",
                size=90_000,
                sha256=f"{k:064x}",
                state=FileState.CLEAN,
                added_at=self.at,
            )
            for k in range(files)
        )
        asked = list(case.asked())[:entries]
        rows = [self.row(requirement, n, files) for n, requirement in enumerate(asked)]
        snapshot = {"edition": "", "entries": rows, "log": {}}
        Submission.objects.create(
            portfolio=portfolio,
            number=1,
            sent_at=self.at,
            declaration={},
            snapshot=snapshot,
            sha256=hashlib.sha256(name.encode()).hexdigest(),
        )
        audit = auditing.open_audit(case, by=self.auditor, at=self.at)
        if len(auditing.to_find(audit)) != entries:
            raise RuntimeError(entries)
        return audit

    def row(self, requirement: object, n: int, files: int) -> dict[str, object]:
        statement = requirement.statement
        pieces = [
            {
                "id": file.pk,
                "kind": file.kind,
                "title": file.title,
                "url": "",
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in self.files[n % 12 : files : 12]
        ]
        return {
            "code": statement.code,
            "facet": requirement.facet,
            "action": statement.action,
            "outcome": statement.outcome,
            "prompt": "",
            "text": WORDS,
            "language": "en",
            "state": "ready",
            "evidence": pieces,
        }

    def run(self) -> int:
        for what, rest, budget in (
            ("the map", "", MAP_BUDGET),
            ("an entry", "M1.1/concept/", ENTRY_BUDGET),
            ("adding up", "close/", MAP_BUDGET),
        ):
            small, large = (
                self.get(f"/portfolio/{audit.application_id}/desk/{rest}")
                for audit in (self.small, self.large)
            )
            small()  # the first page also notes that somebody is there
            large()
            more = queries(large) - queries(small)
            self.says(f"{what}: queries with 144 entries, 60 files beyond 5, 0", more, 0)
            few, many = medians(9, small, large)
            self.says(f"{what}: 144 entries ({many * 1e3:.0f} ms) / 5", many / few, budget)
        self.says("queries to save one finding of 144", queries(self.save), SAVE_QUERIES)
        return int(self.failed)

    def save(self) -> None:
        first = auditing.to_find(self.large)[0]
        levels = self.levels = 3 - getattr(self, "levels", 1)
        auditing.save_finding(
            self.large,
            first,
            relevance=levels,
            authorship=2,
            mastery=2,
            comment="More.",
            by=self.auditor,
            at=self.at,
        )


if __name__ == "__main__":
    sys.exit(Bench().run())
