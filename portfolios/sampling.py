"""Which renewals are looked at in full: a share that is drawn by lot, and never by a person.

The lot comes out of the first link of the case in the trail, as that of second audits does, from
another part of it: the one says nothing about the other.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notices.services import post
from portfolios.models import Audit, Submission
from portfolios.panels import RenewalLook, RenewalShare
from trail.flow import Refused
from trail.models import Event

Why = RenewalLook.Why
ALL = 100


def lot_of(submission: Submission) -> int:
    """0 to 99, for anybody to reckon again."""
    case = submission.portfolio.application.trail_case()
    first: str = Event.objects.of_case(case).order_by("pk").values_list("hash", flat=True)[0]
    return int(first[12:24], 16) % 100


def sample(submission: Submission, *, at: datetime) -> RenewalLook | None:
    """Part of handing in a renewal; None for every other case. What was sent back is read again."""
    case = submission.portfolio.application
    if not case.renews_id:
        return None
    if submission.number > 1:
        return RenewalLook.objects.create(
            submission=submission, full=True, why=Why.BEFORE, since=at
        )
    share = RenewalShare.objects.filter(tier=case.tier_id).first()
    percent, lot = share.percent if share else ALL, lot_of(submission)
    full, why = lot < percent, Why.DRAWN if share else Why.ALL
    look = RenewalLook.objects.create(submission=submission, full=full, why=why, since=at)
    Event.objects.record(
        "draw_look",
        about=submission,
        by=None,
        at=at,
        case=case.trail_case(),
        lot=lot,
        percent=percent,
        drawn=full,
    )
    if share and full:
        holder = submission.portfolio.application.applicant
        key = f"renewal_drawn:{submission.pk}"
        post("renewal_drawn", to=holder, key=key, submission=submission.pk)
    return look


def look_of(submission: Submission | None) -> RenewalLook | None:
    return RenewalLook.objects.filter(submission=submission).first() if submission else None


def is_short(audit: Audit) -> bool:
    """Is this checked for completeness alone? Only a renewal can be."""
    look = look_of(audit.submission) if audit.application.renews_id else None
    return look is not None and not look.full


@transaction.atomic
def read_in_full(audit: Audit, *, by: User, at: datetime) -> None:
    """Whoever audits a renewal may look at all of it, whatever the lot says. There is no way
    back."""
    if audit.auditor_id != by.pk or audit.closed_at or audit.voided_at:
        raise Refused(_("Only its auditor looks at a renewal in full, while the audit is open."))
    short = RenewalLook.objects.filter(submission=audit.submission_id, full=False)
    if not short.update(full=True, why=Why.ASKED, since=at):
        raise Refused(_("This renewal is looked at in full already."))
    case = audit.application.trail_case()
    Event.objects.record("read_in_full", about=audit, by=by, at=at, case=case)
