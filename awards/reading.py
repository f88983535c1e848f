"""Who may read which scores. Everything that shows a sheet to anybody asks here."""

from collections.abc import Sequence

from accounts.models import User
from accounts.roles import Role
from awards.assessing import two_sheets
from awards.flow import JUDGES, Part, Stage
from awards.models import Bid, Criterion, InterviewNote, Sheet, SheetKind

PARALLEL = (SheetKind.ASSESSOR, SheetKind.VERIFIER)


def sheets_for(bid: Bid, user: User) -> list[Sheet]:
    """One's own; what was released to the team; for assessors what is final. Of two in parallel,
    neither sees the other's before both are final."""
    parts = bid.acts_as(user)
    every = list(bid.sheets.select_related("submission", "person").prefetch_related("scores"))
    for sheet in every:
        sheet.bid = bid
    if parts & set(JUDGES):
        if not bid.declared(user):
            return []  # interests are declared before anything is read
        open_ = {sheet.pk for sheet in two_sheets(bid) or ()}
        return [s for s in every if s.person_id == user.pk or _final(s, open_, bid)]
    if Part.TEAM in parts or Role.ADMINISTRATOR in user.roles:
        return [s for s in every if s.released_at]
    return []


def _final(sheet: Sheet, opened: set[int], bid: Bid) -> bool:
    if sheet.final_at is None or sheet.void:
        return False
    if sheet.kind not in PARALLEL:
        return True
    # Sheets of an earlier submission were opened when both were final.
    last = bid.submissions.order_by("number").values_list("pk", flat=True).last()
    return sheet.pk in opened or sheet.submission_id != last


def interviews_for(bid: Bid, user: User) -> list[InterviewNote]:
    """For assessors of this bid alone; while two assess in parallel, each their own."""
    if not bid.acts_as(user) & set(JUDGES) or not bid.declared(user):
        return []
    notes = bid.interviews.select_related("by")
    if bid.stage == Stage.ASSESSMENT:
        notes = notes.filter(by=user)
    return list(notes)


def questions_by_interviewee() -> list[tuple[str, list[tuple[str, Sequence[str]]]]]:
    """The interview questions of the criteria, for each kind of person they are meant for."""
    found: dict[str, list[tuple[str, Sequence[str]]]] = {}
    for criterion in Criterion.objects.all():
        for who in criterion.interviewees:
            found.setdefault(who, []).append((criterion.code, criterion.questions))
    return sorted(found.items(), key=lambda item: -len(item[1]))
