"""Education providers of the demo: recognised for long, recognised with a year to confirm and a
roster that waits, and one whose request is being looked at."""

from uuid import uuid4

from applicants import providing, recognising, rosters
from applicants.models import Provider
from applicants.models.provider import listed
from applicants.recognising import Facts
from imc_portal.demo.calendar import Story
from imc_portal.demo.cases import World
from imc_portal.demo.people import contact_of, table

KEBUN = "Kebun School of Mentoring"
LAKES = "Great Lakes Learning Circle"
ROSTER = """learner_email,learner_name,teacher_email,from,until
jo.learner@example.org,Jo Learner,anna.teacher@lakes.example,{begun},{ended}
lee.learner@example.org,Lee Learner,anna.teacher@lakes.example,{begun},
"""


def providers(world: World) -> list[Story]:
    return [_kebun(world), _lakes(world), _ubuntu(world)]


def _kebun(world: World) -> Story:
    """Recognised for long, by a contact without an account."""
    facts = Facts(
        name=KEBUN,
        country="Indonesia",
        website="https://kebun.example/",
        offer="A course of twelve evenings, on site in Bandung and online, twice a year. "
        "3,200,000 rupiah; a fifth of the places are free.",
        languages=listed(["id", "en"]),
        areas=listed(["M1", "M2", "M3", "M5"]),
        alignment="Each evening takes up three statements of one area. Learners bring one "
        "conversation a week, and write what came of it for the mentee.",
        teachers="Four teachers, each with ten years of mentoring in schools and co-operatives.",
        support="Step-free rooms, texts beforehand, and captions online.",
        complaints="In writing to the head of the school, who answers within two weeks.",
        public_email="hello@kebun.example",
        contact_name="Sari Wibowo",
        contact_email="office@kebun.example",
    )
    yield (at := world.at(-912, 9))
    asked = recognising.ask(facts, token=uuid4(), by=None, at=at)
    yield (at := world.at(-911, 9))
    recognising.confirm_address(asked, at=at)
    yield (at := world.at(-910, 9))
    recognising.declare(asked, free=True, by=world["noor"], at=at)
    recognising.acknowledge(asked, by=world["noor"], at=at)
    yield (at := world.at(-900, 9))
    until = world.calendar.day(195)
    recognising.recognise(asked, until=until, by=world["noor"], at=at)


def _lakes(world: World) -> Story:
    """Its contact has an account, a year to confirm, and has handed in a roster."""
    contact = world[contact_of(table("programmes")[1])]
    facts = Facts(
        name=LAKES,
        country="Canada",
        website="https://lakes.example/",
        offer="A weekend for people who begin to mentor, and a year of monthly circles for those "
        "who do already. From 180 Canadian dollars, with help for whoever needs it.",
        languages=listed(["en", "fr"]),
        areas=listed(["M1", "M4", "M6", "M9", "J1", "J3"]),
        alignment="The weekend is about concepts. The circles are about practice: each member "
        "brings sessions, and the circle asks what the mentee took away.",
        teachers="Two certified mentors, and guests from the community.",
        support="Sign language on request, quiet rooms, and large print.",
        complaints="To the circle's ombudsperson, whose number stands on every handout.",
        public_email="circle@lakes.example",
        contact_name=contact.full_name,
        contact_email=contact.email,
    )
    yield (at := world.at(-352, 9))
    asked = recognising.ask(facts, token=uuid4(), by=contact, at=at)
    yield (at := world.at(-350, 9))
    recognising.declare(asked, free=True, by=world["noor"], at=at)
    recognising.acknowledge(asked, by=world["noor"], at=at)
    yield (at := world.at(-345, 9))
    until = world.calendar.day(385)
    recognising.recognise(asked, until=until, by=world["noor"], at=at)
    yield (at := world.at(-3, 9))
    roster = ROSTER.format(begun=world.calendar.day(-200), ended=world.calendar.day(-40))
    look = rosters.read_alone("circle-2.csv", roster.encode())
    entry = Provider.objects.get(name=LAKES)
    providing.hand_in(entry, look, token=uuid4(), by=contact, at=at)


def _ubuntu(world: World) -> Story:
    """Asked a week ago, and was asked for more; its answer waits for us."""
    facts = Facts(
        name="Ubuntu Mentor Academy",
        country="South Africa",
        website="https://ubuntu.example/",
        offer="Six Saturdays in Cape Town for mentors of young people. Free of charge.",
        languages=listed(["en"]),
        areas=listed(["M2", "M7"]),
        alignment="Role plays on statements of the areas M2 and M7, watched by a second teacher.",
        teachers="Three social workers.",
        support="We ask every learner what helps.",
        complaints="To the board, by e-mail.",
        public_email="",
        contact_name="Thandi Nkosi",
        contact_email="thandi@ubuntu.example",
    )
    yield (at := world.at(-8, 9))
    asked = recognising.ask(facts, token=uuid4(), by=None, at=at)
    yield (at := world.at(-7, 9))
    recognising.confirm_address(asked, at=at)
    yield (at := world.at(-6, 9))
    recognising.declare(asked, free=True, by=world["noor"], at=at)
    recognising.acknowledge(asked, by=world["noor"], at=at)
    recognising.ask_more(
        asked, text="Which mentoring experience do your teachers have?", by=world["noor"], at=at
    )
    yield (at := world.at(-2, 9))
    words = "Each of the three has mentored young people for five years or more, two of them here."
    recognising.answer(asked, text=words, by=None, at=at)
