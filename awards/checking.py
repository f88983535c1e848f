"""The second pair of eyes: a report is agreed, or goes back with reasons."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from awards.appointing import tell_owners
from awards.models import Bid, SecondCheck, Sheet, SheetKind
from trail.flow import Refused


def sheet_to_check(bid: Bid) -> Sheet | None:
    """The report that the second check, or the decision, is about."""
    kinds = (SheetKind.FULL, SheetKind.AGREED)
    found = bid.sheets.filter(kind__in=kinds, final_at__isnull=False, void=False)
    return found.select_related("submission", "bid").order_by("pk").last()


@transaction.atomic
def check(bid: Bid, *, agreed: bool, reasons: str, by: User, at: datetime) -> SecondCheck:
    """Agree, and the report goes to the team and to the chair; or send it back with reasons."""
    Bid.objects.select_for_update().get(pk=bid.pk)
    bid.refresh_from_db()
    sheet = sheet_to_check(bid)
    if sheet is None:
        raise Refused(_("There is no report to check."))
    if not agreed and not reasons.strip():
        raise Refused(_("Say what should be looked at again. The first assessor reads it."))
    verb = "agree" if agreed else "return"
    move = bid.flow.find(bid.stage, verb)
    if move.role not in bid.acts_as(by):
        raise Refused(_("Only the second pair of eyes does that."))
    made = SecondCheck.objects.create(
        sheet=sheet, agreed=agreed, reasons=reasons.strip(), by=by, at=at
    )
    if agreed:
        Sheet.objects.filter(pk=sheet.pk).update(released_at=at)
    bid.move(verb, by=by, at=at, sheet=sheet.pk)
    tell_owners(bid)
    return made
