"""Who may take which work, for which certificates, in which languages, until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Grant, Language, User
from accounts.roles import Role
from applicants.models import Competence, Declaration, Qualification
from applicants.models.qualification import QUALIFIED, SOON_DAYS
from certificates.dates import body_day
from certificates.models import Tier
from trail.flow import Refused
from trail.models import Event


class NotTheirs(Refused):
    """Administrators record what others may take; nobody records their own."""


def _check(by: User | None, person: User, on: date) -> None:
    """`by` is None only for the command line, which sets up the first people."""
    if by is None:
        return
    if Role.ADMINISTRATOR not in by.roles_on(on):
        raise NotTheirs(_("Only an administrator records qualifications."))
    if by == person:
        raise NotTheirs(_("Nobody records their own qualification. Ask another administrator."))


@transaction.atomic
def qualify(  # noqa: PLR0913 - a qualification is these things
    person: User,
    role: Role,
    *,
    tiers: Iterable[Tier],
    languages: Iterable[str],
    starts_on: date,
    ends_on: date,
    basis: str,
    by: User | None,
    at: datetime,
) -> Qualification:
    """Somebody may take this work for these certificates, in these languages, until that day."""
    _check(by, person, body_day(at))
    chosen, spoken = list(tiers), sorted(set(languages) & set(Language.values))
    _check_terms(role, chosen, spoken, starts_on, ends_on)
    given = Qualification.objects.create(
        person=person,
        role=role,
        languages=spoken,
        starts_on=starts_on,
        ends_on=ends_on,
        basis=basis,
        given_by=by,
        given_at=at,
    )
    given.tiers.set(chosen)
    facts: dict[str, Any] = {"role": role.value, "languages": spoken, "until": ends_on.isoformat()}
    slugs = sorted(tier.slug for tier in chosen)
    Event.objects.record(
        "qualify", about=given, by=by, at=at, person=person.pk, tiers=slugs, **facts
    )
    return given


def _check_terms(
    role: Role, tiers: list[Tier], languages: list[str], starts_on: date, ends_on: date
) -> None:
    if role not in QUALIFIED:
        raise Refused(_("Nobody is qualified for this role: it takes no part in a case."))
    if not tiers or not languages:
        raise Refused(_("Choose at least one certificate and one language."))
    if ends_on < starts_on:
        raise Refused(_("The last day lies before the first."))


@transaction.atomic
def end_qualification(given: Qualification, *, why: str, by: User, at: datetime) -> None:
    """From now on no new part is given on it. Parts that are held go on, or are handed on."""
    _check(by, given.person, body_day(at))
    if not why.strip():
        raise Refused(_("Say why. The person reads it."))
    ended = Qualification.objects.standing().filter(pk=given.pk)
    if not ended.update(ended_at=at, ended_why=why.strip()):
        raise Refused(_("This qualification has ended already."))
    Event.objects.record("end_qualification", about=given, by=by, at=at, person=given.person_id)


@transaction.atomic
def record_competence(  # noqa: PLR0913 - a record is these things
    person: User,
    role: Role,
    *,
    kind: str,
    on: date,
    by_whom: str,
    result: str,
    note: str,
    by: User,
    at: datetime,
) -> Competence:
    """Training that somebody did, or work of theirs that was observed."""
    _check(by, person, body_day(at))
    if on > body_day(at):
        raise Refused(_("This day is still to come."))
    record = Competence.objects.create(
        person=person,
        role=role,
        kind=kind,
        on=on,
        by_whom=by_whom,
        result=result,
        note=note,
        recorded_by=by,
        recorded_at=at,
    )
    Event.objects.record(
        "record_competence", about=record, by=by, at=at, person=person.pk, kind=kind, result=result
    )
    return record


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands who works on cases. `lacks` are roles without a qualification today."""

    person: User
    held: list[Qualification]
    lacks: list[Role]
    soon: list[Qualification]  # what lapses within two months, and nothing follows
    declared: Declaration | None  # the yearly one, the newest

    @property
    def first_end(self) -> date:
        return min((row.ends_on for row in self.soon), default=date.max)


def standings(on: date) -> list[Standing]:
    """Everybody who holds a role on cases; first who lacks something, then what lapses soonest."""
    grants = Grant.objects.in_force(on).filter(role__in=QUALIFIED, user__is_active=True)
    roles: dict[int, list[Role]] = {}
    for user, role in grants.values_list("user", "role"):
        roles.setdefault(user, []).append(Role(role))
    people = User.objects.filter(pk__in=roles).order_by("full_name")
    held = standing_of(roles, on)
    said = declared_by(roles)
    found = [
        _standing(person, roles[person.pk], held.get(person.pk, []), said.get(person.pk), on)
        for person in people
    ]
    return sorted(found, key=lambda s: (not s.lacks, s.first_end, s.person.full_name))


def standing_of(people: Iterable[int], on: date) -> dict[int, list[Qualification]]:
    """What has not ended, by person."""
    rows = Qualification.objects.standing().filter(person__in=people, ends_on__gte=on)
    found: dict[int, list[Qualification]] = {}
    for row in rows.prefetch_related("tiers"):
        found.setdefault(row.person_id, []).append(row)
    return found


def declared_by(people: Iterable[int]) -> dict[int, Declaration]:
    """The newest yearly declaration of each."""
    rows = Declaration.objects.yearly().filter(person__in=people).order_by("at", "pk")
    return {row.person_id: row for row in rows}


def _standing(
    person: User,
    roles: list[Role],
    held: list[Qualification],
    declared: Declaration | None,
    on: date,
) -> Standing:
    now = {row.role for row in held if row.starts_on <= on}
    lacks = [role for role in QUALIFIED if role in roles and role not in now]
    until = on + timedelta(days=SOON_DAYS)
    soon = [row for row in held if row.ends_on <= until and not followed(row, held)]
    return Standing(person, held, lacks, soon, declared)


def followed(row: Qualification, held: Iterable[Qualification]) -> bool:
    """Does another one of the same work go on without a gap?"""
    return any(
        other.role == row.role
        and other.ends_on > row.ends_on
        and other.starts_on <= row.ends_on + timedelta(days=1)
        for other in held
    )
