"""Every letter of a case: what was sent, word for word, and what will be sent if nothing changes.

Nobody reads letters about a part that is not theirs to know: who judges sees what the applicant
gets and their own, so that of two auditors neither learns of the other here. Administrators, who
keep the case, see all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from appeals.models import Appeal
from applicants import reminders as case_reminders
from applicants.models import Application, Decision
from assessments import silence as assessment_silence
from certificates import reminders as certificate_reminders
from certificates.models import Certificate
from meetings import reminding
from meetings.models import Meeting
from notices.foreseeing import Rule, ToCome, foresee
from notices.models import LetterText, Message
from notices.services import compose
from portfolios import silence as portfolio_silence
from portfolios.models import Submission
from verification.models import SentBack

SHOWN = 30  # in the case file; the page of letters shows them all
AHEAD = timedelta(days=400)


def _certificates(case: int) -> Iterable[Certificate]:
    """What the case has led to, and what it renews."""
    issued = Q(decision__in=_references(case)) | Q(renewal_cases=case)
    return certificate_reminders.to_renew().filter(issued).distinct()


def _references(case: int) -> QuerySet[Decision, UUID]:
    """What the certificates of a case point at; never a list, so that it costs no query."""
    standing = Decision.objects.filter(application=case, set_aside_at=None)
    return standing.values_list("reference", flat=True)


# What the clock runs through (imc_portal.beat and the beats of the apps), each by itself.
RULES: Sequence[Rule] = (
    *case_reminders.RULES,
    *reminding.RULES,
    *assessment_silence.RULES,
    *portfolio_silence.RULES,
    Rule(_certificates, certificate_reminders.letters_of),
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter, named by what gave rise to it."""

    message: Message
    title: str


@dataclass(frozen=True, slots=True)
class Coming:
    """A letter to come, or the day on which a silent case rests."""

    at: datetime
    title: str
    to: User | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """The words of one letter. `kept` is a copy of what left; otherwise it is as of now."""

    subject: str
    text: str
    language: str
    kept: bool


def _readers(application: Application, reader: User) -> set[int] | None:
    """Whose letters this person may read; None: everybody's."""
    if reader.pk == application.applicant_id:
        return {reader.pk}
    return None if Role.ADMINISTRATOR in reader.roles else {reader.pk, application.applicant_id}


def about(application: Application) -> Q:
    """The letters of a case, by what they are about."""
    case = application.trail_case()
    found = Q(context__application=application.pk)
    for key, rows in (
        ("meeting", Meeting.objects.filter(about__case=case)),
        ("decision", application.decisions.all()),
        ("audit", application.audits.all()),
        ("submission", Submission.objects.filter(portfolio__application=application)),
        ("appeal", Appeal.objects.filter(decision__application=application)),
        ("interview", application.interviews.all()),
        ("sent_back", SentBack.objects.filter(verification__application=application)),
        ("certificate", Certificate.objects.filter(decision__in=_references(application.pk))),
    ):
        found |= Q(**{f"context__{key}__in": list(rows.values_list("pk", flat=True))})
    return found


def sent(application: Application, reader: User) -> list[Sent]:
    """What this case has sent that the reader may know of, and what waits to leave; newest
    first."""
    rows = Message.objects.filter(about(application)).select_related("to", "copy")
    if (whose := _readers(application, reader)) is not None:
        rows = rows.filter(to__in=whose)
    messages = list(rows.order_by("-not_before", "-pk"))
    titles = _titles({message.kind for message in messages})
    return [Sent(message, titles[message.kind]) for message in messages]


def _titles(kinds: set[str]) -> dict[str, str]:
    """What gives rise to each kind; for the reader of another language, what it is headed."""
    texts = LetterText.objects.filter(kind__in=kinds, language="en")
    triggers = dict(texts.values_list("kind", "trigger"))
    titles = {kind: triggers.get(kind) or kind.replace("_", " ") for kind in kinds}
    return {kind: title[:1].upper() + title[1:] for kind, title in titles.items()}


def to_come(application: Application, reader: User, at: datetime) -> list[Coming]:
    """What will be sent if nothing changes, the nearest first."""
    letters, rests = _foreseen(application, reader, at), rests_at(application)
    people = User.objects.in_bulk({letter.message.to_id for letter in letters})
    titles = _titles({letter.message.kind for letter in letters})
    found = [_coming(letter, titles, people) for letter in letters]
    if rests and rests >= at:
        found.append(Coming(rests, _("The case comes to rest; the applicant can wake it up.")))
    return found


def _foreseen(application: Application, reader: User, at: datetime) -> list[ToCome]:
    rests, whose = rests_at(application), _readers(application, reader)
    until = max(at, rests) if rests else _horizon(application, at)
    letters = foresee(RULES, application.pk, at, until)
    return [letter for letter in letters if whose is None or letter.message.to_id in whose]


def _coming(letter: ToCome, titles: dict[str, str], people: dict[int, User]) -> Coming:
    message = letter.message
    to = people.get(message.to_id or 0)
    return Coming(letter.at, titles[message.kind], to, message.key)


def _horizon(application: Application, at: datetime) -> datetime:
    """Far enough to see the certificate end."""
    ends = [row.ends_on for row in _certificates(application.pk) if row.ends_on]
    last = max([(day - at.date()).days + 2 for day in ends], default=0)
    return at + max(AHEAD, timedelta(days=last))


def rests_at(application: Application) -> datetime | None:
    """When silence will rest the case; None where it does not wait for its applicant to write."""
    for silence in (assessment_silence, portfolio_silence):
        waiting = silence.waiting().filter(pk=application.pk).first()
        if waiting is not None:
            moment: datetime = waiting.since + silence.REST_AFTER
            return moment
    return None


def opened(application: Application, reader: User, key: str, at: datetime) -> Opened | None:
    """The words of one letter of the case; None where there is none that the reader may see.
    Raises Obsolete where there is nothing to say (any more, or yet)."""
    letters = [*(letter.message for letter in sent(application, reader))]
    letters += [letter.message for letter in _foreseen(application, reader, at)]
    found = next((message for message in letters if message.key == key), None)
    if found is None:
        return None
    language = found.to.language if found.to else "en"
    if copy := getattr(found, "copy", None):
        return Opened(copy.subject, copy.text, language, kept=True)
    letter = compose(found)
    return Opened(str(letter.subject), str(letter.body), language, kept=False)
