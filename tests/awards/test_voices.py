"""The survey: one answer a link, nothing that leads back, and nothing shown too early or of too
few."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from awards import voicing
from awards.flow import Stage
from awards.models import ASKED, Group, Survey, SurveyQuestion, Ticket, Voice
from awards.voicing import NotAsked
from imc_portal.logs import without_secrets
from tests.awards.walking import begin, walk
from tests.make import person
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def way(who):
    return begin(who)


def ask(way, *, days=10, **groups) -> Survey:
    counts = {Group(name): n for name, n in (groups or {"mentor": 6}).items()}
    return voicing.open_survey(
        way.bid,
        people=counts,
        closes_on=(way.at + timedelta(days=days)).date(),
        by=way.who.cora,
        at=way.at,
    )


def links(survey, group=Group.MENTOR) -> list[str]:
    return dict(voicing.tokens(survey))[group]


def say(token, at, points=3, words="", group=Group.MENTOR) -> None:
    scores = {question.code: points for question in voicing.questions_for(group)}
    voicing.answer(token, scores=scores, words=words, at=at)


def after(way) -> object:
    return way.at + timedelta(days=12)


# --- Asking --------------------------------------------------------------------------------------


def test_every_person_gets_a_link_of_their_own_and_only_digests_are_kept(way):
    survey = ask(way, mentor=2, mentee=3)

    made = {group: len(found) for group, found in voicing.tokens(survey)}
    assert made == {Group.MENTOR: 2, Group.MENTEE: 3, Group.STAKEHOLDER: 0}
    every = [token for _group, found in voicing.tokens(survey) for token in found]
    assert len(set(every)) == 5
    kept = " ".join(str(row) for row in Ticket.objects.values_list())
    assert not [token for token in every if token in kept]


def test_people_are_asked_once_in_a_bid(way):
    ask(way)

    with pytest.raises(Refused, match="asked already"):
        ask(way)


@pytest.mark.parametrize("days", [0, 91])
def test_the_last_day_is_to_come_and_not_too_far(way, days):
    with pytest.raises(Refused, match="from tomorrow on"):
        ask(way, days=days)


@pytest.mark.parametrize(("count", "said"), [(0, "at least one group"), (301, "At most 300")])
def test_how_many_are_asked(way, count, said):
    with pytest.raises(Refused, match=said):
        ask(way, mentor=count)


def test_only_the_team_asks(way):
    with pytest.raises(Refused, match="people of the organisation"):
        voicing.open_survey(
            way.bid,
            people={Group.MENTOR: 1},
            closes_on=after(way).date(),
            by=way.who.noor,
            at=way.at,
        )


def test_links_are_added_and_those_handed_out_stay(way):
    survey = ask(way, mentor=2)
    before = links(survey)

    voicing.add_links(survey, people={Group.MENTOR: 4}, by=way.who.cora, at=way.at)
    voicing.add_links(survey, people={Group.MENTOR: 4}, by=way.who.cora, at=way.at)

    assert (links(survey)[:2], len(links(survey))) == (before, 4)
    with pytest.raises(Refused, match="survey is over"):
        voicing.add_links(survey, people={Group.MENTOR: 5}, by=way.who.cora, at=after(way))


def test_a_bid_that_is_over_asks_nobody(who):
    way = walk(who, to=Stage.AWARDED)

    with pytest.raises(Refused, match="bid is over"):
        ask(way)


# --- Answering -----------------------------------------------------------------------------------


def test_a_link_works_once(way):
    [token, *_others] = links(ask(way))

    say(token, way.at)

    with pytest.raises(NotAsked):
        say(token, way.at)
    assert Voice.objects.count() == 1


def test_no_answer_after_the_last_day(way):
    [token, *_others] = links(ask(way))

    with pytest.raises(NotAsked):
        say(token, after(way))
    assert not Ticket.objects.filter(used=True).exists()


@pytest.mark.parametrize("scores", [{}, {"Q1": 5}, {"Q8": 1}])
def test_an_answer_answers_everything_that_was_asked(way, scores):
    [token, *_others] = links(ask(way))
    whole = {question.code: 3 for question in voicing.questions_for(Group.MENTOR)}
    said = whole | scores if scores else {}

    with pytest.raises(Refused, match="every statement"):
        voicing.answer(token, scores=said, words="", at=way.at)
    assert not Ticket.objects.filter(used=True).exists()


def test_nothing_leads_from_an_answer_to_its_link_or_its_moment(way):
    survey = ask(way)
    events = Event.objects.count()
    for token in links(survey):
        say(token, way.at)

    names = {field.name for field in Voice._meta.get_fields()}
    assert names == {"id", "survey", "group", "scores", "words"}
    assert {field.name for field in Ticket._meta.get_fields()} == {
        "id", "survey", "group", "number", "digest", "used",
    }  # fmt: skip
    assert Event.objects.count() == events
    assert list(Voice.objects.all()) == sorted(Voice.objects.all(), key=lambda voice: voice.pk)


def test_the_database_keeps_answers_and_their_number(way):
    survey = ask(way)
    say(links(survey)[0], way.at)
    one = Voice.objects.get()
    deeds = [
        lambda: Voice.objects.create(survey=survey, group=Group.MENTOR, scores={}),
        lambda: Voice.objects.update(words="better"),
        lambda: Voice.objects.all().delete(),
        lambda: Ticket.objects.update(used=False),
    ]
    for deed in deeds:
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()

    assert Voice.objects.get().words == one.words


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_one_link_in_many_windows_gives_one_answer(who):
    way = begin(who)
    token, start, kept = links(ask(way))[0], Barrier(6), []

    def once() -> None:
        start.wait()
        try:
            say(token, way.at)
            kept.append(True)
        except NotAsked:
            kept.append(False)
        finally:
            connection.close()

    threads = [Thread(target=once) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (kept.count(True), Voice.objects.count()) == (1, 1)


# --- Reading -------------------------------------------------------------------------------------


def test_nothing_is_shown_while_people_answer(way):
    survey = ask(way)
    for token in links(survey):
        say(token, way.at)

    assert voicing.results(survey, way.at) == []
    last_moment = way.at + timedelta(days=10)
    assert voicing.results(survey, last_moment) == []


def test_a_group_shows_from_the_least_number_on(way):
    survey = ask(way, mentor=6, mentee=6)
    for token in links(survey)[:4]:
        say(token, way.at, words="SECRET of few")
    for n, token in enumerate(links(survey, Group.MENTEE)[:5]):
        say(token, way.at, points=n, words=f"word {n}", group=Group.MENTEE)

    mentors, mentees = voicing.results(survey, after(way))

    assert (mentors.shown, mentors.answers, mentors.lines, mentors.words) == (False, 0, [], [])
    assert (mentees.shown, mentees.answers, mentees.asked) == (True, 5, 6)
    assert {line.mean for line in mentees.lines} == {"2.0"}
    assert mentees.lines[0].counts == [1, 1, 1, 1, 1]
    assert sorted(mentees.words) == [f"word {n}" for n in range(5)]


def test_how_many_are_enough_is_data(who):
    way = begin(who)
    way.bid.terms["survey_least"] = 3
    type(way.bid).objects.filter(pk=way.bid.pk).update(terms=way.bid.terms)
    survey = ask(way, mentor=3)
    for token in links(survey):
        say(token, way.at)

    [mentors] = voicing.results(survey, after(way))

    assert (survey.least, mentors.answers) == (3, 3)


def test_every_group_is_asked_something_and_every_question_belongs_to_a_criterion(db):
    assert [len(voicing.questions_for(group)) for group in ASKED] == [7, 7, 4]
    assert all(question.criterion_id for question in SurveyQuestion.objects.all())


# --- Pages ---------------------------------------------------------------------------------------


def address(token) -> str:
    return reverse("awards:voice", args=[token])


@pytest.fixture
def opened(way, time_machine):
    time_machine.move_to(way.at, tick=False)
    return ask(way, mentor=6)


def test_answering_needs_no_account_and_sets_no_cookie(opened):
    client = Client(enforce_csrf_checks=True)
    url = address(links(opened)[0])
    page = client.get(url)
    codes = [question.code for question in voicing.questions_for(Group.MENTOR)]

    again = client.post(url, {"words": "Kept <b>here</b>", codes[0]: "2"})
    done = client.post(url, dict.fromkeys(codes, "3") | {"words": "We meet often."}, follow=True)
    late = client.get(url)

    assert (page.status_code, page["Cache-Control"].count("no-store")) == (200, 1)
    assert "csrf" not in page.content.decode()
    assert "Kept &lt;b&gt;here&lt;/b&gt;" in again.content.decode()
    assert 'value="2" required checked' in again.content.decode()
    assert b"Thank you" in done.content
    assert (late.status_code, client.get(address("x" * 40)).status_code) == (410, 410)
    assert dict(client.cookies) == {}


def test_the_log_keeps_neither_link_nor_origin(opened):
    token = links(opened)[0]

    said = {"request": f"GET {address(token)}", "ip": "203.0.113.9", "user_id": 7, "code": 200}
    line = without_secrets(None, "", said)

    assert line == {"request": "GET /programmes/voices/…/", "code": 200}


def test_the_team_gets_links_and_later_results_and_assessors_results_alone(
    who, browse, time_machine
):
    way = walk(who, to=Stage.FIRST_REVIEW)
    time_machine.move_to(way.at, tick=False)
    url = reverse("awards:voices", args=[way.bid.pk])
    last = (way.at + timedelta(days=10)).date()
    cora, fin = browse(who.cora), browse(who.fin)
    cora.post(url, {"mentor": 5, "mentee": 5, "stakeholder": 0, "closes_on": last})
    survey = Survey.objects.get()
    for token in links(survey):
        say(token, way.at, words="WORDS of mentors")
    for token in links(survey, Group.MENTEE)[:4]:
        say(token, way.at, words="WORDS of few", group=Group.MENTEE)

    early = [browser.get(url).content.decode() for browser in (cora, fin, browse(who.noor))]
    time_machine.move_to(after(way), tick=False)
    late = [browse(one).get(url).content.decode() for one in (who.cora, who.fin)]

    assert [links(survey)[0] in page for page in early] == [True, False, False]
    assert [page.count("WORDS") for page in early] == [0, 0, 0]
    assert [page.count("WORDS of mentors") for page in late] == [5, 5]
    assert [page.count("WORDS of few") for page in late] == [0, 0]
    assert [links(survey)[0] in page for page in late] == [False, False]
    assert browse(person("eve")).get(url).status_code == 404


def test_the_desk_shows_what_belongs_to_a_criterion(who, browse, time_machine):
    way = walk(who, to=Stage.FIRST_REVIEW)
    time_machine.move_to(way.at, tick=False)
    survey = ask(way, mentor=5)
    for token in links(survey):
        say(token, way.at)
    time_machine.move_to(after(way), tick=False)
    fin = browse(who.fin)
    fin.post(reverse("awards:begin_sheet", args=[way.bid.pk]))

    shown = [
        "3.0 of 4" in fin.get(reverse("awards:score", args=[way.bid.pk, code])).content.decode()
        for code in ("S1.2", "S1.1")
    ]

    assert shown == [True, False]


def test_more_links_are_made_on_the_page(opened, browse, way):
    cora = browse(way.who.cora)
    url = reverse("awards:add_links", args=[way.bid.pk])

    cora.post(url, {"mentor": 8, "mentee": 0, "stakeholder": 2})
    refused = cora.post(url, {"mentor": 400, "mentee": 0, "stakeholder": 0})

    assert Ticket.objects.count() == 10
    assert b"At most 300" in refused.content
