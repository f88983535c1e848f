"""Renewal files of the demo: one that is handed in and decided, one that is half filled."""

from datetime import timedelta

from accounts.roles import Role
from applicants.models import Outcome
from certificates.dates import body_day, years_after
from certificates.models import Certificate, Tier, Visibility
from certificates.services import show
from imc_portal.demo.calendar import Story
from imc_portal.demo.cases import Record, Way, World
from portfolios.logbook import LogSession
from portfolios.models import AuditResult
from portfolios.panels import RenewalShare
from renewals import services
from renewals.models import NoteKind

GRANTED = "The record shows every statement that is asked for, found by two people independently."
IN_HUNDRED = 25  # renewals of Mentor that are looked at in full
CHANGES = (
    (-420, "I ask before I give advice now. A mentee told me that she had stopped listening."),
    (-290, "I end ten minutes earlier, and we write down the one next step together."),
    (-160, "With R. I began too late to talk about the end. I now name it in the second meeting."),
)
PRACTICE = (
    (-350, "M1.3", "I saw that I spoke most of the hour with T., and asked him to begin instead."),
    (-260, "M3.2", "We met three times before we agreed on anything. The agreement held."),
    (-150, "M4.2", "I repeated only the words that K. had used, and she corrected one of them."),
    (-80, "M6.6", "S. wanted my opinion of his chief. I asked what he had tried so far."),
)


def ikaika(world: World) -> Story:
    """His certificate ended nine days ago. The renewal came in time, so it holds."""
    awarded = years_after(world.calendar.day(-9), -2)
    day = world.calendar.offset(awarded)
    way = Way(world, "ikaika", "current-practice", earlier=True)
    plan = "Write about the canoe house. The plan is to gather evidence from the summer."
    yield from way.begin((day - 180, day - 172, day - 160), "kwabena", plan, opened=day - 182)
    yield from way.write(day - 150, day - 62)
    way.keep_log(day - 160, day - 61)
    yield from way.hand_in(day - 60)
    yield from way.assign(Role.AUDITOR, "ingrid", day - 57)
    yield from way.find("ingrid", day - 50)
    yield from way.close_audit(day - 49, AuditResult.PASS, "Quiet, exact, and his own.")
    yield from way.assign(Role.VERIFIER, "tomasz", day - 45)
    yield from way.book_verification(day - 41, day - 12)
    yield from way.verify(Record("He tells the same story in other words, and it holds."))
    yield from way.decide(day, Outcome.GRANT, GRANTED)
    yield (at := world.at(day + 3, 18))
    first = Certificate.objects.get(holder=world["ikaika"])
    show(first, Visibility.LINK, by=world["ikaika"], at=at)
    yield from _renewing(world, first)


def _renewing(world: World, first: Certificate) -> Story:
    who = world["ikaika"]
    for day, text in CHANGES:
        yield (at := world.at(day, 20))
        written = services.Written(NoteKind.CHANGE, body_day(at), text)
        services.add(first, written, token=None, by=who, at=at)
    yield world.at(-151, 9)
    tier = Tier.objects.get(slug="current-practice")
    RenewalShare.objects.update_or_create(tier=tier, defaults={"percent": IN_HUNDRED})
    way = Way(world, "ikaika", "current-practice", renews=first)
    plan = "Renewal: one new entry an area, and the talk."
    yield from way.begin((-148, -140, -130), "kwabena", plan, opened=-150)
    yield from way.write(-120, -20)
    way.keep_log(-690, -16, whole=True)
    yield from way.hand_in(-12)
    yield from way.assign(Role.AUDITOR, "mele", -10)


def elodie(world: World) -> Story:
    """She writes down what happens as it happens, and asks for a leave."""
    yield (at := world.at(-351, 20))
    who = world["elodie"]
    found = Certificate.objects.get(holder=who)
    asked = {s.code: s for s in found.edition.statements.all()} if found.edition else {}
    for day, code, text in PRACTICE:
        yield (at := world.at(day, 20))
        lines = list(LogSession.objects.filter(person=who, on__lte=body_day(at))[:2])
        written = services.Written(
            NoteKind.PRACTICE,
            max(body_day(at), found.awarded_on),
            text,
            statement=asked[code],
            sessions=lines,
        )
        services.add(found, written, token=None, by=who, at=at)
    yield (at := world.at(-40, 20))
    written = services.Written(NoteKind.REFLECTION, body_day(at), CHANGES[1][1])
    services.add(found, written, token=None, by=who, at=at)
    yield (at := world.at(-2, 8))
    services.ask_leave(
        found,
        why="family",
        starts_on=body_day(at) + timedelta(days=20),
        ends_on=body_day(at) + timedelta(days=79),
        words="Our second child is due. I will not mentor for two months.",
        by=who,
        at=at,
    )
