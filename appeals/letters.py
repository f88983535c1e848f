"""Letters about appeals and complaints."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appeals.flow import EVIDENCE_DAYS, Stage
from appeals.models import Appeal, Complaint, Matter, Note
from certificates.dates import body_day
from notices.letters import Letter, Obsolete, letter
from notices.models import Message
from notices.texts import absolute


def _matter(message: Message) -> Matter:
    """What the letter is about. Raises Obsolete where it is gone."""
    context = message.context
    found: Matter | None
    if "appeal" in context:
        whole = Appeal.objects.select_related("decision__application__applicant")
        found = whole.filter(pk=context["appeal"]).first()
    else:
        found = Complaint.objects.filter(pk=context.get("complaint")).first()
    if found is None:
        raise Obsolete
    return found


def _page(matter: Matter, message: Message) -> str:
    """Whoever has no account follows a complaint at its secret address."""
    if isinstance(matter, Complaint) and message.to is None:
        return absolute(reverse("appeals:follow", args=[matter.secret]))
    return absolute(matter.url)


def _facts(matter: Matter, message: Message) -> dict[str, str]:
    """What stands in every letter to whoever wrote to us."""
    facts = {
        "matter_number": matter.number,
        "matter_date": date_format(body_day(matter.received_at)),
        "matter_answer_date": date_format(matter.answer_due_on),
        "matter_url": _page(matter, message),
    }
    if isinstance(matter, Complaint) and message.to is None:
        facts["first_name"] = matter.name or _("and thank you for writing")
    return facts


@letter("appeal_received")
def appeal_received(message: Message) -> Letter:
    matter = _matter(message)
    if not isinstance(matter, Appeal):
        raise Obsolete
    received = body_day(matter.received_at)
    return Letter(
        {
            "decision_date": date_format(body_day(matter.decision.at)),
            "appeal_date": date_format(received),
            "appeal_number": matter.number,
            "appeal_answer_date": date_format(matter.answer_due_on),
            "appeal_evidence_date": date_format(received + timedelta(days=EVIDENCE_DAYS)),
            "appeal_url": absolute(matter.url),
        },
        whose_turn=_("The appeal panel’s"),
        by_when=date_format(matter.answer_due_on),
    )


@letter("complaint_kept")
def complaint_kept(message: Message) -> Letter:
    """Says where it is followed, which the shipped `complaint_received` does not."""
    matter = _matter(message)
    return Letter(
        {
            **_facts(matter, message),
            "complaint_number": matter.number,
            "complaint_answer_date": date_format(matter.acknowledge_by),
        },
        whose_turn=_("Ours"),
        by_when=date_format(matter.acknowledge_by),
    )


@letter("matter_acknowledged", "matter_admitted")
def going_on(message: Message) -> Letter:
    matter = _matter(message)
    if not matter.is_open:
        raise Obsolete
    names = ", ".join(seat.person.full_name for seat in matter.panel())
    return Letter(
        {**_facts(matter, message), "panel_names": names, "matter_reasons": matter.admission},
        whose_turn=_("Ours"),
        by_when=date_format(matter.answer_due_on),
    )


@letter("matter_turned_away")
def turned_away(message: Message) -> Letter:
    matter = _matter(message)
    return Letter({**_facts(matter, message), "matter_reasons": matter.admission})


@letter("matter_note")
def noted(message: Message) -> Letter:
    matter = _matter(message)
    pk = message.key.rpartition(":")[2]
    note = Note.objects.filter(pk=pk).first()
    if note is None:
        raise Obsolete
    return Letter({**_facts(matter, message), "matter_note": note.text})


@letter("appeal_decided")
def appeal_decided(message: Message) -> Letter:
    matter = _matter(message)
    if matter.stage not in (Stage.UPHELD, Stage.DISMISSED):
        raise Obsolete
    upheld = matter.stage == Stage.UPHELD
    return Letter(
        {
            "appeal_number": matter.number,
            "appeal_outcome": matter.stage_label,
            "appeal_url": absolute(matter.url),
            "next_step": _("Somebody who has not seen your case decides anew within two weeks.")
            if upheld
            else _("The decision stands. You can apply again when you are ready."),
            "panel_chair_name": _chair(matter),
        }
    )


@letter("complaint_decided")
def complaint_decided(message: Message) -> Letter:
    matter = _matter(message)
    if matter.stage not in (Stage.UPHELD, Stage.DISMISSED):
        raise Obsolete
    facts = {"matter_outcome": matter.stage_label, "matter_reasons": matter.answer}
    facts["panel_chair_name"] = _chair(matter)
    return Letter({**_facts(matter, message), **facts})


def _chair(matter: Matter) -> str:
    chair = next((seat.person for seat in matter.panel() if seat.chair), None)
    return chair.full_name if chair else _("The panel")


# --- To those who handle it -------------------------------------------------------------------
TASKS: dict[str, Any] = {
    Stage.RECEIVED: lambda: _("acknowledge %(number)s"),
    Stage.ADMISSION: lambda: _("decide whether %(number)s is heard, and name its panel"),
    Stage.PANEL: lambda: _("answer %(number)s"),
}


@letter("matter_to_acknowledge", "matter_seat", "matter_due_soon", "matter_due_passed")
def task(message: Message) -> Letter:
    matter = _matter(message)
    due = matter.due_on
    if due is None or message.to is None or matter.bars(message.to, body_day(message.not_before)):
        raise Obsolete
    parts = message.key.split(":")
    if message.kind.startswith("matter_due") and parts[2:4] != [matter.stage, due.isoformat()]:
        raise Obsolete
    return Letter(
        {
            "matter_number": matter.number,
            "task_name": TASKS[Stage(matter.stage)]() % {"number": matter.number},
            "task_due_date": date_format(due),
            "task_url": absolute(matter.url),
        },
        whose_turn=_("Yours"),
        by_when=date_format(due),
    )


@letter("matter_added")
def added(message: Message) -> Letter:
    matter = _matter(message)
    if not matter.is_open:
        raise Obsolete
    return Letter({"matter_number": matter.number, "task_url": absolute(matter.url)})
