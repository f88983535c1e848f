"""Handing in: what is still missing, and the numbered snapshot that nothing changes any more."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.models import Application
from certificates.models import Facet, Requirement
from certificates.steps import Measure, asked_of
from notices.services import post
from portfolios.frozen import freeze
from portfolios.likeness.records import Comparison
from portfolios.log import Totals, totals
from portfolios.models import (
    SENDABLE,
    Entry,
    EntryState,
    Evidence,
    EvidenceKind,
    FileState,
    Portfolio,
    Submission,
)
from portfolios.registry import enclosed, proven
from portfolios.sampling import sample
from portfolios.seconds import draw
from portfolios.writing import at_work, touch
from trail.flow import Refused


class NotDeclared(Refused):
    """Authorship and conduct are confirmed by the person."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing. `group` is the area of an entry, `requirement` its number."""

    text: str
    url: str
    group: str = ""
    requirement: int = 0


class Incomplete(Refused):
    """Something is missing; `missing` says what, each with its page."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(_("Your portfolio is not complete yet. Nothing was sent."))
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the applicant says about how this was written."""

    own_words: bool
    conduct: bool
    sources: str = ""
    helpers: str = ""
    tools: str = ""
    crisis_readiness: str = ""


def wanted(portfolio: Portfolio) -> list[Requirement]:
    """What has to be written before this can be handed in. Renewal asks for one new practice
    entry an area (RC3); everybody else shows every statement. What was sent back comes first."""
    case = portfolio.application
    entries = {(e.statement_id, e.facet): e for e in portfolio.entries.all()}
    asked = list(case.asked())
    open_ = [r for r in asked if not _sendable(entries.get((r.statement_id, r.facet)))]
    if not case.renews_id:
        return open_
    shown = {r.statement.area_id for r in asked if r.facet == Facet.PRACTICE and r not in open_}
    found, areas = [], set(shown)
    for requirement in open_:
        entry = entries.get((requirement.statement_id, requirement.facet))
        area = requirement.statement.area_id
        if entry is not None and entry.state == EntryState.TO_IMPROVE:
            found.append(requirement)
            areas.add(area)
    for requirement in open_:
        area = requirement.statement.area_id
        if requirement.facet == Facet.PRACTICE and area not in areas:
            found.append(requirement)
            areas.add(area)
    return found


def _sendable(entry: Entry | None) -> bool:
    return entry is not None and entry.state in SENDABLE


def missing(portfolio: Portfolio) -> list[Missing]:
    """What stands between this portfolio and the auditor, each with the page that mends it."""
    case = portfolio.application
    states = {(e.statement_id, e.facet): e.state for e in portfolio.entries.all()}
    gaps = [_gap(case, r, states.get((r.statement_id, r.facet), "")) for r in wanted(portfolio)]
    return [*gaps, *_held(portfolio), *_plan_unsigned(case), *_log_short(case)]


def _gap(case: Application, requirement: Requirement, state: str) -> Missing:
    code, facet = requirement.statement.code, Facet(requirement.facet)
    words = {
        "code": code,
        "facet": facet.label.lower(),
        "state": EntryState(state).label.lower() if state else _("nothing yet"),
    }
    area = requirement.statement.area
    text = (
        _("one new practice entry, such as %(code)s")
        if case.renews_id and not state
        else _("%(code)s %(facet)s: %(state)s")
    )
    return Missing(
        text % words,
        reverse("portfolios:entry", args=[case.pk, code, facet]),
        f"{area.code} {area.said.name}",
        requirement.pk,
    )


def _held(portfolio: Portfolio) -> list[Missing]:
    """Evidence that stands with an entry, and that an auditor could not read."""
    unread = Q(state__in=[FileState.WAITING, FileState.REFUSED])
    emptied = Q(kind=EvidenceKind.SESSIONS, sessions=None)
    page = reverse("portfolios:workspace", args=[portfolio.application_id]) + "#files-h"
    pieces = portfolio.evidence.filter(unread | emptied, entries__isnull=False).distinct()
    return [Missing(_why_held(piece), page) for piece in pieces]


def _why_held(piece: Evidence) -> str:
    words = (
        _("“%(name)s” is still being checked")
        if piece.kind == EvidenceKind.FILE
        else _("“%(name)s” has no sessions any more: they are gone from your log")
    )
    return piece.why or words % {"name": piece.title}


def _plan_unsigned(case: Application) -> list[Missing]:
    plan = getattr(case, "plan", None)
    if plan is None or plan.signed_by_applicant_at:
        return []
    return [
        Missing(
            _("Your action plan waits for your signature"),
            reverse("applicants:plan", args=[case.pk]),
        )
    ]


def unanswered(portfolio: Portfolio) -> list[Missing]:
    """Comments without an answer. Nothing waits for them: to improve the text is an answer too."""
    silent = portfolio.entries.filter(state=EntryState.READY, answer="").exclude(advice="")
    return [
        Missing(
            text=f"{entry.statement.code} {Facet(entry.facet).label.lower()}",
            url=reverse(
                "portfolios:entry",
                args=[portfolio.application_id, entry.statement.code, entry.facet],
            ),
        )
        for entry in silent.select_related("statement")
    ]


def log_totals(case: Application) -> Totals:
    """What the log adds up to for this case: for a renewal, since the last award."""
    return totals(case.applicant, case.renews.awarded_on if case.renews else None)


def asked_of_log(case: Application) -> Totals:
    """What the tier asks the log to show: for a renewal, since the last award (RC4 and RC5)."""
    if not case.renews_id:
        return Totals(mentoring=case.tier.log_hours * 60)
    asked = asked_of(case.tier.level)
    return Totals(
        mentoring=asked.get(Measure.MENTORING, 0) * 60,
        learning=asked.get(Measure.LEARNING, 0) * 60,
        supervision_sessions=asked.get(Measure.SUPERVISION, 0),
    )


def _log_short(case: Application) -> list[Missing]:
    have, page, asked = log_totals(case), reverse("portfolios:log"), asked_of_log(case)
    wanted = [
        (have.mentoring, asked.mentoring, _("Mentoring log: %(have)s of %(want)s hours")),
        (have.learning, asked.learning, _("Learning log: %(have)s of %(want)s hours")),
    ]
    found = [
        Missing(words % {"have": f"{has / 60:.1f}", "want": want // 60}, page)
        for has, want, words in wanted
        if has < want
    ]
    if have.supervision_sessions < asked.supervision_sessions:
        words = _("Supervision or peer sessions: %(have)s of %(want)s")
        counts = {"have": have.supervision_sessions, "want": asked.supervision_sessions}
        found.append(Missing(words % counts, page))
    return found


def asks_crisis_readiness(case: Application, at: datetime) -> bool:
    """Renewing Journey Mentor shows a rehearsal and a checked referral list (RC8): in the renewal
    file, or here."""
    asked = bool(case.renews_id) and Measure.REHEARSAL in asked_of(case.tier.level)
    return asked and Measure.REHEARSAL not in proven(case, at)


@transaction.atomic
def hand_in(
    portfolio: Portfolio, *, declaration: Declaration, by: User, at: datetime
) -> Submission:
    """Freeze the portfolio as submission number n, and pass it on to the auditor.

    Raises Incomplete with the list of what is missing, NotDeclared without the confirmations.
    """
    row = at_work(portfolio, by)
    case = row.application
    if gaps := missing(row):
        raise Incomplete(gaps)
    _check(declaration, case, at)
    snapshot = freeze(row, log=asdict(log_totals(case))) | enclosed(case, at)
    content = json.dumps(snapshot, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    submission = Submission.objects.create(
        portfolio=row,
        number=row.submissions.count() + 1,
        sent_at=at,
        declaration=asdict(declaration),
        snapshot=snapshot,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )
    Comparison.objects.create(submission=submission)
    touch(row, at)
    look = sample(submission, at=at)
    second = draw(submission, at=at) if look is None or look.full else None
    _tell(case, submission, twice=second is not None)
    case.move("complete", by=by, at=at, submission=submission.pk, sha256=submission.sha256)
    portfolio.refresh_from_db()
    return submission


def _check(declaration: Declaration, case: Application, at: datetime) -> None:
    if not declaration.own_words:
        raise NotDeclared(_("Confirm that these are your own words and your own work."))
    if not declaration.conduct:
        raise NotDeclared(_("Confirm that you keep to the code of conduct."))
    if asks_crisis_readiness(case, at) and not declaration.crisis_readiness.strip():
        raise NotDeclared(_("Describe your crisis rehearsal and your referral list."))


def _tell(case: Application, submission: Submission, *, twice: bool) -> None:
    post(
        "portfolio_received",
        to=case.applicant,
        key=f"portfolio_received:{submission.pk}",
        submission=submission.pk,
    )
    readers = [Role.AUDITOR, Role.SECOND_AUDITOR] if twice else [Role.AUDITOR]
    for part in case.cast.filter(role__in=readers, ended_at=None).select_related("person"):
        post(
            "staff_task_assigned",
            to=part.person,
            key=f"task:{case.pk}:{part.role}:{part.pk}:{submission.number}",
            application=case.pk,
            role=part.role,
        )
