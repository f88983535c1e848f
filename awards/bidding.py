"""What the team does with its bid: begin, gather evidence, rate itself, withdraw."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from awards.flow import FLOWS, WRITABLE, Part, Process, Stage
from awards.models import (
    AwardScheme,
    Bid,
    Criterion,
    EvidenceItem,
    EvidenceKind,
    Programme,
    Response,
)
from awards.organising import check_member
from awards.renewing import to_renew
from awards.rules import Verdict
from awards.scoring import of_team, verdict
from trail.flow import Refused
from trail.models import Event

LONGEST = 20_000  # characters of a response
MOST_EVIDENCE = 30  # pieces for one criterion


class Conflict(Refused):
    """Somebody else of the team saved this criterion meanwhile."""

    def __init__(self, stored: Response) -> None:
        super().__init__(_("Somebody else saved this criterion meanwhile."))
        self.stored = stored


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    score: int | None
    differs: bool
    differs_why: str


@transaction.atomic
def open_bid(programme: Programme, scheme: AwardScheme, *, by: User, at: datetime) -> Bid:
    """Begin, under the terms of today. What an earlier bid said is there to start from. Raises
    TooEarly where an award of the scheme still holds for long."""
    check_member(programme.organisation, by)
    renews = to_renew(programme, scheme, at)
    try:
        with transaction.atomic():
            bid = Bid.objects.create(
                programme=programme,
                scheme=scheme,
                process=scheme.process,
                terms=scheme.terms().as_data(),
                opened_at=at,
                renews=renews,
                stage=next(iter(FLOWS[Process(scheme.process)])).source,
                stage_since=at,
            )
    except IntegrityError:
        raise Refused(_("This programme has an open bid already.")) from None
    _copy_earlier(bid, by, at)
    Event.objects.record(
        "open_bid",
        about=bid,
        by=by,
        at=at,
        after=bid.stage,
        case=bid.trail_case(),
        scheme=scheme.key,
    )
    return bid


def _copy_earlier(bid: Bid, by: User, at: datetime) -> None:
    """Words and evidence of the last bid; the scores are given anew."""
    earlier = bid.programme.bids.exclude(pk=bid.pk).order_by("-opened_at").first()
    if earlier is None:
        return
    Response.objects.bulk_create(
        Response(
            bid=bid,
            criterion_id=old.criterion_id,
            text=old.text,
            differs=old.differs,
            differs_why=old.differs_why,
            saved_at=at,
            saved_by=by,
        )
        for old in earlier.responses.all()
    )
    EvidenceItem.objects.bulk_create(
        EvidenceItem(
            bid=bid,
            criterion_id=old.criterion_id,
            kind=old.kind,
            title=old.title,
            detail=old.detail,
            url=old.url,
            file_id=old.file_id,
            added_at=at,
            added_by=by,
        )
        for old in earlier.evidence.all()
    )


def writable(bid: Bid, by: User, *also: Stage) -> Bid:
    """The bid, locked, while its team may write. Raises Refused otherwise."""
    locked = Bid.objects.select_for_update(of=("self",)).select_related("programme").get(pk=bid.pk)
    if Part.TEAM not in locked.acts_as(by):
        raise Refused(_("Only people of the organisation can do that."))
    if locked.stage not in (*WRITABLE, *also):
        raise Refused(_("The evidence is with the assessors now. It cannot be changed."))
    return locked


@transaction.atomic
def save_response(
    bid: Bid, criterion: Criterion, *, answer: Answer, revision: int, by: User, at: datetime
) -> Response:
    """Keep what the team says about one criterion. `revision` is what the writer had read; raises
    Conflict where somebody else saved another text meanwhile."""
    writable(bid, by)
    if len(answer.text) > LONGEST or len(answer.differs_why) > LONGEST:
        raise Refused(_("This text is too long to be kept."))
    if answer.score is not None and not 0 <= answer.score <= criterion.max_score:
        raise Refused(_("Scores run from 0 to 4."))
    stored = Response.objects.filter(bid=bid, criterion=criterion).first()
    said = {
        "text": answer.text,
        "score": answer.score,
        "differs": answer.differs,
        "differs_why": answer.differs_why,
    }
    if stored is None:
        return Response.objects.create(
            bid=bid, criterion=criterion, **said, saved_at=at, saved_by=by
        )
    if all(getattr(stored, name) == value for name, value in said.items()):
        return stored
    if stored.revision != revision:
        raise Conflict(stored)
    Response.objects.filter(pk=stored.pk).update(
        **said, revision=revision + 1, saved_at=at, saved_by=by
    )
    stored.refresh_from_db()
    return stored


@transaction.atomic
def add_evidence(
    bid: Bid,
    criterion: Criterion,
    *,
    kind: EvidenceKind,
    title: str,
    detail: str,
    url: str,
    by: User,
    at: datetime,
) -> EvidenceItem:
    """Until an assessor is appointed evidence can still be added to what was sent."""
    locked = writable(bid, by, Stage.APPOINTMENT)
    if EvidenceItem.objects.filter(bid=bid, criterion=criterion).count() >= MOST_EVIDENCE:
        raise Refused(_("That is much evidence for one criterion. Take something away first."))
    item = EvidenceItem.objects.create(
        bid=bid,
        criterion=criterion,
        kind=kind,
        title=title,
        detail=detail,
        url=url,
        added_at=at,
        added_by=by,
    )
    Event.objects.record(
        "add_evidence", about=locked, by=by, at=at, case=bid.trail_case(), criterion=criterion.code
    )
    return item


@transaction.atomic
def remove_evidence(item: EvidenceItem, *, by: User, at: datetime) -> None:
    """It stays in every submission that was made with it."""
    locked = writable(item.bid, by)
    code = item.criterion.code
    item.delete()
    Event.objects.record(
        "remove_evidence", about=locked, by=by, at=at, case=locked.trail_case(), criterion=code
    )


def team_verdict(bid: Bid) -> Verdict:
    """Where the team stands by its own scores."""
    return verdict(bid, of_team(bid, Criterion.objects.select_related("standard")))


@transaction.atomic
def withdraw(bid: Bid, *, by: User, at: datetime) -> None:
    bid.move("withdraw", by=by, at=at)
