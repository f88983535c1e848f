"""Asking for more before deciding: named statements go to the applicant or to the verifier.

It is one of the rounds that a case has, whoever sends it back (docs/adr/0021).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.deciding import say_of_each, take_up
from applicants.flow import REVISION_DAYS, ROUNDS, Stage
from applicants.models import Application, MoreAsked, Whose
from applicants.reading import only_as_read
from applicants.registry import REOPENERS
from certificates.dates import body_day
from frameworks.models import Statement
from notices.services import post
from trail.flow import Refused

VERBS = {Whose.APPLICANT: "ask_more", Whose.VERIFIER: "ask_verifier"}
LETTERS = {Whose.APPLICANT: "decision_more_asked", Whose.VERIFIER: "decision_another_meeting"}


class NoRoundLeft(Refused):
    """A case goes back twice at most, whoever sends it."""


class NothingNamed(Refused):
    """More is asked about named statements, never in general."""


def may_be_asked(application: Application) -> list[Whose]:
    """Who can be asked for more in this case now; nobody where no round is left."""
    if application.stage != Stage.DECISION or application.rounds >= ROUNDS:
        return []
    there = {Whose.APPLICANT: Stage.PORTFOLIO, Whose.VERIFIER: Stage.VERIFICATION}
    return [whose for whose in Whose if there[whose] in application.path]


@transaction.atomic
def ask_for_more(
    application: Application,
    *,
    whose: Whose,
    statements: Mapping[Statement, str],
    why: str,
    by: User,
    at: datetime,
    read: str | None = None,
) -> MoreAsked:
    """Name statements, each with words of its own or none, and say what is missing. Afterwards
    the case comes back to the decision through the steps in between."""
    locked, why = take_up(application, VERBS[whose], why, by=by, at=at)
    if not statements:
        raise NothingNamed(_("Name at least one statement."))
    if locked.rounds >= ROUNDS:
        raise NoRoundLeft(
            _("Work goes back %(count)d times at most. Decide on what there is.")
            % {"count": ROUNDS}
        )
    due = body_day(at) + timedelta(days=REVISION_DAYS)
    asked = MoreAsked.objects.create(
        application=locked, whose=whose, why=why, by=by, at=at, due_on=due
    )
    say_of_each(locked, statements, more=asked)
    if whose == Whose.APPLICANT:
        _reopen(locked, statements, why, at)
    key = _tell(locked, asked)
    locked.move(
        VERBS[whose],
        by=by,
        at=at,
        also={"due_on": due, "rounds": F("rounds") + 1},
        more=asked.pk,
        statements=sorted(statement.code for statement in statements),
    )
    only_as_read(key, read)
    application.refresh_from_db()
    return asked


def _reopen(
    application: Application, statements: Mapping[Statement, str], why: str, at: datetime
) -> None:
    """Each named entry opens again, with what is said of it or of all."""
    for statement, words in statements.items():
        for reopen in REOPENERS:
            reopen(application, [statement], words.strip() or why, at)


def _tell(application: Application, asked: MoreAsked) -> str:
    """The applicant learns of it in either case, the verifier of their task."""
    kind = LETTERS[Whose(asked.whose)]
    key = f"{kind}:{asked.pk}"
    post(kind, to=application.applicant, key=key, application=application.pk, more=asked.pk)
    verifier = application.cast.filter(role=Role.VERIFIER, ended_at=None).first()
    if asked.whose == Whose.VERIFIER and verifier:
        post(
            "staff_task_assigned",
            to=verifier.person,
            key=f"task:{application.pk}:{verifier.role}:{verifier.pk}:more:{asked.pk}",
            application=application.pk,
            role=verifier.role,
        )
    return key


def open_question(application: Application) -> MoreAsked | None:
    """What the decider asked last, while the case is on its way back to the decision."""
    asked = application.more_asked.prefetch_related("particulars__statement").first()
    return asked if asked and application.stage != Stage.DECISION and application.is_open else None
