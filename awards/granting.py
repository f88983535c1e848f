"""Giving an award: its number, its words, its papers and its credential."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from awards.models import Award, AwardDecision, AwardEvent, AwardPaper, Bid, Language, Standard
from awards.renewing import OnHold
from awards.said import say
from awards.scoring import of_sheet
from certificates.dates import body_day, years_after
from certificates.numbers import PROGRAMME, new_number
from certificates.papers import Paper
from certificates.status import FINAL, Kind, Status
from credentials.services import credential_for
from notices.models import BodyFact
from notices.texts import absolute

AWARD = "award"  # the kind of its credential
TRIES = 5


@transaction.atomic
def grant(bid: Bid, decision: AwardDecision, at: datetime) -> Award:
    """Write the award, owe its papers and its credential, and mark the one that it follows."""
    before, day = followed(bid), body_day(at)
    if before and before.status(at) == Status.SUSPENDED:
        raise OnHold(_("The award that this renews is suspended. Settle that first."))
    award = Award(
        decision=decision,
        programme=bid.programme,
        scheme_title=bid.rules.title,
        label=decision.label,
        awarded_on=day,
        valid_until=last_day(before, day, bid.rules.years_valid),
        number=_free_number(day),
        issued_at=at,
        renews=before,
    )
    award.said = say(
        award,
        facts=dict(BodyFact.objects.values_list("key", "value")),
        check_url=absolute(reverse("award:by_number", args=[award.number])),
        language=_language(bid),
        standards=_standards(decision),
    )
    award.save(force_insert=True)
    AwardEvent.objects.create(award=award, kind=Kind.ISSUED, effective_at=at)
    if before:
        AwardEvent.objects.create(
            award=before, kind=Kind.RENEWED, effective_at=at, reason=award.number
        )
    owe_papers(award)
    credit(award)
    return award


def followed(bid: Bid) -> Award | None:
    """The award that this bid renews, unless it was ended or renewed meanwhile."""
    if bid.renews is None:
        return None
    rows = Award.objects.select_for_update(of=("self",))
    rows = rows.filter(pk=bid.renews.pk, renewed_by=None)
    return rows.exclude(events__kind__in=FINAL).first()


def last_day(before: Award | None, day: date, years: int) -> date:
    """A renewal goes on from the last day of the award before it, so that no day is lost. Where
    that day is so long past that nothing would be left, it begins anew."""
    ends = years_after(before.valid_until if before else day, years)
    return ends if ends > day else years_after(day, years)


def owe_papers(award: Award) -> None:
    AwardPaper.objects.bulk_create(
        [AwardPaper(award=award, paper=p, language=lang) for lang in Language for p in Paper],
        ignore_conflicts=True,
    )


@transaction.atomic
def credit(award: Award) -> None:
    """Its credential; there is one at most, because the row is held meanwhile."""
    locked = Award.objects.select_for_update(of=("self",)).get(pk=award.pk)
    if locked.credential_id is None:
        Award.objects.filter(pk=award.pk).update(credential=credential_for(AWARD))
    award.refresh_from_db(fields=["credential"])


def draw_again(paper: AwardPaper) -> None:
    """For somebody who saw it fail: the attempts count from the beginning."""
    AwardPaper.objects.filter(pk=paper.pk, drawn_at=None).update(attempts=0, leased_until=None)


def _free_number(day: date) -> str:
    for _try in range(TRIES):
        number = new_number(day, PROGRAMME)
        if not Award.objects.filter(number=number).exists():
            return number
    raise IntegrityError("no free number of an award was found")


def _language(bid: Bid) -> str:
    """That of whoever of the team has been there longest."""
    team = User.objects.filter(
        organisation_memberships__organisation=bid.programme.organisation_id,
        organisation_memberships__ended_at=None,
    )
    first = team.order_by("organisation_memberships__since", "pk").first()
    return first.language if first else "en"


def _standards(decision: AwardDecision) -> list[dict[str, object]]:
    """The points of each standard, as the checked report gives them."""
    scores = of_sheet(decision.sheet)
    titles = dict(Standard.objects.values_list("code", "title"))
    found: list[dict[str, object]] = []
    for code in dict.fromkeys(score.standard for score in scores):
        inside = [score for score in scores if score.standard == code]
        found.append(
            {
                "code": code,
                "title": titles.get(code, code),
                "points": sum(score.points for score in inside),
                "most": sum(score.most for score in inside),
                "criteria": len(inside),
            }
        )
    return found
