"""Who is in the demo: everybody invented, every address on a reserved domain."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.roles import Role
from accounts.services import grant
from imc_portal.demo.calendar import Calendar
from meetings.hosting import HoursRow, set_hours, set_rules
from meetings.models import KINDS_OF_ROLE, How
from portfolios import calibrating
from portfolios.panels import SampleEntry

FOLDER = settings.BASE_DIR / "fixtures" / "demo"
PASSWORD = "paths-and-growth-rings"  # printed on the screen: it protects nothing
MONDAY_TO_FRIDAY, EVERY_DAY = range(5), range(7)
SERVED = -3 * 365  # the day on which everybody began to work here

ROLES = {
    "intake manager": (Role.INTAKE_MANAGER,),
    "auditor": (Role.AUDITOR,),
    "verifier": (Role.VERIFIER,),
    "first assessor": (Role.ASSESSOR,),
    "second assessor": (Role.ASSESSOR,),
}
ROLES_OF = {
    "noor": (Role.ADMINISTRATOR,),
    "desmond": (Role.DECIDER,),
    "aki": (Role.VERIFIER, Role.PANEL_CHAIR),
}
ZONES_OF = {"Belfast": "Europe/London", "Cali": "America/Bogota"}
CALLED = {"ngoc": "Ngọc", "jose": "José María", "funmi": "Funmi"}
# When hosts can be met, by the clock on their own wall.
HOURS = {
    "maggie": [(MONDAY_TO_FRIDAY, time(8), time(13)), (MONDAY_TO_FRIDAY, time(14, 30), time(16))],
    "kwabena": [(EVERY_DAY, time(9), time(17))],
    "ingrid": [(MONDAY_TO_FRIDAY, time(9), time(15))],
    "rafael": [(MONDAY_TO_FRIDAY, time(13), time(18))],
    "mele": [(EVERY_DAY, time(6), time(11))],
    "funmi": [(EVERY_DAY, time(10), time(16))],
    "tomasz": [(MONDAY_TO_FRIDAY, time(8), time(14))],
    "aki": [(MONDAY_TO_FRIDAY, time(9), time(19))],
    "sinead": [(MONDAY_TO_FRIDAY, time(9), time(15))],
}
SHOWN_FIRST = (
    ("Applicant", "jose.maria@taller.example"),
    ("Intake Manager", "kwabena@imc.example"),
    ("Auditor", "ingrid@imc.example"),
    ("Verifier", "funmi@imc.example"),
    ("Director", "desmond@imc.example"),
    ("Administrator", "noor@imc.example"),
    ("Panel chair", "aki@imc.example"),
    ("Programme assessor", "sinead@assess.example"),
    ("Programme lead", "caoimhe@harbourlight.example"),
)

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of the demo. `stands` says what there is to see when one signs in as them."""

    key: str
    name: str
    email: str
    roles: tuple[Role, ...]
    stands: str
    row: Row


def table(name: str) -> list[Row]:
    with Path(FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def personas() -> dict[str, Persona]:
    """Everybody by key, applicants first, in the order of the tables."""
    applicants = [_persona(row, (), row["where_they_stand"]) for row in table("applicants")]
    staff = [
        _persona(row, ROLES_OF.get(row["key"]) or ROLES[row["role"]], row["note"])
        for row in table("staff")
    ]
    contacts = [_contact(row) for row in table("programmes")]
    return {persona.key: persona for persona in (*applicants, *staff, *contacts)}


def contact_of(row: Row) -> str:
    """The key of the person who leads a programme."""
    return row["lead_email"].partition("@")[0]


def _contact(row: Row) -> Persona:
    about = {"time_zone": ZONES_OF[row["city"]], "city": row["city"], "country": row["country"]}
    stands = f"{row['name']}: {row['where_it_stands']}"
    return Persona(contact_of(row), row["lead"], row["lead_email"], (), stands, about)


def _persona(row: Row, roles: tuple[Role, ...], stands: str) -> Persona:
    return Persona(row["key"], row["display_name"], row["email"], roles, stands, row)


def arrive(calendar: Calendar) -> dict[str, User]:
    """Accounts for everybody, with roles and calendars for those who work here."""
    joined = {
        row["persona"]: int(row["day_offset"])
        for row in table("timeline")
        if row["event"] == "account_created"
    }
    people = {
        key: _account(persona, calendar, joined.get(key, SERVED))
        for key, persona in personas().items()
    }
    User.objects.update(password=make_password(PASSWORD))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True)
        for user in people.values()
    )
    _appoint(people, calendar, SERVED)
    _open_calendars(people, calendar, SERVED)
    _calibrate(people, calendar, SERVED)
    return people


def leads_programme(persona: Persona) -> bool:
    return persona.key in {contact_of(row) for row in table("programmes")}


def _account(persona: Persona, calendar: Calendar, joined: int) -> User:
    row = persona.row
    native = row.get("native_name", "")
    needs = row.get("access_needs", "")
    return User.objects.create_user(
        persona.email,
        full_name=persona.name,
        called=CALLED.get(persona.key, persona.name.split()[0]),
        native_name="" if native == persona.name else native,
        pronouns=row.get("pronouns", ""),
        language="fr-ca" if row.get("ui_language") == "fr-ca" else "en",
        time_zone=row["time_zone"],
        city=row["city"],
        country=row["country"],
        support_needs="" if needs == "None" else needs,
        is_staff=Role.ADMINISTRATOR in persona.roles,
        joined_at=calendar.at(joined, hour=9),
    )


def _appoint(people: Mapping[str, User], calendar: Calendar, day: int) -> None:
    """The first administrator is set up by the command line, and gives the others their roles."""
    at, starts = calendar.at(day), calendar.day(day)
    noor = people["noor"]
    grant(Role.ADMINISTRATOR, to=noor, by=None, at=at, starts_on=starts, ends_on=None)
    for persona in personas().values():
        for role in persona.roles:
            if persona.key != "noor":
                _give(role, people[persona.key], noor, calendar, day)


def _give(role: Role, to: User, by: User, calendar: Calendar, day: int) -> None:
    starts: date = calendar.day(day)
    at = calendar.at(day) + timedelta(hours=1)
    grant(role, to=to, by=by, at=at, starts_on=starts, ends_on=None)


# Where auditors of the demo saw an entry of the sample otherwise than the body.
OTHERWISE = {
    "ingrid": {"S2": calibrating.Marks(1, 2, 1), "S5": calibrating.Marks(2, 2, 1)},
    "mele": {"S8": calibrating.Marks(1, 2, 0)},
}


def _calibrate(people: Mapping[str, User], calendar: Calendar, day: int) -> None:
    """Every auditor has rated the sample before their first case."""
    at = calendar.at(day) + timedelta(hours=3)
    entries = list(SampleEntry.objects.all())
    for persona in personas().values():
        if Role.AUDITOR in persona.roles:
            other = OTHERWISE.get(persona.key, {})
            marks = {e: other.get(e.key, calibrating.Marks(*e.marks)) for e in entries}
            calibrating.rate(marks, by=people[persona.key], at=at)
            calibrating.finish(by=people[persona.key], at=at)


def _open_calendars(people: Mapping[str, User], calendar: Calendar, day: int) -> None:
    at = calendar.at(day) + timedelta(hours=2)
    for key, hours in HOURS.items():
        host = people[key]
        kinds = KINDS_OF_ROLE[personas()[key].roles[0]]
        rows = [HoursRow(day, starts, ends, kinds) for days, starts, ends in hours for day in days]
        set_hours(host, rows, by=host, at=at)
        set_rules(
            host,
            ways=[How.VIDEO, How.PHONE],
            video_link=f"https://meet.example/{key}",
            address="",
            buffer_minutes=0,
            notice_hours=12,
            change_hours=4,
            horizon_days=60,
            daily_cap=8,
            by=host,
            at=at,
        )
