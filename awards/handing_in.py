"""Handing in: what is missing, and the frozen copy that is assessed."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from awards.bidding import writable
from awards.flow import Stage
from awards.keeping import freeze
from awards.models import (
    AwardSubmission,
    Bid,
    Criterion,
    EvidenceKind,
    KeptFile,
    Response,
)
from certificates.dates import body_day
from files.held import FileState
from notices.services import post
from trail.flow import Refused


class Incomplete(Refused):
    """Something is missing. All of it is in `missing`."""

    def __init__(self, missing: Sequence["Missing"]) -> None:
        super().__init__(_("Something is still missing. Nothing was sent."))
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing; `code` names its criterion, "" the profile of the programme."""

    code: str
    said: str


def missing_for_eligibility(bid: Bid, at: datetime) -> list[Missing]:
    programme = bid.programme
    found = []
    if not programme.purpose.strip():
        found.append(Missing("", _("Say what the programme is for.")))
    if not programme.audience.strip():
        found.append(Missing("", _("Say who takes part.")))
    if not programme.pairs:
        found.append(Missing("", _("Say how many pairs there are.")))
    if programme.started_on is None:
        found.append(Missing("", _("Say on which day the programme began.")))
    if bid.rules.full_cycle:
        ended = programme.cycle_ended_on
        if ended is None or ended > body_day(at):
            found.append(
                Missing(
                    "",
                    _("%(scheme)s asks for a completed full cycle.") % {"scheme": bid.rules.title},
                )
            )
    return found


def missing(bid: Bid, at: datetime) -> list[Missing]:
    """Everything that stands between the team and handing in."""
    found = missing_for_eligibility(bid, at)
    responses = {r.criterion_id: r for r in bid.responses.all()}
    kinds: dict[int, set[str]] = {}
    for item in bid.evidence.all():
        kinds.setdefault(item.criterion_id, set()).add(item.kind)
    for criterion in Criterion.objects.all():
        had = responses.get(criterion.pk)
        there = kinds.get(criterion.pk, set())
        found += [Missing(criterion.code, said) for said in _missing_here(bid, had, there)]
    return found + _unsettled(bid)


def _unsettled(bid: Bid) -> list[Missing]:
    """Nobody is handed a file that may yet do harm, or that is gone."""
    items = bid.evidence.filter(file__state__in=[FileState.WAITING, FileState.REFUSED])
    words = {
        FileState.WAITING: _("“%(name)s” is still being checked. That takes a minute."),
        FileState.REFUSED: _("“%(name)s” was refused. Take it away, or add a better copy."),
    }
    return [
        Missing(item.criterion.code, words[FileState(item.file.state)] % {"name": item.title})
        for item in items.select_related("criterion", "file")
        if item.file is not None
    ]


def _missing_here(bid: Bid, response: Response | None, kinds: set[str]) -> list[str]:
    found = []
    if response is None or not response.text.strip():
        found.append(_("Say how you meet it."))
    if response is None or response.score is None:
        found.append(_("Score yourselves."))
    if response and response.differs and not response.differs_why.strip():
        found.append(_("Say why you do it in another way."))
    if EvidenceKind.DOCUMENT not in kinds:
        found.append(_("Name at least one document."))
    if bid.rules.verbal and EvidenceKind.VERBAL not in kinds:
        found.append(_("Name at least one person who can speak to it."))
    return found


@transaction.atomic
def confirm(bid: Bid, *, by: User, at: datetime) -> None:
    """The programme may be assessed: its profile is complete, and its cycle where one is asked."""
    if bid.stage == Stage.ELIGIBILITY and (lacks := missing_for_eligibility(bid, at)):
        raise Incomplete(lacks)
    bid.move("confirm", by=by, at=at)


@transaction.atomic
def submit(bid: Bid, *, by: User, at: datetime) -> AwardSubmission:
    """Hand in, for the first time or in full: a frozen copy of everything that was said.

    Raises Incomplete with the whole list of what is missing.
    """
    locked = writable(bid, by)
    verb = "submit_in_full" if locked.stage == Stage.ADJUSTMENT else "submit"
    locked.flow.find(locked.stage, verb)
    if lacks := missing(locked, at):
        raise Incomplete(lacks)
    submission = _freeze(locked, snapshot(locked), by, at)
    if verb == "submit":
        post(
            "programme_application_received",
            to=by,
            key=f"programme_application_received:{bid.pk}",
            bid=bid.pk,
        )
    bid.move(verb, by=by, at=at, submission=submission.number, digest=submission.digest)
    return submission


def _freeze(bid: Bid, content: list[dict[str, Any]], by: User, at: datetime) -> AwardSubmission:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    submission = AwardSubmission.objects.create(
        bid=bid,
        number=bid.submissions.count() + 1,
        content=content,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        by=by,
        at=at,
    )
    freeze(submission)
    return submission


def freeze_additions(bid: Bid, at: datetime) -> None:
    """What was added after handing in belongs to it, until somebody begins to read."""
    last = bid.submissions.select_related("by").latest("number")
    content = snapshot(bid)
    if content != last.content:
        _freeze(bid, content, last.by, at)


def _facts_of(kept: KeptFile) -> dict[str, Any]:
    return {
        "pk": kept.pk,
        "sha256": kept.sha256,
        "size": kept.size,
        "dated_on": kept.dated_on.isoformat(),
    }


def snapshot(bid: Bid) -> list[dict[str, Any]]:
    """Every criterion with its wording of today, what was said, and the evidence."""
    responses = {r.criterion_id: r for r in bid.responses.all()}
    evidence: dict[int, list[dict[str, Any]]] = {}
    for item in bid.evidence.select_related("file"):
        names = ("kind", "title", "detail", "url")
        facts = {name: getattr(item, name) for name in names}
        if item.file is not None:
            facts["file"] = _facts_of(item.file)
        evidence.setdefault(item.criterion_id, []).append(facts)
    return [
        {
            "code": criterion.code,
            "standard": criterion.standard.code,
            "action": criterion.action,
            "outcome": criterion.outcome,
            "most": criterion.max_score,
            "text": responses[criterion.pk].text,
            "score": responses[criterion.pk].score,
            "differs": responses[criterion.pk].differs,
            "why": responses[criterion.pk].differs_why,
            "evidence": evidence.get(criterion.pk, []),
        }
        for criterion in Criterion.objects.select_related("standard")
    ]
