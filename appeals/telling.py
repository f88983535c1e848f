"""Who is written to about an appeal or a complaint, and that it is owed once."""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from accounts.roles import Role
from appeals.models import Appeal, Complaint, Matter
from certificates.dates import body_day
from notices.services import post


def ids(matter: Matter) -> dict[str, Any]:
    """How a letter names what it is about."""
    return {"appeal" if isinstance(matter, Appeal) else "complaint": matter.pk}


def key_of(matter: Matter) -> str:
    return ":".join(f"{name}:{pk}" for name, pk in ids(matter).items())


def tell_writer(matter: Matter, kind: str, once: str) -> None:
    """Whoever wrote to us: by account, by address, or, where they gave neither, on the page that
    they follow alone."""
    key = f"{key_of(matter)}:{once}"
    if matter.writer is not None:
        post(kind, to=matter.writer, key=key, **ids(matter))
    elif isinstance(matter, Complaint) and matter.email:
        post(kind, address=matter.email, key=key, **ids(matter))


def tell_secretary(matter: Matter, at: datetime) -> None:
    for person in secretaries(matter, body_day(at)):
        key = f"{key_of(matter)}:received:{person.pk}"
        post("matter_to_acknowledge", to=person, key=key, **ids(matter))


def tell_panel(matter: Matter, kind: str, once: str) -> None:
    for seat in matter.panel():
        post(kind, to=seat.person, key=f"{key_of(matter)}:{once}:{seat.person_id}", **ids(matter))


def secretaries(matter: Matter, on: date) -> list[User]:
    """Administrators who may handle it; where none may, the panel chairs."""
    return _free(matter, Role.ADMINISTRATOR, on) or _free(matter, Role.PANEL_CHAIR, on)


def chairs(matter: Matter, on: date) -> list[User]:
    return _free(matter, Role.PANEL_CHAIR, on)


def _free(matter: Matter, role: Role, on: date) -> list[User]:
    return [p for p in User.objects.with_role(role, on) if not matter.bars(p, on)]
