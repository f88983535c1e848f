"""What an audit looks at, and how its findings lead to a result."""

from dataclasses import dataclass

from certificates.models import Facet
from imc_portal.content.reader import Folder
from imc_portal.content.store import Report, longest, store
from portfolios.models import Mark
from portfolios.panels import SampleEntry
from portfolios.rulebook import AuditRule, Criterion

FACETS = {facet.value: facet for facet in Facet}


@dataclass(slots=True)
class AuditWords:
    criteria: list[Criterion]
    rules: list[AuditRule]
    sample: list[SampleEntry]


def read(folder: Folder) -> AuditWords:
    return AuditWords(_criteria(folder), _rules(folder), _sample(folder))


def _criteria(folder: Folder) -> list[Criterion]:
    columns = (
        "code",
        "criterion",
        "definition",
        "auditor_questions",
        "level_0_not_met",
        "level_1_partly_met",
        "level_2_met",
        "what_fails",
        "advice_to_auditor",
    )
    return [
        Criterion(
            key=row.slug("code"),
            title=row.text("criterion", longest(Criterion, "title")),
            definition=row.text("definition"),
            questions=row.many("auditor_questions", "|"),
            level_0=row.text("level_0_not_met"),
            level_1=row.text("level_1_partly_met"),
            level_2=row.text("level_2_met"),
            what_fails=row.text("what_fails", optional=True),
            advice=row.text("advice_to_auditor", optional=True),
            position=position,
        )
        for position, row in enumerate(
            folder.rows("audit_criteria.csv", *columns, key="code"), start=1
        )
    ]


def _rules(folder: Folder) -> list[AuditRule]:
    return [
        AuditRule(
            key=row.slug("code"),
            title=row.text("decision", longest(AuditRule, "title")),
            rule=row.text("rule"),
            shown=row.text("what_the_applicant_sees"),
        )
        for row in folder.rows(
            "audit_decisions.csv", "code", "decision", "rule", "what_the_applicant_sees", key="code"
        )
    ]


def _sample(folder: Folder) -> list[SampleEntry]:
    columns = (
        "key",
        "statement_code",
        "facet",
        "text",
        "relevance",
        "authorship",
        "mastery",
        "why",
    )
    return [
        SampleEntry(
            key=row.slug("key"),
            position=position,
            statement_code=row.text("statement_code", longest(SampleEntry, "statement_code")),
            facet=row.one_of("facet", FACETS, Facet.PRACTICE),
            text=row.text("text"),
            relevance=row.whole("relevance", 0, Mark.MET),
            authorship=row.whole("authorship", 0, Mark.MET),
            mastery=row.whole("mastery", 0, Mark.MET),
            why=row.text("why"),
        )
        for position, row in enumerate(
            folder.rows("audit_sample.csv", *columns, key="key"), start=1
        )
    ]


def write(words: AuditWords, report: Report) -> None:
    store(words.criteria, lambda criterion: criterion.key, report)
    store(words.rules, lambda rule: rule.key, report)
    store(words.sample, lambda entry: entry.key, report)
