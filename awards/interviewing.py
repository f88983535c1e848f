"""What people say in interviews: recorded per person, for the assessors alone."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from awards.flow import SEATS, Process, Stage
from awards.models import Bid, Group, InterviewNote, Talk
from trail.flow import Refused
from trail.models import Event

INTERVIEW_STAGES = (Stage.INTERVIEWS, Stage.REPORT, Stage.ASSESSMENT)


@transaction.atomic
def record_interview(
    bid: Bid,
    *,
    group: Group,
    alias: str,
    held_on: date,
    notes: str,
    by: User,
    at: datetime,
    talk: Talk | None = None,
) -> InterviewNote:
    """What one person said. Only assessors ever read it. `talk`: the invitation it came of."""
    locked = Bid.objects.select_for_update().get(pk=bid.pk)
    parts = locked.acts_as(by) & set(SEATS[Process(locked.process)])
    if not parts or not locked.declared(by) or locked.stage not in INTERVIEW_STAGES:
        raise Refused(_("Interviews are recorded by the assessors, while they take place."))
    if held_on > at.date():
        raise Refused(_("That day is still to come."))
    note = InterviewNote.objects.create(
        bid=locked, by=by, group=group, alias=alias, held_on=held_on, notes=notes, saved_at=at
    )
    if talk is not None:
        kept = locked.talks.filter(pk=talk.pk, by=by, note=None).update(note=note)
        if not kept:
            raise Refused(_("This interview was recorded already."))
    # No event names the group: how many were heard is all that the organisation may learn.
    Event.objects.record("record_interview", about=locked, by=by, at=at, case=locked.trail_case())
    return note


def heard(bid: Bid) -> int:
    """How many people were heard: all that the organisation learns."""
    return bid.interviews.count()


def check_interviews(bid: Bid) -> None:
    """Enough people of both sides were heard. Raises Refused."""
    team = bid.interviews.filter(group=Group.TEAM).count()
    others = bid.interviews.exclude(group=Group.TEAM).count()
    terms = bid.rules
    if team < terms.team_interviews or others < terms.participant_interviews:
        words = _(
            "%(scheme)s asks for interviews with at least %(team)d of those who run the programme, "
            "and %(others)d of those who take part."
        )
        raise Refused(
            words
            % {
                "scheme": terms.title,
                "team": terms.team_interviews,
                "others": terms.participant_interviews,
            }
        )


@transaction.atomic
def close_interviews(bid: Bid, *, by: User, at: datetime) -> None:
    check_interviews(bid)
    bid.move("close_interviews", by=by, at=at)
