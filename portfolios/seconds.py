"""Second audits: who gets one, and how two audits become one result.

The lot is the first link of the case in the trail: fixed when the case began, chosen by nobody, and
there for everybody to reckon again.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.flow import DAYS, Stage
from applicants.models import Application
from certificates.dates import body_day
from certificates.models import Route
from portfolios.models import Audit, Seat, Submission
from portfolios.pairs import Pair, pair_of, seats_held
from portfolios.panels import SecondAudit, SecondAuditShare
from trail.flow import Refused
from trail.models import Event

Why = SecondAudit.Why


class NotToAsk(Refused):
    """There is nothing to read twice now, or it is read twice already."""


class WaitsForAnother(Refused):
    """One of the two stepped back, and somebody reads anew."""


def lot_of(application: Application) -> int:
    """0 to 99, out of the first link of the case in the trail."""
    events = Event.objects.of_case(application.trail_case()).order_by("pk")
    first: str = events.values_list("hash", flat=True)[0]
    return int(first[:12], 16) % 100


def draw(submission: Submission, *, at: datetime) -> SecondAudit | None:
    """Part of handing in: a case that was read by two is read by two again; of the others, the
    tier's share is drawn, once, with the first submission."""
    case = submission.portfolio.application
    if SecondAudit.objects.filter(submission__portfolio=submission.portfolio_id).exists():
        return SecondAudit.objects.create(submission=submission, why=Why.BEFORE, since=at)
    share = SecondAuditShare.objects.filter(tier=case.tier_id).first()
    if share is None or not share.percent or submission.number > 1:
        return None
    lot = lot_of(case)
    drawn = lot < share.percent
    found = None
    if drawn:
        found = SecondAudit.objects.create(submission=submission, why=Why.DRAWN, since=at)
    Event.objects.record(
        "draw",
        about=submission,
        by=None,
        at=at,
        case=case.trail_case(),
        lot=lot,
        percent=share.percent,
        drawn=drawn,
    )
    return found


def may_ask(application: Application, user: User) -> bool:
    """Its auditor, administrators, and a Director who is not the applicant."""
    if user.pk == application.applicant_id:
        return False
    director = bool({Role.ADMINISTRATOR, Role.DECIDER} & user.roles)
    return director or seats_held(application.pk).get(Seat.FIRST) == user.pk


@transaction.atomic
def ask(application: Application, *, by: User, at: datetime) -> SecondAudit:
    """Have the portfolio that is in the audit read by a second auditor, blind."""
    cases = Application.objects.select_for_update(of=("self",)).select_related("tier")
    case = cases.get(pk=application.pk)
    if not may_ask(case, by):
        raise NotToAsk(_("Its auditor, an administrator or the Director asks for a second audit."))
    submission = Submission.objects.filter(portfolio__application=case).last()
    if case.stage != Stage.AUDIT or case.route == Route.VERBAL_AUDIT or submission is None:
        raise NotToAsk(_("No portfolio is in the audit here, so there is nothing to read twice."))
    if SecondAudit.objects.filter(submission=submission).exists():
        raise NotToAsk(_("Two auditors read this portfolio already."))
    asked = SecondAudit.objects.create(submission=submission, why=Why.ASKED, asked_by=by, since=at)
    _more_time(case, at)
    Event.objects.record("ask_second", about=asked, by=by, at=at, case=case.trail_case())
    return asked


def _more_time(case: Application, at: datetime) -> None:
    """Whoever begins to read now has the days that every auditor has."""
    day = body_day(at) + timedelta(days=DAYS[Stage.AUDIT])
    if case.due_on is None or case.due_on < day:
        Application.objects.filter(pk=case.pk).update(due_on=day)
        case.due_on = day


def wanted(submission: Submission) -> SecondAudit | None:
    return SecondAudit.objects.filter(submission=submission).first()


def void_left(case: Application, at: datetime) -> list[Audit]:
    """Void what auditors wrote who no longer sit where they wrote it. Where one of two goes, the
    third has nothing to decide yet."""
    held = seats_held(case.pk)
    rows = list(case.audits.open())
    left = [audit for audit in rows if held.get(Seat(audit.seat)) != audit.auditor_id]
    if any(audit.seat != Seat.THIRD for audit in left):
        left += [a for a in rows if a.seat == Seat.THIRD and a not in left]
        open_ = SecondAudit.objects.filter(submission__portfolio__application=case, settled_at=None)
        open_.update(disputed_at=None)
    Audit.objects.filter(pk__in=[audit.pk for audit in left]).update(voided_at=at)
    return left


def finish(audit: Audit, *, by: User, at: datetime) -> Audit | None:
    """This auditor is final. Returns the audit whose result stands for the case, or None while
    somebody is still awaited."""
    case = audit.application
    void_left(case, at)
    second = SecondAudit.objects.select_for_update().get(submission=audit.submission_id)
    pair = None if audit.submission is None else pair_of(audit.submission)
    if audit.seat == Seat.THIRD and pair is None:
        raise WaitsForAnother(_("One of the two stepped back. Somebody reads anew before you."))
    Event.objects.record(
        "finish_audit", about=audit, by=by, at=at, case=case.trail_case(), seat=audit.seat
    )
    if pair is None:
        return None
    if audit.seat != Seat.THIRD and pair.disputed:
        _dispute(second, pair, case, at)
        return None
    final = audit if audit.seat == Seat.THIRD else pair.first
    _settle(second, pair, final, at)
    return final


def _dispute(second: SecondAudit, pair: Pair, case: Application, at: datetime) -> None:
    second.disputed_at = at
    second.save(update_fields=["disputed_at"])
    _more_time(case, at)
    Event.objects.record(
        "disagree",
        about=second,
        by=None,
        at=at,
        case=case.trail_case(),
        entries=_codes(pair),
    )


def _codes(pair: Pair) -> str:
    """“M1.1/concept,M2.3/practice”, in the order of the profile."""
    rows = {**pair.others, **pair.ones}
    found = [rows[key] for key in pair.disputed]
    found.sort(key=lambda f: (f.statement.position, f.facet))
    return ",".join(f"{f.statement.code}/{f.facet}" for f in found)


def _settle(second: SecondAudit, pair: Pair, final: Audit, at: datetime) -> None:
    """Everybody's audit is closed at once: from now on each can be read by the others."""
    audits = {pair.first.pk, pair.second.pk, final.pk}
    Audit.objects.filter(pk__in=audits).update(closed_at=at)
    final.closed_at = at
    second.settled_at = at
    second.save(update_fields=["settled_at"])
    case = final.application
    Event.objects.record(
        "settle" if final.seat == Seat.THIRD else "agree",
        about=second,
        by=None,
        at=at,
        case=case.trail_case(),
        audit=final.pk,
    )
