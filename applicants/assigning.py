"""Who may take which part in a case, and who does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Language, User
from accounts.roles import Role, work_of
from applicants.flow import OWNER, Stage
from applicants.models import (
    Application,
    CaseRole,
    Declaration,
    Interest,
    TeachingRelation,
    TookAnotherPart,
)
from applicants.models.case import OPEN, STAFF_PARTS, NotIndependent, NotQualified
from applicants.registry import parts_beside, why_unready
from applicants.services import cancel_meetings
from certificates.dates import body_day
from notices.services import post
from trail.flow import Refused
from trail.models import Event


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person with the role; `reasons` says why they may not act here (empty: they may).

    `lacks` are those of the reasons that can be mended: a qualification, a declaration. Who is
    bound or has another part is not asked for either.
    """

    person: User
    reasons: Sequence[str]
    lacks: Sequence[str]
    load: int  # open cases in which they hold a part
    late: int  # those of them that wait for this kind of work and are past their day

    @property
    def may_act(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Readiness:
    """Are enough independent people left for a step to come? If not, who would solve it?"""

    role: Role
    enough: bool
    sentence: str
    solved_by: str = ""


def candidates(application: Application, role: Role, on: date) -> list[Candidate]:
    """Everybody who holds the role that day, those who may act first, the least loaded first."""
    people = User.objects.with_role(work_of(role), on).annotate(
        load=Count("parts", filter=Q(parts__ended_at=None, parts__application__stage__in=OPEN)),
        late=Count("parts", filter=_late(role, on)),
    )
    ids = [person.pk for person in people]
    barred, bound = why_unready(role, ids), application.bars_of(ids, on, role)
    unfit = application.unfit(role, ids, on)
    held = {part.person_id: part for part in application.cast.all()}
    found = []
    for person in people:
        reasons = bound[person.pk] + _other_part(held.get(person.pk), role)
        lacks = [barred[person.pk]] if person.pk in barred else []
        lacks += unfit.get(person.pk, [])
        found.append(
            Candidate(person, reasons or lacks, [] if reasons else lacks, person.load, person.late)
        )
    return sorted(found, key=lambda c: (bool(c.reasons), c.load, c.person.full_name))


def _other_part(part: CaseRole | None, role: Role) -> list[str]:
    if part is not None and part.ended_at is not None:
        return [_("Stepped back from this case.")]
    if part is not None and part.role != role:
        return [_("Is the %(part)s in this case.") % {"part": part.get_role_display()}]
    return []


def _late(role: Role, on: date) -> Q:
    """Parts of this kind in cases that wait for such work, past their day."""
    waits = [stage for stage, owner in OWNER.items() if owner == work_of(role)]
    return Q(
        parts__ended_at=None,
        parts__application__stage__in=waits,
        parts__application__due_on__lt=on,
    )


@transaction.atomic
def assign(
    application: Application, role: Role, *, person: User, by: User, at: datetime
) -> CaseRole:
    """Give somebody a part in the case. Administrators assign, and only people who may act."""
    if Role.ADMINISTRATOR not in by.roles_on(body_day(at)):
        raise Refused(_("Only an administrator assigns people."))
    return _give(application, role, person=person, by=by, at=at)


@transaction.atomic
def hand_on(
    application: Application, role: Role, *, person: User, by: User, at: datetime
) -> CaseRole:
    """Whoever holds a part gives it to a colleague who may act; administrators do it for them."""
    holds = application.cast.filter(person=by, role=role, ended_at=None).exists()
    if not holds and Role.ADMINISTRATOR not in by.roles_on(body_day(at)):
        raise Refused(_("Only the person who holds this part hands it on."))
    return _give(application, role, person=person, by=by, at=at, tell=False)


@transaction.atomic
def take(application: Application, *, by: User, at: datetime) -> CaseRole:
    """A decider takes up a decision that nobody has taken."""
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if locked.stage != Stage.DECISION:
        raise Refused(_("This case does not wait for a decision."))
    if locked.cast.filter(role=Role.DECIDER, ended_at=None).exists():
        raise TookAnotherPart(_("Somebody else was faster."))
    return _give(application, Role.DECIDER, person=by, by=by, at=at)


def _give(
    application: Application,
    role: Role,
    *,
    person: User,
    by: User,
    at: datetime,
    tell: bool = True,
) -> CaseRole:
    Application.objects.select_for_update().get(pk=application.pk)
    if application.stage not in OPEN:
        raise Refused(_("This case is closed."))
    if role not in STAFF_PARTS or role not in _asked_for(application):
        raise Refused(_("This part is not assigned here."))
    _check_person(application, role, person, body_day(at))
    part = _replace(application, role, person, at)
    if tell:
        _tell(application, part)
    Event.objects.record(
        "assign",
        about=application,
        by=by,
        at=at,
        case=application.trail_case(),
        role=role.value,
        person=person.pk,
    )
    return part


def _replace(application: Application, role: Role, person: User, at: datetime) -> CaseRole:
    application.cast.filter(role=role, ended_at=None).update(ended_at=at, ended_why="replaced")
    try:
        with transaction.atomic():
            return CaseRole.objects.create(
                application=application, person=person, role=role, since=at
            )
    except IntegrityError:
        raise TookAnotherPart(_("Somebody else was faster.")) from None


def _check_person(application: Application, role: Role, person: User, on: date) -> None:
    """Raises for whoever lacks the role, is bound to the applicant, has another part, or is not
    qualified for it."""
    if work_of(role) not in person.roles_on(on):
        raise Refused(_("%(person)s does not hold this role.") % {"person": person})
    if reasons := application.bars(person, on, role):
        raise NotIndependent(f"{person}: {reasons[0]}")
    if barred := why_unready(role, [person.pk]):
        raise Refused(f"{person}: {barred[person.pk]}")
    held = application.cast.filter(person=person).first()
    if held is not None:
        raise TookAnotherPart(
            _("%(person)s is the %(part)s in this case.")
            % {"person": person, "part": held.get_role_display()}
        )
    if lacks := application.unfit(role, [person.pk], on):
        raise NotQualified(f"{person}: {lacks[person.pk][0]}")


def _asked_for(application: Application) -> list[Role]:
    """The parts of the route, and what else the case needs now."""
    return [*(OWNER[stage] for stage in application.path), *parts_beside(application)]


def _tell(application: Application, part: CaseRole) -> None:
    """The person learns of the task; the applicant learns who verifies, to object in time."""
    if OWNER.get(Stage(application.stage)) == work_of(part.role):
        post(
            "staff_task_assigned",
            to=part.person,
            key=f"task:{application.pk}:{part.role}:{part.pk}",
            application=application.pk,
            role=part.role,
        )
    if part.role == Role.VERIFIER:
        post(
            "verifier_assigned",
            to=application.applicant,
            key=f"verifier:{application.pk}:{part.pk}",
            application=application.pk,
            part=part.pk,
        )


@transaction.atomic
def declare(
    application: Application, *, clear: bool, note: str, by: User, at: datetime
) -> Declaration:
    """Say before the file opens whether anything binds you to the applicant. An interest ends the
    part at once; what was written is kept, marked void."""
    if by.pk == application.applicant_id:
        raise Refused(_("This is your own case."))
    declaration, new = Declaration.objects.get_or_create(
        person=by, application=application, defaults={"clear": clear, "note": note, "at": at}
    )
    if not new:
        # What was declared clear can turn out not to be; the other way round is a new case.
        if declaration.clear and not clear:
            declaration.clear, declaration.note, declaration.at = False, note, at
            declaration.save(update_fields=["clear", "note", "at"])
        else:
            return declaration
    if not clear:
        _step_back(application, by, at)
    Event.objects.record(
        "declare" if clear else "recuse",
        about=application,
        by=by,
        at=at,
        case=application.trail_case(),
    )
    return declaration


def _step_back(application: Application, person: User, at: datetime) -> None:
    """The part ends, and what is booked with this person will not take place."""
    application.cast.filter(person=person, ended_at=None).update(ended_at=at, ended_why="recused")
    cancel_meetings(application, reason=_("Somebody else will meet you."), by=person, at=at)


@transaction.atomic
def recuse(application: Application, *, why: str, by: User, at: datetime) -> None:
    """Step back from a part in the case; somebody else is assigned."""
    if not application.cast.filter(person=by, ended_at=None, role__in=STAFF_PARTS).exists():
        raise Refused(_("You hold no part in this case."))
    declare(application, clear=False, note=why, by=by, at=at)


def readiness(application: Application, on: date) -> list[Readiness]:
    """For each step to come: is somebody assigned, or is an independent person left?"""
    path = application.path
    here = path.index(Stage(application.stage)) if application.stage in path else len(path)
    held = {
        part.role: part.person
        for part in application.cast.filter(ended_at=None).select_related("person")
    }
    roles = [OWNER[stage] for stage in path[here:]]
    if application.is_open:
        roles += [role for role in parts_beside(application) if role not in roles]
    return [
        _ready(application, role, held.get(role), on) for role in roles if role != Role.APPLICANT
    ]


def _ready(application: Application, role: Role, holder: User | None, on: date) -> Readiness:
    if holder is not None:
        return Readiness(role, enough=True, sentence=str(holder))
    found = candidates(application, role, on)
    free = sum(candidate.may_act for candidate in found)
    if free:
        words = ngettext("%(count)d person may act", "%(count)d people may act", free)
        return Readiness(role, enough=True, sentence=words % {"count": free})
    words = _("Nobody is left. Give somebody the role %(role)s.")
    sentence = words % {"role": work_of(role).label}
    return Readiness(role, False, sentence, _solution(application, role, found))


def _solution(application: Application, role: Role, found: Sequence[Candidate]) -> str:
    """Who could act once what they lack is mended; else what kind of person is missing."""
    near = [candidate for candidate in found if candidate.lacks]
    if near:
        first = min(near, key=lambda candidate: (len(candidate.lacks), candidate.load))
        words = _("Nearest: %(person)s. %(reason)s")
        return words % {"person": first.person, "reason": " ".join(first.lacks)}
    words = _("Missing: %(role)s, qualified for %(tier)s in %(language)s, bound to nobody here.")
    return words % {
        "role": work_of(role).label,
        "tier": application.tier.name,
        "language": Language(application.applicant.language).label,
    }


@transaction.atomic
def teach(
    *,
    teacher: User,
    learner: User,
    starts_on: date,
    ends_on: date | None,
    provider: str,
    by: User,
    at: datetime,
    on_roster: bool = False,
) -> TeachingRelation:
    """Declare that one person taught the other. Either side may, and an administrator may. It bars
    at once; whoever did not declare it is told, and can contest it."""
    if (
        not on_roster
        and by not in (teacher, learner)
        and Role.ADMINISTRATOR not in by.roles_on(body_day(at))
    ):
        raise Refused(_("You can declare your own teaching relations."))
    if teacher == learner:
        raise Refused(_("Teacher and learner are the same person."))
    if ends_on and ends_on < starts_on:
        raise Refused(_("The last day lies before the first."))
    relation = TeachingRelation.objects.create(
        teacher=teacher,
        learner=learner,
        starts_on=starts_on,
        ends_on=ends_on,
        provider=provider,
        declared_by=by,
        declared_at=at,
    )
    _tell_sides(relation, by)
    Event.objects.record(
        "teach", about=relation, by=by, at=at, teacher=teacher.pk, learner=learner.pk
    )
    return relation


def _tell_sides(relation: TeachingRelation, by: User) -> None:
    for side in (relation.teacher, relation.learner):
        if side != by:
            key = f"teaching:{relation.pk}:{side.pk}"
            post("teaching_declared", to=side, key=key, relation=relation.pk)


@transaction.atomic
def declare_interest(*, about: User, note: str, by: User, at: datetime) -> Interest:
    """Declare a link to somebody, such as family or business; it bars until it ends."""
    if about == by:
        raise Refused(_("Name another person."))
    interest = Interest.objects.create(person=by, about=about, note=note, declared_at=at)
    Event.objects.record("declare_interest", about=interest, by=by, at=at, person=about.pk)
    return interest
