"""What people of the demo collect as evidence: papers, texts, sessions of their log.

It fits what they wrote: who says “I attach the agreement” attaches it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.models import Requirement
from imc_portal.demo import papers
from imc_portal.demo.cases import Chapter, Way
from portfolios import checking, evidence, quoting
from portfolios.logbook import LogSession
from portfolios.models import Evidence


@dataclass(frozen=True, slots=True)
class Paper:
    name: str
    draw: Callable[[], bytes]
    codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Quote:
    title: str
    text: str
    codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions with one mentee."""

    title: str
    mentee: str
    codes: Sequence[str]


Thing = Paper | Quote | Sessions

AGREEMENT = (
    "1. We meet twice a month for a year. Either of us may end it with one talk.",
    "2. What is said stays with us, unless somebody is in danger.",
    "3. Messages are answered on weekdays before eight in the evening.",
    "4. On the first Saturday of the month we meet while walking.",
    "5. D. brings the topic. I bring questions, and experience only when asked.",
    "6. If the company of D. asks about him, I answer only: “Please ask D.”",
    "7. After three months we read this again and change what does not fit.",
    "Names are removed. The Arabic original is kept by both of us.",
)
PLAN = (
    "By December, K. wants to run a night shift, speak in the doctors’ round, have a full day off.",
    "Proof: a handover without questions back; one case told in the round; a roster with the day.",
    "February: three night shifts beside the senior. K. writes down what he asked her.",
    "April: one case, told to me first, then in the round on a Thursday.",
    "June: he asks for the roster himself. I do not speak for him.",
    "What K. needs from me: to ask, to wait, and to tell him when I am worried.",
)
JANUARY = (
    "1. Give comments without taking the knife from the apprentice’s hand.",
    "2. Read one book about mentoring, in English.",
    "3. Find somebody who mentors me.",
)
JUNE = (
    "1. As in January. Lucía counts: four times out of five I keep my hands on the table.",
    "2. Changed: four talks with other masters in the valley, one a season, with notes.",
    "3. Done. We meet on the first Sunday of the month.",
)
NOTES = (
    "After the course evening\n\nA mentor does not give the answer first. I say “what have you "
    "tried” and wait until it feels long.\nThe two new colleagues at the reception do the same "
    "with guests now.\n"
)
COLLECTED: Mapping[str, Sequence[Thing]] = {
    "layla": (
        Paper(
            "Agreement with D., English copy.pdf",
            lambda: papers.pdf(("Mentoring agreement", AGREEMENT)),
            ("M5.5", "M2.4"),
        ),
        Quote(
            "Feedback from R. after nine months",
            "“I did not get the promotion, and I know why now. You never told me what to write. "
            "You asked who decides, and what they have in writing. I have asked them that myself "
            "since, twice.”\n\nR., by voice message, written down with her consent.",
            ("M9.5", "M1.3"),
        ),
        Sessions("My meetings with R.", "R.", ("M4.5", "M1.3")),
    ),
    "thandeka": (
        Paper("Plan with K..pdf", lambda: papers.pdf(("A plan made with K.", PLAN)), ("M6.2",)),
        Paper("Ward map.png", papers.ward, ("M9.1",)),
        Sessions("My meetings with L.", "L.", ("M3.1",)),
    ),
    "jose": (
        Paper(
            "My plan, January and June.pdf",
            lambda: papers.pdf(("My plan, January", JANUARY), ("My plan, June", JUNE)),
            ("M1.1",),
        ),
        Paper("Four strips.jpg", papers.strips, ("M8.1",)),
        Quote(
            "What Lucía said when she left",
            "“Maestro, you asked more than you showed. At first I thought you did not want to "
            "show me. Now I ask my cousin the same questions, and he is angry, as I was.”",
            ("M5.1", "M8.1"),
        ),
    ),
    "ngoc": (
        Paper("Notes after the course evening.txt", NOTES.encode, ("M1.1",)),
        Quote(
            "What a guest wrote to the hotel",
            "“The young woman at the desk did not tell us where to eat. She asked what we were "
            "hungry for. We found it ourselves.”",
            ("M3.1", "M1.1"),
        ),
    ),
}


def collect(way: Way, day: int) -> Chapter:
    """Everything on one day, checked before the day is over."""
    yield (at := way.world.at(day, 10))
    for thing in COLLECTED[way.key]:
        first, *others = _asked(way, thing.codes)
        piece = _kept(way, thing, first, at)
        for requirement in others:
            evidence.link(piece, requirement, by=way.who, at=at)
    checking.check_due(at)


def _asked(way: Way, codes: Sequence[str]) -> Iterator[Requirement]:
    """As practice where that is asked: the tables tell what people did."""
    for code in codes:
        yield way.case.asked().filter(statement__code=code).order_by("-facet")[0]


def _kept(way: Way, thing: Thing, requirement: Requirement, at: datetime) -> Evidence:
    portfolio, who = way.case.portfolio, way.who
    if isinstance(thing, Paper):
        upload = SimpleUploadedFile(thing.name, thing.draw())
        kept, _new = evidence.add_file(
            portfolio, upload=upload, requirement=requirement, by=who, at=at
        )
        return kept
    if isinstance(thing, Quote):
        return quoting.add_text(
            portfolio, title=thing.title, text=thing.text, requirement=requirement, by=who, at=at
        )
    lines = LogSession.objects.filter(person=who, mentee_alias=thing.mentee)
    return quoting.add_sessions(
        portfolio,
        title=thing.title,
        sessions=lines.values_list("pk", flat=True),
        requirement=requirement,
        by=who,
        at=at,
    )
