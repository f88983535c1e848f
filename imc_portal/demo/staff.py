"""Those who work here in the demo: what they may take, what binds them, and what is watched."""

from collections.abc import Mapping
from datetime import timedelta

from accounts.models import Language, User
from accounts.roles import Role
from applicants import declaring, impartiality, qualifying, rosters
from applicants.models import Application, Competence, Provider, Threat
from applicants.models.qualification import QUALIFIED
from certificates.models import Tier
from imc_portal.demo import providers
from imc_portal.demo.calendar import Calendar, Story
from imc_portal.demo.cases import World
from imc_portal.demo.people import Persona, personas

# Days from today on which a qualification ends; everybody else's ends in a year and a half.
ENDS = {"rafael": 25, "tomasz": 48}
FAR = 550
# Days on which somebody declared, the last one within the year.
DECLARED = (-1090, -740, -390, -45)
DECLARED_ON = {"rafael": (-1090, -740, -390, -345), "mele": (-1090, -735, -380, -20)}
OBSERVED = "Listened without hurry, and wrote down what was said before judging it."
ROSTER = """learner_email,learner_name,teacher_email,from,until,withdrawn
wulandari@kebun.example,Wulandari,kwabena@imc.example,{wulandari},{ended},
new.learner@example.org,Someone New,tomasz@imc.example,{later},,
"""


def languages_of(persona: Persona) -> list[str]:
    spoken = persona.row["languages"]
    return [Language.ENGLISH, *([Language.FRENCH] if "French" in spoken else [])]


def qualify(people: Mapping[str, User], calendar: Calendar, day: int) -> None:
    """Whoever works on cases may take every certificate, in the languages that they speak."""
    at, tiers = calendar.at(day, hour=14), list(Tier.objects.all())
    for persona in personas().values():
        for role in (role for role in persona.roles if role in QUALIFIED):
            who = people[persona.key]
            qualifying.record_competence(
                who,
                role,
                kind=Competence.Kind.OBSERVED,
                on=calendar.day(day),
                by_whom="Marguerite Ní Shúilleabháin-Power"
                if persona.key != "maggie"
                else "Desmond Clarke",
                result=Competence.Result.MET,
                note=OBSERVED,
                by=people["noor"],
                at=at,
            )
            qualifying.qualify(
                who,
                role,
                tiers=tiers,
                languages=languages_of(persona),
                starts_on=calendar.day(day),
                ends_on=calendar.day(ENDS.get(persona.key, FAR)),
                basis="Training of two days, and the observed assessment.",
                by=people["noor"],
                at=at + timedelta(hours=1),
            )


def declarations(world: World) -> list[Story]:
    """Everybody who works on cases declares once a year."""
    keys = [key for key, who in personas().items() if set(who.roles) & set(QUALIFIED)]
    return [_declares(world, key) for key in keys]


def _declares(world: World, key: str) -> Story:
    for day in DECLARED_ON.get(key, DECLARED):
        yield (at := world.at(day, 8))
        declaring.declare_year(note="", by=world[key], at=at)


def watch(world: World) -> Story:
    """What the body watches over itself: the register, a roster, an exception that is asked for."""
    yield (at := world.at(-200, 15))
    impartiality.note_threat(
        what="One of the two founders administers the portal and also teaches mentors.",
        kind=Threat.Kind.SELF_INTEREST,
        about=impartiality.About(),
        mitigation="She takes no part in any case. Assignments are looked through every quarter.",
        owner=world["desmond"],
        review_on=world.calendar.day(6),
        by=world["desmond"],
        at=at,
    )
    yield (at := world.at(-30, 15))
    provider = Provider.objects.get(name=providers.KEBUN)
    table = ROSTER.format(
        wulandari=world.calendar.day(-500),
        ended=world.calendar.day(-320),
        later=world.calendar.day(-200),
    )
    look = rosters.look_through(provider, name="roster.csv", content=table.encode())
    rosters.take_in(provider, look.rows, by=world["noor"], at=at)
    yield (at := world.at(-2, 15))
    impartiality.ask_exception(
        Application.objects.get(applicant=world["wulandari"]),
        Role.INTAKE_MANAGER,
        person=world["kwabena"],
        reason="He is the only Intake Manager whose hours suit her; he taught her one course.",
        by=world["noor"],
        at=at,
    )
