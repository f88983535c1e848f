"""Issuing and renewing for many: what was decided and carries no certificate yet.

A decision issues its certificate at once, in its own transaction. So this finds only decisions that
came another way, such as records brought over from before; and nothing without a decision.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from applicants.deciding import issue_decided
from applicants.flow import Stage
from applicants.models import Decision, Outcome
from certificates.batch_flow import Kind
from certificates.batches import BatchRow
from certificates.bulk import CHOSEN, Asked, Chosen, does
from certificates.models import Certificate
from trail.flow import Refused


def _owed() -> QuerySet[Any]:
    there = Certificate.objects.filter(decision=OuterRef("reference"))
    return Decision.objects.filter(
        ~Exists(there), outcome=Outcome.GRANT, set_aside_at=None, application__stage=Stage.CERTIFIED
    ).select_related("application__applicant", "application__tier")


def first(_asked: Asked) -> QuerySet[Any]:
    return _owed().filter(application__renews=None)


def renewing(_asked: Asked) -> QuerySet[Any]:
    return _owed().exclude(application__renews=None)


def _called(decision: Decision) -> str:
    case = decision.application
    return f"{case.applicant.full_name}, {case.tier.name}"


@does(Kind.ISSUE, Kind.RENEW)
def issue(row: BatchRow, at: datetime) -> str:
    decision = Decision.objects.select_related("application").get(pk=int(row.subject))
    if decision.application.applicant_id == row.batch.ordered_by_id:
        raise Refused(_("It is the certificate of whoever ordered this. Somebody else orders it."))
    return "" if issue_decided(decision, at=at) else _("Its certificate is there already.")


CHOSEN[Kind.ISSUE] = Chosen(first, _called)
CHOSEN[Kind.RENEW] = Chosen(renewing, _called)
