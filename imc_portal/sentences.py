"""What happened, one sentence each: the trail in words, for whoever reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Role
from applicants.flow import Stage
from imc_portal.sentences_beside import BY_SUBJECT, Words
from imc_portal.sentences_whole import BY_VERB, WHOLE
from meetings.models import Kind, State
from trail.models import Event

CASE = "applicants.application"
APPEAL = "appeals.appeal"
MEETING = "meetings.meeting"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a timeline."""

    at: datetime
    text: str


# (what it is about, verb, the stage it was at) → said of oneself, said of somebody else.
SENTENCES: dict[tuple[str, str, str], tuple[Words, Words]] = {
    (CASE, "apply", ""): (
        _later("You began this application."),
        _later("%(who)s began this application."),
    ),
    (CASE, "complete", Stage.SELF_ASSESSMENT): (
        _later("You sent your self-assessment."),
        _later("%(who)s sent the self-assessment."),
    ),
    (CASE, "complete", Stage.INTAKE): (
        _later("You held the interview and agreed the plan."),
        _later("Interview with %(who)s; action plan agreed."),
    ),
    (CASE, "prepare_first", ""): (
        _later("You held the interview; another one follows."),
        _later("Interview with %(who)s; another one follows."),
    ),
    (CASE, "redirect", Stage.INTAKE): (
        _later("You agreed on another certificate."),
        _later("Interview with %(who)s; another certificate suits better."),
    ),
    (CASE, "refer", Stage.INTAKE): (
        _later("You agreed that something else helps more now."),
        _later("Interview with %(who)s; something else helps more now."),
    ),
    (CASE, "complete", Stage.PORTFOLIO): (
        _later("You sent your portfolio."),
        _later("%(who)s sent the portfolio."),
    ),
    (CASE, "complete", Stage.AUDIT): (
        _later("You finished the audit: passed."),
        _later("%(who)s finished the audit: passed."),
    ),
    (CASE, "send_back", Stage.AUDIT): (
        _later("You finished the audit. %(entries)s"),
        _later("%(who)s finished the audit. %(entries)s"),
    ),
    (CASE, "fail", Stage.AUDIT): (
        _later("You finished the audit: not passed."),
        _later("%(who)s finished the audit: not passed."),
    ),
    (CASE, "complete", Stage.VERIFICATION): (
        _later("You signed the record of the verification."),
        _later("%(who)s signed the record of the verification."),
    ),
    (CASE, "send_back", Stage.VERIFICATION): (
        _later("You sent entries back. %(entries)s"),
        _later("%(who)s sent entries back. %(entries)s"),
    ),
    (MEETING, "book", ""): (
        _later("You booked a meeting: %(kind)s."),
        _later("%(who)s booked a meeting: %(kind)s."),
    ),
    (MEETING, "reschedule", ""): (
        _later("You moved the meeting: %(kind)s."),
        _later("%(who)s moved the meeting: %(kind)s."),
    ),
    (MEETING, "hand_over", ""): (
        _later("You handed the meeting over to %(person)s: %(kind)s."),
        _later("%(who)s handed the meeting over to %(person)s: %(kind)s."),
    ),
    (MEETING, "cancel", "booked"): (
        _later("You cancelled the meeting: %(kind)s."),
        _later("%(who)s cancelled the meeting: %(kind)s."),
    ),
    (MEETING, "close", "booked"): (
        _later("%(kind)s: %(held)s."),
        _later("%(kind)s with %(who)s: %(held)s."),
    ),
    (CASE, "ask_more", Stage.DECISION): (
        _later("You asked for more before deciding. %(entries)s"),
        _later("%(who)s asked for more before deciding. %(entries)s"),
    ),
    (CASE, "ask_verifier", Stage.DECISION): (
        _later("You asked for another meeting before deciding."),
        _later("%(who)s asked for another meeting before deciding."),
    ),
    (CASE, "certify", Stage.DECISION): (
        _later("You awarded the certificate."),
        _later("%(who)s awarded the certificate."),
    ),
    (CASE, "issue_decided", ""): (
        _later("The certificate that was decided was issued."),
        _later("The certificate that was decided was issued."),
    ),
    (CASE, "decline", Stage.DECISION): (
        _later("You decided not to award it."),
        _later("%(who)s decided not to award it."),
    ),
    (CASE, "reopen", Stage.DECLINED): (
        _later("You set the decision aside: a new one follows."),
        _later("The decision was set aside: a new one follows."),
    ),
    (CASE, "assign", ""): (
        _later("You assigned %(person)s as %(role)s."),
        _later("%(person)s became the %(role)s of this case."),
    ),
    (CASE, "declare", ""): (
        _later("You declared that nothing binds you to the applicant."),
        _later("%(who)s declared that nothing binds them to the applicant."),
    ),
    (CASE, "recuse", ""): (
        _later("You stepped back from this case."),
        _later("%(who)s stepped back from this case."),
    ),
    ("applicants.actionplan", "sign_plan", ""): (
        _later("You signed the action plan."),
        _later("%(who)s signed the action plan."),
    ),
    ("applicants.actionplan", "amend_plan", ""): (
        _later("You changed the action plan and signed it."),
        _later("%(who)s changed the action plan and signed it."),
    ),
    ("applicants.actionplan", "check_plan", ""): (
        _later("You noted that you looked at the action plan together."),
        _later("%(who)s noted that they looked at the action plan together."),
    ),
    ("credentials.signingkey", "make_key", ""): (
        _later("A new key signs credentials from now on."),
        _later("A new key signs credentials from now on."),
    ),
    ("credentials.signingkey", "retire_key", ""): (
        _later("A key for credentials was retired."),
        _later("A key for credentials was retired."),
    ),
    ("portfolios.portfolio", "open_portfolio", ""): (
        _later("You opened your portfolio."),
        _later("%(who)s opened the portfolio."),
    ),
    ("portfolios.portfolio", "refuse_file", ""): (
        _later("A file was found harmful or unreadable, and removed."),
        _later("A file was found harmful or unreadable, and removed."),
    ),
    ("portfolios.submission", "draw", ""): (
        _later("The lot was drawn: %(drawn)s."),
        _later("The lot was drawn: %(drawn)s."),
    ),
    ("portfolios.submission", "draw_look", ""): (
        _later("The lot was drawn: %(looked)s."),
        _later("The lot was drawn: %(looked)s."),
    ),
    ("portfolios.audit", "read_in_full", ""): (
        _later("You look at this renewal in full."),
        _later("%(who)s looks at this renewal in full."),
    ),
    ("renewals.leave", "ask_leave", ""): (
        _later("You asked for leave."),
        _later("%(who)s asked for leave."),
    ),
    ("renewals.leave", "grant", "asked"): (
        _later("You granted the leave."),
        _later("%(who)s granted the leave."),
    ),
    ("renewals.leave", "refuse", "asked"): (
        _later("You did not grant the leave."),
        _later("%(who)s did not grant the leave."),
    ),
    ("renewals.leave", "take_back", "asked"): (
        _later("You took back your request for leave."),
        _later("%(who)s took back the request for leave."),
    ),
    ("portfolios.secondaudit", "ask_second", ""): (
        _later("You asked for a second auditor."),
        _later("%(who)s asked for a second auditor."),
    ),
    ("portfolios.audit", "finish_audit", ""): (
        _later("You finished reading. Your findings stay closed until the other auditor is done."),
        _later("%(who)s finished reading."),
    ),
    ("portfolios.secondaudit", "agree", ""): (
        _later("Both auditors came to the same findings."),
        _later("Both auditors came to the same findings."),
    ),
    ("portfolios.secondaudit", "disagree", ""): (
        _later("The two auditors differ. %(differ)s A third auditor decides."),
        _later("The two auditors differ. %(differ)s A third auditor decides."),
    ),
    ("portfolios.secondaudit", "settle", ""): (
        _later("What the two auditors differed on is decided."),
        _later("What the two auditors differed on is decided."),
    ),
    ("portfolios.audit", "go_on_later", ""): (
        _later("You broke the conversation off: it goes on in another meeting."),
        _later("The conversation with %(who)s goes on in another meeting."),
    ),
    ("portfolios.audit", "open_audit", ""): (
        _later("You began the audit."),
        _later("%(who)s began to read."),
    ),
    ("verification.verification", "add_to_record", ""): (
        _later("You added to your signed record."),
        _later("%(who)s added to the signed record of the verification."),
    ),
    (APPEAL, "appeal", ""): (
        _later("You appealed against the decision."),
        _later("%(who)s appealed against the decision."),
    ),
    (APPEAL, "acknowledge", "received"): (
        _later("You acknowledged the appeal."),
        _later("The appeal was acknowledged."),
    ),
    (APPEAL, "admit", "admission"): (
        _later("You named the panel that hears the appeal."),
        _later("The appeal is heard by a panel that took no part."),
    ),
    (APPEAL, "turn_away", "admission"): (
        _later("You found that the appeal cannot be heard."),
        _later("The appeal could not be heard."),
    ),
    (APPEAL, "replace_seat", ""): (
        _later("You gave a seat on the panel to %(person)s."),
        _later("A seat on the panel went to %(person)s."),
    ),
    (APPEAL, "vote", ""): (
        _later("You signed your vote on the appeal."),
        _later("%(who)s signed a vote on the appeal."),
    ),
    (APPEAL, "note", ""): (
        _later("You noted something about the appeal."),
        _later("%(who)s noted something about the appeal."),
    ),
    (APPEAL, "uphold", "panel"): (
        _later("You upheld the appeal."),
        _later("The panel upheld the appeal."),
    ),
    (APPEAL, "dismiss", "panel"): (
        _later("You dismissed the appeal."),
        _later("The panel answered the appeal: the decision stands."),
    ),
    **{
        (APPEAL, "take_back", stage): (
            _later("You took your appeal back."),
            _later("%(who)s took the appeal back."),
        )
        for stage in ("received", "admission", "panel")
    },
}
PARTS: dict[str, Words] = {
    Role.INTAKE_MANAGER: Role.INTAKE_MANAGER.label,
    Role.AUDITOR: _later("auditor"),
    Role.SECOND_AUDITOR: _later("second auditor"),
    Role.THIRD_AUDITOR: _later("third auditor"),
    Role.VERIFIER: _later("verifier"),
    Role.DECIDER: Role.DECIDER.label,
}
# Wherever the case is, these read the same.
ANYWHERE: dict[str, tuple[Words, Words]] = {
    "withdraw": (
        _later("You withdrew your application."),
        _later("%(who)s withdrew the application."),
    ),
    "rest": (
        _later("Your application came to rest."),
        _later("The application came to rest after three reminders."),
    ),
    "resume_self_assessment": (
        _later("You came back to your self-assessment."),
        _later("%(who)s came back to the self-assessment."),
    ),
    "resume_portfolio": (
        _later("You came back to your portfolio."),
        _later("%(who)s came back to the portfolio."),
    ),
}
# Steps of the staff among themselves; the applicant's timeline leaves them out.
INTERNAL = frozenset(
    {
        *("declare", "recuse", "open_audit", "open_portfolio"),
        *(
            "draw",
            "draw_look",
            "read_in_full",
            "ask_second",
            "finish_audit",
            "agree",
            "disagree",
            "settle",
        ),
        *("vote", "note", "replace_seat"),
        *("ask_exception", "allow_exception", "refuse_exception", "note_threat"),
        *("ask_dossier", "make_dossier", "take_dossier"),
    }
)


def lines(events: Iterable[Event], reader: User) -> list[Line]:
    """Every event as a sentence. One query for the people that are named in facts."""
    found = list(events)
    named = {e.facts["person"] for e in found if isinstance(e.facts.get("person"), int)}
    people = User.objects.in_bulk(named) if named else {}
    return [Line(event.at, sentence(event, reader, people)) for event in found]


def sentence(event: Event, reader: User, people: dict[int, User] | None = None) -> str:
    """One event in words. What nobody has written words for is told by its verb, never hidden."""
    whole = WHOLE.get(event.subject, {}).get(event.verb) or BY_VERB.get(event.verb)
    pair = (
        SENTENCES.get((event.subject, event.verb, event.before))
        or BY_SUBJECT.get(event.subject, {}).get(event.verb)
        or ((whole, whole) if whole else ANYWHERE.get(event.verb))
    )
    who = event.actor.first_name_to_use if event.actor else _("The clock")
    if pair is None:
        return _("%(who)s: %(verb)s.") % {"who": who, "verb": event.verb.replace("_", " ")}
    own = event.actor_id == reader.pk
    return str(pair[0] if own else pair[1]) % _values(event, who, people or {})


def _values(event: Event, who: str, people: dict[int, User]) -> dict[str, Any]:
    facts = event.facts
    codes = facts.get("entries") or facts.get("statements") or []
    if isinstance(codes, str):  # an audit names its entries in one line
        codes = codes.split(",")
    person = people.get(facts.get("person", 0))
    back = ngettext("One entry came back.", "%(count)d entries came back.", len(codes))
    return {
        "who": who,
        "entries": back % {"count": len(codes)},
        "differ": _differ(len(codes)),
        "drawn": _("two auditors read") if facts.get("drawn") else _("one auditor reads"),
        "looked": _("looked at in full") if facts.get("drawn") else _("checked for completeness"),
        "person": person.first_name_to_use if person else _("Somebody"),
        "role": PARTS.get(facts.get("role", ""), facts.get("role", "")),
        "kind": _label(Kind, facts.get("kind", "")),
        "held": _label(State, event.after).lower(),
        "part": str(facts.get("part", "")).upper(),
    }


def _differ(count: int) -> str:
    words = ngettext("It is about one entry.", "It is about %(count)d entries.", count)
    return words % {"count": count}


def _label(choices: type[TextChoices], value: str) -> str:
    return str(choices(value).label) if value in choices.values else value
