"""What the people of the demo's programmes say, and the files that show how they work."""

from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from awards import keeping, talks, voicing
from awards.models import Bid, Criterion, Group, KeptFile, Survey, Talk
from certificates.dates import body_day

CHARTER = """Programme charter

One in four new nurses leaves within two years. A mentor from another ward keeps them company until
they know why they stay.

Signed by the sponsor.
"""
MATCHING = """How we match

1. Never from the same ward.
2. Aims first, shifts second.
3. Both may say no once without a reason, and afterwards with one.
"""
REVIEW = """Review after the first cycle

Most pairs met nine times. Endings came as a surprise, so there is a talk three months before the
last one now.
"""
FILES = (
    (
        "Programme charter.txt",
        "The need, the objectives, and who signed them",
        ("S1.1", "S1.2"),
        CHARTER,
    ),
    (
        "How we match.txt",
        "What counts when pairs are matched, and how to say no",
        ("S3.1", "S3.2", "S3.3"),
        MATCHING,
    ),
    (
        "Review after the first cycle.txt",
        "What was measured, and what was changed since",
        ("S4.1", "S4.2", "S4.4"),
        REVIEW,
    ),
)
WORDS = {
    Group.MENTOR: (
        "I was given time for it on my rota. That made the difference.",
        "Supervision once a quarter is little.",
    ),
    Group.MENTEE: (
        "It was good to speak with somebody who does not write my appraisal.",
        "I did not know for a long time that I could have changed my mentor.",
        "More choice of times, please.",
    ),
}


def fill_library(bid: Bid, *, by: User, at: datetime) -> None:
    for name, about, codes, text in FILES:
        upload = SimpleUploadedFile(name, text.encode())
        kept, _new = keeping.keep(
            bid.programme, upload=upload, about=about, dated_on=body_day(at), by=by, at=at
        )
        keeping.show_with(bid, Criterion.objects.filter(code__in=codes), kept=kept, by=by, at=at)
    while KeptFile.objects.filter(programme=bid.programme, state="waiting").exists():
        if not keeping.check_due(at):
            break


def ask_around(bid: Bid, *, days: int, by: User, at: datetime) -> Survey:
    people = {Group.MENTOR: 16, Group.MENTEE: 18, Group.STAKEHOLDER: 6}
    last = body_day(at) + timedelta(days=days)
    return voicing.open_survey(bid, people=people, closes_on=last, by=by, at=at)


def answers(survey: Survey, at: datetime, counts: dict[Group, int]) -> None:
    """By a fixed rule, so that each demo is the same."""
    for group, links in voicing.tokens(survey):
        words = WORDS.get(group, ())
        for n, token in enumerate(links[: counts.get(group, 0)]):
            asked = voicing.questions_for(group)
            scores = {q.code: (4, 3, 4, 2, 3)[(n + m) % 5] for m, q in enumerate(asked)}
            said = words[n] if n < len(words) else ""
            voicing.answer(token, scores=scores, words=said, at=at)


def invite(bid: Bid, *, by: User, at: datetime) -> Talk:
    """One takes the first time there is, one would rather not, one has not answered."""
    names = ("rosa", "tomas", "ines")
    asked = talks.ask(
        bid,
        group=Group.MENTEE,
        addresses=[f"{name}@people-{bid.programme_id}.example" for name in names],
        by=by,
        at=at,
    )
    chosen, declined, _silent = asked
    if free := talks.times(chosen, at):
        soon = free[0].starts_at
        talks.choose(chosen, starts_at=soon, how="video", phone="", zone="Europe/Dublin", at=at)
    talks.decline(declined, at=at)
    return chosen
