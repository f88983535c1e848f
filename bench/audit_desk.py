"""What the audit desk costs with 144 entries and 60 files: python bench/audit_desk.py.

The same desk with 5 entries and no file stands beside it: the number of queries must be equal, and
the time a query-bound page would take must not creep in. CPU time, medians, the sides taking turns.
Works on a database of its own in memory. Exits with 1 over budget.
"""

import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.update(
    DJANGO_SETTINGS_MODULE="imc_portal.settings",
    SECRET_KEY="b" * 60,
    DATABASE_URL="sqlite://:memory:",
    VAR_DIR=tempfile.mkdtemp(prefix="imc-portal-bench-"),
    DEBUG="1",  # static files without collecting them; turned off below
)

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.DEBUG = False
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
settings.ALLOWED_HOSTS = ["testserver"]
settings.LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"none": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["none"]},
}
Path(settings.STATIC_ROOT).mkdir()
django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Grant, User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from applicants.flow import Stage  # noqa: E402
from applicants.models import Application, CaseRole, Declaration  # noqa: E402
from applicants.services import apply  # noqa: E402
from certificates.models import Tier  # noqa: E402
from portfolios import auditing  # noqa: E402
from portfolios.models import Audit, Portfolio, Submission  # noqa: E402

FILES = 60
MAP_BUDGET, ENTRY_BUDGET, SAVE_QUERIES = 5.0, 5.0, 11
WORDS = "I asked what had changed, listened, and summed up what I had heard. " * 20


def medians(rounds: int, *sides: Callable[[], object]) -> list[float]:
    """CPU seconds of each side, the sides taking turns so that noise meets all alike."""
    spent: list[list[float]] = [[] for _side in sides]
    for side in sides:
        side()
    for _round in range(rounds):
        for n, side in enumerate(sides):
            began = time.process_time()
            side()
            spent[n].append(time.process_time() - began)
    return [statistics.median(times) for times in spent]


class Bench:
    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_content", verbosity=0)
        self.at = timezone.now()
        self.auditor = self.person("aud")
        Grant.objects.create(user=self.auditor, role=Role.AUDITOR, starts_on=date(2020, 1, 1))
        Authenticator.objects.create(
            user=self.auditor, type=Authenticator.Type.TOTP, data={"secret": "x"}
        )
        self.small = self.desk("ada", entries=5, files=0)
        self.large = self.desk("bo", entries=144, files=FILES)
        self.client = Client()
        self.client.force_login(self.auditor, backend=settings.AUTHENTICATION_BACKENDS[0])
        self.failed = False

    def person(self, name: str) -> User:
        return User.objects.create_user(f"{name}@example.org", full_name=name.title())

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
            {"id": k, "title": f"File {k}.pdf", "url": "", "size": 90_000, "sha256": "0" * 64}
            for k in range(n % 12, files, 12)
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

    def says(self, what: str, value: float, budget: float) -> None:
        over = value > budget
        self.failed = self.failed or over
        print(f"{what:<62}{value:>8.3g}   budget {budget:g}{'   OVER' if over else ''}")

    def get(self, page: str) -> Callable[[], None]:
        def ask() -> None:
            answer = self.client.get(page)
            if answer.status_code != 200:
                raise RuntimeError(f"{page}: {answer.status_code}")

        return ask

    def queries(self, what: Callable[[], object]) -> int:
        what()
        with CaptureQueriesContext(connection) as captured:
            what()
        frames = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
        return len([q for q in captured if not q["sql"].startswith(frames)])

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
            more = self.queries(large) - self.queries(small)
            self.says(f"{what}: queries with 144 entries, 60 files beyond 5, 0", more, 0)
            few, many = medians(9, small, large)
            self.says(f"{what}: 144 entries ({many * 1e3:.0f} ms) / 5", many / few, budget)
        self.says("queries to save one finding of 144", self.queries(self.save), SAVE_QUERIES)
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
