"""The sample: rated once before a first case, and only then compared with the body's marks."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.services import grant
from applicants import assigning
from applicants.flow import Stage
from portfolios import calibrating
from portfolios.calibrating import Marks
from portfolios.panels import Calibration, SampleEntry
from tests import make
from trail.flow import Refused

pytestmark = pytest.mark.django_db
LIST = reverse("portfolios:sample")
AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture
def nia(cast):
    """An auditor since today, who has not rated the sample."""
    user = make.person("nia", Role.VERIFIER)
    grant(
        Role.AUDITOR, to=user, by=None, at=make.NOON, starts_on=make.date(2020, 1, 1), ends_on=None
    )
    make.qualify(user, Role.AUDITOR)
    return type(user).objects.get(pk=user.pk)


@pytest.fixture
def rate(nia):
    def everything(**otherwise):
        marks = {e: otherwise.get(e.key, Marks(*e.marks)) for e in SampleEntry.objects.all()}
        return calibrating.rate(marks, by=nia, at=make.NOON)

    return everything


def test_the_sample_that_ships_has_every_level_of_every_criterion():
    marks = [entry.marks for entry in SampleEntry.objects.all()]

    assert len(marks) == 8
    assert [set(levels) for levels in zip(*marks, strict=True)] == [{0, 1, 2}, {1, 2}, {0, 1, 2}]


def test_nobody_gets_a_case_before_the_sample_is_rated(cast, nia, rate):
    walk = make.walk(cast, to=Stage.INTAKE, slug="current-concepts")

    def offered():
        found = assigning.candidates(walk.case, Role.AUDITOR, walk.at.date())
        return {c.person.called: c.reasons for c in found}

    def assign():
        return assigning.assign(walk.case, Role.AUDITOR, person=nia, by=cast.noor, at=walk.at)

    assert offered() == {"Aud": [], "Nia": ["Has not rated the sample portfolio yet."]}
    with pytest.raises(Refused, match="Has not rated the sample portfolio yet"):
        assign()
    rate()
    with pytest.raises(Refused):
        assign()
    calibrating.finish(by=nia, at=walk.at)
    assert offered() == {"Aud": [], "Nia": []}
    assert assign().person == nia


def test_every_entry_is_rated_before_the_end(nia):
    first = SampleEntry.objects.first()
    calibrating.rate({first: Marks(2, 2, None)}, by=nia, at=make.NOON)

    with pytest.raises(calibrating.NotRated, match="8"):
        calibrating.finish(by=nia, at=make.NOON)


def test_marks_are_final_at_the_end(nia, rate):
    rate()
    calibrating.finish(by=nia, at=make.NOON)

    with pytest.raises(calibrating.Rated):
        rate()


def test_it_is_for_auditors(cast):
    with pytest.raises(calibrating.NotAnAuditor):
        calibrating.rate({}, by=cast.vera, at=make.NOON)


def test_nearness_counts_marks_and_answers(rate):
    calibration = rate(S1=Marks(2, 2, 1), S2=Marks(0, 2, 0))

    found = calibrating.nearness(list(calibration.marks.select_related("entry")))

    assert (found.marks, found.same, found.entries, found.same_verdict) == (24, 22, 8, 7)
    assert found.percent == 92


def test_nothing_of_the_body_is_shown_before_the_end(browse, nia):
    browser = browse(nia)
    pages = [LIST, *(reverse("portfolios:sample_entry", args=[n]) for n in range(1, 9))]
    entries = list(SampleEntry.objects.all())

    texts = "".join(browser.get(page).content.decode() for page in pages)

    assert [entry.key for entry in entries if entry.why[:30] in texts] == []
    assert "The body" not in texts


def test_the_sample_is_rated_page_by_page_and_compared(browse, nia):
    browser = browse(nia)
    marks = {"relevance": "2", "authorship": "2", "mastery": "2", "comment": "Fine."}
    for number in range(1, 9):
        answer = browser.post(reverse("portfolios:sample_entry", args=[number]), marks)
    assert answer.url == LIST
    saved = browser.post(
        reverse("portfolios:sample_entry", args=[2]), {**marks, "mastery": "1"}, headers=AUTOSAVE
    )
    assert saved.json()["said"].endswith("seen by you only")

    browser.post(reverse("portfolios:finish_sample"))

    page = browser.get(LIST).content.decode()
    assert "15 of 24 marks" in page
    assert all(entry.why in page.replace("&#x27;", "'") for entry in SampleEntry.objects.all())
    assert Calibration.objects.get(auditor=nia).finished_at is not None
    again = browser.get(reverse("portfolios:sample_entry", args=[1]))
    assert again.url == LIST


def test_the_end_is_refused_while_entries_wait(browse, nia):
    answer = browse(nia).post(reverse("portfolios:finish_sample"), follow=True)

    assert "Entries that still wait for your marks: 8." in answer.content.decode()


def test_home_names_the_sample_until_it_is_rated(browse, nia, rate):
    browser = browse(nia)
    assert "Rate the sample portfolio" in browser.get("/").content.decode()

    rate()
    calibrating.finish(by=nia, at=make.NOON)

    assert "Rate the sample portfolio" not in browser.get("/").content.decode()


@pytest.mark.parametrize("who", ["ada", "vera", "dee", "noor"])
def test_the_sample_is_not_there_for_others(browse, cast, who):
    assert browse(getattr(cast, who)).get(LIST).status_code == 404
