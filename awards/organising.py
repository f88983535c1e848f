"""Organisations, their people and their programmes: founding, inviting, naming who helps."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from awards.models import Helper, HelperKind, Invitation, Member, Organisation, Programme
from certificates.dates import body_day
from notices.services import post
from trail.flow import Refused
from trail.models import Event

INVITATION_DAYS = 14
MOST_OPEN = 20  # invitations that wait, of one organisation
MOST_FOUNDED = 5  # organisations that one person belongs to


class NotOfTheTeam(Refused):
    """Only people of the organisation keep its programmes."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a programme says about itself."""

    name: str
    purpose: str
    audience: str
    pairs: int | None
    started_on: date | None
    cycle_ended_on: date | None
    listed: bool


def check_member(organisation: Organisation, by: User) -> None:
    if not organisation.members.filter(person=by, ended_at=None).exists():
        raise NotOfTheTeam(_("Only people of the organisation can do that."))


@transaction.atomic
def found(
    *, name: str, city: str, country: str, programme: str, by: User, at: datetime
) -> Programme:
    """A new organisation with its first programme; whoever founds it is its first member."""
    User.objects.select_for_update().get(pk=by.pk)
    if Member.objects.filter(person=by, ended_at=None).count() >= MOST_FOUNDED:
        raise Refused(_("You belong to many organisations already. Write to us if you need more."))
    organisation = Organisation.objects.create(name=name, city=city, country=country, made_at=at)
    Member.objects.create(organisation=organisation, person=by, since=at)
    Event.objects.record("found", about=organisation, by=by, at=at)
    return add_programme(organisation, name=programme, by=by, at=at)


@transaction.atomic
def add_programme(organisation: Organisation, *, name: str, by: User, at: datetime) -> Programme:
    check_member(organisation, by)
    programme = Programme.objects.create(organisation=organisation, name=name, made_at=at)
    Event.objects.record("add_programme", about=programme, by=by, at=at)
    return programme


@transaction.atomic
def describe(programme: Programme, profile: Profile, *, by: User, at: datetime) -> None:
    """Change the profile. Raises Refused where the days cannot be."""
    check_member(programme.organisation, by)
    started, ended = profile.started_on, profile.cycle_ended_on
    if ended and (started is None or ended <= started):
        raise Refused(_("A cycle ends after the first day of the programme."))
    if ended and ended > body_day(at):
        raise Refused(_("A full cycle is over when its last day is. That day is still to come."))
    Programme.objects.filter(pk=programme.pk).update(
        name=profile.name,
        purpose=profile.purpose,
        audience=profile.audience,
        pairs=profile.pairs,
        started_on=started,
        cycle_ended_on=ended,
        listed=profile.listed,
    )
    programme.refresh_from_db()
    Event.objects.record("describe", about=programme, by=by, at=at)


@transaction.atomic
def invite(organisation: Organisation, *, address: str, by: User, at: datetime) -> Invitation:
    """Ask one address to join. An earlier invitation to it stops working."""
    check_member(organisation, by)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    address = address.strip().lower()
    if organisation.members.filter(person__email__iexact=address, ended_at=None).exists():
        raise Refused(_("Somebody with this address is in the team already."))
    waiting = organisation.invitations.open(at)
    waiting.filter(address=address).update(taken_back_at=at)
    if waiting.count() >= MOST_OPEN:
        raise Refused(_("Many invitations wait for an answer. Take some back first."))
    invitation = Invitation.objects.create(
        organisation=organisation,
        address=address,
        made_by=by,
        made_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    person = User.objects.filter(email=address, is_active=True).first()
    post(
        "programme_invitation",
        key=f"programme_invitation:{invitation.pk}",
        to=person,
        address=address,
        invitation=invitation.pk,
    )
    Event.objects.record("invite", about=organisation, by=by, at=at, invitation=invitation.pk)
    return invitation


@transaction.atomic
def take_back(invitation: Invitation, *, by: User, at: datetime) -> None:
    check_member(invitation.organisation, by)
    Invitation.objects.filter(pk=invitation.pk, used_at=None, taken_back_at=None).update(
        taken_back_at=at
    )
    Event.objects.record(
        "take_back_invitation",
        about=invitation.organisation,
        by=by,
        at=at,
        invitation=invitation.pk,
    )


def open_invitation(key: UUID, person: User, at: datetime) -> Invitation | None:
    """The invitation behind a link, for the one address that it asks."""
    found = Invitation.objects.open(at).filter(key=key, address=person.email.lower())
    return found.select_related("organisation", "made_by").first()


@transaction.atomic
def accept(invitation: Invitation, *, by: User, at: datetime) -> Member:
    """Join the team, once. Raises Refused for another address, too late, or for a judge."""
    if by.email.lower() != invitation.address:
        raise Refused(_("This invitation asks another address."))
    used = Invitation.objects.open(at).filter(pk=invitation.pk).update(used_at=at, used_by=by)
    if not used:
        raise Refused(_("This invitation is no longer open. Ask for a new one."))
    try:
        with transaction.atomic():
            member, _new = Member.objects.update_or_create(
                organisation=invitation.organisation,
                person=by,
                defaults={"ended_at": None},
                create_defaults={"since": at},
            )
    except DatabaseError:
        raise Refused(
            _("You assess a programme of this organisation, so you cannot join it.")
        ) from None
    Event.objects.record(
        "join", about=invitation.organisation, by=by, at=at, invitation=invitation.pk
    )
    return member


@transaction.atomic
def end_membership(member: Member, *, by: User, at: datetime) -> None:
    """Somebody leaves. One person always stays, and who left never assesses the programme."""
    organisation = Organisation.objects.select_for_update().get(pk=member.organisation_id)
    check_member(organisation, by)
    others = organisation.members.filter(ended_at=None).exclude(pk=member.pk)
    if not others.exists():
        raise Refused(_("Somebody has to stay. Invite another person first."))
    Member.objects.filter(pk=member.pk, ended_at=None).update(ended_at=at)
    Event.objects.record("leave", about=organisation, by=by, at=at, person=member.person_id)


@transaction.atomic
def name_helper(
    programme: Programme, *, name: str, email: str, kind: HelperKind, by: User, at: datetime
) -> Helper:
    """Say who helps. They can never assess the programme; who assesses it cannot be named."""
    check_member(programme.organisation, by)
    address = email.strip().lower()
    try:
        with transaction.atomic():
            helper = Helper.objects.create(
                programme=programme,
                name=name,
                email=address,
                kind=kind,
                named_at=at,
                named_by=by,
            )
    except DatabaseError:  # SQLite names no difference between a constraint and a guard
        if programme.helpers.filter(email=address).exists():
            raise Refused(_("Somebody with this address is named already.")) from None
        raise Refused(_("This person assesses the programme, and cannot help with it.")) from None
    Event.objects.record("name_helper", about=programme, by=by, at=at, helper=helper.pk)
    return helper
