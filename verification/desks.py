"""What the desk shows, read in one go, and its saves: open the record, then write in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from applicants.models import Application
from frameworks.models import Area, Statement
from verification import services
from verification.forms import OutcomeForm
from verification.models import Found, Outcome, Verification


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area in the margin: how many of its statements have an outcome."""

    area: Area
    done: int
    count: int


@dataclass(frozen=True, slots=True)
class Desk:
    record: Verification | None
    areas: Sequence[AreaLine]
    area: Area
    statements: Sequence[Statement]  # of the area that is open
    every: Sequence[Statement]
    outcomes: dict[int, str]

    @property
    def asked(self) -> list[int]:
        return [statement.pk for statement in self.every]

    @property
    def explored(self) -> int:
        return sum(found != Found.NOT_EXPLORED for found in self.outcomes.values())

    def statement(self, code: str) -> Statement | None:
        return next((s for s in self.statements if s.code == code), None)

    @property
    def following(self) -> Area | None:
        """The area after the one that is open; none after the last."""
        areas = [line.area for line in self.areas]
        here = areas.index(self.area)
        return areas[here + 1] if here + 1 < len(areas) else None

    def unconfirmed(self) -> dict[str, list[int]]:
        """What a send-back begins with."""
        return {"statements": [pk for pk, f in self.outcomes.items() if f == Found.NOT_CONFIRMED]}


def desk_of(application: Application, verifier: User, area_code: str) -> Desk:
    """Three queries, however many statements."""
    record = (
        Verification.objects.filter(application=application, verifier=verifier)
        .order_by("-pk")
        .first()
    )
    statements = list({r.statement_id: r.statement for r in application.asked()}.values())
    rows = record.outcomes.values_list("statement_id", "found") if record else []
    outcomes: dict[int, str] = dict(rows)
    areas: dict[int, Area] = {}
    for statement in statements:
        areas.setdefault(statement.area_id, statement.area)
    lines = []
    for area in areas.values():
        inside = [s for s in statements if s.area_id == area.pk]
        lines.append(AreaLine(area, sum(s.pk in outcomes for s in inside), len(inside)))
    here = next((area for area in areas.values() if area.code == area_code), lines[0].area)
    return Desk(
        record=record,
        areas=lines,
        area=here,
        statements=[s for s in statements if s.area_id == here.pk],
        every=statements,
        outcomes=outcomes,
    )


def address(application: Application, area: str) -> str:
    return f"{reverse('verification:desk', args=[application.pk])}?area={area}"


@transaction.atomic
def save(application: Application, form: OutcomeForm, *, by: User, at: datetime) -> Outcome:
    """What the form says becomes an outcome of this verifier's record."""
    record = services.open_verification(application, by=by, at=at)
    return services.save_outcome(record, form.statement, **form.cleaned_data, by=by, at=at)


def values_of(stored: Outcome | Verification) -> dict[str, str]:
    """What a window needs to show what another one saved."""
    if isinstance(stored, Outcome):
        return {"found": stored.found, "note": stored.note}
    return {name: str(value) for name, value in services.frame_of(stored).items()}


def frame_of(application: Application, verifier: User, at: datetime) -> dict[str, Any]:
    """What the record says so far; the way of meeting is proposed as it was booked."""
    record = (
        Verification.objects.filter(application=application, verifier=verifier)
        .order_by("-pk")
        .first()
    )
    if record is None:
        return {"revision": 0}
    begun = [m for m in services.meetings_of(record) if m.has_begun(at)]
    mode = record.mode or (begun[-1].how if begun and not record.revision else "")
    return {**services.frame_of(record), "mode": mode, "revision": record.revision}


@transaction.atomic
def save_frame(
    application: Application, said: dict[str, Any], *, by: User, at: datetime
) -> Verification:
    """Save the frame of the record, and sign it where a recommendation stands under it."""
    frame = {key: value for key, value in said.items() if key != "recommendation"}
    record = services.open_verification(application, by=by, at=at)
    record = services.save_record(record, **frame, by=by, at=at)
    if recommendation := said.get("recommendation"):
        services.sign(record, recommendation=recommendation, by=by, at=at)
    return record


@transaction.atomic
def go_on_later(application: Application, left: str, *, by: User, at: datetime) -> None:
    record = services.open_verification(application, by=by, at=at)
    services.go_on_later(record, left=left, by=by, at=at)


@transaction.atomic
def send_back(application: Application, said: dict[str, Any], *, by: User, at: datetime) -> None:
    record = services.open_verification(application, by=by, at=at)
    statements = list(said["statements"])
    services.send_back(record, statements=statements, why=said["why"], by=by, at=at)
