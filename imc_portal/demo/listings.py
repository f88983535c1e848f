"""What certified people of the demo show in the public directory, and who wrote to them."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from certificates.holding import agree
from certificates.models import Certificate
from directory import writing
from directory.models import Approach, Entry
from directory.services import Wish, edit
from directory.world import country_code
from imc_portal.demo.calendar import Story
from imc_portal.demo.cases import World

# Languages, their own words, for whom, and what they switched on beside name and country.
SAID = {
    "zoe": (
        ("en", "ja"),
        (
            "I ran a school library for thirty years. Now I sit with newcomers over books, and "
            "listen more than I talk."
        ),
        "People new to a country, and whoever works with them",
        ("place", "languages", "about", "for_whom", "volunteers", "letters"),
    ),
    "bjorn": (
        ("is", "en"),
        (
            "Sheep farmer, and leader of a rescue team. I mentor young people who take on more "
            "than they thought they could. We walk; talking comes by itself."
        ),
        "Young volunteers and new team leaders",
        ("place", "languages", "about", "for_whom", "offers", "letters"),
    ),
    "elodie": (
        ("fr", "en"),
        (
            "J’accompagne des personnes en deuil et celles qui les accompagnent. On commence par "
            "un café, et par ce que vous avez envie de dire."
        ),
        "Personnes en deuil, mentors",
        ("place", "languages", "about", "for_whom", "offers", "volunteers", "letters"),
    ),
    "sushmita": (("ne", "en", "hi"), "", "", ("languages",)),
}
ASKING = (
    "Hello Björn,\n\nI lead our village fire brigade since the spring, and the older ones do not "
    "listen to me. Would you have an hour for a first talk? Evenings are best."
)
SELLING = "Dear colleague, our office sells mentoring contracts to firms. Earn with us from home."


def listed(world: World, key: str, day: int) -> Story:
    """The holder agrees to the terms of use, and says what the directory shows."""
    yield (at := world.at(day, 18))
    person = world[key]
    certificate = Certificate.objects.get(holder=person)
    languages, about, for_whom, shows = SAID[key]
    wish = Wish(
        place=person.city,
        country=country_code(person.country),
        languages=languages,
        about=about,
        for_whom=for_whom,
        shows=("name", "country", *shows),
        certificates=[certificate],
    )
    agree(certificate, by=person, at=at)
    edit(wish, agreed=True, by=person, at=at)


def letters(world: World) -> Story:
    """One that is welcome, and one that is reported."""
    yield (at := world.at(-9, 17))
    _written(world["bjorn"].pk, writing.Words("Guðrún", "gudrun@example.org", ASKING), at)
    yield (at := world.at(-2, 8))
    spam = _written(world["elodie"].pk, writing.Words("Max", "max@spam.example", SELLING), at)
    yield (at := world.at(-1, 19))
    writing.report(spam, why="Advertising, and not for me.", by=world["elodie"], at=at)


def _written(person: int, words: writing.Words, at: datetime) -> Approach:
    entry = Entry.objects.get(person=person)
    token = uuid5(NAMESPACE_URL, f"demo:{words.email}")
    approach = writing.write(entry, words, token=token, at=at)
    return writing.confirm(approach, at=at + timedelta(minutes=4))
