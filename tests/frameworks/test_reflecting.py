"""Answers to the questions about other approaches: one's own, and nobody else's."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from frameworks.models import Approach, Reflection
from frameworks.reflecting import LONGEST, TooLong, WrittenElsewhere, reflect
from tests import make

pytestmark = pytest.mark.django_db
WORDS = "I told her about my own first year."


@pytest.fixture
def coaching(db):
    return Approach.objects.get(key="coaching")


@pytest.fixture
def browse():
    def as_person(person=None):
        client = Client()
        if person:
            client.cookies["session"] = make.session_for(person)
        return client

    return as_person


def page(client):
    answer = client.get(reverse("frameworks:approaches"))
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def typed(client, text, revision=0, **headers):
    address = reverse("frameworks:reflect", args=["coaching"])
    return client.post(address, {"text": text, "revision": revision}, headers=headers)


def test_an_answer_is_kept_and_shown_again(browse, ada):
    client = browse(ada)

    answer = typed(client, f"  {WORDS}\r\n")

    assert answer["Location"] == reverse("frameworks:approaches") + "#coaching"
    kept = Reflection.objects.get()
    assert (kept.person, kept.approach.key, kept.text, kept.revision) == (
        ada, "coaching", WORDS, 1,
    )  # fmt: skip
    shown = page(client)
    assert f'aria-describedby="q-coaching">{WORDS}</textarea>' in shown
    assert "Saved. Only you can read it." in shown


@pytest.mark.parametrize("who", ["eve", "noor", "dee"])
def test_nobody_else_reads_it(browse, cast, coaching, at, who):
    reflect(coaching, text=WORDS, revision=0, by=cast.ada, at=at)

    client = browse(getattr(cast, who))

    assert WORDS not in page(client)
    typed(client, "Mine")
    assert Reflection.objects.get(person=cast.ada).text == WORDS


def test_a_visitor_reads_the_questions_and_is_told_how_to_keep_answers(browse, coaching, ada, at):
    reflect(coaching, text=WORDS, revision=0, by=ada, at=at)
    client = browse()

    shown = page(client)

    assert "When did a story of yours help somebody more than another question would have?" in shown
    assert (WORDS in shown, "<textarea" in shown) == (False, False)
    assert re.search(r'<a href="/accounts/login/[^"]*">Sign in</a> to keep your answers', shown)
    assert typed(client, "Hello").status_code == 302
    assert Reflection.objects.count() == 1


def test_it_saves_itself_and_says_when(browse, ada):
    answer = typed(browse(ada), WORDS, **{"X-Autosave": "1"})

    assert answer.json()["revision"] == 1
    assert answer.json()["said"].startswith("Saved at ")


def test_the_same_words_again_are_the_same_save(coaching, ada, at):
    for _again in range(2):
        kept = reflect(coaching, text=WORDS, revision=0, by=ada, at=at)

    assert kept.revision == 1


def test_two_windows_see_both_and_choose(browse, ada):
    client = browse(ada)
    typed(client, "First window")

    by_itself = typed(client, "Second window", **{"X-Autosave": "1"})
    by_button = typed(client, "Second window")

    assert by_itself.status_code == 409
    assert by_itself.json() == {
        "refused": "Another window saved something else. Choose which one to keep.",
        "stored": "First window",
        "revision": 1,
    }
    shown = unescape(by_button.content.decode())
    assert "<p>First window</p>" in shown
    assert ">Second window</textarea>" in shown
    assert 'name="revision" value="1"' in shown
    assert Reflection.objects.get().text == "First window"
    typed(client, "Second window", revision=1)
    assert Reflection.objects.get().text == "Second window"


def test_what_cannot_be_kept_stays_on_the_page(browse, coaching, ada, at):
    long = "x" * (LONGEST + 1)
    client = browse(ada)

    assert typed(client, long, **{"X-Autosave": "1"}).json() == {
        "refused": "There is room for 4000 characters. This has 4001."
    }
    assert f">{long}</textarea>" in typed(client, long).content.decode()
    assert typed(client, "x", revision="no", **{"X-Autosave": "1"}).status_code == 422
    with pytest.raises(TooLong):
        reflect(coaching, text=long, revision=0, by=ada, at=at)
    assert not Reflection.objects.exists()


def test_an_older_page_is_refused_with_what_is_kept(coaching, ada, at):
    kept = reflect(coaching, text="One", revision=0, by=ada, at=at)

    with pytest.raises(WrittenElsewhere) as refused:
        reflect(coaching, text="Two", revision=0, by=ada, at=at)

    assert refused.value.stored == kept
