"""What the body has written in English alone says so on French pages, so that a screen reader
pronounces it and nobody takes it for a mistake of ours."""

from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.roles import Role
from applicants import assigning
from applicants.models import Prompt
from certificates.models import Requirement, Scheme
from certificates.steps import RenewalStep
from frameworks import services
from frameworks.models import Approach, Framework, GuideQuestion
from portfolios.rulebook import Criterion
from tests import make

pytestmark = pytest.mark.django_db

ENGLISH_ONLY = (
    (Prompt, ("text", "example")),
    (GuideQuestion, ("question", "listen_for", "follow_up", "warning_sign")),
    (Criterion, ("title", "definition", "level_0", "level_1", "level_2", "advice")),
    (Approach, ("name", "what_it_does", "shared", "different", "when_to_switch")),
    (Framework, ("title", "note")),
    (RenewalStep, ("title", "detail")),
    (Scheme, ("name", "summary", "status_note")),
    (Requirement, ("task", "what_to_bring", "passes_when")),
)
# Words of both languages, and words that our own texts use too.
BOTH = {"Facilitating", "Coaching", "Counselling", "Training", "Tutoring"}
SILENT = {"meta", "link", "input", "img", "br", "hr", "use", "path", "source", "wbr", "circle"}


class Unmarked(HTMLParser):
    """Collects what a page says without saying that it is English."""

    def __init__(self):
        super().__init__()
        self.open, self.said = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in SILENT:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        languages = [lang for _tag, lang in self.open if lang]
        hidden = {"title", "script", "style", "option"} & {tag for tag, _lang in self.open}
        if not hidden and (not languages or languages[-1] != "en"):
            self.said.append(" ".join(data.split()))


@pytest.fixture(autouse=True)
def back_to_our_language():
    """A page in French leaves its language to whatever runs next in this thread."""
    with override("en"):
        yield


@pytest.fixture
def english(db):
    return {
        words
        for model, columns in ENGLISH_ONLY
        for row in model.objects.values_list(*columns)
        for words in map(str.strip, row)
        if len(words) > 5
    } - BOTH


def french(person):
    person.language = "fr-ca"
    person.save()
    client = Client()
    client.cookies["session"] = make.session_for(person)
    return client


def unmarked(client, english, *pages):
    """Each page with the English words that it does not mark."""
    told = []
    for name, *args in pages:
        answer = client.get(reverse(name, args=args))
        assert answer.status_code == 200, name
        page = Unmarked()
        page.feed(answer.content.decode())
        assert "html" in answer["Content-Type"]
        told += [(name, words) for said in page.said for words in english if words in said]
    return told


def test_the_test_itself_sees_what_is_not_marked():
    page = Unmarked()

    page.feed('<p>Un <b lang="en">two</b> trois <br>quatre</p><i lang="en">five <u>six</u></i>')

    assert page.said == ["Un", "trois", "quatre"]


def test_pages_of_frameworks(noor, english):
    mentor = Framework.objects.get(key="mentor")
    services.draft(mentor, label="2027.1", by=noor, at=make.NOON)
    draft, there = ("mentor", "2027.1"), ("center-competencies", "2026.1")
    deeper = ("work", "publish", "discard", "import", "add_area", "add_statement")

    told = unmarked(
        french(noor),
        english,
        ("frameworks:index",),
        ("frameworks:approaches",),
        ("frameworks:editions",),
        ("frameworks:edition", *there),
        ("frameworks:retire", *there),
        ("frameworks:draft", "journey"),
        ("frameworks:compare", "mentor"),
        ("frameworks:statement", *draft, "M1.1"),
        ("certificates:catalogue",),
        *((f"frameworks:{name}", *draft) for name in deeper),
    )

    assert told == []


def test_pages_of_an_applicant(cast, english):
    on = make.certified(cast)
    client = french(cast.ada)

    told = unmarked(
        client,
        english,
        ("applicants:choose",),
        ("applicants:begin", "current-journey"),
        ("applicants:plan", on.case.pk),
        ("assessments:result", on.case.pk),
        ("certificates:wallet",),
        ("certificates:certificate", on.certificate.number),
        ("portfolios:workspace", on.case.pk),
        ("portfolios:entry", on.case.pk, "M1.1", "concept"),
    )

    assert told == []


def test_pages_of_the_interview(cast, english):
    on = make.walk(cast, to="intake")
    on.book()
    assigning.declare(on.case, clear=True, note="", by=cast.ina, at=on.at)

    told = unmarked(french(cast.ina), english, ("applicants:interview", on.interview.pk))

    assert told == []


@pytest.mark.parametrize(
    ("slug", "pages"),
    [("current-practice", ["desk", "finding"]), ("2021-recognition", ["verbal"])],
)
def test_pages_of_an_audit(cast, english, slug, pages):
    on = make.walk(cast, to="audit", slug=slug)
    on.assign(Role.AUDITOR, cast.aud)
    if "finding" in pages:
        on.find()
    entry = {"finding": ["M1.1", "concept"]}

    asked = [(f"portfolios:{name}", on.case.pk, *entry.get(name, ())) for name in pages]
    told = unmarked(french(cast.aud), english, *asked)

    assert told == []


def test_pages_of_a_verification(cast, english):
    on = make.walk(cast, to="verification")
    on.meet_verifier()

    told = unmarked(french(cast.vera), english, ("verification:desk", on.case.pk))

    assert told == []
