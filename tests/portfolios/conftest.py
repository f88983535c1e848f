"""A portfolio in the making, one on the desk, and somebody's browser."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from applicants.flow import Stage
from portfolios import auditing, handing_in, writing
from portfolios import evidence as keeping
from tests import make
from tests.portfolios import files

FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
TEXT = "I asked what had changed, listened, and summed up what I had heard."


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def walk(cast):
    """Ada writes for Concepts: 72 statements to explain."""
    return make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")


@pytest.fixture
def case(walk):
    return walk.case


@pytest.fixture
def portfolio(walk, ada):
    return writing.open_portfolio(walk.case, by=ada, at=walk.at)


@pytest.fixture
def asked(portfolio):
    """What is asked, by code."""
    return {r.statement.code: r for r in portfolio.application.asked()}


@pytest.fixture
def save(portfolio, asked, ada, walk):
    def entry(code, text=TEXT, *, ready=False, revision=0, **options):
        given = {"language": "en", "by": ada, "at": walk.at, **options}
        return writing.save_entry(
            portfolio, asked[code], text=text, ready=ready, revision=revision, **given
        )

    return entry


@pytest.fixture
def handed_in(cast):
    """Ada's portfolio is with Aud, who has declared."""
    walk = make.walk(cast, to=Stage.AUDIT, slug="current-concepts")
    walk.assign(Role.AUDITOR, cast.aud)
    return walk


@pytest.fixture
def audit(handed_in, aud):
    return auditing.open_audit(handed_in.case, by=aud, at=handed_in.at)


@pytest.fixture
def judge(audit, aud, handed_in):
    """Record the same marks on everything that is open, except on named codes."""

    def everything(audit=audit, **below):
        for requirement in auditing.to_find(audit):
            marks = {"relevance": 2, "authorship": 2, "mastery": 2}
            marks.update(below.get(requirement.statement.code.replace(".", "_"), {}))
            auditing.save_finding(
                audit,
                requirement,
                **marks,
                comment="" if min(marks.values()) == 2 else "Say what came of it.",
                by=aud,
                at=handed_in.at,
            )

    return everything


@pytest.fixture
def add(portfolio, ada, walk):
    """Send a file to the portfolio in the making."""

    def file(name, content, **options):
        given = {"by": ada, "at": walk.at, **options}
        return keeping.add_file(portfolio, upload=files.upload(name, content), **given)

    return file


@pytest.fixture
def declaration():
    return handing_in.Declaration(own_words=True, conduct=True, tools="A spelling checker")


@pytest.fixture
def browse(client, settings):
    def as_person(person):
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return as_person


@pytest.fixture
def queries():
    """How many statements reach the tables; the frames of transactions are not counted."""

    @contextmanager
    def exactly(expected):
        with CaptureQueriesContext(connection) as captured:
            yield
        told = [q["sql"] for q in captured if not q["sql"].startswith(FRAME)]
        assert len(told) == expected, "\n".join(told)

    return exactly
