"""The register of threats to impartiality, and the exceptions that two people answer for."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.flow import RegisterStage
from applicants.models import Application, PartException, Review, Threat
from applicants.models.bonds import Bond, bonds
from applicants.models.impartiality import EXCEPTED_BONDS, EXCEPTED_ROLES
from certificates.dates import body_day
from trail.flow import Refused
from trail.models import Event

KEEPERS = {Role.ADMINISTRATOR, Role.DECIDER}


class NoException(Refused):
    """Nothing excepts from this bar, or not for this part."""


@dataclass(frozen=True, slots=True)
class About:
    """What a threat is to: the body as a whole, a case, a person or an organisation."""

    scope: Threat.Scope = Threat.Scope.GENERAL
    application: Application | None = None
    person: User | None = None
    organisation: str = ""


def _check_keeper(by: User, at: datetime) -> None:
    if not by.roles_on(body_day(at)) & KEEPERS:
        raise Refused(_("The Director and the administrators keep the register."))


def _check_owner(owner: User, review_on: date, at: datetime) -> None:
    if not owner.roles_on(body_day(at)):
        raise Refused(_("%(person)s holds no role here.") % {"person": owner})
    if review_on <= body_day(at):
        raise Refused(_("Choose a day to come for the next look."))


@transaction.atomic
def note_threat(  # noqa: PLR0913 - an entry is these things
    *,
    what: str,
    kind: str,
    about: About,
    mitigation: str,
    owner: User,
    review_on: date,
    by: User,
    at: datetime,
    exception: PartException | None = None,
) -> Threat:
    """Write a threat into the register, with what is done about it, by whom, and until when."""
    _check_keeper(by, at)
    _check_owner(owner, review_on, at)
    threat = Threat.objects.create(
        what=what,
        kind=kind,
        scope=about.scope,
        application=about.application,
        person=about.person,
        organisation=about.organisation,
        mitigation=mitigation,
        owner=owner,
        review_on=review_on,
        noted_at=at,
        exception=exception,
        stage=RegisterStage.OPEN,
        stage_since=at,
    )
    case = about.application.trail_case() if about.application else ""
    Event.objects.record(
        "note_threat", about=threat, by=by, at=at, after=threat.stage, case=case, kind=kind
    )
    return threat


@transaction.atomic
def review(
    threat: Threat,
    *,
    note: str,
    mitigation: str,
    owner: User,
    review_on: date,
    by: User,
    at: datetime,
) -> Review:
    """Look at a threat again. What stood before stays readable in the earlier looks."""
    _check_keeper(by, at)
    _check_owner(owner, review_on, at)
    locked = Threat.objects.select_for_update().get(pk=threat.pk)
    if locked.stage != RegisterStage.OPEN:
        raise Refused(_("This entry is closed. Open it again first."))
    if not note.strip():
        raise Refused(_("Note what you found."))
    looked = Review.objects.create(
        threat=locked, by=by, at=at, note=note.strip(), mitigation=mitigation
    )
    locked.mitigation, locked.owner, locked.review_on = mitigation, owner, review_on
    locked.save(update_fields=["mitigation", "owner", "review_on"])
    Event.objects.record(
        "review_threat", about=locked, by=by, at=at, owner=owner.pk, review=review_on.isoformat()
    )
    return looked


@transaction.atomic
def close(threat: Threat, *, note: str, by: User, at: datetime) -> None:
    """It threatens nothing any more."""
    if not note.strip():
        raise Refused(_("Note what you found."))
    threat.move("close", by=by, at=at)
    Review.objects.create(
        threat=threat, by=by, at=at, note=note.strip(), mitigation=threat.mitigation
    )


@transaction.atomic
def reopen(threat: Threat, *, note: str, by: User, at: datetime) -> None:
    if not note.strip():
        raise Refused(_("Note what you found."))
    threat.move("reopen", by=by, at=at)
    Review.objects.create(
        threat=threat, by=by, at=at, note=note.strip(), mitigation=threat.mitigation
    )


@transaction.atomic
def ask_exception(
    application: Application, role: Role, *, person: User, reason: str, by: User, at: datetime
) -> list[PartException]:
    """Ask that somebody may take a part that judges nobody, although they are bound. Refused for
    every part that audits, verifies or decides, and for family, interest and one's own case."""
    _check_asked(application, role, person, by, at)
    if not reason.strip():
        raise Refused(_("Write why nobody else can do it."))
    found = bonds(application, [person.pk], body_day(at)).get(person.pk, [])
    if not found:
        raise NoException(_("Nothing binds this person here: no exception is needed."))
    if hard := [bond for bond in found if bond not in EXCEPTED_BONDS]:
        raise NoException(_("Nothing excepts from this: %(bar)s") % {"bar": hard[0].label})
    try:
        with transaction.atomic():
            return [_ask(application, role, person, bond, reason, by, at) for bond in found]
    except IntegrityError:
        raise Refused(_("This exception was asked for already.")) from None


def _check_asked(
    application: Application, role: Role, person: User, by: User, at: datetime
) -> None:
    if Role.ADMINISTRATOR not in by.roles_on(body_day(at)):
        raise Refused(_("Only an administrator asks for an exception."))
    if role not in EXCEPTED_ROLES:
        raise NoException(_("There is no exception for who audits, verifies or decides."))
    if by.pk in {person.pk, application.applicant_id}:
        raise Refused(_("This is about you. Somebody else asks for it."))
    if not application.is_open:
        raise Refused(_("This case is closed."))


def _ask(  # noqa: PLR0917 - one row
    application: Application,
    role: Role,
    person: User,
    bond: Bond,
    reason: str,
    by: User,
    at: datetime,
) -> PartException:
    asked = PartException.objects.create(
        application=application,
        person=person,
        role=role,
        bond=bond,
        reason=reason.strip(),
        asked_by=by,
        asked_at=at,
    )
    _record("ask_exception", asked, by, at)
    return asked


def _record(verb: str, asked: PartException, by: User, at: datetime) -> None:
    Event.objects.record(
        verb,
        about=asked,
        by=by,
        at=at,
        case=asked.application.trail_case(),
        person=asked.person_id,
        role=asked.role,
        bond=asked.bond,
    )


@transaction.atomic
def answer_exception(
    asked: PartException,
    *,
    granted: bool,
    note: str,
    review_on: date | None = None,
    by: User,
    at: datetime,
) -> PartException:
    """A second person allows it or not. What is allowed stands in the register from then on."""
    _check_keeper(by, at)
    locked = PartException.objects.select_for_update().get(pk=asked.pk)
    parties = {locked.asked_by_id, locked.person_id, locked.application.applicant_id}
    if by.pk in parties:
        raise Refused(_("A second person answers, who has nothing to do with it."))
    if locked.answer:
        raise Refused(_("This was answered already."))
    if not note.strip():
        raise Refused(_("Write what speaks for it or against it, and what is done about it."))
    answers = PartException.Answer
    locked.answer = answers.GRANTED if granted else answers.REFUSED
    locked.answered_by, locked.answered_at, locked.answer_note = by, at, note.strip()
    locked.save(update_fields=["answer", "answered_by", "answered_at", "answer_note"])
    if granted:
        _into_register(locked, review_on, by, at)
    _record("allow_exception" if granted else "refuse_exception", locked, by, at)
    return locked


def _into_register(granted: PartException, review_on: date | None, by: User, at: datetime) -> None:
    if review_on is None:
        raise Refused(_("Choose a day to come for the next look."))
    note_threat(
        what=granted.reason,
        kind=Threat.Kind.FAMILIARITY,
        about=About(Threat.Scope.CASE, granted.application, granted.person),
        mitigation=granted.answer_note,
        owner=granted.asked_by,
        review_on=review_on,
        by=by,
        at=at,
        exception=granted,
    )


def exceptions_in(application: Application) -> list[PartException]:
    """What was allowed in a case, for everybody who reads its file."""
    allowed = application.exceptions.filter(answer=PartException.Answer.GRANTED)
    return list(allowed.select_related("person", "asked_by", "answered_by"))
