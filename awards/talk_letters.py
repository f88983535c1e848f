"""Letters about interviews and parts: what stands in them is read on the day they leave."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from awards.flow import FINAL, Part, Stage
from awards.letters import bid_of, page
from awards.models import BidPart, Talk
from certificates.dates import body_day
from meetings.clocks import zone_in_brackets
from meetings.invite import Method, Party, ics
from meetings.letters import invite_of_visit
from meetings.models import Visit
from meetings.slots_view import place_words
from notices.letters import Attachment, Letter, Obsolete, letter
from notices.models import Message


def _talk(message: Message) -> Talk:
    rows = Talk.objects.filter(pk=message.context["talk"])
    talk = rows.select_related("bid__programme__organisation", "by", "visit__host").first()
    if talk is None:
        raise Obsolete
    return talk


def _booked(talk: Talk) -> Visit:
    if talk.visit is None or not talk.is_booked or talk.taken_back_at or talk.declined_at:
        raise Obsolete
    return talk.visit


def _day(moment: datetime) -> str:
    return date_format(body_day(moment))


def _facts(talk: Talk) -> dict[str, str]:
    return {
        "programme_name": talk.bid.programme.name,
        "organisation_name": talk.bid.programme.organisation.name,
        "assessor_name": talk.by.full_name,
        "booking_url": page("awards:talk", talk.key),
        "expiry_date": _day(talk.expires_at),
    }


def _time(visit: Visit, reader: User) -> dict[str, str]:
    """On the reader's own clock: people without an account chose by one, too."""
    local = visit.starts_at.astimezone(ZoneInfo(reader.time_zone))
    return {
        "meeting_date": date_format(local, "l j F Y"),
        "meeting_time": date_format(local, "TIME_FORMAT"),
        "time_zone": zone_in_brackets(reader, visit.starts_at),
        "meeting_link": place_words(visit),
    }


def _calendar(visit: Visit, url: str, party: Party) -> Attachment:
    content = ics(invite_of_visit(visit, url=url, attendees=[party]), Method.REQUEST)
    return Attachment("interview.ics", content, "text/calendar; method=REQUEST")


def _visitor(talk: Talk) -> User:
    return User(time_zone=talk.zone or talk.by.time_zone)


@letter("programme_talk_invitation")
def programme_talk_invitation(message: Message) -> Letter:
    talk = _talk(message)
    now = timezone.now()
    if talk.taken_back_at or talk.declined_at or talk.expires_at <= now:
        raise Obsolete
    facts = _facts(talk)
    return Letter(facts, whose_turn=_("Yours"), by_when=facts["expiry_date"], secret=True)


@letter("programme_talk_booked", "programme_talk_reminder")
def programme_talk_booked(message: Message) -> Letter:
    talk = _talk(message)
    visit, facts = _booked(talk), _facts(talk)
    party = Party("", message.to.email if message.to else message.address)
    attached = [] if message.kind.endswith("reminder") else [
        _calendar(visit, facts["booking_url"], party)
    ]  # fmt: skip
    return Letter(facts | _time(visit, _visitor(talk)), attachments=attached, secret=True)


@letter("programme_talk_cancelled")
def programme_talk_cancelled(message: Message) -> Letter:
    talk = _talk(message)
    if talk.taken_back_at is None:
        raise Obsolete
    return Letter(_facts(talk))


@letter("programme_talk_chosen")
def programme_talk_chosen(message: Message) -> Letter:
    """To the assessor: by whom stands on the page alone, so that no mailbox tells it."""
    talk = _talk(message)
    visit = _booked(talk)
    url = page("awards:interviews", talk.bid_id)
    party = Party(talk.by.full_name, talk.by.email)
    context = _facts(talk) | _time(visit, talk.by) | {"task_url": url}
    return Letter(context, attachments=[_calendar(visit, url, party)])


@letter("programme_talk_declined")
def programme_talk_declined(message: Message) -> Letter:
    talk = _talk(message)
    return Letter(_facts(talk) | {"task_url": page("awards:interviews", talk.bid_id)})


# --- Parts ---------------------------------------------------------------------------------------


@letter("programme_appointed")
def programme_appointed(message: Message) -> Letter:
    """You have a part: say whether anything binds you, before anything is read."""
    rows = BidPart.objects.filter(pk=message.context["row"], ended_at=None, declared_at=None)
    row = rows.select_related("bid__programme__organisation").first()
    if row is None or row.bid.stage in FINAL:
        raise Obsolete
    return Letter(
        {
            "task_name": str(Part(row.part).label),
            "programme_name": row.bid.programme.name,
            "organisation_name": row.bid.programme.organisation.name,
            "task_url": page("awards:declare", row.bid_id),
        },
        whose_turn=_("Yours"),
        by_when=date_format(body_day(row.since) + timedelta(days=ANSWER_DAYS)),
    )


ANSWER_DAYS = 7  # to say whether anything binds one


@letter("programme_part_empty", "programme_to_appoint")
def programme_part_empty(message: Message) -> Letter:
    bid = bid_of(message)
    part = message.context.get("part", "")
    if bid.stage in FINAL or (part and bid.held(part)):
        raise Obsolete
    if not part and bid.stage != Stage.APPOINTMENT:
        raise Obsolete
    return Letter(
        {
            "task_name": str(Part(part).label if part else Stage.APPOINTMENT.label),
            "programme_name": bid.programme.name,
            "task_due_date": date_format(bid.due_on) if bid.due_on else _("no date"),
            "task_url": page("awards:assessors", bid.pk),
        },
        whose_turn=_("Yours"),
    )


@letter("programme_late")
def programme_late(message: Message) -> Letter:
    """Dropped when the bid has moved on meanwhile."""
    bid = bid_of(message)
    if bid.stage != message.context["stage"] or bid.due_on is None:
        raise Obsolete
    return Letter(
        {
            "programme_name": bid.programme.name,
            "task_name": str(Stage(bid.stage).label),
            "task_due_date": date_format(bid.due_on),
            "task_url": page("awards:workspace", bid.pk),
        },
        whose_turn=_("Yours"),
        by_when=date_format(bid.due_on),
    )


@letter("programme_not_declared")
def programme_not_declared(message: Message) -> Letter:
    """The same words as the appointment, for whoever has not answered."""
    found = programme_appointed(message)
    return Letter(found.context, whose_turn=found.whose_turn, by_when=found.by_when,
                  text="programme_appointed")  # fmt: skip
