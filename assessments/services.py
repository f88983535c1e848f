"""Rating oneself: one answer at a time, whole areas at once, and sending it as the baseline."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from applicants.flow import Stage
from applicants.models import Application
from applicants.services import rest
from assessments.answers import Answer, Conflict, Saved, settle
from assessments.models import NOTE_LENGTH, Rating, Report, SelfAssessment
from assessments.profile import AreaProfile, Picture, frozen, profile, strengths_and_gaps
from assessments.silence import silent, tired, warning
from certificates.models import Requirement
from notices.models import Message
from notices.services import post
from trail.flow import Refused

__all__ = [
    "Answer",
    "AreaProfile",
    "Closed",
    "Conflict",
    "Incomplete",
    "NoteTooLong",
    "Picture",
    "Saved",
    "ask_report",
    "profile",
    "rate",
    "remind_idle",
    "save",
    "send",
    "start",
    "strengths_and_gaps",
    "take_along",
    "unanswered",
]


class Closed(Refused):
    """Ratings belong to their applicant, and only until they are sent."""


class NoteTooLong(Refused):
    """A note is for the interview, not for the portfolio."""


class Incomplete(Refused):
    """Sending asks for every statement. `missing` says which are open."""

    def __init__(self, missing: list[Requirement]) -> None:
        self.missing = missing
        count = len({requirement.statement_id for requirement in missing})
        super().__init__(
            ngettext(
                "%(count)d statement has no rating yet.",
                "%(count)d statements have no rating yet.",
                count,
            )
            % {"count": count}
        )


@transaction.atomic
def start(application: Application, *, by: User, at: datetime) -> SelfAssessment:
    """Begin, or go on. Only the applicant, and only while the self-assessment is awaited."""
    if application.applicant_id != by.pk or application.stage != Stage.SELF_ASSESSMENT:
        raise Closed(_closed(application))
    assessment, _new = SelfAssessment.objects.get_or_create(
        application=application, defaults={"started_at": at, "touched_at": at}
    )
    assessment.application = application
    return assessment


def _closed(application: Application) -> str:
    if application.stage == Stage.DORMANT:
        return _("This case is resting. Wake it up first; your ratings are all here.")
    if application.stage == Stage.SELF_ASSESSMENT:
        return _("Only the applicant rates these statements.")
    return _("This self-assessment was sent. It can be read, not changed.")


@transaction.atomic
def save(
    assessment: SelfAssessment, answers: Mapping[int, Answer], *, by: User, at: datetime
) -> Saved:
    """Store answers by statement. Older than what is stored, and different, is a conflict.

    The first statement takes the lock, so that two windows save one after the other. What the case
    does not ask is left out.
    """
    for answer in answers.values():
        if len(answer.note) > NOTE_LENGTH:
            raise NoteTooLong(
                _("A note has room for %(most)d characters. This one has %(count)d.")
                % {"most": NOTE_LENGTH, "count": len(answer.note)}
            )
    open_to_them = Application.objects.filter(applicant=by, stage=Stage.SELF_ASSESSMENT)
    row = SelfAssessment.objects.filter(pk=assessment.pk, sent_at=None)
    if not row.filter(application__in=open_to_them).update(touched_at=at):
        assessment.application.refresh_from_db()
        raise Closed(_closed(assessment.application))
    saved, changed = settle(answers, _stored(assessment, answers))
    _upsert(assessment, changed, saved.revisions, at)
    return saved


def _stored(
    assessment: SelfAssessment, answers: Mapping[int, Answer]
) -> dict[int, tuple[set[str], Answer]]:
    """The facets asked for each of these statements, and what is stored about it."""
    asked = assessment.application.asked().order_by().filter(statement__in=answers)
    found: dict[int, tuple[set[str], Answer]] = {}
    for statement, facet, revision, concept, practice, note in assessment.answered(
        asked
    ).values_list(
        "statement_id",
        "facet",
        "mine__revision",
        "mine__concept",
        "mine__practice",
        "mine__note",
    ):
        stored = Answer(concept, practice, note or "", revision or 0)
        facets, _same = found.setdefault(statement, (set(), stored))
        facets.add(facet)
    return found


def _upsert(
    assessment: SelfAssessment,
    answers: Mapping[int, Answer],
    revisions: Mapping[int, int],
    at: datetime,
) -> None:
    Rating.objects.bulk_create(
        [
            Rating(
                assessment=assessment,
                statement_id=statement,
                concept=answer.concept,
                practice=answer.practice,
                note=answer.note,
                revision=revisions[statement],
                saved_at=at,
            )
            for statement, answer in answers.items()
        ],
        update_conflicts=True,
        unique_fields=["assessment", "statement"],
        update_fields=["concept", "practice", "note", "revision", "saved_at"],
    )


@transaction.atomic
def rate(
    application: Application, answers: Mapping[int, Answer], *, by: User, at: datetime
) -> Saved:
    """Answer in a case, which begins the self-assessment with the first answer."""
    return save(start(application, by=by, at=at), answers, by=by, at=at)


@transaction.atomic
def take_along(
    application: Application, answers: Mapping[int, Answer], *, by: User, at: datetime
) -> Saved:
    """Begin a case with the ratings of a trial. What was rated here already stays as it is."""
    assessment = start(application, by=by, at=at)
    kept = set(assessment.ratings.values_list("statement", flat=True))
    fresh = {pk: replace(said, revision=0) for pk, said in answers.items() if pk not in kept}
    return save(assessment, fresh, by=by, at=at)


def unanswered(assessment: SelfAssessment) -> list[Requirement]:
    """What is asked and has no rating, in the order of the profile."""
    return list(assessment.open_requirements())


@transaction.atomic
def send(assessment: SelfAssessment, *, by: User, at: datetime) -> None:
    """Freeze the ratings with their wording as the baseline, and hand over to the interview."""
    SelfAssessment.objects.select_for_update().get(pk=assessment.pk)
    assessment.refresh_from_db()
    application = assessment.application
    application.refresh_from_db()
    if application.applicant_id != by.pk or application.stage != Stage.SELF_ASSESSMENT:
        raise Closed(_closed(application))
    if missing := unanswered(assessment):
        raise Incomplete(missing)
    assessment.sent_at = assessment.touched_at = at
    assessment.baseline = {"answers": frozen(assessment)}
    assessment.save(update_fields=["sent_at", "touched_at", "baseline"])
    for kind in ("self_assessment_received", "interview_invitation"):
        post(kind, to=by, key=f"{kind}:{application.pk}", application=application.pk)
    application.move("complete", by=by, at=at)


@transaction.atomic
def ask_report(assessment: SelfAssessment, *, language: str, by: User, at: datetime) -> Report:
    """Owe the baseline as a PDF in this language. Asking twice is asking once; asking again after
    it could not be drawn is another try."""
    own = assessment.application.applicant_id == by.pk
    if not own and not assessment.application.declared(by):
        raise Closed(_("Declare your interests in this case first."))
    if assessment.sent_at is None:
        raise Closed(_("There is a report once the self-assessment is sent."))
    report, _new = Report.objects.get_or_create(
        assessment=assessment, language=language, defaults={"asked_at": at}
    )
    if report.failed:
        Report.objects.filter(pk=report.pk).update(attempts=0, asked_at=at)
        report.refresh_from_db()
    return report


@transaction.atomic
def remind_idle(at: datetime) -> int:
    """Warn people whose self-assessment has been silent, and rest the cases of those who stay so.

    The key of a warning names the day of the silence and its number: asking twice is asking once.
    A late clock sends one warning, not three, and a case rests only after the third was due for
    two weeks. Returns how many letters are owed anew.
    """
    owed = [warning(case, applicant, since, key, at) for case, applicant, since, key in silent(at)]
    Message.objects.bulk_create(owed, ignore_conflicts=True)
    for application in tired(at):
        rest(application, at=at)
    return len(owed)
