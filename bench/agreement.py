"""What the Director's page on agreement costs at 100,000 findings: python bench/agreement.py.

The other side reads the same findings one by one, without reckoning anything: counting them in the
database must cost less. CPU time, medians, the sides taking turns, with the database in this
process; BENCH_DATABASE_URL names another. Exits with 1 over budget.
"""

import sys
from datetime import timedelta
from random import Random

from stand import Stand, medians, queries  # sets the portal up

# isort: split
from applicants.models import Application
from applicants.services import apply
from certificates.models import Tier
from portfolios import agreement
from portfolios.models import Audit, Finding, Portfolio, Seat, Submission
from portfolios.panels import SecondAudit

FINDINGS = 100_000
BUDGET, QUERIES = 1.0, 5
AUDITORS = 12


class Bench(Stand):
    def __init__(self) -> None:
        super().__init__()
        self.dice = Random(7)
        tier = Tier.objects.get(slug="current-practice")
        self.auditors = [self.person(f"auditor{n}") for n in range(AUDITORS)]
        count = FINDINGS // (2 * 144)
        cases = [apply(tier, by=self.person(f"a{n}"), at=self.at) for n in range(count)]
        asked = list(cases[0].asked().values_list("statement_id", "facet"))
        for n, case in enumerate(cases):
            self.pair(case, asked, n)

    def pair(self, case: Application, asked: list[tuple[int, str]], n: int) -> None:
        at = self.at - timedelta(days=n * 4)
        portfolio = Portfolio.objects.create(application=case, opened_at=at, touched_at=at)
        submission = Submission.objects.create(
            portfolio=portfolio, number=1, sent_at=at, declaration={}, snapshot={}, sha256="0"
        )
        SecondAudit.objects.create(submission=submission, why="drawn", since=at, settled_at=at)
        readers = self.dice.sample(self.auditors, 2)
        for seat, reader in zip((Seat.FIRST, Seat.SECOND), readers, strict=True):
            audit = Audit.objects.create(
                application=case,
                number=seat,
                auditor=reader,
                submission=submission,
                seat=seat,
                opened_at=at,
                finished_at=at,
                closed_at=at,
                result="pass",
            )
            Finding.objects.bulk_create(self.finding(audit, *key) for key in asked)

    def finding(self, audit: Audit, statement: int, facet: str) -> Finding:
        levels = self.dice.choices((0, 1, 2), (1, 2, 7), k=3)
        return Finding(
            audit=audit,
            statement_id=statement,
            facet=facet,
            **dict(zip(("relevance", "authorship", "mastery"), levels, strict=True)),
            comment="More.",
            saved_at=audit.opened_at,
        )

    def read(self) -> None:
        """As cheaply as findings can be read one by one."""
        rows = Finding.objects.filter(audit__submission__second_audit__settled_at__isnull=False)
        rows = rows.select_related("audit__auditor", "statement").defer("audit__comment")
        list(rows.order_by("audit__closed_at"))

    def run(self) -> int:
        found = agreement.agreement()
        expected = Finding.objects.count() // 2
        if found.all.count != expected or len(found.statements) != 144:
            raise RuntimeError(found.all)
        ours, read = medians(3, agreement.agreement, self.read)
        self.says(
            f"agreement over {2 * expected:,} findings ({ours * 1e3:.0f} ms) / reading them",
            ours / read,
            BUDGET,
        )
        self.says("queries", queries(agreement.agreement), QUERIES)
        return int(self.failed)


if __name__ == "__main__":
    sys.exit(Bench().run())
