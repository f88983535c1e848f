"""Every page of programmes in a real browser, as whoever meets it: the contact, both assessors, the
chair, the administration, and participants without an account."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from awards import appointing, keeping, talks, voicing
from awards.flow import Stage
from awards.models import Criterion, Group
from meetings.models import Kind, WeeklyHours
from tests import make
from tests.awards.walking import lose, people, walk
from tests.browser.fit import SIZES, everybody
from tests.portfolios import files

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def cookies(person):
    return [{"name": "session", "value": make.session_for(person), "httpOnly": True}]


def page(name, *args):
    return reverse(f"awards:{name}", args=args)


def library(way):
    kept, _new = keeping.keep(
        way.bid.programme, upload=files.upload("charter.pdf", files.pdf()), about="Why it exists",
        dated_on=date(2024, 1, 8), by=way.who.cora, at=way.at,
    )  # fmt: skip
    keeping.check_due(way.at)
    return kept


def survey(way):
    opened = voicing.open_survey(
        way.bid, people={Group.MENTOR: 7, Group.MENTEE: 6},
        closes_on=(way.at + timedelta(days=10)).date(), by=way.who.cora, at=way.at,
    )  # fmt: skip
    links = dict(voicing.tokens(opened))[Group.MENTOR]
    for n, token in enumerate(links[:6]):
        scores = {q.code: n % 5 for q in voicing.questions_for(Group.MENTOR)}
        voicing.answer(token, scores=scores, words="We meet often.", at=way.at)
    return links[6]


@pytest.fixture
def cast(transactional_db):
    return people()


@pytest.mark.parametrize("size", SIZES)
def test_gathering_and_asking_are_for_everybody(browser, live_server, cast, size):
    way = walk(cast, to=Stage.EVIDENCE)
    way.answer("S1.1", differs=True)
    kept = library(way)
    some = Criterion.objects.filter(code__in=["S1.1", "S1.2"])
    keeping.show_with(way.bid, some, kept=kept, by=cast.cora, at=way.at)
    bid, programme = way.bid.pk, way.bid.programme_id
    link = survey(way)
    paths = [
        page("index"), page("found"), page("programme", programme), page("profile", programme),
        page("library", programme), page("workspace", bid), page("criterion", bid, "S1.1"),
        page("criterion", bid, "S2.2"), page("send", bid), page("voices", bid),
        page("withdraw", bid),
    ]  # fmt: skip
    public = [page("voice", link), page("voice", "x" * 40), page("voice_thanks"), page("listed")]

    with time_machine.travel(way.at, tick=True):
        visits = [(cookies(cast.cora), paths), ([], public)]
        assert everybody(browser, live_server.url, visits, size=size) == []


@pytest.mark.parametrize("size", SIZES)
def test_judging_is_for_everybody(browser, live_server, cast, size):
    way = walk(cast, to=Stage.INTERVIEWS)
    survey(way)
    for day in range(7):
        WeeklyHours.objects.create(
            host=cast.fin, weekday=day, starts=time(9), ends=time(17), kinds=[Kind.PROGRAMME]
        )
    one, two, three = talks.ask(
        way.bid, group=Group.MENTOR, addresses=[f"{n}@harbour.example" for n in "abc"],
        by=cast.fin, at=way.at,
    )  # fmt: skip
    slot = talks.times(one, way.at)[20]
    talks.choose(one, starts_at=slot.starts_at, how="video", phone="", zone="Asia/Tokyo", at=way.at)
    talks.decline(three, at=way.at)
    way.interview(cast.fin)
    way.score(cast.fin, lose("S1.1"))
    bid = way.bid.pk
    desk = [
        page("workspace", bid), page("desk", bid), page("score", bid, "S1.2"),
        page("interviews", bid), page("voices", bid), page("declare", bid), page("report", bid),
        reverse("home"), reverse("worklist"), reverse("meetings:day"),
    ]  # fmt: skip
    public = [page("talk", one.key), page("talk", two.key), page("talk", three.key)]

    with time_machine.travel(way.at, tick=True):
        visits = [
            (cookies(cast.fin), desk),
            (cookies(cast.sam), [page("workspace", bid), page("desk", bid), page("voices", bid)]),
            (cookies(cast.noor), [page("assessors", bid), page("workspace", bid)]),
            ([], public),
        ]
        assert everybody(browser, live_server.url, visits, size=size) == []


@pytest.mark.parametrize("size", SIZES)
def test_checking_and_deciding_are_for_everybody(browser, live_server, cast, size):
    checked = walk(cast, to=Stage.SECOND_CHECK, points=lose("S1.1", "S3.1"))
    decided = walk(cast, to=Stage.DECISION, points=lose("S1.1"), at=checked.at)
    appointing.take_chair(decided.bid, by=cast.pan, at=decided.at)
    done = walk(cast, to=Stage.AWARDED, at=decided.at)
    award = done.bid.decision.award.public_id

    with time_machine.travel(done.at, tick=True):
        visits = [
            (cookies(cast.sam), [page("check", checked.bid.pk), reverse("home")]),
            (cookies(cast.pan), [page("decide", decided.bid.pk), reverse("worklist")]),
            (cookies(cast.cora), [page("workspace", done.bid.pk), page("report", done.bid.pk)]),
            ([], [page("listed"), reverse("award:page", args=[award])]),
        ]
        assert everybody(browser, live_server.url, visits, size=size) == []


def test_a_survey_is_answered_with_the_keyboard_and_without_a_cookie(context, live_server, cast):
    way = walk(cast, to=Stage.EVIDENCE)
    with time_machine.travel(way.at, tick=True):
        link = survey(way)
        tab = context.new_page()
        tab.goto(live_server.url + page("voice", link))
        for question in voicing.questions_for(Group.MENTOR):
            tab.locator(f"[name={question.code}][value='2']").focus()
            tab.keyboard.press("Space")
        tab.get_by_role("button", name="Send my answer").press("Enter")
        tab.get_by_role("heading", name="Thank you").wait_for()

        assert context.cookies() == []
        assert way.bid.survey.voices.count() == 7
