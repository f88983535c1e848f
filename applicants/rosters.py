"""Rosters of education providers: who taught whom, as a table that can be sent again and again.

A row is known by its two addresses and its first day. What a later table says about it holds; what
a later table leaves out stays as it is, for silence lifts no bar.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.assigning import teach
from applicants.models import Provider, RosterRow, TeachingRelation
from applicants.models.bonds import addresses_of
from certificates.dates import body_day
from frameworks.tables import Problem, Table, read
from trail.flow import Refused
from trail.models import Event

COLUMNS = ("learner_email", "learner_name", "teacher_email", "from", "until", "withdrawn")
REQUIRED = ("learner_email", "teacher_email", "from")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
YES, NO = {"yes", "oui", "y", "o", "x", "1"}, {"", "no", "non", "n", "0"}


@dataclass(frozen=True, slots=True)
class Taught:
    """One row as the table says it."""

    number: int
    learner_email: str
    learner_name: str
    teacher_email: str
    starts_on: date
    ends_on: date | None
    withdrawn: bool

    @property
    def key(self) -> tuple[str, str, date]:
        return self.learner_email, self.teacher_email, self.starts_on


@dataclass(slots=True)
class Look:
    """What a table would do. With `problems` nothing of it is taken."""

    rows: list[Taught] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    same: int = 0
    known: int = 0  # rows of which both people have an account


@dataclass(frozen=True, slots=True)
class Read:
    """A roster as its file alone tells it: nothing in it comes from what we know."""

    name: str
    content: bytes
    rows: list[Taught]
    problems: list[Problem]
    notes: list[str]


def read_alone(name: str, content: bytes) -> Read:
    """For the provider's own contact, who is told of faults, and of nothing else."""
    table = read(name, content)
    rows = _rows(table) if _heading_is_right(table) else []
    return Read(name, content, rows, sorted(table.problems), table.notes)


def look_through(provider: Provider, *, name: str, content: bytes) -> Look:
    """Read a roster and check every row of it. Nothing is changed."""
    alone = read_alone(name, content)
    rows = alone.rows
    look = Look(rows, alone.problems, alone.notes)
    there = {_key(row): row for row in provider.rows.all()}
    for row in rows:
        old = there.get(row.key)
        if old is None:
            look.new += 1
        elif _differs(old, row):
            look.changed += 1
        else:
            look.same += 1
    people = _people({email for row in rows for email in (row.learner_email, row.teacher_email)})
    look.known = sum(r.learner_email in people and r.teacher_email in people for r in rows)
    return look


def _key(row: RosterRow) -> tuple[str, str, date]:
    return row.learner_email, row.teacher_email, row.starts_on


def _differs(old: RosterRow, new: Taught) -> bool:
    return (old.ends_on, old.withdrawn_at is not None) != (new.ends_on, new.withdrawn)


def _heading_is_right(table: Table) -> bool:
    for column in REQUIRED:
        if table.heading and column not in table.heading:
            table.wrong(1, column, _("the column is missing"))
    for column in table.heading:
        if column and column not in COLUMNS:
            table.wrong(1, column, _("we know no such column"))
    return bool(table.heading) and not any(problem.row < 2 for problem in table.problems)


def _rows(table: Table) -> list[Taught]:
    found: dict[tuple[str, str, date], Taught] = {}
    for line in table.lines:
        cells = dict.fromkeys(COLUMNS, "")
        cells |= {
            column: cell or "" for column, cell in zip(table.heading, line.cells, strict=True)
        }
        row = _row(table, line.number, cells)
        if row is None:
            continue
        if row.key in found:
            words = _("says the same as row %(row)d") % {"row": found[row.key].number}
            table.wrong(line.number, "", words)
        found.setdefault(row.key, row)
    return list(found.values())


def _row(table: Table, number: int, cells: dict[str, str]) -> Taught | None:
    learner = _address(table, number, "learner_email", cells)
    teacher = _address(table, number, "teacher_email", cells)
    starts, ends = _day(table, number, "from", cells), _day(table, number, "until", cells)
    said = cells["withdrawn"].casefold()
    if said not in YES | NO:
        table.wrong(number, "withdrawn", _("write yes, or leave it empty"))
    if learner and learner == teacher:
        table.wrong(number, "teacher_email", _("is the learner's own address"))
    if starts and ends and ends < starts:
        table.wrong(number, "until", _("lies before the first day"))
    if len(cells["learner_name"]) > 200:
        table.wrong(number, "learner_name", _("is longer than 200 characters"))
    if starts is None or any(problem.row == number for problem in table.problems):
        return None
    return Taught(number, learner, cells["learner_name"], teacher, starts, ends, said in YES)


def _address(table: Table, number: int, column: str, cells: dict[str, str]) -> str:
    address = cells[column].strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        words = _("“%(cell)s” is no e-mail address") % {"cell": address[:60]}
        table.wrong(number, column, words if address else _("is empty"))
        return ""
    return address


def _day(table: Table, number: int, column: str, cells: dict[str, str]) -> date | None:
    cell = cells[column].strip()
    if not cell and column not in REQUIRED:
        return None
    with suppress(ValueError):
        if DAY.fullmatch(cell):
            return date.fromisoformat(cell)
    words = _("“%(cell)s” is no day. Write days like 2026-05-31") % {"cell": cell[:40]}
    table.wrong(number, column, words if cell else _("is empty"))
    return None


@transaction.atomic
def take_in(provider: Provider, rows: Sequence[Taught], *, by: User, at: datetime) -> None:
    """Add what is new and change what is told otherwise. The same table twice changes nothing."""
    if Role.ADMINISTRATOR not in by.roles_on(body_day(at)):
        raise Refused(_("Only an administrator takes in a roster."))
    Provider.objects.select_for_update().get(pk=provider.pk)
    own = addresses_of([by.pk])[by.pk]
    if any({row.learner_email, row.teacher_email} & own for row in rows):
        raise Refused(_("This table is about you too. Another administrator takes it in."))
    there = {_key(row): row for row in provider.rows.select_related("relation")}
    new, changed = 0, 0
    for said in rows:
        old = there.get(said.key)
        if old is None:
            _add(provider, said, by, at)
            new += 1
        elif _differs(old, said):
            _change(old, said, by, at)
            changed += 1
    match(at)
    if new or changed:
        Event.objects.record(
            "take_in_roster", about=provider, by=by, at=at, new=new, changed=changed
        )


def _add(provider: Provider, said: Taught, by: User, at: datetime) -> None:
    RosterRow.objects.create(
        provider=provider,
        learner_email=said.learner_email,
        learner_name=said.learner_name,
        teacher_email=said.teacher_email,
        starts_on=said.starts_on,
        ends_on=said.ends_on,
        withdrawn_at=at if said.withdrawn else None,
        added_by=by,
        added_at=at,
    )


def _change(row: RosterRow, said: Taught, by: User, at: datetime) -> None:
    turned = said.withdrawn != (row.withdrawn_at is not None)
    row.ends_on = said.ends_on
    row.withdrawn_at = (row.withdrawn_at or at) if said.withdrawn else None
    row.save(update_fields=["ends_on", "withdrawn_at"])
    relation = row.relation
    if relation is not None:
        relation.ends_on = row.ends_on
        if turned:  # else what an administrator found out about it stands
            relation.withdrawn_at = row.withdrawn_at
        relation.save(update_fields=["ends_on", "withdrawn_at"])
        Event.objects.record("correct_teaching", about=relation, by=by, at=at)


@transaction.atomic
def match(at: datetime) -> int:
    """Rows whose two people have an account by now become relations, which follow the people
    whatever address they take later. Safe to run at any time."""
    waiting = list(RosterRow.objects.waiting().select_for_update().order_by("pk"))
    people = _people({email for r in waiting for email in (r.learner_email, r.teacher_email)})
    matched = 0
    for row in waiting:
        teacher, learner = people.get(row.teacher_email), people.get(row.learner_email)
        if teacher is None or learner is None or teacher == learner:
            continue
        row.relation = _relation(row, teacher, learner, at)
        row.save(update_fields=["relation"])
        matched += 1
    return matched


def _relation(row: RosterRow, teacher: User, learner: User, at: datetime) -> TeachingRelation:
    return teach(
        teacher=teacher,
        learner=learner,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        provider=row.provider.name,
        by=row.added_by,
        at=at,
        on_roster=True,
    )


def _people(emails: set[str]) -> dict[str, User]:
    """Whose these addresses are, where somebody has shown that they are theirs."""
    verified = EmailAddress.objects.filter(verified=True, user__is_active=True)
    rows = verified.annotate(small=Lower("email")).filter(small__in=emails)
    return {row.small: row.user for row in rows.select_related("user")}
