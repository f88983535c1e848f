"""What people of the demo wrote, and what auditors found of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from certificates.models import Facet, Requirement
from imc_portal.demo.people import table
from imc_portal.demo.texts import entry_text
from portfolios.models import Mark

PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Written:
    words: str
    language: str = "en"

    def begun(self) -> "Written":
        """The first sentence, and no more yet."""
        return Written(self.words.partition(". ")[0] + ".", self.language)


@dataclass(frozen=True, slots=True)
class Found:
    relevance: int = Mark.MET
    authorship: int = Mark.MET
    mastery: int = Mark.MET
    comment: str = ""


@cache
def _told() -> dict[tuple[str, str], Mapping[str, str]]:
    return {(row["persona"], row["statement_code"]): row for row in table("portfolio_entries")}


def is_told(key: str, code: str) -> bool:
    """Do the tables have words of this person's on that statement?"""
    return (key, code) in _told()


def _row(key: str, requirement: Requirement) -> Mapping[str, str] | None:
    """The tables tell of practice: what somebody did."""
    if requirement.facet != Facet.PRACTICE:
        return None
    return _told().get((key, requirement.statement.code))


def written(key: str, requirement: Requirement) -> Written:
    row = _row(key, requirement)
    if row is not None:
        return Written(row["text"], row["language"])
    return Written(entry_text(key, requirement.statement, requirement.facet))


def finding_of(key: str, requirement: Requirement) -> Found:
    """What the tables say, where the auditor has read it; met otherwise."""
    row = _row(key, requirement)
    if row is None or row["relevance"] == PENDING:
        return Found()
    return Found(
        relevance=int(row["relevance"]),
        authorship=int(row["authorship"]),
        mastery=int(row["mastery"]),
        comment=row["auditor_comment"],
    )
