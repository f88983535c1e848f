"""Papers are owed as rows: drawn once, tried three times, never lost."""

import hashlib
from datetime import timedelta

import pytest

from certificates import printing
from certificates.papers import MOST_ATTEMPTS, Drawing
from certificates.printing import LEASE, draw_due
from notices.models import Message
from notices.services import compose

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 a paper"


@pytest.fixture
def owed(ada, award):
    return award(ada)


@pytest.fixture
def quick(monkeypatch):
    """WeasyPrint has tests of its own; here a paper is drawn in no time."""
    drawn = []

    def render(snapshot, *, paper, attached):
        drawn.append((snapshot["number"], paper))
        return CONTENT

    monkeypatch.setattr(printing, "render", render)
    monkeypatch.setattr(printing, "signed", lambda content, **_: content)
    return drawn


def test_both_papers_are_drawn_once_and_kept_with_their_digest(owed, quick, at):
    assert [draw_due(at), draw_due(at)] == [2, 0]

    assert sorted(quick) == [(owed.number, "a4"), (owed.number, "letter")]
    for drawing in owed.drawings.all():
        with drawing.file.open("rb") as file:
            content = file.read()
        assert (content, drawing.drawn_at, drawing.attempts) == (CONTENT, at, 1)
        assert drawing.sha256 == hashlib.sha256(content).hexdigest()
        assert drawing.leased_until is None


def test_the_holder_hears_once_when_there_is_something_to_download(owed, quick, at):
    assert Message.objects.filter(kind="certificate_ready").count() == 0

    draw_due(at)

    message = Message.objects.get(kind="certificate_ready")
    body = compose(message).body
    assert (owed.number in body, f"/c/{owed.public_id}/" in body) == (True, True)


def test_a_drawing_that_fails_is_tried_three_times_and_then_stands_as_failed(owed, monkeypatch, at):
    def render(snapshot, *, paper, attached):
        raise ValueError("no font for this name")

    monkeypatch.setattr(printing, "render", render)
    left = []
    for n in range(MOST_ATTEMPTS + 1):
        assert draw_due(at + timedelta(minutes=n)) == 0
        left.append(sorted(Drawing.objects.values_list("attempts", flat=True)))

    assert left == [[1, 1], [2, 2], [3, 3], [3, 3]]
    assert Drawing.objects.failed().count() == 2
    assert "no font for this name" in Drawing.objects.first().last_error
    assert Message.objects.filter(kind="certificate_ready").exists() is False


def test_a_second_try_that_works_clears_the_error(owed, quick, monkeypatch, at):
    works = printing.render
    monkeypatch.setattr(printing, "render", lambda *_a, **_k: 1 / 0)
    draw_due(at)
    monkeypatch.setattr(printing, "render", works)

    assert draw_due(at + timedelta(minutes=1)) == 2
    assert set(Drawing.objects.values_list("last_error", "attempts")) == {("", 2)}


def test_what_a_worker_took_and_never_finished_is_taken_again_later(owed, quick, at):
    Drawing.objects.update(leased_until=at + LEASE, attempts=1)

    assert [draw_due(at), draw_due(at + LEASE + timedelta(seconds=1))] == [0, 2]


def test_no_more_are_taken_than_asked(owed, quick, at):
    assert [draw_due(at, limit=1), draw_due(at, limit=1), draw_due(at, limit=1)] == [1, 1, 0]
