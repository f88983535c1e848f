"""A written audit by two: a dispute, two rounds of revision, somebody who steps back in the middle.

The trail alone tells the story; the sentences are those of the case file.
"""

import pytest

from accounts.roles import Role
from applicants import assigning
from applicants.flow import Stage
from imc_portal.sentences import lines
from portfolios import auditing, handing_in, seconds, writing
from portfolios.models import AuditResult
from tests import make

pytestmark = pytest.mark.django_db
SAID_BY_NOOR = [
    "You assigned Aud as auditor.",
    "Aud declared that nothing binds them to the applicant.",
    "Aud began to read.",
    "Aud asked for a second auditor.",
    "You assigned Bea as second auditor.",
    "Bea declared that nothing binds them to the applicant.",
    "Bea began to read.",
    "Bea finished reading.",
    "Aud stepped back from this case.",
    "You assigned Cleo as auditor.",
    "Cleo declared that nothing binds them to the applicant.",
    "Cleo began to read.",
    "Cleo finished reading.",
    "The two auditors differ. It is about one entry. A third auditor decides.",
    "You assigned Dan as third auditor.",
    "Dan declared that nothing binds them to the applicant.",
    "Dan began to read.",
    "Dan finished reading.",
    "What the two auditors differed on is decided.",
    "Dan finished the audit. 2 entries came back.",
    "Ada sent the portfolio.",
    "Bea began to read.",
    "Bea finished reading.",
    "Cleo began to read.",
    "Cleo finished reading.",
    "Both auditors came to the same findings.",
    "Cleo finished the audit. One entry came back.",
    "Ada sent the portfolio.",
    "Bea began to read.",
    "Bea finished reading.",
    "Cleo began to read.",
    "Cleo finished reading.",
    "Both auditors came to the same findings.",
    "Cleo finished the audit: passed.",
    "You assigned Dee as Director of Certification.",
    "Dee declared that nothing binds them to the applicant.",
    "Dee awarded the certificate.",
]


def read(on, person, *below):
    """Everything on this person's desk, met except these; and the result of the rules."""
    audit = auditing.open_audit(on.case, by=person, at=on.tomorrow())
    for requirement in auditing.to_find(audit):
        thin = requirement.statement.code in below
        auditing.save_finding(
            audit,
            requirement,
            relevance=2,
            authorship=2,
            mastery=1 if thin else 2,
            comment="Say what came of it." if thin else "",
            by=person,
            at=on.at,
        )
    result = auditing.arithmetic(audit).result
    auditing.close(audit, result=result, comment="Read.", by=person, at=on.tomorrow())
    on.case.refresh_from_db()
    return result


def revise(on):
    portfolio = on.case.portfolio
    for requirement in handing_in.wanted(portfolio):
        entry = writing.entry_for(portfolio, requirement, at=on.at)
        writing.save_entry(
            portfolio,
            requirement,
            text=f"{entry.text} It helped.",
            language="en",
            ready=True,
            revision=entry.revision,
            by=on.case.applicant,
            at=on.at,
        )
    on.hand_in()


def test_two_auditors_a_dispute_two_rounds_and_one_who_steps_back(cast):
    bea, cleo, dan = (make.person(name, Role.AUDITOR) for name in ("bea", "cleo", "dan"))
    on = make.walk(cast, to=Stage.AUDIT, slug="current-concepts")
    before = on.case.history().count()

    on.assign(Role.AUDITOR, cast.aud)
    auditing.open_audit(on.case, by=cast.aud, at=on.tomorrow())
    seconds.ask(on.case, by=cast.aud, at=on.at)
    on.assign(Role.SECOND_AUDITOR, bea)
    assert read(on, bea, "M1.1", "M2.3") == AuditResult.REVISE
    assigning.recuse(on.case, why="A cousin", by=cast.aud, at=on.tomorrow())
    on.assign(Role.AUDITOR, cleo)
    assert read(on, cleo, "M1.1") == AuditResult.REVISE
    assert on.case.stage == Stage.AUDIT
    on.assign(Role.THIRD_AUDITOR, dan)
    read(on, dan, "M2.3")
    revise(on)
    read(on, bea, "M2.3")
    read(on, cleo, "M2.3")
    assert (on.case.stage, on.case.rounds) == (Stage.PORTFOLIO, 2)
    revise(on)
    read(on, bea)
    read(on, cleo)
    on.decision()

    events = list(on.case.history().order_by("pk"))[before:]
    assert [line.text for line in lines(events, cast.noor)] == SAID_BY_NOOR
    voided = on.case.audits.exclude(voided_at=None)
    assert [audit.auditor for audit in voided] == [cast.aud]
    assert on.certificate.snapshot["title"] == on.case.tier.title
