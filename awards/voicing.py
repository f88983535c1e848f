"""The survey of a programme: who is asked, one answer a link, and what may be shown of them.

Results are shown once, when the survey is over, and only of groups that are large enough: two
looks with one answer in between would tell that answer (docs/adr/0037).
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from accounts.models import User
from awards.flow import Part
from awards.models import ASKED, Bid, Group, Survey, SurveyQuestion, Ticket, Voice
from certificates.dates import body_day
from trail.flow import Refused
from trail.models import Event

MOST_LINKS = 300  # of one group
LONGEST_DAYS = 90
LONGEST_WORDS = 1500
TOP = 4


class NotAsked(Refused):
    """This link asks nobody: it was used, the survey is over, or it never was one."""


@dataclass(frozen=True, slots=True)
class Line:
    """How one question was answered. `counts`: how many gave 0, 1, 2, 3, 4."""

    question: SurveyQuestion
    counts: Sequence[int]

    @property
    def tenths(self) -> int:
        """The mean in tenths, rounded down."""
        total = sum(points * n for points, n in enumerate(self.counts))
        return 10 * total // max(1, sum(self.counts))

    @property
    def mean(self) -> str:
        return f"{self.tenths // 10}{get_format('DECIMAL_SEPARATOR')}{self.tenths % 10}"


@dataclass(frozen=True, slots=True)
class GroupResult:
    """`lines` and `words` are empty, and `answers` 0, where too few of a group answered."""

    group: Group
    asked: int
    answers: int
    lines: Sequence[Line]
    words: Sequence[str]

    @property
    def shown(self) -> bool:
        return self.answers > 0


def _may_ask(bid: Bid, by: User) -> Bid:
    locked = Bid.objects.select_for_update(of=("self",)).select_related("programme").get(pk=bid.pk)
    if Part.TEAM not in locked.acts_as(by):
        raise Refused(_("Only people of the organisation can do that."))
    if not locked.is_open:
        raise Refused(_("This bid is over. Nobody can be asked any more."))
    return locked


def _check_people(people: Mapping[Group, int]) -> None:
    if not any(people.values()):
        raise Refused(_("Say of at least one group how many people you want to ask."))
    if max(people.values()) > MOST_LINKS:
        raise Refused(_("At most %(most)d people of one group are asked.") % {"most": MOST_LINKS})


@transaction.atomic
def open_survey(
    bid: Bid, *, people: Mapping[Group, int], closes_on: date, by: User, at: datetime
) -> Survey:
    """Ask people, once a bid. `people` says how many of each group get a link of their own."""
    locked, today = _may_ask(bid, by), body_day(at)
    _check_people(people)
    if not today < closes_on <= today + timedelta(days=LONGEST_DAYS):
        raise Refused(
            _("Choose a last day from tomorrow on, at most %(days)d days ahead.")
            % {"days": LONGEST_DAYS}
        )
    try:
        with transaction.atomic():
            survey = Survey.objects.create(
                bid=locked,
                seed=secrets.token_hex(32),
                least=locked.rules.survey_least,
                opened_at=at,
                opened_by=by,
                closes_on=closes_on,
            )
    except IntegrityError:
        raise Refused(_("The people of this programme were asked already.")) from None
    _make_links(survey, people)
    _note("open_survey", survey, by, at)
    return survey


@transaction.atomic
def add_links(survey: Survey, *, people: Mapping[Group, int], by: User, at: datetime) -> None:
    """Links up to this many for each group. There are never fewer than before."""
    _may_ask(survey.bid, by)
    _check_people(people)
    if survey.is_closed(at):
        raise Refused(_("The survey is over. Its results stand."))
    _make_links(survey, people)
    _note("add_survey_links", survey, by, at)


def _note(verb: str, survey: Survey, by: User, at: datetime) -> None:
    Event.objects.record(verb, about=survey.bid, by=by, at=at, case=survey.bid.trail_case())


def _make_links(survey: Survey, people: Mapping[Group, int]) -> None:
    made = Ticket.objects.filter(survey=survey)
    Ticket.objects.bulk_create(
        Ticket(
            survey=survey,
            group=group,
            number=number,
            digest=_digest(token_of(survey, group, number)),
        )
        for group, count in people.items()
        for number in range(made.filter(group=group).count() + 1, count + 1)
    )


def token_of(survey: Survey, group: str, number: int) -> str:
    """What stands in a link. It is never stored: a copy of the database answers for nobody."""
    words = f"{survey.seed}:{group}:{number}"
    return salted_hmac("awards.voicing", words, algorithm="sha256").hexdigest()[:40]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def tokens(survey: Survey) -> list[tuple[Group, list[str]]]:
    """The links of each group, for the team to hand out."""
    rows = survey.tickets.values_list("group", "number")
    return [
        (group, [token_of(survey, group, number) for named, number in rows if named == group])
        for group in ASKED
    ]


def open_ticket(token: str, at: datetime) -> Ticket:
    """The link, while it asks somebody. Raises NotAsked."""
    found = Ticket.objects.filter(digest=_digest(token), used=False)
    ticket = found.select_related("survey__bid__programme__organisation").first()
    if ticket is None or not ticket.survey.bid.is_open or ticket.survey.is_closed(at):
        raise NotAsked(_("This link was used already, or the survey is over."))
    return ticket


def questions_for(group: str) -> list[SurveyQuestion]:
    return [asked for asked in SurveyQuestion.objects.all() if group in asked.groups]


@transaction.atomic
def answer(token: str, *, scores: Mapping[str, int], words: str, at: datetime) -> None:
    """Keep one answer, and that its link was used: two facts that nothing ties together. There is
    no event, because an event has a moment."""
    ticket = open_ticket(token, at)
    asked = {question.code for question in questions_for(ticket.group)}
    if set(scores) != asked or not all(0 <= points <= TOP for points in scores.values()):
        raise Refused(_("Answer every statement with a number from 0 to 4."))
    if len(words) > LONGEST_WORDS:
        raise Refused(_("This text is too long to be kept."))
    if not Ticket.objects.filter(pk=ticket.pk, used=False).update(used=True):
        raise NotAsked(_("This link was used already, or the survey is over."))
    Voice.objects.create(
        survey=ticket.survey, group=ticket.group, scores=dict(scores), words=words.strip()
    )


def results(survey: Survey, at: datetime) -> list[GroupResult]:
    """What may be shown: nothing while people answer, and afterwards the groups that are large
    enough. What people wrote stands in the order of their numbers, which were drawn by lot."""
    if not survey.is_closed(at):
        return []
    voices = list(survey.voices.all())
    links = list(survey.tickets.values_list("group", flat=True))
    return [
        _result(survey, group, links.count(group), [v for v in voices if v.group == group])
        for group in ASKED
        if group in links
    ]


def _result(survey: Survey, group: Group, asked: int, voices: Sequence[Voice]) -> GroupResult:
    if len(voices) < survey.least:
        return GroupResult(group, asked, 0, [], [])
    lines = []
    for question in questions_for(group):
        given = [voice.scores[question.code] for voice in voices if question.code in voice.scores]
        lines.append(Line(question, [given.count(points) for points in range(TOP + 1)]))
    return GroupResult(group, asked, len(voices), lines, [v.words for v in voices if v.words])


def said_of(bid: Bid, code: str, at: datetime) -> list[tuple[Group, Line]]:
    """For an assessor at one criterion: how the groups answered what belongs to it."""
    survey = Survey.objects.filter(bid=bid).first()
    if survey is None:
        return []
    return [
        (result.group, line)
        for result in results(survey, at)
        for line in result.lines
        if line.question.criterion.code == code
    ]
