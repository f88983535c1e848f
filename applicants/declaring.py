"""What people say about whom they are bound to: once a year as a whole, and whenever it changes."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.models import Affiliation, Declaration, Relative, TeachingRelation
from applicants.models.bonds import name_key
from certificates.dates import body_day
from trail.flow import Refused
from trail.models import Event


@transaction.atomic
def declare_year(*, note: str, by: User, at: datetime) -> Declaration:
    """Everything that binds this person is written down; it holds for a calendar year."""
    declaration = Declaration.objects.create(
        person=by, clear=not note.strip(), note=note.strip(), at=at
    )
    Event.objects.record("declare_year", about=declaration, by=by, at=at)
    return declaration


@transaction.atomic
def join(
    *, organisation: str, what: str, starts_on: date | None, by: User, at: datetime
) -> Affiliation:
    """Belong to an organisation: whoever belongs to it too is not judged by this person."""
    key = name_key(organisation)
    if not key:
        raise Refused(_("Write the name of the organisation."))
    try:
        with transaction.atomic():
            tie = Affiliation.objects.create(
                person=by,
                organisation=organisation.strip(),
                key=key,
                what=what,
                starts_on=starts_on,
                declared_at=at,
            )
    except IntegrityError:
        raise Refused(_("You have named this organisation.")) from None
    Event.objects.record("join", about=tie, by=by, at=at)
    return tie


@transaction.atomic
def leave(tie: Affiliation, *, by: User, at: datetime) -> None:
    """Gone from today on. It bars for two more years, like teaching that ended."""
    mine = Affiliation.objects.filter(pk=tie.pk, person=by, ends_on=None)
    if not mine.update(ends_on=body_day(at)):
        raise Refused(_("You have left this organisation already."))
    Event.objects.record("leave", about=tie, by=by, at=at)


@transaction.atomic
def name_relative(*, name: str, email: str, kin: str, by: User, at: datetime) -> Relative:
    """Family bars as long as it is known. Naming somebody again adds or corrects the address."""
    key = name_key(name)
    if not key:
        raise Refused(_("Write the name of the person."))
    if email.lower() == by.email.lower():
        raise Refused(_("Name another person."))
    relative, _new = Relative.objects.update_or_create(
        person=by,
        key=key,
        defaults={"name": name.strip(), "email": email.lower(), "kin": kin},
        create_defaults={
            "name": name.strip(),
            "email": email.lower(),
            "kin": kin,
            "declared_at": at,
        },
    )
    Event.objects.record("name_relative", about=relative, by=by, at=at)
    return relative


@transaction.atomic
def answer_teaching(
    relation: TeachingRelation, *, confirmed: bool, note: str, by: User, at: datetime
) -> None:
    """The other side says that it is so, or that it is not. It bars on, whatever they say, until
    somebody has looked into it: nobody frees themselves."""
    locked = TeachingRelation.objects.select_for_update().get(pk=relation.pk)
    if not locked.may_answer(by):
        raise Refused(_("This was declared by you, or is settled."))
    if not confirmed and not note.strip():
        raise Refused(_("Say what is not so. An administrator looks into it."))
    answers = TeachingRelation.Answer
    locked.answer = answers.CONFIRMED if confirmed else answers.CONTESTED
    locked.answered_by, locked.answer_note = by, note.strip()
    locked.save(update_fields=["answer", "answered_by", "answer_note"])
    verb = "confirm_teaching" if confirmed else "contest_teaching"
    Event.objects.record(verb, about=locked, by=by, at=at)


@transaction.atomic
def end_teaching(relation: TeachingRelation, *, by: User, at: datetime) -> None:
    """It ended today. An earlier day would lift a bar by one's own word, so nobody can write it."""
    sides = {relation.teacher_id, relation.learner_id}
    going_on = TeachingRelation.objects.filter(pk=relation.pk, ends_on=None, withdrawn_at=None)
    if by.pk not in sides or relation.starts_on > body_day(at):
        raise Refused(_("This is not yours to end."))
    if not going_on.update(ends_on=body_day(at)):
        raise Refused(_("This has ended already."))
    Event.objects.record("end_teaching", about=relation, by=by, at=at)


@transaction.atomic
def settle_teaching(
    relation: TeachingRelation, *, stands: bool, note: str, by: User, at: datetime
) -> None:
    """An administrator who is neither of the two has looked into what was contested."""
    locked = TeachingRelation.objects.select_for_update().get(pk=relation.pk)
    if Role.ADMINISTRATOR not in by.roles_on(body_day(at)):
        raise Refused(_("Only an administrator settles this."))
    if by.pk in {locked.teacher_id, locked.learner_id}:
        raise Refused(_("This is about you. Another administrator settles it."))
    if not TeachingRelation.objects.to_settle().filter(pk=locked.pk).exists():
        raise Refused(_("Nobody contests this."))
    if not note.strip():
        raise Refused(_("Say what you found. Both of them read it."))
    locked.settled_at = at
    locked.withdrawn_at = None if stands else at
    locked.answer_note = f"{locked.answer_note}\n\n{note.strip()}"
    locked.save(update_fields=["settled_at", "withdrawn_at", "answer_note"])
    verb = "uphold_teaching" if stands else "withdraw_teaching"
    Event.objects.record(verb, about=locked, by=by, at=at)
