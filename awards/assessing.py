"""The assessors' work: sheets of scores, reports, and what two of them differ on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from awards.appointing import tell_owners
from awards.flow import ROUNDS, Part, Stage
from awards.interviewing import check_interviews
from awards.models import (
    Bid,
    Criterion,
    CriterionScore,
    Sheet,
    SheetKind,
)
from notices.services import post
from trail.flow import Refused
from trail.models import Event

# Which sheet is written at a stage, and by whom.
WRITES = {
    (Stage.FIRST_REVIEW, Part.FIRST_ASSESSOR): SheetKind.FIRST,
    (Stage.INTERVIEWS, Part.FIRST_ASSESSOR): SheetKind.FULL,
    (Stage.REPORT, Part.FIRST_ASSESSOR): SheetKind.FULL,
    (Stage.ASSESSMENT, Part.ASSESSOR): SheetKind.ASSESSOR,
    (Stage.ASSESSMENT, Part.VERIFIER): SheetKind.VERIFIER,
    (Stage.RECONCILIATION, Part.ASSESSOR): SheetKind.AGREED,
}


class Unfinished(Refused):
    """Not every criterion has its score, or a reason is missing; `codes` says where."""

    def __init__(self, said: str, codes: Sequence[str]) -> None:
        super().__init__(f"{said} {', '.join(codes)}")
        self.codes = codes


@dataclass(frozen=True, slots=True)
class Mark:
    points: int
    comment: str
    accepts: bool | None


def kind_for(bid: Bid, user: User) -> SheetKind | None:
    """The sheet that this person writes now."""
    wanted = ((Stage(bid.stage), Part(part)) for part in bid.acts_as(user))
    return next((WRITES[place] for place in wanted if place in WRITES), None)


def own_open(bid: Bid, user: User) -> Sheet | None:
    kind = kind_for(bid, user)
    if kind is None:
        return None
    found = bid.sheets.filter(kind=kind, final_at=None, person=user)
    return found.select_related("submission", "bid").first()


@transaction.atomic
def open_sheet(bid: Bid, *, by: User, at: datetime) -> Sheet:
    """One's sheet of this stage; a new one starts from what was said before."""
    locked = Bid.objects.select_for_update().get(pk=bid.pk)
    kind = kind_for(locked, by)
    if kind is None or not locked.declared(by):
        raise Refused(_("There is nothing for you to score now."))
    if had := own_open(locked, by):
        return had
    # Whoever stepped back leaves their sheet behind, as far as it came.
    locked.sheets.filter(kind=kind, final_at=None).update(final_at=at, void=True)
    sheet = Sheet.objects.create(
        bid=locked,
        kind=kind,
        number=locked.sheets.filter(kind=kind).count() + 1,
        submission=locked.submissions.latest("number"),
        person=by,
        opened_at=at,
    )
    _start_from_earlier(sheet, at)
    return sheet


def _start_from_earlier(sheet: Sheet, at: datetime) -> None:
    """The last final sheet of one's own line of work. A reconciliation starts where the two agree;
    what they differ on is left open."""
    if sheet.kind == SheetKind.AGREED:
        _start_from_two(sheet, at)
        return
    line = {
        SheetKind.FULL: (SheetKind.FIRST, SheetKind.FULL),
    }.get(SheetKind(sheet.kind), (SheetKind(sheet.kind),))
    earlier = (
        sheet.bid.sheets.filter(
            kind__in=line, person=sheet.person, final_at__isnull=False, void=False
        )
        .order_by("pk")
        .last()
    )
    if earlier is not None:
        _copy(earlier.scores.all(), sheet, at)


def _copy(scores: Iterable[CriterionScore], sheet: Sheet, at: datetime) -> None:
    CriterionScore.objects.bulk_create(
        CriterionScore(
            sheet=sheet,
            criterion_id=score.criterion_id,
            points=score.points,
            comment=score.comment,
            accepts=score.accepts,
            saved_at=at,
        )
        for score in scores
    )


def two_sheets(bid: Bid) -> tuple[Sheet, Sheet] | None:
    """What Assessor and Verifier said of the last submission, once both are final."""
    last = bid.submissions.order_by("number").last()
    final = bid.sheets.filter(submission=last, final_at__isnull=False, void=False)
    first = final.filter(kind=SheetKind.ASSESSOR).last()
    second = final.filter(kind=SheetKind.VERIFIER).last()
    return (first, second) if first and second else None


def differences(bid: Bid) -> set[str]:
    """The codes on which the two gave other points, or judged a difference otherwise."""
    two = two_sheets(bid)
    if two is None:
        return set()
    one, other = (
        {s.criterion.code: (s.points, s.accepts) for s in sheet.scores.select_related("criterion")}
        for sheet in two
    )
    return {code for code in one if one[code] != other.get(code)}


def _start_from_two(sheet: Sheet, at: datetime) -> None:
    earlier = (
        sheet.bid.sheets.filter(
            kind=SheetKind.AGREED,
            submission=sheet.submission,
            final_at__isnull=False,
            void=False,
        )
        .exclude(pk=sheet.pk)
        .last()
    )
    if earlier is not None:
        _copy(earlier.scores.all(), sheet, at)
        return
    two = two_sheets(sheet.bid)
    if two is None:
        return
    disputed = differences(sheet.bid)
    agreed = two[0].scores.exclude(criterion__code__in=disputed)
    _copy(agreed, sheet, at)


@transaction.atomic
def save_score(
    sheet: Sheet, criterion: Criterion, *, mark: Mark, by: User, at: datetime
) -> CriterionScore:
    """Points and comment for one criterion, while the sheet is one's own and open."""
    locked = Sheet.objects.select_for_update().select_related("bid").get(pk=sheet.pk)
    if locked.final_at or own_open(locked.bid, by) != locked:
        raise Refused(_("These scores are final, or not yours. Nothing was changed."))
    if not 0 <= mark.points <= criterion.max_score:
        raise Refused(_("Scores run from 0 to 4."))
    row = next((r for r in locked.submission.content if r["code"] == criterion.code), None)
    if row is None:
        raise Refused(_("This criterion is not part of the submission."))
    score, _new = CriterionScore.objects.update_or_create(
        sheet=locked,
        criterion=criterion,
        defaults={
            "points": mark.points,
            "comment": mark.comment,
            "accepts": mark.accepts if row["differs"] else None,
            "saved_at": at,
        },
    )
    return score


def unfinished(sheet: Sheet) -> list[str]:
    """Codes without points, or without a comment where points are missing or a difference is
    judged: the team has to learn why. What two differed on is settled in writing."""
    given = {s.criterion.code: s for s in sheet.scores.select_related("criterion")}
    settled = differences(sheet.bid) if sheet.kind == SheetKind.AGREED else set()
    found = []
    for row in sheet.submission.content:
        score = given.get(row["code"])
        if score is None or (row["differs"] and score.accepts is None):
            found.append(row["code"])
            continue
        needs_words = row["code"] in settled or row["differs"] or score.points < row["most"]
        if needs_words and not score.comment.strip():
            found.append(row["code"])
    return found


def _finish(sheet: Sheet, summary: str, at: datetime, *, release: bool) -> None:
    if not summary.strip():
        raise Refused(_("Write a summary of at least one sentence."))
    if codes := unfinished(sheet):
        raise Unfinished(_("Points or a comment are missing for:"), codes)
    Sheet.objects.filter(pk=sheet.pk).update(
        summary=summary.strip(), final_at=at, released_at=at if release else None
    )
    sheet.refresh_from_db()


def _mine(bid: Bid, by: User) -> Sheet:
    Bid.objects.select_for_update().get(pk=bid.pk)
    bid.refresh_from_db()
    sheet = own_open(bid, by)
    if sheet is None:
        raise Refused(_("There is nothing for you to finish now."))
    return sheet


@transaction.atomic
def report(bid: Bid, *, summary: str, by: User, at: datetime) -> Sheet:
    """The first report goes to the team, which may adjust and send the full submission."""
    sheet = _mine(bid, by)
    _finish(sheet, summary, at, release=True)
    _tell(bid, "programme_first_report", sheet.pk)
    bid.move("report", by=by, at=at, sheet=sheet.pk, also={"rounds": bid.rounds + 1})
    return sheet


@transaction.atomic
def finish_alone(bid: Bid, *, summary: str, by: User, at: datetime) -> Sheet:
    """One of two parallel assessors is done. The last one opens both sheets to both."""
    sheet = _mine(bid, by)
    if not bid.interviews.filter(by=by).exists():
        raise Refused(_("Record at least one interview of your own first."))
    verb = "finish_assessing" if Part.ASSESSOR in bid.acts_as(by) else "finish_verifying"
    bid.guard(bid.flow.find(bid.stage, verb), by, at)
    _finish(sheet, summary, at, release=False)
    if two_sheets(bid) is None:
        Event.objects.record(
            "finish_sheet", about=bid, by=by, at=at, case=bid.trail_case(), sheet=sheet.pk
        )
        return sheet
    check_interviews(bid)
    bid.move(verb, by=by, at=at, sheet=sheet.pk, differences=len(differences(bid)))
    tell_owners(bid)
    return sheet


@transaction.atomic
def ask_more(bid: Bid, *, summary: str, by: User, at: datetime) -> Sheet:
    """More information is needed: the settled report goes to the team, which adjusts."""
    sheet = _mine(bid, by)
    if bid.rounds >= ROUNDS:
        raise Refused(_("The team has been asked twice already. Send the report on."))
    _finish(sheet, summary, at, release=True)
    _tell(bid, "programme_first_report", sheet.pk)
    bid.move("ask_more", by=by, at=at, sheet=sheet.pk, also={"rounds": bid.rounds + 1})
    return sheet


@transaction.atomic
def send_for_check(bid: Bid, *, summary: str, by: User, at: datetime) -> Sheet:
    """The report is done; somebody else looks at it with fresh eyes."""
    sheet = _mine(bid, by)
    _finish(sheet, summary, at, release=False)
    _tell(bid, "programme_second_check", sheet.pk)
    bid.move("send_for_check", by=by, at=at, sheet=sheet.pk)
    tell_owners(bid)
    return sheet


def _tell(bid: Bid, kind: str, key: int) -> None:
    for member in bid.programme.organisation.members.filter(ended_at=None):
        post(kind, to=member.person, key=f"{kind}:{key}:{member.person_id}", bid=bid.pk)
