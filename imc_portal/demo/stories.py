"""Where everybody of the demo stands, and how they came there: personas.md, told day by day."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from accounts.roles import Role
from appeals import services as appeals
from appeals.complaining import Told, complain
from appeals.models import Ground, Subject
from appeals.panels import acknowledge
from applicants import assigning
from applicants.models import Outcome
from assessments.services import remind_idle
from certificates.dates import years_after
from certificates.models import Certificate
from certificates.reminders import remind_of_renewals
from imc_portal.demo import renewing
from imc_portal.demo.calendar import Story
from imc_portal.demo.cases import Record, Way, World
from imc_portal.demo.collecting import collect
from imc_portal.demo.listings import letters, listed
from meetings.models import How
from portfolios.models import AuditResult
from verification.models import Recommendation

GRANTED = "The record shows every statement that is asked for, found by two people independently."
CONCEPTS_GRANTED = "Every concept was found to be met in the audit of the portfolio."
AGREED = "We agreed on this certificate and on the first steps. Write about people you really met."


def stories(world: World) -> Iterable[Story]:
    return [
        story(world)
        for story in (
            *(zoe, ngoc, wulandari, layla, bjorn, thandeka, soren, jose),
            *(aisha, hemi, sushmita, elodie, relations, complaints, letters),
            *(renewing.ikaika, renewing.elodie),
        )
    ]


def zoe(world: World) -> Story:
    way = Way(world, "zoe", "2021-recognition")
    yield from way.apply(-96)
    yield from way.rate(-95)
    yield from way.send_ratings(-94)
    yield from way.book_interview("maggie", -93, -88)
    yield from way.hold_interview("A spoken audit suits you well. Bring two stories from the club.")
    yield from way.assign(Role.AUDITOR, "mele", -86)
    yield from way.book_verbal(-82, -70)
    yield from way.hold_verbal("Forty years of stories, told with care and to the point.")
    yield from way.decide(-66, Outcome.GRANT, "The spoken audit covered all that is asked for.")
    yield from listed(world, "zoe", -60)


def ngoc(world: World) -> Story:
    way = Way(world, "ngoc", "current-concepts")
    yield from way.begin((-139, -131, -124), "kwabena", AGREED, opened=-140)
    # She takes the areas in an order of her own: after forty statements, ethics is what is left.
    yield from way.write(-120, -2, only=41, order=("M1", "M3", "M4", "M5", "M6", "M2"))
    yield from way.draft(-2, 3)
    yield from collect(way, -1)


def wulandari(world: World) -> Story:
    way = Way(world, "wulandari", "current-concepts")
    yield from way.apply(-24)
    yield from way.rate(-17, only=20)
    yield from way.rate(-10, only=43)
    yield (at := world.at(-3, 12))
    remind_idle(at)


def layla(world: World) -> Story:
    way = Way(world, "layla", "current-practice")
    yield from way.begin((-258, -251, -240), "kwabena", AGREED, opened=-260)
    yield from way.write(-230, -12)
    way.keep_log(-260, -10)
    yield from collect(way, -10)
    yield from way.hand_in(-9, tools="A spelling checker for English")
    yield from way.assign(Role.AUDITOR, "ingrid", -7)
    yield from way.read_by_two("rafael", -5)
    yield from way.find("ingrid", -2, only=22)


def bjorn(world: World) -> Story:
    """His certificate ends in 28 days by the calendar, leap years or not."""
    awarded = years_after(world.calendar.day(28), -2)
    day = world.calendar.offset(awarded)
    way = Way(world, "bjorn", "current-practice", earlier=True)
    yield from way.begin((-878, -872, -864), "kwabena", AGREED, opened=-880)
    yield from way.write(-860, -765)
    way.keep_log(-864, -762)
    yield from way.hand_in(-760)
    yield from way.assign(Role.AUDITOR, "ingrid", -757)
    yield from way.read_by_two("rafael", -755)
    yield from way.find("rafael", -750)
    yield from way.close_audit(-749, AuditResult.PASS, "Every entry stands on its own feet.")
    yield from way.find("ingrid", -748)
    yield from way.close_audit(-747, AuditResult.PASS, "Plain words, real people, clear results.")
    yield from way.assign(Role.VERIFIER, "tomasz", -745)
    yield from way.book_verification(-741, day - 12)
    yield from way.verify(Record("He answers as he writes. The rescue team is his classroom."))
    yield from way.decide(day, Outcome.GRANT, GRANTED)
    yield from listed(world, "bjorn", day + 3)
    yield from _renewing(world, "bjorn")


def _renewing(world: World, key: str) -> Story:
    """Half-way: rated anew and logged; new evidence, declaration and talk are still to come."""
    yield from _warned(world, -152)
    certificate = Certificate.objects.get(holder=world[key])
    way = Way(world, key, "current-practice", renews=certificate)
    yield from way.begin((-118, -110, -101), "kwabena", "Renewal: nine entries.", opened=-120)
    yield from way.write(-90, -20, only=5)
    way.keep_log(-690, -6, whole=True)
    for day in (-62, -32, -2):
        yield from _warned(world, day)


def _warned(world: World, day: int) -> Story:
    yield (at := world.at(day, 7))
    remind_of_renewals(at)


def thandeka(world: World) -> Story:
    way = Way(world, "thandeka", "current-practice")
    yield from way.begin((-388, -380, -371), "kwabena", AGREED, opened=-390)
    yield from way.write(-360, -48)
    way.keep_log(-390, -46)
    yield from collect(way, -45)
    yield from way.hand_in(-44)
    yield from way.assign(Role.AUDITOR, "rafael", -42)
    yield from way.find("rafael", -20)
    yield from way.close_audit(-18, AuditResult.PASS, "Clear steps, good judgement, kept promises.")
    yield from way.assign(Role.VERIFIER, "funmi", -15)
    yield from way.book_verification(-11, 6)


def soren(world: World) -> Story:
    way = Way(world, "soren", "current-concepts")
    yield from way.apply(-31)
    yield from way.rate(-28)
    yield from way.send_ratings(-20)
    yield from way.book_interview("maggie", -18, -8, hour=14)
    yield from way.miss_interview()
    yield from way.book_interview("maggie", -6, 7, hour=14)


def jose(world: World) -> Story:
    way = Way(world, "jose", "current-practice")
    yield from way.begin((-328, -320, -311), "maggie", AGREED, opened=-330)
    yield from way.write(-300, -33)
    way.keep_log(-330, -31)
    yield from collect(way, -31)
    yield from way.hand_in(-30, tools="A Spanish-English dictionary")
    yield from way.assign(Role.AUDITOR, "rafael", -28)
    yield from way.read_by_two("mele", -26)
    yield from way.find("mele", -14, sterner=("M6.6", "M9.2"))
    yield from way.close_audit(-13, AuditResult.REVISE, "Warm and honest. Two entries are thin.")
    yield from way.find("rafael", -11)
    comment = "A rich portfolio. Two entries need a little more before it can pass."
    yield from way.close_audit(-9, AuditResult.REVISE, comment)


def aisha(world: World) -> Story:
    way = Way(world, "aisha", "2021-recognition")
    yield from way.begin(
        (-18, -16, -11), "kwabena", "We talk by phone. Bring one story.", opened=-19
    )
    yield from way.assign(Role.AUDITOR, "mele", -8)
    yield from way.book_verbal(-5, 2, how=How.PHONE)


def hemi(world: World) -> Story:
    way = Way(world, "hemi", "current-practice")
    yield from way.begin((-408, -400, -390), "maggie", AGREED, opened=-410)
    yield from way.write(-380, -95)
    way.keep_log(-410, -92)
    yield from way.hand_in(-90)
    yield from way.assign(Role.AUDITOR, "ingrid", -88)
    yield from way.find("ingrid", -62)
    yield from way.close_audit(-60, AuditResult.PASS, "Strong on trust, honest about mistakes.")
    yield from way.assign(Role.VERIFIER, "tomasz", -57)
    yield from way.book_verification(-52, -35)
    yield from way.verify(HEMI_MET)
    yield from way.decide(-28, Outcome.DECLINE, HEMI_REFUSED)
    yield (at := world.at(-12, 15))
    received = appeals.appeal(
        way.decision, ground=Ground.ADJUSTMENT, text=HEMI_APPEALS, by=world["hemi"], at=at
    )
    yield (at := world.at(-6, 11))
    acknowledge(received, by=world["noor"], at=at)


def complaints(world: World) -> Story:
    """One from nobody in particular, and one from somebody who waited."""
    yield (at := world.at(-3, 9))
    complain(
        Told(Subject.PROCESS, SLOW_ANSWER, name="Rosalind", email="rosalind@example.org"),
        token=uuid5(NAMESPACE_URL, "demo:slow"),
        by=None,
        at=at,
    )
    yield (at := world.at(-1, 16))
    complain(
        Told(Subject.HOLDER, TALKED_ABOUT, about_whom="Björn Þórsson"),
        token=uuid5(NAMESPACE_URL, "demo:talked"),
        by=None,
        at=at,
    )


SLOW_ANSWER = (
    "I asked on the contact page whether I can take the conversation with a sign language "
    "interpreter. Two weeks went by without an answer, and the time I wanted is taken."
)
TALKED_ABOUT = (
    "My mentor spoke about me at a public evening. No name was said, but my colleagues knew at "
    "once. I do not want to give my name here."
)


HEMI_MET = Record(
    "Answers stayed short where the profile asks for an example. Not yet, in my view.",
    recommendation=Recommendation.NOT_YET,
    refused={
        "M3.4": "Could not give an example of summing up when asked twice.",
        "M7.2": "The example in the portfolio could not be followed in conversation.",
    },
)
HEMI_REFUSED = (
    "The verifier could not confirm M3.4 and M7.2 in the meeting, and does not recommend the award "
    "yet. Everything else stands and can be used again."
)
HEMI_APPEALS = (
    "We had agreed on extra time and on a support person beside me. The meeting ended on the "
    "minute, and my support person was asked to wait outside. I could not show what I can do."
)


def sushmita(world: World) -> Story:
    way = Way(world, "sushmita", "current-concepts", earlier=True)
    yield from way.begin((-495, -485, -475), "kwabena", AGREED, opened=-498)
    yield from way.write(-470, -245)
    yield from way.hand_in(-240)
    yield from way.assign(Role.AUDITOR, "rafael", -237)
    yield from way.find("rafael", -222)
    yield from way.close_audit(-220, AuditResult.PASS, "Clear and your own. A pleasure to read.")
    yield from way.decide(-210, Outcome.GRANT, CONCEPTS_GRANTED)
    yield from listed(world, "sushmita", -204)
    onward = Way(world, "sushmita", "current-practice")
    plan = "Your 72 concepts carry forward. The plan is about gathering evidence from practice."
    yield from onward.begin((-36, -28, -16), "kwabena", plan, opened=-40)
    yield from onward.write(-14, -13, only=0)


def elodie(world: World) -> Story:
    way = Way(world, "elodie", "current-practice", earlier=True)
    yield from way.begin((-758, -745, -735), "maggie", AGREED, opened=-760)
    yield from way.write(-730, -455)
    way.keep_log(-760, -452)
    yield from way.hand_in(-450)
    yield from way.assign(Role.AUDITOR, "rafael", -447)
    yield from way.find("rafael", -432)
    yield from way.close_audit(-430, AuditResult.PASS, "Careful work with people in hard times.")
    yield from way.assign(Role.VERIFIER, "aki", -427)
    yield from way.book_verification(-422, -405)
    yield from way.verify(Record("She knows where mentoring stops, and says it plainly."))
    yield from way.decide(-390, Outcome.GRANT, GRANTED)
    yield from listed(world, "elodie", -385)
    onward = Way(world, "elodie", "current-journey")
    yield from onward.begin((-294, -290, -282), "maggie", AGREED, opened=-296)
    yield from onward.write(-270, -4, only=17)
    onward.keep_log(-282, -10)


def relations(world: World) -> Story:
    """What binds people to each other, declared by themselves."""
    yield (at := world.at(-128))
    assigning.declare_interest(
        about=world["ngoc"], note="A distant cousin.", by=world["ingrid"], at=at
    )
    yield (at := world.at(-100))
    for learner in ("ngoc", "sushmita"):
        assigning.teach(
            teacher=world["elodie"],
            learner=world[learner],
            starts_on=(at - timedelta(days=10)).date(),
            ends_on=None,
            provider="",
            by=world["elodie"],
            at=at,
        )
