"""The verifier's record while it is open: statement by statement, and what frames them."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Application, CaseRole
from applicants.models.case import NotDeclared
from frameworks.models import Statement
from trail.flow import Refused
from verification.models import Found, Outcome, Verification

# What a number of a paper looks like: five digits or more, however they are set apart.
NUMBER = re.compile(r"(?:\d[ .\-/]?){5,}")


class NotTheVerifier(Refused):
    """Only the verifier of this case keeps its record."""


class Locked(Refused):
    """A signed record does not change."""


class NotAsked(Refused):
    """This certificate does not ask for that statement."""


class NoNumbers(Refused):
    """The number of somebody's paper is not kept here."""


class Incomplete(Refused):
    """The record lacks something. `missing` says what, one sentence each."""

    def __init__(self, *missing: str) -> None:
        self.missing = list(missing)
        super().__init__(" ".join(missing))


class Conflict(Refused):
    """The same verifier saved in another window; `stored` is what stands there."""

    def __init__(self, stored: Outcome | Verification) -> None:
        self.stored = stored
        super().__init__(
            _("This was changed in another window. Both are here: keep what you want.")
        )


def verifier_of(application: Application) -> User | None:
    """Who holds the part now."""
    parts = application.cast.filter(role=Role.VERIFIER, ended_at=None).select_related("person")
    part: CaseRole | None = parts.first()
    return part.person if part else None


@transaction.atomic
def open_verification(application: Application, *, by: User, at: datetime) -> Verification:
    """The record of this verifier in this case; begun now where there is none."""
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if locked.stage != Stage.VERIFICATION:
        raise Refused(_("This case does not wait for verification."))
    if verifier_of(locked) != by or Role.VERIFIER not in locked.acts_as(by):
        raise NotTheVerifier(_("Only the verifier of this case keeps its record."))
    if not locked.declared(by):
        raise NotDeclared(_("Declare your interests in this case first."))
    return begin(locked, by, at)


def begin(application: Application, verifier: User, at: datetime) -> Verification:
    """The open record, or a new one. One that was broken off goes on."""
    record, _new = Verification.objects.get_or_create(
        application=application, verifier=verifier, signed_at=None, defaults={"opened_at": at}
    )
    return record


def mine(verification: Verification, by: User) -> Verification:
    """The record, ours until the transaction ends, if this person may write in it. The case is
    locked first, as everywhere."""
    application = Application.objects.select_for_update().get(pk=verification.application_id)
    row = Verification.objects.select_for_update().get(pk=verification.pk)
    row.application = application
    if row.signed_at:
        raise Locked(_("This record is signed, so it does not change any more."))
    if row.verifier_id != by.pk or verifier_of(row.application) != by:
        raise NotTheVerifier(_("Only the verifier of this case keeps its record."))
    if not row.application.declared(by):
        raise NotDeclared(_("Declare your interests in this case first."))
    if row.application.stage != Stage.VERIFICATION:
        raise Refused(_("This case does not wait for verification."))
    return row


@transaction.atomic
def save_outcome(
    verification: Verification,
    statement: Statement,
    *,
    found: str,
    note: str,
    by: User,
    at: datetime,
    revision: int | None = None,
) -> Outcome:
    """What was found of one statement. Saving again replaces it while the record is open.

    `revision` is the one that was read, 0 where nothing was there. Raises Conflict, with what is
    stored, when another window saved in between; None overwrites.
    """
    record = mine(verification, by)
    if not record.application.asked().filter(statement=statement).exists():
        raise NotAsked(_("This certificate does not ask for that statement."))
    note = plain(note)
    _check(statement, found, note)
    outcome = record.outcomes.filter(statement=statement).first() or Outcome(
        verification=record, statement=statement, revision=0
    )
    if outcome.pk and (outcome.found, outcome.note) == (found, note):
        return outcome
    if revision is not None and outcome.revision != revision:
        raise Conflict(outcome)
    outcome.found, outcome.note = found, note
    outcome.revision, outcome.saved_at = outcome.revision + 1, at
    outcome.save()
    return outcome


def _check(statement: Statement, found: str, note: str) -> None:
    if found not in Found.values:
        raise Refused(_("Choose what you found."))
    if found == Found.NOT_CONFIRMED and not note:
        raise Incomplete(
            _("%(code)s: say in the note why it is not confirmed.") % {"code": statement.code}
        )
    if found == Found.NOT_EXPLORED and not note:
        raise Incomplete(
            _("%(code)s: say in the note why it was not explored.") % {"code": statement.code}
        )


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


@transaction.atomic
def save_record(  # noqa: PLR0913 - what frames a meeting is these things
    verification: Verification,
    *,
    identity_checked: str,
    persons_present: str,
    adjustments_made: str,
    summary: str,
    by: User,
    at: datetime,
    identity_document: str = "",
    mode: str = "",
    interruptions: str = "",
    revision: int | None = None,
) -> Verification:
    """What frames the outcomes: whose identity was seen how, who was there, what was arranged,
    what broke in. Raises NoNumbers where the number of a paper was written down, Conflict where
    another window saved in between."""
    record = mine(verification, by)
    said = {
        "identity_checked": plain(identity_checked),
        "identity_document": identity_document,
        "mode": mode,
        "persons_present": plain(persons_present),
        "adjustments_made": plain(adjustments_made),
        "interruptions": plain(interruptions),
        "summary": plain(summary),
    }
    if NUMBER.search(said["identity_checked"]):
        raise NoNumbers(_("Leave numbers of papers out. Say which paper you saw, and how."))
    if record.revision and frame_of(record) == said:
        return record
    if revision is not None and record.revision != revision:
        raise Conflict(record)
    for name, value in said.items():
        setattr(record, name, value)
    record.revision, record.saved_at = record.revision + 1, at
    record.save(update_fields=[*said, "revision", "saved_at"])
    return record


FRAME = (
    "identity_checked",
    "identity_document",
    "mode",
    "persons_present",
    "adjustments_made",
    "interruptions",
    "summary",
)


def frame_of(record: Verification) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FRAME}
