"""Trying a self-assessment without an account, and taking it along."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from assessments import services, trying
from assessments.models import Rating, SelfAssessment
from assessments.services import Answer
from certificates.models import Tier
from tests import make
from tests.assessments.conftest import statements
from trail.models import Event

pytestmark = pytest.mark.django_db
SLUG = "current-practice"


def url(name="try_it", *args):
    return reverse(f"assessments:{name}", args=[SLUG, *args])


@pytest.fixture
def codes(at):
    trial = trying.trial_of(SessionStore(), SLUG, at)
    return {asked.statement.code: asked.statement_id for asked in trial.asked}


def post(client, **said):
    return client.post(url(), {f"{name}": str(value) for name, value in said.items()})


def kept(client):
    return client.session.get(trying.KEY, {}).get(SLUG, {})


def test_looking_at_a_trial_needs_no_account_and_writes_nothing(client):
    seen = [client.get(a).status_code for a in (url(), url("try_area", "M1"), url("try_result"))]

    assert seen == [200] * 3
    assert (Session.objects.count(), client.cookies.keys() - {"csrf"}) == (0, set())


def test_the_first_rating_begins_a_session_with_numbers_alone(client, codes):
    pk = codes["M1.1"]

    answer = post(client, **{f"c{pk}": 3, f"p{pk}": 1, f"n{pk}": "About Ada", f"r{pk}": 0})

    assert answer.json()["revisions"] == {str(pk): 1}
    assert Session.objects.get().get_decoded() == {"tried": {SLUG: {str(pk): [3, 1, 1]}}}


def test_a_trial_shows_what_was_rated_and_no_place_for_notes(client, codes):
    pk = codes["M1.1"]
    post(client, **{f"c{pk}": 3, f"p{pk}": 1, f"r{pk}": 0})

    html = client.get(url("try_area", "M1")).content.decode()

    checked = re.findall(r'name="([cp])(\d+)" value="(\d)"[^>]* checked', html)
    assert checked == [("c", str(pk), "3"), ("p", str(pk), "1")]
    assert (f'name="r{pk}" value="1"' in html, "<textarea" in html) == (True, False)
    assert "Pause reminders" not in html


def test_without_javascript_an_area_is_posted_and_goes_on_to_the_result(client, codes):
    pk = codes["M9.8"]

    first = client.post(url("try_area", "M1"), {})
    last = client.post(url("try_area", "M9"), {f"c{pk}": "2", f"r{pk}": "0"})

    assert (first.url, last.url) == (url("try_area", "M2"), url("try_result"))
    assert kept(client) == {str(pk): [2, None, 1]}


def test_an_older_window_of_a_trial_overwrites_nothing(client, codes):
    pk = codes["M1.1"]
    post(client, **{f"c{pk}": 3, f"r{pk}": 0})

    told = post(client, **{f"c{pk}": 1, f"r{pk}": 0}).json()
    page = client.post(url("try_area", "M1"), {f"c{pk}": "1", f"r{pk}": "0"}).content.decode()

    assert told["conflicts"][str(pk)]["c"] == 3
    assert told["conflicts"][str(pk)]["url"] == f"{url('try_area', 'M1')}#M1.1"
    assert "Concept: 3" in page
    assert kept(client) == {str(pk): [3, None, 1]}


def test_a_trial_keeps_what_is_asked_and_nothing_else(client, codes):
    journey = make.tier("current-journey").requirements.first().statement_id
    pk = codes["M1.1"]

    post(client, **{f"c{journey}": 3, f"c{pk}": 9, "tried": "x", f"c{10**17}": 1})

    assert Session.objects.count() == 0


@pytest.mark.parametrize("slug", ["no-such", "2021-recognition"])
def test_a_certificate_that_is_not_offered_has_no_trial(client, slug):
    Tier.objects.filter(slug="2021-recognition").update(offered=False)

    assert client.get(reverse("assessments:try_it", args=[slug])).status_code == 404


def test_the_result_of_a_trial_leads_to_an_account(client, codes):
    pk = codes["M1.1"]
    empty = client.get(url("try_result")).content.decode()
    post(client, **{f"c{pk}": 3, f"p{pk}": 1, f"r{pk}": 0})

    html = client.get(url("try_result")).content.decode()

    begin = reverse("applicants:begin", args=[SLUG])
    assert "Nothing is rated yet" in empty
    assert "1 of 72 statements rated" in html
    assert f"{reverse('account_signup')}?next={begin}" in html
    assert f"{reverse('account_login')}?next={begin}" in html
    assert "Ask before" not in empty


def test_the_session_of_a_trial_is_found_again_after_signing_in(client, codes, ada, browse, at):
    pk = codes["M1.1"]
    post(client, **{f"c{pk}": 3, f"r{pk}": 0})

    browse(ada)

    assert kept(client) == {str(pk): [3, None, 1]}


@pytest.fixture
def tried(client, codes, ada, browse, cast):
    """Ada tried three statements, signed in, and began the case."""
    said = {f"c{codes[code]}": n for n, code in enumerate(("M1.1", "M1.2", "M3.4"), start=1)}
    post(client, **said)
    browse(ada)
    return make.application(cast)


def test_the_case_asks_before_it_takes_anything_along(tried, client):
    before = Event.objects.count()

    html = client.get(reverse("assessments:start", args=[tried.pk])).content.decode()

    assert "You rated 3 statements in this browser before." in html
    assert (SelfAssessment.objects.count(), Event.objects.count()) == (0, before)


def test_ratings_are_taken_along_when_the_person_says_so(tried, client, codes):
    answer = client.post(reverse("assessments:take_along", args=[tried.pk]), {"use": "yes"})

    stored = Rating.objects.values_list("statement", "concept", "practice", "revision")
    assert answer.url == reverse("assessments:start", args=[tried.pk])
    assert sorted(stored) == sorted(
        (codes[code], n, None, 1) for n, code in enumerate(("M1.1", "M1.2", "M3.4"), start=1)
    )
    assert client.get(answer.url).url == reverse("assessments:area", args=[tried.pk, "M1"])
    assert kept(client) == {}


def test_beginning_without_them_leaves_the_case_empty_and_asks_no_more(tried, client):
    client.post(reverse("assessments:take_along", args=[tried.pk]), {"use": "no"})

    assert (Rating.objects.count(), kept(client)) == (0, {})
    again = client.get(reverse("assessments:start", args=[tried.pk]))
    assert again.url == reverse("assessments:area", args=[tried.pk, "M1"])


def test_what_is_rated_in_the_case_already_stays(tried, client, codes, ada, at):
    services.rate(tried, {codes["M1.1"]: Answer(4, 4, "Mine")}, by=ada, at=at)

    html = client.get(reverse("assessments:start", args=[tried.pk])).content.decode()
    client.post(reverse("assessments:take_along", args=[tried.pk]), {"use": "yes"})

    rating = Rating.objects.get(statement=codes["M1.1"])
    assert "You rated 2 statements" in html
    assert (rating.concept, rating.practice, rating.note, rating.revision) == (4, 4, "Mine", 1)
    assert Rating.objects.count() == 3


def test_ratings_of_another_level_stay_where_they_are(client, codes, ada, browse, cast):
    post(client, **{f"c{codes['M1.1']}": 3})
    browse(ada)
    case = make.application(cast, slug="current-concepts")

    answer = client.get(reverse("assessments:start", args=[case.pk]))

    assert answer.status_code == 302
    assert len(kept(client)) == 1


def test_the_same_level_under_its_other_name_is_taken_along(client, codes, ada, browse, cast):
    post(client, **{f"c{codes['M1.1']}": 3})
    browse(ada)
    case = make.application(cast, slug="2021-practice")

    client.post(reverse("assessments:take_along", args=[case.pk]), {"use": "yes"})

    assert Rating.objects.get().concept == 3
    assert kept(client) == {}


def test_nobody_takes_along_into_somebody_elses_case(tried, client, browse, eve):
    post(client)
    browse(eve)

    answer = client.post(reverse("assessments:take_along", args=[tried.pk]), {"use": "yes"})

    assert (answer.status_code, Rating.objects.count()) == (404, 0)


def test_taking_along_is_refused_once_sent(cast, at):
    on = make.walk(cast, to="intake")
    pk = statements(on.case)["M1.1"]

    with pytest.raises(services.Closed):
        services.take_along(on.case, {pk: Answer(0, 0)}, by=cast.ada, at=at + timedelta(days=9))


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=some.lists(
        some.tuples(some.sampled_from("ab"), some.integers(0, 2), some.integers(0, 4)), max_size=15
    )
)
def test_two_windows_of_a_trial_never_overwrite_what_they_have_not_seen(codes, at, steps):
    pks = [codes[code] for code in ("M1.1", "M1.2", "M1.3")]
    first = SessionStore()
    first["other"] = "stays"
    first.create()
    seen = {window: dict.fromkeys(pks, 0) for window in "ab"}
    latest: dict[int, tuple[int, int]] = {}

    for window, which, rating in steps:
        session = SessionStore(first.session_key)  # a request of its own, with what it read before
        trial = trying.trial_of(session, SLUG, at)
        pk = pks[which]
        answer = Answer(concept=rating, revision=seen[window][pk])
        saved = trying.save(session, trial, {pk: answer})
        if pk in saved.conflicts:
            told = saved.conflicts[pk].stored
            assert told.revision > answer.revision
            seen[window][pk] = told.revision
        else:
            seen[window][pk] = saved.revisions[pk]
            latest[pk] = (rating, saved.revisions[pk])

    session = SessionStore(first.session_key)
    stored = trying.trial_of(session, SLUG, at).answers
    assert {pk: (said.concept, said.revision) for pk, said in stored.items()} == latest
    assert session["other"] == "stays"
