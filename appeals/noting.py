"""How it is going, for those who handle it or for whoever wrote to us; and what these add."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from appeals.models import Matter, Note, Reader
from appeals.telling import ids, tell_panel, tell_writer
from applicants.models.case import NotIndependent
from certificates.dates import body_day
from trail.flow import Refused
from trail.models import Event


@transaction.atomic
def note(matter: Matter, *, reader: Reader, text: str, by: User, at: datetime) -> Note:
    """Whoever handles it notes how it is going; `reader` says whether a letter tells the writer."""
    sits = any(seat.person_id == by.pk for seat in matter.panel())
    if not sits and not matter.acts_as(by) & {Role.ADMINISTRATOR, Role.PANEL_CHAIR}:
        raise Refused(_("Only those who handle it note something."))
    if reasons := matter.bars(by, body_day(at)):
        raise NotIndependent(reasons[0])
    if reader == Reader.FROM_WRITER:
        raise Refused(_("This is for whoever wrote to us."))
    kept = _keep(matter, reader, text, by, at)
    if reader == Reader.WRITER:
        tell_writer(matter, "matter_note", f"note:{kept.pk}")
    return kept


@transaction.atomic
def add(matter: Matter, *, text: str, by: User | None, at: datetime) -> Note:
    """Whoever wrote to us adds something, until it is answered. `by` is nobody where they follow
    it at the secret address."""
    if by is not None and (matter.writer is None or by.pk != matter.writer.pk):
        raise Refused(_("Only whoever wrote to us adds something."))
    if not matter.is_open:
        raise Refused(_("It is closed: nothing can be added. Write to us instead."))
    kept = _keep(matter, Reader.FROM_WRITER, text, by, at)
    tell_panel(matter, "matter_added", f"added:{kept.pk}")
    return kept


def _keep(matter: Matter, reader: Reader, text: str, by: User | None, at: datetime) -> Note:
    if not text.strip():
        raise Refused(_("Write something first."))
    owner = {f"{name}_id": pk for name, pk in ids(matter).items()}
    kept = Note.objects.create(reader=reader, text=text.strip(), by=by, at=at, **owner)
    Event.objects.record(
        "note", about=matter, by=by, at=at, case=matter.trail_case(), reader=reader.value
    )
    return kept
