"""Letters about programmes: what stands in them is read on the day they leave."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from awards.bidding import team_verdict
from awards.flow import FINAL, SEATS, Part, Process, Stage
from awards.models import Award, AwardProposal, Bid, Invitation
from awards.rules import percentage
from certificates.dates import body_day
from certificates.flow import Stage as ProposalStage
from notices.letters import Letter, Obsolete, letter
from notices.models import Message
from notices.texts import absolute

APPEAL_DAYS = 30
CONDUCT = "conduct"  # the page that says how to appeal


def page(name: str, *args: object) -> str:
    return absolute(reverse(name, args=args))


def bid_of(message: Message) -> Bid:
    found = Bid.objects.filter(pk=message.context["bid"]).select_related("programme", "scheme")
    bid = found.first()
    if bid is None:
        raise Obsolete
    return bid


def _due(bid: Bid) -> str:
    return date_format(bid.due_on) if bid.due_on else _("no date")


def _after(day: date | None, days: int) -> str:
    return date_format(day + timedelta(days=days)) if day else _("no date")


def _at(bid: Bid, *stages: Stage) -> None:
    """A letter that speaks of a stage is dropped when the bid has moved on."""
    if bid.stage not in stages:
        raise Obsolete


@letter("programme_invitation")
def programme_invitation(message: Message) -> Letter:
    found = Invitation.objects.filter(
        pk=message.context["invitation"], used_at=None, taken_back_at=None
    )
    invitation = found.select_related("organisation", "made_by").first()
    if invitation is None:
        raise Obsolete
    return Letter(
        {
            "first_name": message.to.first_name_to_use if message.to else invitation.address,
            "organisation_name": invitation.organisation.name,
            "sender_name": invitation.made_by.full_name,
            "invitation_url": page("awards:invitation", invitation.key),
            "expiry_date": date_format(body_day(invitation.expires_at)),
        },
        whose_turn=_("Yours"),
        by_when=date_format(body_day(invitation.expires_at)),
    )


@letter("programme_application_received")
def programme_application_received(message: Message) -> Letter:
    bid = bid_of(message)
    _at(bid, Stage.APPOINTMENT)
    return Letter(
        {
            "programme_name": bid.programme.name,
            "self_percent": team_verdict(bid).percent,
            "assessor_due_date": _due(bid),
            "programme_url": page("awards:workspace", bid.pk),
        },
        whose_turn=_("Ours"),
        by_when=_due(bid),
    )


@letter("programme_assessor_assigned")
def programme_assessor_assigned(message: Message) -> Letter:
    bid = bid_of(message)
    held = bid.held(SEATS[Process(bid.process)][0])
    if held is None or bid.stage not in (Stage.FIRST_REVIEW, Stage.ASSESSMENT):
        raise Obsolete
    return Letter(
        {
            "assessor_name": held.person.full_name,
            "programme_name": bid.programme.name,
            "report_due_date": _due(bid),
            "programme_url": page("awards:workspace", bid.pk),
        }
    )


@letter("programme_first_report")
def programme_first_report(message: Message) -> Letter:
    bid = bid_of(message)
    _at(bid, Stage.ADJUSTMENT)
    return Letter(
        {
            "programme_name": bid.programme.name,
            "report_url": page("awards:report", bid.pk),
            "submission_due_date": _due(bid),
        },
        whose_turn=_("Yours"),
        by_when=_due(bid),
    )


@letter("programme_second_check")
def programme_second_check(message: Message) -> Letter:
    bid = bid_of(message)
    _at(bid, Stage.SECOND_CHECK)
    return Letter(
        {"programme_name": bid.programme.name, "decision_due_date": _after(bid.due_on, 14)},
        whose_turn=_("Ours"),
        by_when=_due(bid),
    )


@letter("programme_awarded")
def programme_awarded(message: Message) -> Letter:
    award = _award_of(bid_of(message))
    return Letter(
        {
            "programme_name": award.programme.name,
            "band_name": award.label,
            "final_percent": _percent(award.decision.points, award.decision.most),
            "expiry_date": date_format(award.valid_until),
            "report_url": page("awards:report", award.decision.bid_id),
            "certificate_url": page("award:page", award.public_id),
            "listing_url": page("awards:profile", award.programme_id),
        }
    )


@letter("programme_not_yet")
def programme_not_yet(message: Message) -> Letter:
    bid = bid_of(message)
    _at(bid, Stage.NOT_AWARDED)
    decision = bid.decision
    day = body_day(decision.at)
    return Letter(
        {
            "programme_name": bid.programme.name,
            "final_percent": _percent(decision.points, decision.most),
            "report_url": page("awards:report", bid.pk),
            "reapply_date": date_format(day),
            "appeal_deadline": _after(day, APPEAL_DAYS),
            "appeal_url": page("register:page", CONDUCT),
        }
    )


@letter("programme_task")
def programme_task(message: Message) -> Letter:
    """It is an assessor's turn. Dropped when the bid has moved on, or the part has ended."""
    bid = bid_of(message)
    held = bid.cast.filter(person=message.to, ended_at=None, part__in=bid.owners).first()
    if bid.stage in FINAL or bid.stage != message.context["stage"] or held is None:
        raise Obsolete
    return Letter(
        {
            "task_name": f"{Part(held.part).label}: {Stage(bid.stage).label}",
            "task_due_date": _due(bid),
            "programme_name": bid.programme.name,
            "task_url": page("awards:workspace", bid.pk),
        },
        whose_turn=_("Yours"),
        by_when=_due(bid),
    )


@letter("programme_renewal")
def programme_renewal(message: Message) -> Letter:
    award = Award.objects.filter(pk=message.context["award"]).select_related("programme").first()
    if award is None or award.is_renewed:
        raise Obsolete
    return Letter(
        {
            "programme_name": award.programme.name,
            "band_name": award.label,
            "expiry_date": date_format(award.valid_until),
            "programme_url": page("awards:programme", award.programme_id),
        },
        whose_turn=_("Yours"),
        by_when=date_format(award.valid_until),
    )


@letter("programme_papers_ready")
def programme_papers_ready(message: Message) -> Letter:
    award = Award.objects.filter(pk=message.context["award"]).select_related("programme").first()
    if award is None or award.stopped_at:
        raise Obsolete
    return Letter(
        {
            "programme_name": award.programme.name,
            "band_name": _(award.label),
            "certificate_code": award.number,
            "programme_url": page("awards:record", award.pk),
            "certificate_url": page("award:page", award.public_id),
        }
    )


@letter("programme_suspended", "programme_reinstated", "programme_withdrawn")
def programme_changed(message: Message) -> Letter:
    """Two people did it. Before it is posted, the same words show what would be written."""
    found = AwardProposal.objects.filter(pk=message.context["proposal"])
    proposal = found.select_related("award__programme").first()
    if proposal is None or (message.pk and proposal.stage != ProposalStage.CONFIRMED):
        raise Obsolete
    award = proposal.award
    return Letter(
        {
            "programme_name": award.programme.name,
            "band_name": _(award.label),
            "certificate_code": award.number,
            "deed_reason": proposal.reason,
            "expiry_date": date_format(award.valid_until),
            "certificate_url": page("award:page", award.public_id),
        }
    )


def _award_of(bid: Bid) -> Award:
    found = Award.objects.filter(decision__bid=bid).select_related("decision", "programme").first()
    if found is None:
        raise Obsolete
    return found


def _percent(points: int, most: int) -> str:
    """Always with two digits, as the reader's language writes them."""
    return percentage(points, most, least_digits=2)
