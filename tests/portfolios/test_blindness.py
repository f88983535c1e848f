"""What one of two auditors found reaches the other on no way before both are final.

Values that stand nowhere else are planted in everything the first one writes. Then every address
of the portal is asked by everybody who could tell the second, and every letter and the trail are
searched.
"""

import json

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from notices.models import Message
from notices.services import drain
from portfolios import auditing, seconds
from portfolios.models import AuditResult
from tests import make
from tests.test_security import ROUTES
from trail.models import Event

pytestmark = pytest.mark.django_db
PLANTED = ("zebrafinch", "quillwort", "ottoman")  # a comment, a reason, words about the whole
WORLD = {
    "number": "IMC-0000-0000",
    "public_id": "00000000-0000-0000-0000-000000000000",
    "paper": "a4",
    "slug": "current-concepts",
    "facet": "concept",
    "label": "2026.1",
    "kind": "statements",
    "ending": "csv",
    "uidb36": "1",
    "place": 1,
}


@pytest.fixture
def twice(handed_in, cast, noor):
    """Aud is final with planted words; Bea, who is an administrator too, still reads."""
    bea = make.person("bea", Role.AUDITOR)
    seconds.ask(handed_in.case, by=noor, at=handed_in.at)
    handed_in.assign(Role.SECOND_AUDITOR, bea)
    plant(handed_in, cast.aud)
    auditing.open_audit(handed_in.case, by=bea, at=handed_in.at)
    return handed_in, bea


def plant(walk, person):
    audit = auditing.open_audit(walk.case, by=person, at=walk.at)
    for n, requirement in enumerate(auditing.to_find(audit)):
        marks = dict.fromkeys(("relevance", "authorship", "mastery"), None if n == 1 else 1)
        auditing.save_finding(
            audit,
            requirement,
            **marks,
            comment=f"{PLANTED[0]} {n}",
            not_assessed=PLANTED[1] if n == 1 else "",
            by=person,
            at=walk.at,
        )
    auditing.close(audit, result=AuditResult.REVISE, comment=PLANTED[2], by=person, at=walk.at)


NUMBERED = {"credentials:status_list": {"number": 1}}  # lists are numbered, certificates are not


def addresses(case):
    """Every address with the parts of this case, and those of its first entries."""
    given = {**WORLD, "pk": case.pk, "code": "M1.1", "area": "M1", "item": 1, "key": "mentor"}
    for name, parts in ROUTES.items():
        if set(parts) <= set(given):
            yield reverse(
                name, kwargs={part: given[part] for part in parts} | NUMBERED.get(name, {})
            )
    for asked in case.asked()[:4]:
        code = asked.statement.code
        yield reverse("portfolios:finding", args=[case.pk, code, asked.facet])
        yield reverse("portfolios:entry", args=[case.pk, code, asked.facet])


def leaks(client, case):
    found = {}
    for address in addresses(case):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode("utf-8", "replace").lower() + str(answer.headers).lower()
        if words := [word for word in PLANTED if word in text]:
            found[address] = words
    return found


def test_what_was_planted_would_be_found(browse, twice, cast):
    """The search finds it where it may be: nothing is proved by looking in the wrong places."""
    walk, bea = twice
    audit = walk.case.audits.get(auditor=bea)
    for requirement in auditing.to_find(audit):
        auditing.save_finding(
            audit,
            requirement,
            relevance=1,
            authorship=1,
            mastery=1,
            comment="Thin.",
            by=bea,
            at=walk.at,
        )
    auditing.close(audit, result=AuditResult.REVISE, comment="Thin.", by=bea, at=walk.at)
    walk.assign(Role.THIRD_AUDITOR, make.person("cleo", Role.AUDITOR))
    cleo = User.objects.get(called="Cleo")
    auditing.open_audit(walk.case, by=cleo, at=walk.at)

    found = leaks(browse(cleo), walk.case)

    # M1.2 is disputed: Aud says why it is not assessed, Bea says it is thin.
    assert [PLANTED[1]] in found.values()


def test_no_page_shows_it_to_anybody_but_its_author(client, browse, twice, cast):
    walk, bea = twice
    found = {"nobody": leaks(client, walk.case)}

    for person in (bea, cast.ada, cast.noor, cast.dee, cast.vera):
        found[person.called] = leaks(browse(person), walk.case)

    assert found == {name: {} for name in found}
    assert list(found) == ["nobody", "Bea", "Ada", "Noor", "Dee", "Vera"]


def test_no_second_auditor_with_every_other_role_finds_it(client, browse, twice, noor):
    """Bea administers too, with the administration open to her: its lists are searched as well."""
    walk, bea = twice
    User.objects.filter(pk=bea.pk).update(is_staff=True, is_superuser=True)
    make.grant(
        Role.ADMINISTRATOR,
        to=bea,
        by=noor,
        at=walk.at,
        starts_on=make.date(2020, 1, 1),
        ends_on=None,
    )
    browse(User.objects.get(pk=bea.pk))

    assert leaks(client, walk.case) == {}
    for kind in ("audit", "finding", "submission", "secondaudit"):
        page = client.get(reverse(f"admin:portfolios_{kind}_changelist"))
        text = page.content.decode().lower()
        assert [word for word in (*PLANTED, "revise and send") if word in text] == []
        if kind in {"audit", "finding"}:
            assert f"0 {kind}s" in text


def test_no_letter_and_no_line_of_the_trail_tells_it(twice):
    walk, _bea = twice

    while drain(walk.at):
        pass

    letters = "".join(message.body + message.subject for message in mail.outbox)
    facts = json.dumps(list(Event.objects.values_list("facts", flat=True)))
    context = json.dumps(list(Message.objects.values_list("context", flat=True)))
    told = (letters + facts + context).lower()
    assert [word for word in (*PLANTED, "revise") if word in told] == []
    assert not Message.objects.filter(kind__startswith="audit_").exists()
