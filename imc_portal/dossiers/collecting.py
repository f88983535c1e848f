"""Reading a case into plain data: what was asked, met, decided, by whom, when, and its trail.

What is about third parties stays out: addresses of people of ours, who gave feedback, who was
present beside the two, private notes, the note of an interest. Mentees stand in it by alias alone.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Role
from appeals.models import Appeal, Reader
from applicants.flow import Stage
from applicants.models import Application
from certificates.models import Certificate
from imc_portal.dossiers.chain import Data, areas
from imc_portal.sentences import sentence
from imc_portal.trail_page import WHAT
from meetings.models import Meeting
from notices.models import LetterText, Message
from portfolios.logbook import LogSession
from portfolios.models import Audit, Submission
from trail.models import Event, Head, Sight
from trail.verify import unaltered
from verification.models import Verification

LOG_SESSIONS = 500


def collect(application: Application, at: datetime) -> Data:
    """Everything, as it is at that instant, in the language that is active."""
    return {
        "made_at": at,
        "case": _case(application),
        "people": _people(application),
        "declarations": _declarations(application),
        "areas": areas(application),
        "interviews": _interviews(application),
        "plan": _plan(application),
        "submissions": _submissions(application),
        "log": _log(application),
        "audits": _audits(application),
        "meetings": _meetings(application),
        "verifications": _verifications(application),
        "more_asked": _more_asked(application),
        "decisions": _decisions(application),
        "certificates": _certificates(application),
        "appeals": _appeals(application),
        "letters": _letters(application),
        "trail": _trail(application),
        "sights": _sights(application),
    }


def _case(case: Application) -> Data:
    return {
        "number": case.trail_case(),
        "applicant": case.applicant.full_name,
        "native_name": case.applicant.native_name,
        "certificate": case.tier.name,
        "scheme": str(case.tier.scheme),
        "route": case.route.label,
        "edition": str(case.edition),
        "opened_at": case.opened_at,
        "stage": str(Stage(case.stage).label),
        "since": case.stage_since,
        "times_sent_back": case.rounds,
        "renews": case.renews.number if case.renews else "",
    }


def _people(case: Application) -> list[Data]:
    rows = case.cast.select_related("person").order_by("since", "pk")
    return [
        {
            "role": part.get_role_display(),
            "person": part.person.full_name,
            "since": part.since,
            "until": part.ended_at,
            "why_ended": part.ended_why,
        }
        for part in rows
    ]


def _declarations(case: Application) -> list[Data]:
    rows = case.declarations.select_related("person").order_by("at")
    return [{"person": d.person.full_name, "clear": d.clear, "at": d.at} for d in rows]


def _interviews(case: Application) -> list[Data]:
    rows = case.interviews.exclude(recorded_at=None).select_related("meeting__host")
    return [
        {
            "held_by": row.meeting.host.full_name,
            "began_at": row.meeting.starts_at,
            "outcome": row.get_outcome_display(),
            "agreed": row.summary,
        }
        for row in rows.order_by("pk")
    ]


def _plan(case: Application) -> Data | None:
    plan = getattr(case, "plan", None)
    if plan is None:
        return None
    return {
        "version": plan.version,
        "signed_by_manager_at": plan.signed_by_manager_at,
        "signed_by_applicant_at": plan.signed_by_applicant_at,
        "steps": [
            {"step": item.text, "due_on": item.due_on, "done_at": item.done_at}
            for item in plan.items.all()
        ],
    }


def _submissions(case: Application) -> list[Data]:
    rows = Submission.objects.filter(portfolio__application=case).defer("snapshot")
    return [
        {
            "number": row.number,
            "sent_at": row.sent_at,
            "sha256": row.sha256,
            "own_words": bool(row.declaration.get("own_words")),
            "tools": row.declaration.get("tools", ""),
            "snapshot": f"submissions/{row.number}.json",
        }
        for row in rows
    ]


def _log(case: Application) -> list[Data]:
    """The mentoring log; mentees by the alias under which the applicant writes of them."""
    rows = LogSession.objects.filter(person=case.applicant).order_by("on", "pk")
    return [
        {
            "on": row.on,
            "sort": row.get_sort_display(),
            "minutes": row.minutes,
            "mode": row.get_mode_display(),
            "mentee": row.mentee_alias,
        }
        for row in rows[:LOG_SESSIONS]
    ]


def _audits(case: Application) -> list[Data]:
    rows = Audit.objects.filter(application=case).exclude(closed_at=None)
    return [
        {
            "round": row.number,
            "role": row.get_seat_display(),
            "by": row.auditor.full_name,
            "closed_at": row.closed_at,
            "result": row.get_result_display(),
            "comment": row.comment,
        }
        for row in rows.select_related("auditor").order_by("number", "seat")
    ]


def _meetings(case: Application) -> list[Data]:
    rows = Meeting.objects.filter(about__case=case.trail_case()).select_related("host")
    return [
        {
            "kind": row.get_kind_display(),
            "host": row.host.full_name,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "how": row.get_how_display(),
            "state": row.get_state_display(),
        }
        for row in rows.order_by("starts_at")
    ]


def _verifications(case: Application) -> list[Data]:
    rows = Verification.objects.filter(application=case).exclude(signed_at=None)
    return [
        {
            "by": row.verifier.full_name,
            "identity_checked": row.identity_checked,
            "paper_seen": row.get_identity_document_display(),
            "how": row.get_mode_display(),
            "interruptions": row.interruptions,
            "adjustments": row.adjustments_made,
            "summary": row.summary,
            "recommendation": row.get_recommendation_display(),
            "signed_at": row.signed_at,
            "added_later": [
                {
                    "statement": one.statement.code if one.statement else "",
                    "text": one.text,
                    "why": one.why,
                    "at": one.at,
                }
                for one in row.addenda.all()
            ],
        }
        for row in rows.select_related("verifier").prefetch_related("addenda__statement")
    ]


def _more_asked(case: Application) -> list[Data]:
    rows = case.more_asked.select_related("by").prefetch_related("particulars__statement")
    return [
        {
            "of": row.get_whose_display(),
            "why": row.why,
            "by": row.by.full_name,
            "at": row.at,
            "due_on": row.due_on,
            "statements": [one.statement.code for one in row.particulars.all()],
        }
        for row in rows.order_by("at")
    ]


def _decisions(case: Application) -> list[Data]:
    rows = case.decisions.select_related("by").prefetch_related("particulars__statement")
    return [
        {
            "reference": str(row.reference),
            "outcome": row.get_outcome_display(),
            "reasons": row.reasons,
            "by": row.by.full_name,
            "role": str(Role.DECIDER.label),
            "at": row.at,
            "set_aside_at": row.set_aside_at,
            "particulars": [
                {"statement": one.statement.code, "words": one.words}
                for one in row.particulars.all()
            ],
        }
        for row in rows.order_by("at")
    ]


def _certificates(case: Application) -> list[Data]:
    references = list(case.decisions.values_list("reference", flat=True))
    rows = Certificate.objects.filter(decision__in=references).select_related("tier")
    return [
        {
            "number": row.number,
            "certificate": row.tier.name,
            "awarded_on": row.awarded_on,
            "expires_on": row.expires_on,
            "events": [
                {"event": e.get_kind_display(), "at": e.effective_at, "reason": e.reason}
                for e in row.events.all()
            ],
        }
        for row in rows.prefetch_related("events")
    ]


def _appeals(case: Application) -> list[Data]:
    rows = Appeal.objects.filter(decision__application=case).order_by("pk")
    return [
        {
            "number": row.number,
            "ground": row.get_ground_display(),
            "text": row.text,
            "received_at": row.received_at,
            "acknowledged_at": row.acknowledged_at,
            "stage": row.stage_label,
            "admission": row.admission,
            "panel": [
                {
                    "person": seat.person.full_name,
                    "chair": seat.chair,
                    "vote": seat.get_vote_display() if seat.vote and not row.is_open else "",
                    "signed_at": seat.signed_at,
                }
                for seat in row.panel()
            ],
            "notes": [
                {"at": note.at, "text": note.text}
                for note in row.notes.exclude(reader=Reader.PANEL)
            ],
            "answer": row.answer,
            "answered_at": row.answered_at,
        }
        for row in rows
    ]


def _letters(case: Application) -> list[Data]:
    """Letters of this case to anybody, by what gave rise to them and the part of who got them;
    no address, no words."""
    rows = Message.objects.filter(context__application=case.pk)
    for key, found in (
        ("decision", _pks(case.decisions.all())),
        ("audit", _pks(case.audits.all())),
        ("submission", _pks(Submission.objects.filter(portfolio__application=case))),
        ("appeal", _pks(Appeal.objects.filter(decision__application=case))),
        ("meeting", _pks(Meeting.objects.filter(about__case=case.trail_case()))),
    ):
        rows = rows | Message.objects.filter(**{f"context__{key}__in": list(found)})
    messages = list(rows.order_by("not_before", "pk"))
    kinds = {message.kind for message in messages}
    texts = LetterText.objects.filter(kind__in=kinds, language="en")
    titles = dict(texts.values_list("kind", "trigger"))
    parts = {part.person_id: part.get_role_display() for part in case.cast.all()}
    return [
        {
            "letter": titles.get(m.kind) or m.kind.replace("_", " "),
            "to": parts.get(m.to_id or 0, ""),
            "sent_at": m.sent_at,
            "not_needed": m.dropped_at is not None,
        }
        for m in messages
    ]


def _pks(rows: QuerySet[Any]) -> QuerySet[Any, int]:
    return rows.order_by().values_list("pk", flat=True)


def _trail(case: Application) -> Data:
    """Every link of the chain that belongs to the case, in words and as it is hashed."""
    events = list(case.history().order_by("pk"))
    named = {e.facts["person"] for e in events if isinstance(e.facts.get("person"), int)}
    people = User.objects.in_bulk(named)
    head = Head.objects.first()
    return {
        "unaltered": unaltered(events),
        "links": len(events),
        "published_head": head.hash if head else "",
        "published_on": head.day if head else None,
        "events": [_event(event, people) for event in events],
    }


def _event(event: Event, people: dict[int, User]) -> Data:
    stranger = User(pk=0)  # said of somebody else, whoever asked for the dossier
    data: dict[str, Any] = {
        "link": event.pk,
        "at": event.at,
        "actor": event.actor.full_name if event.actor else "",
        "said": sentence(event, stranger, people),
        "verb": event.verb,
        "about": f"{event.subject}:{event.subject_id}",
        "before": event.before,
        "after": event.after,
        "facts": event.facts,
        "actor_id": event.actor_id,
        "case": event.case,
        "previous": event.previous,
        "hash": event.hash,
    }
    return data


def _sights(case: Application) -> list[Data]:
    rows = Sight.objects.filter(case=case.trail_case()).select_related("person")
    return [
        {"day": row.day, "person": row.person.full_name, "words": str(WHAT.get(row.what, row.what))}
        for row in rows.order_by("day", "person_id", "what")
    ]
