"""Asking for a report as PDF: it is owed as a row and drawn by a worker."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from awards.flow import Part
from awards.models import Bid, Language, Printout, PrintoutKind, Sheet
from awards.reading import sheets_for


def language_of(user: User) -> Language:
    return Language.FRENCH if user.language.startswith("fr") else Language.ENGLISH


@transaction.atomic
def ask_report(bid: Bid, sheet: Sheet, *, by: User, at: datetime) -> Printout:
    """A sheet is final: whoever asks again gets the same paper, and one that failed is tried
    again."""
    found, new = Printout.objects.get_or_create(
        sheet=sheet,
        language=language_of(by),
        defaults={"bid": bid, "kind": PrintoutKind.REPORT, "asked_at": at},
    )
    if not new and found.gave_up:
        Printout.objects.filter(pk=found.pk).update(attempts=0, leased_until=None)
    return found


@transaction.atomic
def ask_guide(bid: Bid, *, by: User, at: datetime) -> Printout:
    """What the team says of itself now. One that still waits is the one that was asked for."""
    Bid.objects.select_for_update().get(pk=bid.pk)
    mine = bid.printouts.filter(kind=PrintoutKind.GUIDE, language=language_of(by))
    waiting = mine.filter(drawn_at=None).first()
    if waiting is None:
        return mine.create(bid=bid, kind=PrintoutKind.GUIDE, language=language_of(by), asked_at=at)
    if waiting.gave_up:
        Printout.objects.filter(pk=waiting.pk).update(attempts=0, leased_until=None)
    return waiting


def printouts_for(bid: Bid, user: User) -> list[Printout]:
    """The last of each kind in the reader's language: reports of sheets that they may read, and
    the team's own guide."""
    rows = bid.printouts.filter(language=language_of(user))
    readable = [sheet.pk for sheet in sheets_for(bid, user)]
    found = list(rows.filter(sheet__in=readable).select_related("sheet").order_by("sheet"))
    if Part.TEAM in bid.acts_as(user):
        found += list(rows.filter(kind=PrintoutKind.GUIDE)[:1])
    return found
