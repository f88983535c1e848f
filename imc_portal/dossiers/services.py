"""Asking for a dossier, trying again, and noting who took it away."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.models import Application
from imc_portal.models import Dossier, Step
from trail.flow import Refused
from trail.models import Event
from trail.seen import DOSSIER, note_sight

# It holds every entry: whoever answers for the whole case asks for it, and has said before that
# nothing binds them.
KEEPERS = frozenset({Role.DECIDER, Role.PANEL_CHAIR, Role.ADMINISTRATOR})


class NotForYou(Refused):
    """A dossier is for those who answer for the whole case."""


def may_ask(application: Application, user: User) -> bool:
    return bool(
        KEEPERS & user.roles
        and user.pk != application.applicant_id
        and application.declared(user)
        and Application.objects.visible_to(user).filter(pk=application.pk).exists()
    )


@transaction.atomic
def ask(application: Application, *, by: User, at: datetime) -> Dossier:
    """Owe a dossier in the language of whoever asks. While one is being made there is no second;
    one that was given up is tried again."""
    if not may_ask(application, by):
        raise NotForYou(_("You cannot ask for this dossier."))
    Application.objects.select_for_update().get(pk=application.pk)
    going = Dossier.objects.filter(
        application=application, asked_by=by, language=by.language, made_at=None
    ).first()
    if going is not None:
        if going.failed:
            Dossier.objects.filter(pk=going.pk).update(
                attempts=0, leased_until=None, step=Step.ASKED, asked_at=at
            )
            going.refresh_from_db()
        return going
    dossier = Dossier.objects.create(
        application=application, asked_by=by, asked_at=at, language=by.language
    )
    Event.objects.record("ask_dossier", about=dossier, by=by, at=at, case=application.trail_case())
    return dossier


@transaction.atomic
def take_away(dossier: Dossier, *, part: str, by: User, at: datetime) -> None:
    """Note that this person downloaded it."""
    if not may_ask(dossier.application, by):
        raise NotForYou(_("You cannot open this dossier."))
    if not dossier.is_there:
        raise Refused(_("This dossier is not there any more. Ask for a new one."))
    case = dossier.application.trail_case()
    note_sight(DOSSIER, case=case, by=by, at=at)
    digest = dossier.pdf_sha256 if part == "pdf" else dossier.box_sha256
    Event.objects.record(
        "take_dossier", about=dossier, by=by, at=at, case=case, part=part, sha256=digest
    )
