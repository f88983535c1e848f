"""Letters to those who work on cases: about what binds them, and what they may take."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.letters import page
from applicants.models import Declaration, Qualification, TeachingRelation, Threat
from applicants.models.qualification import QUALIFIED
from applicants.qualifying import followed
from notices.letters import Letter, Obsolete, letter
from notices.models import Message


@letter("teaching_declared")
def teaching_declared(message: Message) -> Letter:
    """Obsolete once it is answered, or taken back."""
    relations = TeachingRelation.objects.select_related("teacher", "learner")
    relation = relations.filter(pk=message.context["relation"], withdrawn_at=None).first()
    if relation is None or relation.answer:
        raise Obsolete
    other = relation.learner if message.to_id == relation.teacher_id else relation.teacher
    return Letter(
        {"person_name": other.full_name, "task_url": page("applicants:relations")},
        whose_turn=_("Yours"),
        by_when=_("No deadline"),
    )


def _works_on_cases(message: Message) -> bool:
    return bool(message.to and message.to.roles & set(QUALIFIED))


@letter("declaration_lapses")
def declaration_lapses(message: Message) -> Letter:
    """Obsolete once they declared again, or work on no case."""
    newest = Declaration.objects.yearly().filter(person=message.to).order_by("at", "pk").last()
    if newest is None or newest.pk != message.context["declaration"]:
        raise Obsolete
    if not _works_on_cases(message):
        raise Obsolete
    until = date_format(newest.holds_until)
    return Letter(
        {"task_due_date": until, "task_url": page("applicants:relations")},
        whose_turn=_("Yours"),
        by_when=until,
    )


@letter("declaration_missing")
def declaration_missing(message: Message) -> Letter:
    declared = Declaration.objects.yearly().filter(person=message.to).exists()
    if declared or not _works_on_cases(message):
        raise Obsolete
    return Letter({"task_url": page("applicants:relations")}, whose_turn=_("Yours"))


@letter("qualification_lapses")
def qualification_lapses(message: Message) -> Letter:
    """Obsolete once another one follows."""
    rows = Qualification.objects.standing().select_related("person")
    row = rows.filter(pk=message.context["qualification"]).first()
    if row is None or followed(row, rows.filter(person=row.person)):
        raise Obsolete
    until = date_format(row.ends_on)
    return Letter(
        {
            "task_due_date": until,
            "person_name": row.person.full_name,
            "role_name": row.get_role_display(),
            "task_url": page("applicants:qualified", row.person_id),
        },
        by_when=until,
    )


@letter("register_review_due")
def register_review_due(message: Message) -> Letter:
    """Obsolete once it was looked at, closed, or given to somebody else."""
    threat = Threat.objects.open().filter(pk=message.context["threat"], owner=message.to).first()
    if threat is None or threat.review_on != date.fromisoformat(message.context["on"]):
        raise Obsolete
    by = date_format(threat.review_on)
    return Letter(
        {"task_due_date": by, "task_url": page("applicants:threat", threat.pk)},
        whose_turn=_("Yours"),
        by_when=by,
    )
